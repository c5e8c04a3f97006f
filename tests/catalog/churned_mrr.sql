-- churned_mrr
-- What accounts paid at the start that are not active at the end; negative.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
WITH moves AS (
    SELECT period, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, account_id
)
SELECT period, -coalesce(sum(at_start) FILTER (WHERE NOT is_active), 0)
FROM moves
GROUP BY period;

-- ask: --grain month --by plan
WITH moves AS (
    SELECT period, plan, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, plan, account_id
)
SELECT period, plan, -coalesce(sum(at_start) FILTER (WHERE NOT is_active), 0)
FROM moves
GROUP BY period, plan;
