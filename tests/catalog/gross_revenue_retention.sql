-- gross_revenue_retention
-- As net_revenue_retention, with each account's end capped at its start: growth makes up for no loss.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH moves AS (
    SELECT period, account_id,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, account_id
)
SELECT period, sum(least(at_start, at_end)) / nullif(sum(at_start), 0)
FROM moves
GROUP BY period;

-- ask: --grain month --by plan
WITH moves AS (
    SELECT period, plan, account_id,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, plan, account_id
)
SELECT period, plan, sum(least(at_start, at_end)) / nullif(sum(at_start), 0)
FROM moves
GROUP BY period, plan;
