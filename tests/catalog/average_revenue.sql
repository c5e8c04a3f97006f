-- average_revenue
-- Won deals without an amount have no part in the mean.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, avg(amount)
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'won'
GROUP BY period;

-- ask: --grain month --by kind
SELECT period, kind, avg(amount)
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'won'
GROUP BY period, kind;
