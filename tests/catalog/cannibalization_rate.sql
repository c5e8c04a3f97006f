-- cannibalization_rate
-- What all products that were replaced by another lost from the period before to this one, by what the products that
-- replace one that exists brought in: each summed first.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH lines AS (
    SELECT ordered_at, quantity * unit_price AS revenue,
        product_id IN (SELECT replaces_product_id FROM products) AS replaced,
        replaces_product_id IN (SELECT product_id FROM products) AS replacing
    FROM order_lines JOIN orders USING (order_id) JOIN products USING (product_id)
)
SELECT period,
    (coalesce(sum(revenue) FILTER (WHERE replaced AND within(ordered_at, before_starts, before_ends)), 0)
        - coalesce(sum(revenue) FILTER (WHERE replaced AND within(ordered_at, starts, ends)), 0))
    / nullif(sum(revenue) FILTER (WHERE replacing AND within(ordered_at, starts, ends)), 0)
FROM periods CROSS JOIN lines
GROUP BY period;

-- ask: --grain month --by channel
WITH lines AS (
    SELECT channel, ordered_at, quantity * unit_price AS revenue,
        product_id IN (SELECT replaces_product_id FROM products) AS replaced,
        replaces_product_id IN (SELECT product_id FROM products) AS replacing
    FROM order_lines JOIN orders USING (order_id) JOIN products USING (product_id)
)
SELECT period, channel,
    (coalesce(sum(revenue) FILTER (WHERE replaced AND within(ordered_at, before_starts, before_ends)), 0)
        - coalesce(sum(revenue) FILTER (WHERE replaced AND within(ordered_at, starts, ends)), 0))
    / nullif(sum(revenue) FILTER (WHERE replacing AND within(ordered_at, starts, ends)), 0)
FROM periods CROSS JOIN lines
GROUP BY period, channel;
