-- average_order_value
-- An order without lines is an order.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, coalesce(sum(quantity * unit_price), 0) / count(DISTINCT order_id)
FROM periods JOIN orders ON within(ordered_at, starts, ends) LEFT JOIN order_lines USING (order_id)
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel, coalesce(sum(quantity * unit_price), 0) / count(DISTINCT order_id)
FROM periods JOIN orders ON within(ordered_at, starts, ends) LEFT JOIN order_lines USING (order_id)
GROUP BY period, channel;
