-- median_sales_cycle
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: no grain
SELECT period, median(days_between(created_at, closed_at))
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'won'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, median(days_between(created_at, closed_at))
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE status = 'won'
GROUP BY period, region;
