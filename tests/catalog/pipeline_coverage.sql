-- pipeline_coverage
-- What is open at the end, by what the quotas still ask for; missing once they are met, and where there are none.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    due AS (
        SELECT period, sum(amount) AS quota
        FROM periods JOIN quotas ON within(month, period, whole_ends)
        GROUP BY period
    ),
    won AS (
        SELECT period, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period
    ),
    opened AS (
        SELECT period, sum(amount) AS pipeline
        FROM periods JOIN deals ON alive(created_at, closed_at, ends)
        GROUP BY period
    )
SELECT period,
    CASE WHEN quota > coalesce(revenue, 0) THEN coalesce(pipeline, 0) / (quota - coalesce(revenue, 0)) END
FROM due LEFT JOIN won USING (period) LEFT JOIN opened USING (period);

-- ask: --grain month --by rep
WITH
    named_deals AS (
        SELECT name AS rep, created_at, closed_at, status, amount FROM deals LEFT JOIN reps USING (rep_id)
    ),
    due AS (
        SELECT period, name AS rep, sum(amount) AS quota
        FROM periods JOIN quotas ON within(month, period, whole_ends) LEFT JOIN reps USING (rep_id)
        GROUP BY period, name
    ),
    won AS (
        SELECT period, rep, sum(amount) AS revenue
        FROM periods JOIN named_deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period, rep
    ),
    opened AS (
        SELECT period, rep, sum(amount) AS pipeline
        FROM periods JOIN named_deals ON alive(created_at, closed_at, ends)
        GROUP BY period, rep
    )
SELECT due.period, due.rep,
    CASE WHEN quota > coalesce(revenue, 0) THEN coalesce(pipeline, 0) / (quota - coalesce(revenue, 0)) END
FROM due
    LEFT JOIN won ON won.period = due.period AND won.rep IS NOT DISTINCT FROM due.rep
    LEFT JOIN opened ON opened.period = due.period AND opened.rep IS NOT DISTINCT FROM due.rep;
