-- conversion_cac_correlation
-- Over the months of the year (the last one as far as it goes); months without a new customer have no cac, and no part.
-- no row: null

-- ask: --grain year
-- ask: no grain
WITH
    converted AS (
        SELECT months.period AS month, count(won.lead_id) / count(*) AS conversion
        FROM months JOIN leads ON within(leads.created_at, starts, ends)
            LEFT JOIN (SELECT DISTINCT lead_id FROM deals WHERE status = 'won') AS won USING (lead_id)
        GROUP BY month
    ),
    firsts AS (
        SELECT account_id, min(closed_at) AS first_won_at
        FROM accounts JOIN deals USING (account_id)
        WHERE status = 'won'
        GROUP BY account_id
    ),
    acquired AS (
        SELECT months.period AS month, count(*) AS new_customers
        FROM months JOIN firsts ON within(first_won_at, starts, ends)
        GROUP BY month
    ),
    spent AS (
        SELECT months.period AS month, coalesce(sum(amount), 0) AS cost
        FROM months LEFT JOIN costs ON within(spent_on, starts, ends) AND department IN ('sales', 'marketing')
        GROUP BY month
    )
SELECT period, correlation(conversion, cost / new_customers)
FROM month_of_period JOIN converted USING (month) JOIN acquired USING (month) JOIN spent USING (month)
GROUP BY period;
