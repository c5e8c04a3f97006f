-- win_rate
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: no grain
SELECT period, count(*) FILTER (WHERE status = 'won') / count(*)
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status IN ('won', 'lost')
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, count(*) FILTER (WHERE status = 'won') / count(*)
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE status IN ('won', 'lost')
GROUP BY period, region;
