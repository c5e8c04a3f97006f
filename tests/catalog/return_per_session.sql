-- return_per_session
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, coalesce(sum(revenue), 0) / count(*) - coalesce(sum(ad_cost), 0) / count(*)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel, coalesce(sum(revenue), 0) / count(*) - coalesce(sum(ad_cost), 0) / count(*)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period, channel;
