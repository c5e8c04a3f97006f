-- purchases
-- no row: 0

-- ask: --grain month
SELECT period, count(session_id)
FROM periods LEFT JOIN web_sessions ON within(started_at, starts, ends) AND purchased
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel, count(*)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
WHERE purchased
GROUP BY period, channel;
