-- cac
-- Missing where nobody was won.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
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
SELECT period, cost / new_customers
FROM acquired JOIN spent USING (period);
