-- cltv_simple
-- Revenue of the twelve months that end with the period, by the customers at its end, times how many years ago their
-- first subscription began, on average; less the period's cac. A year is 365.25 days.
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
    ),
    cac AS (
        SELECT period, cost / new_customers AS cac
        FROM acquired JOIN spent USING (period)
    ),
    won AS (
        SELECT period, coalesce(sum(amount), 0) AS revenue
        FROM periods LEFT JOIN deals ON within(closed_at, year_starts, ends) AND status = 'won'
        GROUP BY period
    ),
    began AS (
        SELECT account_id, min(started_at) AS began_at FROM subscriptions GROUP BY account_id
    ),
    customers AS (
        SELECT DISTINCT period, ends, account_id
        FROM periods JOIN subscriptions ON alive(started_at, ended_at, ends)
        WHERE account_id IS NOT NULL
    ),
    loyal AS (
        SELECT period, count(*) AS customers, avg(days_between(began_at, ends) / 365.25) AS years
        FROM customers JOIN began USING (account_id)
        GROUP BY period
    )
SELECT period, revenue / customers * years - cac
FROM won JOIN loyal USING (period) JOIN cac USING (period);
