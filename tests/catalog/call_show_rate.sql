-- call_show_rate
-- Of the calls scheduled for the period those that occurred, whenever; calls that were never scheduled are left out.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(occurred_at) / count(*)
FROM periods JOIN activities ON within(scheduled_at, starts, ends)
WHERE kind = 'call'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, count(occurred_at) / count(*)
FROM periods JOIN activities ON within(scheduled_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE kind = 'call'
GROUP BY period, region;
