-- monthly_sales_growth
-- The month that holds the period's last day, so far, against the same stretch of the month before; so a quarter shows
-- the growth of its last month. `months_so_far` has these two stretches for each period.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: --grain year
-- ask: --grain week
SELECT period,
    coalesce(sum(amount) FILTER (WHERE within(closed_at, month_starts, month_ends)), 0)
    / nullif(sum(amount) FILTER (WHERE within(closed_at, before_starts, before_ends)), 0) - 1
FROM months_so_far CROSS JOIN deals
WHERE status = 'won'
GROUP BY period;

-- ask: --grain quarter --by region
SELECT period, region,
    coalesce(sum(amount) FILTER (WHERE within(closed_at, month_starts, month_ends)), 0)
    / nullif(sum(amount) FILTER (WHERE within(closed_at, before_starts, before_ends)), 0) - 1
FROM months_so_far CROSS JOIN deals LEFT JOIN reps USING (rep_id)
WHERE status = 'won'
GROUP BY period, region;
