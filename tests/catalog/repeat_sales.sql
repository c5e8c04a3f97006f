-- repeat_sales
-- Won deals of accounts (those that there are) which had won one before; deals closed with the first one are no repeat.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
WITH firsts AS (
    SELECT account_id, min(closed_at) AS first_won_at
    FROM accounts JOIN deals USING (account_id)
    WHERE status = 'won'
    GROUP BY account_id
)
SELECT period, count(deal_id)
FROM periods LEFT JOIN (deals JOIN firsts USING (account_id))
    ON within(closed_at, starts, ends) AND status = 'won' AND closed_at > first_won_at
GROUP BY period;

-- ask: --grain month --by channel
WITH firsts AS (
    SELECT account_id, min(closed_at) AS first_won_at
    FROM accounts JOIN deals USING (account_id)
    WHERE status = 'won'
    GROUP BY account_id
)
SELECT period, channel, count(*)
FROM periods JOIN deals ON within(closed_at, starts, ends) JOIN firsts USING (account_id)
WHERE status = 'won' AND closed_at > first_won_at
GROUP BY period, channel;
