-- contraction_mrr
-- What accounts pay less at the end, of those active at the start and at the end; negative.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
WITH moves AS (
    SELECT period, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, account_id
)
SELECT period,
    coalesce(sum(at_end - at_start) FILTER (WHERE was_active AND is_active AND at_end < at_start), 0)
FROM moves
GROUP BY period;

-- ask: --grain month --by region
WITH moves AS (
    SELECT period, region, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions LEFT JOIN reps USING (rep_id)
    GROUP BY period, region, account_id
)
SELECT period, region,
    coalesce(sum(at_end - at_start) FILTER (WHERE was_active AND is_active AND at_end < at_start), 0)
FROM moves
GROUP BY period, region;
