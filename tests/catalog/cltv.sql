-- cltv
-- Margin of the period's orders, times 1 / monthly churn (as in customer_lifetime), times mrr by customer at the end.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
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
    ),
    sold AS (
        SELECT period,
            coalesce(sum(quantity * (unit_price - unit_cost)), 0) / nullif(sum(quantity * unit_price), 0) AS margin
        FROM periods JOIN orders ON within(ordered_at, starts, ends) JOIN order_lines USING (order_id)
        GROUP BY period
    ),
    paying AS (
        SELECT period, sum(mrr) / nullif(count(DISTINCT subscriptions.account_id), 0) AS mrr_per_customer
        FROM periods JOIN subscriptions ON alive(started_at, ended_at, ends)
        GROUP BY period
    )
SELECT period, margin * (1 / nullif(monthly_churn, 0)) * mrr_per_customer
FROM sold JOIN paying USING (period) JOIN monthly USING (period);

-- ask: --grain month --by segment
WITH
    held AS (
        SELECT months.period AS month, segment, subscriptions.account_id,
            count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
            count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active
        FROM months CROSS JOIN subscriptions LEFT JOIN accounts USING (account_id)
        WHERE subscriptions.account_id IS NOT NULL
        GROUP BY ALL
    ),
    churn AS (
        SELECT month, segment, count(*) FILTER (WHERE was_active AND NOT is_active)
            / nullif(count(*) FILTER (WHERE was_active), 0) AS rate
        FROM held
        GROUP BY month, segment
    ),
    monthly AS (
        SELECT period, segment, avg(rate) AS monthly_churn
        FROM month_of_period JOIN churn USING (month)
        GROUP BY period, segment
    ),
    sold AS (
        SELECT period, segment,
            coalesce(sum(quantity * (unit_price - unit_cost)), 0) / nullif(sum(quantity * unit_price), 0) AS margin
        FROM periods JOIN orders ON within(ordered_at, starts, ends)
            JOIN order_lines USING (order_id) LEFT JOIN accounts USING (account_id)
        GROUP BY period, segment
    ),
    paying AS (
        SELECT period, segment, sum(mrr) / nullif(count(DISTINCT subscriptions.account_id), 0) AS mrr_per_customer
        FROM periods JOIN subscriptions ON alive(started_at, ended_at, ends) LEFT JOIN accounts USING (account_id)
        GROUP BY period, segment
    )
SELECT sold.period, sold.segment, margin * (1 / nullif(monthly_churn, 0)) * mrr_per_customer
FROM sold
    JOIN paying ON paying.period = sold.period AND paying.segment IS NOT DISTINCT FROM sold.segment
    JOIN monthly ON monthly.period = sold.period AND monthly.segment IS NOT DISTINCT FROM sold.segment;
