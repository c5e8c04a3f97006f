-- new_customers
-- Accounts that there are, dated by their first won deal; a first one without a day is none.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
WITH firsts AS (
    SELECT account_id, min(closed_at) AS first_won_at
    FROM accounts JOIN deals USING (account_id)
    WHERE status = 'won'
    GROUP BY account_id
)
SELECT period, count(account_id)
FROM periods LEFT JOIN firsts ON within(first_won_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by segment
WITH firsts AS (
    SELECT account_id, segment, min(closed_at) AS first_won_at
    FROM accounts JOIN deals USING (account_id)
    WHERE status = 'won'
    GROUP BY account_id, segment
)
SELECT period, segment, count(*)
FROM periods JOIN firsts ON within(first_won_at, starts, ends)
GROUP BY period, segment;
