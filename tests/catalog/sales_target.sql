-- sales_target
-- The plan's months that begin in the period, whole: a plan is not cut by the as-of day. Without a plan there is none.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: --grain year
-- ask: no grain
SELECT period, sum(amount)
FROM periods LEFT JOIN plan ON within(month, period, whole_ends)
GROUP BY period;

-- ask: --grain month --by region
-- ask: --grain quarter --by region
SELECT period, region, sum(amount)
FROM periods JOIN plan ON within(month, period, whole_ends)
GROUP BY period, region;

-- ask: --grain week
-- A week gets of each month the days that lie in it, in cents: rounded down, and the cents that are left over go to the
-- weeks with the largest remainders, of equal ones to the earlier.
WITH
    days AS (
        SELECT month, region, (amount * 100)::BIGINT AS cents, date_trunc('week', day)::DATE AS week
        FROM plan, LATERAL (SELECT unnest(range(month, month + INTERVAL 1 MONTH, INTERVAL 1 DAY)) AS day)
    ),
    parts AS (
        SELECT month, region, week, cents,
            cents * count(*) // sum(count(*)) OVER months_of_plan AS whole,
            cents * count(*) % sum(count(*)) OVER months_of_plan AS rest
        FROM days
        GROUP BY month, region, week, cents
        WINDOW months_of_plan AS (PARTITION BY month, region)
    ),
    rounded AS (
        SELECT region, week, whole + CASE
            WHEN row_number() OVER (PARTITION BY month, region ORDER BY rest DESC, week)
                <= cents - sum(whole) OVER (PARTITION BY month, region) THEN 1 ELSE 0
        END AS cents
        FROM parts
    )
SELECT period, (sum(cents) / 100)::DECIMAL(18, 2)
FROM periods JOIN rounded ON week = period
GROUP BY period;

-- ask: --grain week --by region
WITH
    days AS (
        SELECT month, region, (amount * 100)::BIGINT AS cents, date_trunc('week', day)::DATE AS week
        FROM plan, LATERAL (SELECT unnest(range(month, month + INTERVAL 1 MONTH, INTERVAL 1 DAY)) AS day)
    ),
    parts AS (
        SELECT month, region, week, cents,
            cents * count(*) // sum(count(*)) OVER months_of_plan AS whole,
            cents * count(*) % sum(count(*)) OVER months_of_plan AS rest
        FROM days
        GROUP BY month, region, week, cents
        WINDOW months_of_plan AS (PARTITION BY month, region)
    ),
    rounded AS (
        SELECT region, week, whole + CASE
            WHEN row_number() OVER (PARTITION BY month, region ORDER BY rest DESC, week)
                <= cents - sum(whole) OVER (PARTITION BY month, region) THEN 1 ELSE 0
        END AS cents
        FROM parts
    )
SELECT period, region, (sum(cents) / 100)::DECIMAL(18, 2)
FROM periods JOIN rounded ON week = period
GROUP BY period, region;
