-- checkout_to_purchase
-- Sessions that reached the step by those that reached the one before, each counted by itself.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(*) FILTER (WHERE purchased) / nullif(count(*) FILTER (WHERE initiated_checkout), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel, count(*) FILTER (WHERE purchased) / nullif(count(*) FILTER (WHERE initiated_checkout), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period, channel;
