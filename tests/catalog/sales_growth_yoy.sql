-- sales_growth_yoy
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period,
    coalesce(sum(amount) FILTER (WHERE within(closed_at, starts, ends)), 0)
    / nullif(sum(amount) FILTER (WHERE within(closed_at, year_ago_starts, year_ago_ends)), 0) - 1
FROM periods CROSS JOIN deals
WHERE status = 'won'
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel,
    coalesce(sum(amount) FILTER (WHERE within(closed_at, starts, ends)), 0)
    / nullif(sum(amount) FILTER (WHERE within(closed_at, year_ago_starts, year_ago_ends)), 0) - 1
FROM periods CROSS JOIN deals
WHERE status = 'won'
GROUP BY period, channel;
