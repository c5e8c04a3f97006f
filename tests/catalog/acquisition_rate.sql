-- acquisition_rate
-- Accounts whose first won deal closed in the period, by leads created in it that an activity ever occurred with.
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
        SELECT period, count(account_id) AS new_customers
        FROM periods LEFT JOIN firsts ON within(first_won_at, starts, ends)
        GROUP BY period
    ),
    contacted AS (
        SELECT period, count(*) AS leads
        FROM periods JOIN leads ON within(created_at, starts, ends)
        WHERE lead_id IN (SELECT lead_id FROM activities WHERE occurred_at IS NOT NULL)
        GROUP BY period
    )
SELECT period, new_customers / leads
FROM acquired JOIN contacted USING (period);

-- ask: --grain month --by segment
WITH
    firsts AS (
        SELECT account_id, segment, min(closed_at) AS first_won_at
        FROM accounts JOIN deals USING (account_id)
        WHERE status = 'won'
        GROUP BY account_id, segment
    ),
    acquired AS (
        SELECT period, segment, count(*) AS new_customers
        FROM periods JOIN firsts ON within(first_won_at, starts, ends)
        GROUP BY period, segment
    ),
    contacted AS (
        SELECT period, segment, count(*) AS leads
        FROM periods JOIN leads ON within(leads.created_at, starts, ends) LEFT JOIN accounts USING (account_id)
        WHERE lead_id IN (SELECT lead_id FROM activities WHERE occurred_at IS NOT NULL)
        GROUP BY period, segment
    )
SELECT contacted.period, contacted.segment, coalesce(new_customers, 0) / leads
FROM contacted LEFT JOIN acquired
    ON acquired.period = contacted.period AND acquired.segment IS NOT DISTINCT FROM contacted.segment;
