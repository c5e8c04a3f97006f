-- average_deal_size
-- no row: null

-- ask: --grain month
SELECT period, avg(amount)
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'won' AND kind = 'new'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, avg(amount)
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE status = 'won' AND kind = 'new'
GROUP BY period, region;
