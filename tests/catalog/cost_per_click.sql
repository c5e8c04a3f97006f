-- cost_per_click
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, coalesce(sum(ad_cost), 0) / nullif(sum(clicks), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel, coalesce(sum(ad_cost), 0) / nullif(sum(clicks), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period, channel;
