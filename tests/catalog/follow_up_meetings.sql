-- follow_up_meetings
-- no row: 0

-- ask: --grain month
SELECT period, count(activity_id)
FROM periods LEFT JOIN activities ON within(occurred_at, starts, ends) AND kind = 'meeting' AND sequence > 1
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, count(*)
FROM periods JOIN activities ON within(occurred_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE kind = 'meeting' AND sequence > 1
GROUP BY period, region;
