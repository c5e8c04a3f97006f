-- retention_rate
-- Of the accounts active at the start those that are active at the end.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: --grain year
WITH held AS (
    SELECT period, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active
    FROM periods CROSS JOIN subscriptions
    WHERE account_id IS NOT NULL
    GROUP BY period, account_id
)
SELECT period, count(*) FILTER (WHERE was_active AND is_active) / nullif(count(*) FILTER (WHERE was_active), 0)
FROM held
GROUP BY period;

-- ask: --grain month --by plan
WITH held AS (
    SELECT period, plan, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active
    FROM periods CROSS JOIN subscriptions
    WHERE account_id IS NOT NULL
    GROUP BY period, plan, account_id
)
SELECT period, plan, count(*) FILTER (WHERE was_active AND is_active) / nullif(count(*) FILTER (WHERE was_active), 0)
FROM held
GROUP BY period, plan;
