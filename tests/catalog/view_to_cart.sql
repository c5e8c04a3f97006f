-- view_to_cart
-- Sessions that reached the step by those that reached the one before, each counted by itself.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(*) FILTER (WHERE added_to_cart) / nullif(count(*) FILTER (WHERE viewed_content), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel, count(*) FILTER (WHERE added_to_cart) / nullif(count(*) FILTER (WHERE viewed_content), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period, channel;
