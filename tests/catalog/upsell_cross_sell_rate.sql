-- upsell_cross_sell_rate
-- Of the accounts with a subscription active at the start (whatever stands in account_id, if anything does) those that
-- won an upsell or cross-sell within the period.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    customers AS (
        SELECT DISTINCT period, account_id
        FROM periods JOIN subscriptions ON alive(started_at, ended_at, starts)
        WHERE account_id IS NOT NULL
    ),
    sold AS (
        SELECT DISTINCT period, account_id
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won' AND kind IN ('upsell', 'cross_sell')
    )
SELECT period, count(sold.account_id) / count(*)
FROM customers LEFT JOIN sold USING (period, account_id)
GROUP BY period;

-- ask: --grain month --by segment
WITH
    customers AS (
        SELECT DISTINCT period, account_id
        FROM periods JOIN subscriptions ON alive(started_at, ended_at, starts)
        WHERE account_id IS NOT NULL
    ),
    sold AS (
        SELECT DISTINCT period, account_id
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won' AND kind IN ('upsell', 'cross_sell')
    )
SELECT period, segment, count(sold.account_id) / count(*)
FROM customers LEFT JOIN sold USING (period, account_id) LEFT JOIN accounts USING (account_id)
GROUP BY period, segment;
