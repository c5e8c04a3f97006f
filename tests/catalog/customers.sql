-- customers
-- Whatever stands in account_id is an account, if anything does; also one with a subscription of 0.
-- no row: 0

-- ask: --grain month
-- ask: --grain week
-- ask: no grain
SELECT period, count(DISTINCT account_id)
FROM periods LEFT JOIN subscriptions ON alive(started_at, ended_at, ends)
GROUP BY period;

-- ask: --grain month --by plan
SELECT period, plan, count(DISTINCT account_id)
FROM periods JOIN subscriptions ON alive(started_at, ended_at, ends)
GROUP BY period, plan;

-- ask: --grain month --by segment
SELECT period, segment, count(DISTINCT account_id)
FROM periods JOIN subscriptions ON alive(started_at, ended_at, ends) LEFT JOIN accounts USING (account_id)
GROUP BY period, segment;
