-- target_attainment
-- What was won so far against the whole period's plan.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: no grain
WITH
    won AS (
        SELECT period, coalesce(sum(amount), 0) AS revenue
        FROM periods LEFT JOIN deals ON within(closed_at, starts, ends) AND status = 'won'
        GROUP BY period
    ),
    planned AS (
        SELECT period, sum(amount) AS target
        FROM periods JOIN plan ON within(month, period, whole_ends)
        GROUP BY period
    )
SELECT period, revenue / nullif(target, 0)
FROM won LEFT JOIN planned USING (period);

-- ask: --grain month --by region
WITH
    won AS (
        SELECT period, region, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
        WHERE status = 'won'
        GROUP BY period, region
    ),
    planned AS (
        SELECT period, region, sum(amount) AS target
        FROM periods JOIN plan ON within(month, period, whole_ends)
        GROUP BY period, region
    )
SELECT planned.period, planned.region, coalesce(revenue, 0) / nullif(target, 0)
FROM planned LEFT JOIN won ON won.period = planned.period AND won.region IS NOT DISTINCT FROM planned.region;
