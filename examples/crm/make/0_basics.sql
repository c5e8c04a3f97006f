-- What all tables are drawn with. Nothing here is random: every draw is a function of a row's number, of what is drawn
-- (`salt`) and of the seed, in whole numbers, so that the same arguments give the same rows with any DuckDB.

-- A number from 0 to 4,294,967,295 (lowbias32 in 64 bits).
CREATE TEMP MACRO mix_once(a) AS xor(a, a >> 16) * 2146121005::UBIGINT % 4294967296;
CREATE TEMP MACRO mix_twice(a) AS xor(a, a >> 15) * 2221713035::UBIGINT % 4294967296;
CREATE TEMP MACRO draw(i, salt) AS
  mix_twice(mix_once((i * 7919 + salt * 104729 + getvariable('seed') * 15485863)::UBIGINT % 4294967296))::BIGINT;

-- From 0 to below `n`; whether it happens in `percent` of a hundred; one of a list.
CREATE TEMP MACRO below(i, salt, n) AS (draw(i, salt) // 7) % n;
CREATE TEMP MACRO happens(i, salt, percent) AS (draw(i, salt) // 11) % 1000 < percent * 10;
CREATE TEMP MACRO one_of(i, salt, members) AS members[1 + below(i, salt, len(members))];

-- The day as a time: mostly in working hours, often at nine sharp, now and then at midnight.
CREATE TEMP MACRO clock(day, i, salt) AS day::TIMESTAMP + to_minutes(
  CASE WHEN below(i, salt, 60) = 0 THEN 0 WHEN below(i, salt, 12) = 1 THEN 540 ELSE 480 + below(i, salt, 661) END);

-- Every day, from four months before the first month on (deals that are open when the records begin), with how much
-- happens on it: growth, season, weekdays. `low` is what lies before it.
CREATE TEMP TABLE days AS
WITH each AS (
  SELECT
    day::DATE AS day,
    (100 + 2 * datediff('month', getvariable('first_day') - INTERVAL 4 MONTH, day))
      * [85, 92, 112, 96, 101, 118, 84, 78, 107, 104, 102, 115][month(day)]::BIGINT
      * CASE WHEN isodow(day) < 6 THEN 10 ELSE 2 END // 10 AS weight
  FROM range(getvariable('first_day') - INTERVAL 4 MONTH, getvariable('last_day') + INTERVAL 1 DAY,
    INTERVAL 1 DAY) AS r(day)
)
SELECT day, weight, coalesce(sum(weight) OVER (ORDER BY day ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW),
  0)::BIGINT AS low
FROM each;

SET VARIABLE weights = (SELECT sum(weight)::BIGINT FROM days);

-- The place of the `i`-th of `n` events, to be looked up in `days`: later events have greater numbers.
CREATE TEMP MACRO place(i, salt, n) AS (i * 1000 + below(i, salt, 1000)) * getvariable('weights') // (n * 1000);
