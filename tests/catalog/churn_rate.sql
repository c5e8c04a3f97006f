-- churn_rate
-- Of the accounts active at the start those not active at the end. Who comes and goes within has no part.
-- By representative or plan, an account that moves to another one is gone from the first.
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
SELECT period, count(*) FILTER (WHERE was_active AND NOT is_active) / nullif(count(*) FILTER (WHERE was_active), 0)
FROM held
GROUP BY period;

-- ask: --grain month --by rep
WITH held AS (
    SELECT period, name, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active
    FROM periods CROSS JOIN subscriptions LEFT JOIN reps USING (rep_id)
    WHERE account_id IS NOT NULL
    GROUP BY period, name, account_id
)
SELECT period, name,
    count(*) FILTER (WHERE was_active AND NOT is_active) / nullif(count(*) FILTER (WHERE was_active), 0)
FROM held
GROUP BY period, name;
