-- ltv_to_cac
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
    ),
    firsts AS (
        SELECT account_id, min(closed_at) AS first_won_at
        FROM accounts JOIN deals USING (account_id)
        WHERE status = 'won'
        GROUP BY account_id
    ),
    acquired AS (
        SELECT period, count(*) AS new_customers
        FROM periods JOIN firsts ON within(first_won_at, starts, ends)
        GROUP BY period
    ),
    spent AS (
        SELECT period, coalesce(sum(amount), 0) AS cost
        FROM periods LEFT JOIN costs ON within(spent_on, starts, ends) AND department IN ('sales', 'marketing')
        GROUP BY period
    )
SELECT period, margin * (1 / nullif(monthly_churn, 0)) * mrr_per_customer / nullif(cost / new_customers, 0)
FROM sold
    JOIN paying USING (period) JOIN monthly USING (period) JOIN acquired USING (period) JOIN spent USING (period);
