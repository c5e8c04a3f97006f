-- pipeline_value
-- no row: 0

-- ask: --grain month
SELECT period, coalesce(sum(amount), 0)
FROM periods LEFT JOIN deals ON alive(created_at, closed_at, ends)
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, coalesce(sum(amount), 0)
FROM periods JOIN deals ON alive(created_at, closed_at, ends) LEFT JOIN reps USING (rep_id)
GROUP BY period, region;
