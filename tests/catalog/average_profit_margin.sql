-- average_profit_margin
-- Gross profit by order revenue, each summed first.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period,
    coalesce(sum(quantity * (unit_price - unit_cost)), 0) / nullif(sum(quantity * unit_price), 0)
FROM periods JOIN orders ON within(ordered_at, starts, ends) JOIN order_lines USING (order_id)
GROUP BY period;

-- ask: --grain month --by segment
SELECT period, segment,
    coalesce(sum(quantity * (unit_price - unit_cost)), 0) / nullif(sum(quantity * unit_price), 0)
FROM periods JOIN orders ON within(ordered_at, starts, ends)
    JOIN order_lines USING (order_id) LEFT JOIN accounts USING (account_id)
GROUP BY period, segment;
