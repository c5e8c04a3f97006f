-- customer_lifetime
-- The churn of months: of a quarter the mean of its months, of a week the month that holds its last day (see
-- month_of_period). A month without customers at its start has no churn, and no part in the mean.
-- Missing where nobody was lost.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: --grain year
-- ask: --grain week
WITH
    held AS (
        SELECT months.period AS month, subscriptions.account_id,
            count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
            count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active
        FROM months CROSS JOIN subscriptions
        WHERE subscriptions.account_id IS NOT NULL
        GROUP BY ALL
    ),
    churn AS (
        SELECT month, count(*) FILTER (WHERE was_active AND NOT is_active)
            / nullif(count(*) FILTER (WHERE was_active), 0) AS rate
        FROM held
        GROUP BY month
    ),
    monthly AS (
        SELECT period, avg(rate) AS monthly_churn
        FROM month_of_period JOIN churn USING (month)
        GROUP BY period
    )
SELECT period, 1 / nullif(monthly_churn, 0)
FROM monthly;

-- ask: --grain month --by plan
-- ask: --grain quarter --by plan
WITH
    held AS (
        SELECT months.period AS month, plan, subscriptions.account_id,
            count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
            count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active
        FROM months CROSS JOIN subscriptions
        WHERE subscriptions.account_id IS NOT NULL
        GROUP BY ALL
    ),
    churn AS (
        SELECT month, plan, count(*) FILTER (WHERE was_active AND NOT is_active)
            / nullif(count(*) FILTER (WHERE was_active), 0) AS rate
        FROM held
        GROUP BY month, plan
    ),
    monthly AS (
        SELECT period, plan, avg(rate) AS monthly_churn
        FROM month_of_period JOIN churn USING (month)
        GROUP BY period, plan
    )
SELECT period, plan, 1 / nullif(monthly_churn, 0)
FROM monthly;
