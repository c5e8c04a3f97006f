-- meetings_scheduled
-- By the time they were scheduled for, whether they took place or not; later than the as-of day counts not.
-- no row: 0

-- ask: --grain month
SELECT period, count(activity_id)
FROM periods LEFT JOIN activities ON within(scheduled_at, starts, ends) AND kind = 'meeting'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, count(*)
FROM periods JOIN activities ON within(scheduled_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE kind = 'meeting'
GROUP BY period, region;
