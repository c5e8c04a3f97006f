-- sales_growth
-- Nothing sold against something before is -100%; something against nothing is missing.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period,
    coalesce(sum(amount) FILTER (WHERE within(closed_at, starts, ends)), 0)
    / nullif(sum(amount) FILTER (WHERE within(closed_at, before_starts, before_ends)), 0) - 1
FROM periods CROSS JOIN deals
WHERE status = 'won'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region,
    coalesce(sum(amount) FILTER (WHERE within(closed_at, starts, ends)), 0)
    / nullif(sum(amount) FILTER (WHERE within(closed_at, before_starts, before_ends)), 0) - 1
FROM periods CROSS JOIN deals LEFT JOIN reps USING (rep_id)
WHERE status = 'won'
GROUP BY period, region;
