-- cart_to_checkout
-- Sessions that reached the step by those that reached the one before, each counted by itself.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(*) FILTER (WHERE initiated_checkout) / nullif(count(*) FILTER (WHERE added_to_cart), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel, count(*) FILTER (WHERE initiated_checkout) / nullif(count(*) FILTER (WHERE added_to_cart), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period, channel;
