-- brand_mentions
-- no row: 0

-- ask: --grain month
SELECT period, count(mention_id)
FROM periods LEFT JOIN mentions ON within(mentioned_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by platform
SELECT period, platform, count(*)
FROM periods JOIN mentions ON within(mentioned_at, starts, ends)
GROUP BY period, platform;
