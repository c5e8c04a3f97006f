-- sales_cycle_length
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, avg(days_between(created_at, closed_at))
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'won'
GROUP BY period;

-- ask: --grain month --by account_region
SELECT period, accounts.region, avg(days_between(deals.created_at, closed_at))
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN accounts USING (account_id)
WHERE status = 'won'
GROUP BY period, accounts.region;
