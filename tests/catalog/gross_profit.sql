-- gross_profit
-- A line without a cost has no profit that is known.
-- no row: 0

-- ask: --grain month
SELECT period, coalesce(sum(quantity * (unit_price - unit_cost)), 0)
FROM periods LEFT JOIN (orders JOIN order_lines USING (order_id)) ON within(ordered_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by product_family
SELECT period, family, coalesce(sum(quantity * (unit_price - order_lines.unit_cost)), 0)
FROM periods JOIN orders ON within(ordered_at, starts, ends)
    JOIN order_lines USING (order_id) LEFT JOIN products USING (product_id)
GROUP BY period, family;
