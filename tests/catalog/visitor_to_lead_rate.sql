-- visitor_to_lead_rate
-- A visitor counts once however many sessions; with a lead: one of the period's sessions carries one.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(DISTINCT visitor_id) FILTER (WHERE lead_id IS NOT NULL) / nullif(count(DISTINCT visitor_id), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel,
    count(DISTINCT visitor_id) FILTER (WHERE lead_id IS NOT NULL) / nullif(count(DISTINCT visitor_id), 0)
FROM periods JOIN web_sessions ON within(started_at, starts, ends)
GROUP BY period, channel;
