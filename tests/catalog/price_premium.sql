-- price_premium
-- Over observations, not products: a product observed twice weighs twice, on both sides. Those of products without a
-- list price, or of no product that is known, are left out on both sides.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, avg(list_price) / nullif(avg(price), 0) - 1
FROM periods JOIN competitor_prices ON within(observed_on, starts, ends) JOIN products USING (product_id)
WHERE list_price IS NOT NULL
GROUP BY period;

-- ask: --grain month --by competitor
SELECT period, competitor, avg(list_price) / nullif(avg(price), 0) - 1
FROM periods JOIN competitor_prices ON within(observed_on, starts, ends) JOIN products USING (product_id)
WHERE list_price IS NOT NULL
GROUP BY period, competitor;
