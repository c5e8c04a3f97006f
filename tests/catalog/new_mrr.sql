-- new_mrr
-- What accounts pay at the end that were not active at the start. The subscriptions without an account are one account.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
WITH moves AS (
    SELECT period, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, account_id
)
SELECT period, coalesce(sum(at_end) FILTER (WHERE NOT was_active), 0)
FROM moves
GROUP BY period;

-- ask: --grain month --by plan
-- An account that changes its plan is new in the one, and gone from the other.
WITH moves AS (
    SELECT period, plan, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, plan, account_id
)
SELECT period, plan, coalesce(sum(at_end) FILTER (WHERE NOT was_active), 0)
FROM moves
GROUP BY period, plan;
