-- demos
-- Activities of the kind that occurred, dated by when. The region is that of the activity's own representative.
-- no row: 0

-- ask: --grain month
SELECT period, count(activity_id)
FROM periods LEFT JOIN activities ON within(occurred_at, starts, ends) AND kind = 'demo'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, count(*)
FROM periods JOIN activities ON within(occurred_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE kind = 'demo'
GROUP BY period, region;
