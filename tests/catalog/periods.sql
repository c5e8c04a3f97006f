-- What every query of this folder finds beside the CRM's tables. The test sets the variables `as_of`, `range_from` and
-- `range_to`, and makes `periods` for the grain that is asked for.

-- t lies in the half-open stretch [starts, ends).
CREATE MACRO within(t, starts, ends) AS t >= starts AND t < ends;

-- What lives from `born` to `died` (missing: still) is alive just before the instant.
CREATE MACRO alive(born, died, instant) AS born < instant AND (died IS NULL OR died >= instant);

-- Elapsed time as a number, with fractions.
CREATE MACRO days_between(a, b) AS date_diff('microsecond', a::TIMESTAMP, b::TIMESTAMP) / 86400e6;
CREATE MACRO hours_between(a, b) AS date_diff('microsecond', a::TIMESTAMP, b::TIMESTAMP) / 3600e6;

-- A stretch moved back. One of whole months moves month by month (to the end of the shorter month, too); any other by
-- its first and its last day, each no later than its month's end.
CREATE MACRO start_moved(starts, step) AS (starts - step)::DATE;
CREATE MACRO end_moved(starts, ends, step) AS (
    CASE
        WHEN day(starts) = 1 AND day(ends) = 1 THEN ends - step
        ELSE ends - INTERVAL 1 DAY - step + INTERVAL 1 DAY
    END
)::DATE;

-- The periods of a step from the first one's day on that begin before `until`: by the calendar from `period` to
-- `whole_ends` (for plans, which reach ahead). Everything else lies from `starts` to `ends`, where the as-of day cuts
-- it; both are missing in a period that lies after that day wholly, in which there is nothing.
CREATE MACRO cut_periods(step, since, until) AS TABLE
SELECT
    day::DATE AS period,
    (day + step)::DATE AS whole_ends,
    CASE WHEN day <= getvariable('as_of') THEN day::DATE END AS starts,
    CASE
        WHEN day <= getvariable('as_of') THEN least(day + step, getvariable('as_of') + INTERVAL 1 DAY)::DATE
    END AS ends
FROM generate_series(since::TIMESTAMP, until - INTERVAL 1 DAY, step) AS days(day);

-- With the period before, the same period a year ago, and where the twelve months begin that end with the period.
CREATE MACRO all_periods(grain, step) AS TABLE
SELECT
    *,
    start_moved(starts, step) AS before_starts,
    end_moved(starts, ends, step) AS before_ends,
    start_moved(starts, INTERVAL 1 YEAR) AS year_ago_starts,
    end_moved(starts, ends, INTERVAL 1 YEAR) AS year_ago_ends,
    (whole_ends - INTERVAL 1 YEAR)::DATE AS year_starts
FROM cut_periods(step, date_trunc(grain, getvariable('range_from')), getvariable('range_to'));

-- The months, whatever grain is asked for: of all years in which a period of the range lies.
CREATE TABLE months AS
FROM cut_periods(
    INTERVAL 1 MONTH, date_trunc('year', getvariable('range_from')),
    date_trunc('year', getvariable('range_to')) + INTERVAL 1 YEAR
);

-- The correlation; missing where one side is constant.
CREATE MACRO correlation(x, y) AS nullif(corr(x, y), 'NaN'::DOUBLE);

-- Without a grain the range is the one period.
CREATE MACRO whole_range() AS TABLE
SELECT
    getvariable('range_from') AS period,
    getvariable('range_to') AS whole_ends,
    getvariable('range_from') AS starts,
    least(getvariable('range_to'), getvariable('as_of') + INTERVAL 1 DAY)::DATE AS ends;
