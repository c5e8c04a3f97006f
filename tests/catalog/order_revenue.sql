-- order_revenue
-- A line whose order is missing or unknown has no day, so it lies in no period.
-- no row: 0

-- ask: --grain month
SELECT period, coalesce(sum(quantity * unit_price), 0)
FROM periods LEFT JOIN (orders JOIN order_lines USING (order_id)) ON within(ordered_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by product_family
SELECT period, family, coalesce(sum(quantity * unit_price), 0)
FROM periods JOIN orders ON within(ordered_at, starts, ends)
    JOIN order_lines USING (order_id) LEFT JOIN products USING (product_id)
GROUP BY period, family;
