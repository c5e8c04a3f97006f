-- time_to_lose
-- no row: null

-- ask: --grain month
SELECT period, avg(days_between(created_at, closed_at))
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'lost'
GROUP BY period;

-- ask: --grain month --by kind
SELECT period, kind, avg(days_between(created_at, closed_at))
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'lost'
GROUP BY period, kind;
