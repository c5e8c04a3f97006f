-- reps_at_quota
-- Of the representatives with a quota in the period: a quota of 0 is one, and cannot be reached (by zero is missing).
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: no grain
WITH
    won AS (
        SELECT period, rep_id, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period, rep_id
    ),
    due AS (
        SELECT period, rep_id, coalesce(sum(amount), 0) AS quota
        FROM periods JOIN quotas ON within(month, period, whole_ends)
        GROUP BY period, rep_id
    )
SELECT period, count(*) FILTER (WHERE quota > 0 AND coalesce(revenue, 0) >= quota) / count(*)
FROM reps JOIN due USING (rep_id) LEFT JOIN won USING (period, rep_id)
GROUP BY period;

-- ask: --grain month --by region
-- ask: --grain quarter --by region
WITH
    won AS (
        SELECT period, rep_id, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period, rep_id
    ),
    due AS (
        SELECT period, rep_id, coalesce(sum(amount), 0) AS quota
        FROM periods JOIN quotas ON within(month, period, whole_ends)
        GROUP BY period, rep_id
    )
SELECT period, region, count(*) FILTER (WHERE quota > 0 AND coalesce(revenue, 0) >= quota) / count(*)
FROM reps JOIN due USING (rep_id) LEFT JOIN won USING (period, rep_id)
GROUP BY period, region;
