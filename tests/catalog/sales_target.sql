-- sales_target
-- The plan's months that begin in the period, whole: a plan is not cut by the as-of day. Without a plan there is none.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: --grain year
-- ask: no grain
SELECT period, sum(amount)
FROM periods LEFT JOIN plan ON within(month, period, whole_ends)
GROUP BY period;

-- ask: --grain month --by region
-- ask: --grain quarter --by region
SELECT period, region, sum(amount)
FROM periods JOIN plan ON within(month, period, whole_ends)
GROUP BY period, region;
