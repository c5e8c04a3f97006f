-- quota_attainment
-- What was won so far against the quotas of the months that begin in the period, whole. Quotas of nobody who is known
-- are quotas.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    won AS (
        SELECT period, coalesce(sum(amount), 0) AS revenue
        FROM periods LEFT JOIN deals ON within(closed_at, starts, ends) AND status = 'won'
        GROUP BY period
    ),
    due AS (
        SELECT period, sum(amount) AS quota
        FROM periods JOIN quotas ON within(month, period, whole_ends)
        GROUP BY period
    )
SELECT period, revenue / nullif(quota, 0)
FROM won JOIN due USING (period);

-- ask: --grain month --by rep
WITH
    won AS (
        SELECT period, name AS rep, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
        WHERE status = 'won'
        GROUP BY period, rep
    ),
    due AS (
        SELECT period, name AS rep, sum(amount) AS quota
        FROM periods JOIN quotas ON within(month, period, whole_ends) LEFT JOIN reps USING (rep_id)
        GROUP BY period, rep
    )
SELECT due.period, due.rep, coalesce(revenue, 0) / nullif(quota, 0)
FROM due LEFT JOIN won ON won.period = due.period AND won.rep IS NOT DISTINCT FROM due.rep;
