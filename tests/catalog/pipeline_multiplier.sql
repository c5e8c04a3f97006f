-- pipeline_multiplier
-- What is open at the end, by the plan of the whole period.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: no grain
WITH
    planned AS (
        SELECT period, sum(amount) AS target
        FROM periods JOIN plan ON within(month, period, whole_ends)
        GROUP BY period
    ),
    opened AS (
        SELECT period, sum(amount) AS pipeline
        FROM periods JOIN deals ON alive(created_at, closed_at, ends)
        GROUP BY period
    )
SELECT period, coalesce(pipeline, 0) / nullif(target, 0)
FROM planned LEFT JOIN opened USING (period);

-- ask: --grain month --by region
WITH
    planned AS (
        SELECT period, region, sum(amount) AS target
        FROM periods JOIN plan ON within(month, period, whole_ends)
        GROUP BY period, region
    ),
    opened AS (
        SELECT period, region, sum(amount) AS pipeline
        FROM periods JOIN deals ON alive(created_at, closed_at, ends) LEFT JOIN reps USING (rep_id)
        GROUP BY period, region
    )
SELECT planned.period, planned.region, coalesce(pipeline, 0) / nullif(target, 0)
FROM planned LEFT JOIN opened
    ON opened.period = planned.period AND opened.region IS NOT DISTINCT FROM planned.region;
