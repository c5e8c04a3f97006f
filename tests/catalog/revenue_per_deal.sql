-- revenue_per_deal
-- A won deal without an amount is a deal here, other than in the mean of amounts.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, coalesce(sum(amount), 0) / count(*)
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status = 'won'
GROUP BY period;

-- ask: --grain month --by industry
SELECT period, industry, coalesce(sum(amount), 0) / count(*)
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN accounts USING (account_id)
WHERE status = 'won'
GROUP BY period, industry;
