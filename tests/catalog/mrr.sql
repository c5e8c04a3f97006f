-- mrr
-- Of the subscriptions active just before the period's end.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
SELECT period, coalesce(sum(mrr), 0)
FROM periods LEFT JOIN subscriptions ON alive(started_at, ended_at, ends)
GROUP BY period;

-- ask: --grain month --by plan
SELECT period, plan, coalesce(sum(mrr), 0)
FROM periods JOIN subscriptions ON alive(started_at, ended_at, ends)
GROUP BY period, plan;

-- ask: --grain month --by segment
SELECT period, segment, coalesce(sum(mrr), 0)
FROM periods JOIN subscriptions ON alive(started_at, ended_at, ends) LEFT JOIN accounts USING (account_id)
GROUP BY period, segment;
