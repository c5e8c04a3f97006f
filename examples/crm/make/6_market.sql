-- Visits to the shop's pages, competitors, and what is said.

CREATE TABLE web_sessions AS
WITH visits AS (
  SELECT i, place(i, 601, getvariable('session_count')) AS moment FROM range(getvariable('session_count')) AS r(i)
), both_kinds AS (
  SELECT i * 2 AS n, 'v' || below(i, 602, getvariable('session_count') * 6 // 10) AS visitor_id,
    clock(day, i, 603) + to_minutes(below(i, 604, 300)) AS started_at,
    one_of(i, 605, ['web', 'web', 'web', 'search', 'search', 'search', 'social', 'social', 'partner']) AS channel,
      NULL::BIGINT AS lead_id
  FROM visits ASOF JOIN days ON visits.moment >= days.low
  UNION ALL
  SELECT lead_id * 2 + 1, CASE WHEN happens(lead_id, 606, 3) THEN NULL
    ELSE 'v' || below(lead_id, 607, getvariable('session_count') * 6 // 10) END,
    created_at - to_minutes(2 + below(lead_id, 608, 40)), source, lead_id
  FROM leads WHERE source IN ('web', 'search', 'social') AND NOT happens(lead_id, 609, 12)
), steps AS (
  SELECT *,
    CASE channel WHEN 'search' THEN 1 + below(n, 611, 3) WHEN 'social' THEN 1 + below(n, 612, 2) ELSE 0 END AS clicks,
    happens(n, 613, 63) AS viewed_content,
    happens(n, 614, 27) AS wants_it, happens(n, 615, 58) AS goes_on,
      happens(n, 616, CASE channel WHEN 'social' THEN 30 ELSE 55 END) AS buys
  FROM both_kinds WHERE started_at >= getvariable('first_day') AND started_at < getvariable('after')
)
SELECT
  row_number() OVER (ORDER BY started_at, n) AS session_id, visitor_id, started_at, channel, clicks::INTEGER AS clicks,
  (clicks * CASE channel WHEN 'search' THEN 180 + below(n, 617, 240)
    ELSE 90 + below(n, 618, 120) END / 100.0)::DECIMAL(12, 2) AS ad_cost,
  CASE WHEN happens(n, 619, 1) THEN NULL ELSE viewed_content END AS viewed_content,
  viewed_content AND wants_it AS added_to_cart,
  viewed_content AND wants_it AND goes_on AS initiated_checkout,
  viewed_content AND wants_it AND goes_on AND buys AS purchased,
  CASE WHEN viewed_content AND wants_it AND goes_on AND buys THEN 20 + below(n, 620, 90) * 2.5
    ELSE 0 END::DECIMAL(12, 2) AS revenue,
  lead_id
FROM steps
ORDER BY session_id;

CREATE TABLE competitor_prices AS
WITH weeks AS (
  SELECT day::DATE AS day, datediff('day', getvariable('first_day'), day) AS n
  FROM range(getvariable('first_day') + 3, getvariable('last_day') + INTERVAL 1 DAY, INTERVAL 14 DAY) AS r(day)
), seen AS (
  SELECT day AS observed_on, competitor, product_id, list_price,
    (n * 64 + product_id) * 4 + ascii(competitor[1]) % 4 AS seed
  FROM weeks CROSS JOIN products CROSS JOIN (VALUES ('Contoso'), ('Initech'), ('Umbrella')) AS c(competitor)
  WHERE launched_on <= day
)
SELECT observed_on, competitor, CASE WHEN happens(seed, 631, 1) THEN 99 ELSE product_id END AS product_id,
  (coalesce(list_price, 2500) * CASE competitor WHEN 'Contoso' THEN 92 WHEN 'Initech' THEN 101
    ELSE 78 END * (90 + below(seed, 632, 21)) / 10000)::DECIMAL(12, 2)
    AS price
FROM seen WHERE NOT happens(seed, 633, 35)
ORDER BY observed_on, competitor, product_id;

CREATE TABLE mentions AS
WITH drawn AS (
  SELECT i, place(i, 641, getvariable('mention_count')) AS moment FROM range(getvariable('mention_count')) AS r(i)
)
SELECT row_number() OVER (ORDER BY mentioned_at, i) AS mention_id, mentioned_at,
  CASE WHEN happens(i, 642, 2) THEN NULL
    ELSE one_of(i, 643, ['LinkedIn', 'LinkedIn', 'X', 'Reddit', 'YouTube']) END AS platform,
  CASE WHEN happens(i, 644, 10) THEN NULL
    ELSE one_of(i, 645, ['positive', 'positive', 'neutral', 'neutral', 'negative']) END AS sentiment
FROM (SELECT i, clock(day, i, 646) + to_minutes(below(i, 647, 300)) AS mentioned_at FROM drawn ASOF JOIN days
  ON drawn.moment >= days.low)
WHERE mentioned_at >= getvariable('first_day') AND mentioned_at < getvariable('after')
ORDER BY mention_id;

-- A row for each rep, platform and week in which the rep was there and posted.
CREATE TABLE social_engagements AS
WITH weeks AS (
  SELECT day::DATE AS day, datediff('day', getvariable('first_day'), day) AS n
  FROM range(getvariable('first_day') + 4, getvariable('last_day') + INTERVAL 1 DAY, INTERVAL 7 DAY) AS r(day)
), posts AS (
  SELECT day, rep_id, platform, (rep_id * 2048 + n) * 4 + length(platform) % 4 AS seed
  FROM weeks JOIN reps ON hired_on <= day AND (left_on IS NULL OR left_on >= day)
  CROSS JOIN (VALUES ('LinkedIn'), ('X'), ('YouTube')) AS p(platform)
)
SELECT day, rep_id, platform, below(seed, 651, 40)::INTEGER AS likes,
  CASE WHEN happens(seed, 652, 8) THEN NULL ELSE below(seed, 653, 9) END::INTEGER AS comments,
  CASE WHEN happens(seed, 654, 8) THEN NULL ELSE below(seed, 655, 5) END::INTEGER AS shares,
    below(seed, 656, 6)::INTEGER AS messages
FROM posts WHERE NOT happens(seed, 657, 45)
ORDER BY day, rep_id, platform;

-- After deals that were won, and out of the blue.
CREATE TABLE surveys AS
WITH asked AS (
  SELECT deal_id * 2 AS n, account_id, rep_id, closed_at + to_minutes(2000 + below(deal_id, 661, 30000)) AS answered_at
  FROM deals WHERE status = 'won' AND happens(deal_id, 662, 45)
  UNION ALL
  SELECT inquiry_id * 2 + 1, account_id, rep_id, answered_at + to_minutes(30 + below(inquiry_id, 663, 4000))
  FROM inquiries WHERE answered_at IS NOT NULL AND happens(inquiry_id, 664, 30)
)
SELECT row_number() OVER (ORDER BY answered_at, n) AS survey_id, account_id, rep_id, answered_at,
  [1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5][1 + below(n, 665, 12)] AS score
FROM asked WHERE answered_at < getvariable('after')
ORDER BY survey_id;
