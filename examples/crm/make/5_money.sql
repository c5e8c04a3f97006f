-- Plans, quotas, forecasts; orders, subscriptions, costs.

-- The months of plans: from the first one to the end of the last day's year.
CREATE TEMP TABLE plan_months AS
SELECT month::DATE AS month, datediff('month', getvariable('first_day'), month) AS nth,
  (100 + 2 * (nth + 4)) * [85, 92, 112, 96, 101, 118, 84, 78, 107, 104, 102, 115][month(month)]::BIGINT AS weight
FROM range(getvariable('first_day'), date_trunc('year', getvariable('last_day')) + INTERVAL 1 YEAR,
  INTERVAL 1 MONTH) AS r(month);

-- What a month of average weight brings to each region.
CREATE TEMP TABLE levels AS
WITH won AS (
  SELECT region, sum(amount)::BIGINT AS revenue FROM deals JOIN reps USING (rep_id) WHERE status = 'won' GROUP BY region
)
SELECT region, revenue // getvariable('months') AS monthly,
  (SELECT sum(weight)::BIGINT // count(*) FROM plan_months WHERE month <= getvariable('last_day')) AS mean_weight
FROM won;

CREATE TABLE plan AS
SELECT month, region, (monthly * weight // mean_weight * (88 + below(nth * 16 + ascii(region[2]), 501,
  26)) // 100 // 500 * 500)::DECIMAL(14, 2) AS amount
FROM plan_months CROSS JOIN levels
ORDER BY month, region;

-- Of each rep and month employed. Nothing is asked of newcomers in their first month; now and then a row is missing.
CREATE TABLE quotas AS
WITH heads AS (
  SELECT region, month, count(*) AS heads FROM reps JOIN plan_months ON hired_on <= month
    AND coalesce(left_on, DATE '9999-12-31') > month GROUP BY ALL
)
SELECT rep_id, month,
  (CASE WHEN datediff('month', hired_on, month) <= 1 AND hired_on >= getvariable('first_day') THEN 0
    ELSE monthly * weight // mean_weight * 105 // 100 // heads * least(100,
      40 + 10 * datediff('month', hired_on, month)) // 100 // 100 * 100 END)
  ::DECIMAL(14, 2) AS amount
FROM reps JOIN plan_months ON hired_on <= month AND coalesce(left_on, DATE '9999-12-31') > month
JOIN heads USING (region, month) JOIN levels USING (region)
WHERE NOT happens(rep_id * 512 + nth, 511, 2)
ORDER BY rep_id, month;

-- Several for a month: three weeks and a few days before it, the day before or on its first day, and in its middle.
CREATE TABLE forecasts AS
WITH made AS (
  SELECT rep_id, month, nth, amount, unnest(range(4)) AS version FROM quotas JOIN plan_months USING (month)
)
SELECT rep_id, month,
  month - ([21, 5, 1 - nth % 2, -12][1 + version])::INTEGER AS made_on,
  (amount * (60 + below((rep_id * 512 + nth) * 4 + version, 521, 80)) / 100)::DECIMAL(14, 2) AS amount
FROM made
WHERE made_on <= getvariable('last_day') AND NOT happens((rep_id * 512 + nth) * 4 + version, 522, 22)
ORDER BY rep_id, month, made_on;

CREATE TABLE orders AS
WITH shop AS (
  SELECT i, place(i, 531, getvariable('shop_count')) AS moment,
    1 + below(i, 532, 1 + below(i, 533, getvariable('accounts'))) AS account_no
  FROM range(getvariable('shop_count')) AS r(i)
), both_kinds AS (
  SELECT deal_id * 2 AS n, account_id, deal_id, rep_id, channel,
    closed_at + to_minutes(below(deal_id, 534, 5 * 1440)) AS ordered_at
  FROM deals WHERE status = 'won' AND NOT happens(deal_id, 535, 10)
  UNION ALL
  SELECT i * 2 + 1, CASE WHEN happens(i, 536, 2) THEN NULL WHEN happens(i, 537, 1) THEN 9000001 + below(i, 538, 5)
    ELSE account_no END,
    CASE WHEN happens(i, 539, 0.5) THEN 99000001 END, NULL,
      one_of(i, 540, ['web', 'web', 'web', 'search', 'partner']), clock(day, i, 541)
  FROM shop ASOF JOIN days ON shop.moment >= days.low
)
SELECT row_number() OVER (ORDER BY ordered_at, n) AS order_id, account_id, deal_id, rep_id, channel, ordered_at
FROM both_kinds WHERE ordered_at >= getvariable('first_day') AND ordered_at < getvariable('after')
ORDER BY order_id;

-- One to four lines; only products that are on the market, and hardly any that have been replaced for three months.
CREATE TABLE order_lines AS
WITH lines AS (
  SELECT *, order_id * 4 + nth AS n, 1 + below(order_id * 4 + nth, 551, 14) AS product_no
  FROM (SELECT *, unnest(range(1 + below(order_id, 552, 4))) AS nth FROM orders)
), sold AS (
  SELECT lines.*, products.list_price, products.unit_cost
  FROM lines JOIN products ON products.product_id = product_no AND products.launched_on <= ordered_at
  LEFT JOIN products AS newer ON newer.replaces_product_id = product_no
  WHERE coalesce(newer.launched_on + 90 > ordered_at OR happens(n, 553, 12), true)
)
SELECT row_number() OVER (ORDER BY order_id, nth) AS line_id, order_id,
  CASE WHEN happens(n, 554, 0.5) THEN NULL WHEN happens(n, 555, 0.5) THEN 99 ELSE product_no END AS product_id,
  (1 + below(n, 556, 5))::INTEGER AS quantity,
  (coalesce(list_price, 2600) * (70 + below(n, 557, 7) * 5) / 100)::DECIMAL(12, 2) AS unit_price,
  unit_cost
FROM sold
UNION ALL SELECT 990000001, 990000001, 1, 2, 1200, 260
ORDER BY line_id;

-- Chains of subscriptions: a change of price is a new one; some end, some come back after a while.
CREATE TABLE subscriptions AS
WITH chains AS (
  SELECT account_id, segment, region, i AS chain,
    greatest(created_at::DATE + 30 + below(account_id * 2 + i, 561, 150)::INTEGER,
      getvariable('first_day') - 400) AS start
  FROM accounts CROSS JOIN range(2) AS r(i) WHERE happens(account_id * 2 + i, 562, CASE i WHEN 0 THEN 62 ELSE 12 END)
), parts AS (
  SELECT *, unnest(range(least(60, 5 + getvariable('months') // 4))) AS nth FROM chains
), drawn AS (
  SELECT *, (account_id * 2 + chain) * 64 + nth AS n,
    45 + below((account_id * 2 + chain) * 64 + nth, 563, 420) AS length,
    below((account_id * 2 + chain) * 64 + nth, 564, 100) AS fate
  FROM parts
), laid AS (
  SELECT *,
    sum(length + CASE WHEN fate >= 88 THEN 31 + below(n, 565, 200) ELSE 0 END) OVER before AS offset_days,
    max(CASE WHEN fate >= 78 AND fate < 88 THEN 1 ELSE 0 END) OVER before AS is_over,
    sum(below(n, 566, 60) - 12) OVER (PARTITION BY account_id, chain ORDER BY nth) AS grown
  FROM drawn
  WINDOW before AS (PARTITION BY account_id, chain ORDER BY nth ROWS UNBOUNDED PRECEDING EXCLUDE CURRENT ROW)
), dated AS (
  SELECT *, start + coalesce(offset_days, 0)::INTEGER AS started_on, started_on + length::INTEGER AS ended_on
    FROM laid WHERE coalesce(is_over, 0) = 0
), owned AS (
  SELECT dated.*, rep_id FROM dated
  LEFT JOIN roster_sizes AS sizes ON sizes.month = greatest(date_trunc('month', started_on), getvariable('first_day'))
    AND sizes.region = CASE dated.region WHEN 'LATAM' THEN 'AMER' ELSE dated.region END
  LEFT JOIN roster ON roster.month = sizes.month AND roster.region = sizes.region
    AND roster.place = below(n, 567, places)
)
SELECT
  row_number() OVER (ORDER BY started_on, n) AS subscription_id,
  CASE WHEN happens(account_id, 571, 0.6) THEN NULL WHEN happens(account_id, 572, 0.6) THEN 9000001 + account_id % 5
    ELSE account_id END AS account_id,
  CASE WHEN happens(n, 573, 1) THEN NULL ELSE rep_id END AS rep_id,
  CASE WHEN happens(n, 574, 1) THEN NULL WHEN happens(account_id, 575, 4) THEN 'free'
    ELSE ['basic', 'team', 'business'][1 + CASE segment WHEN 'enterprise' THEN 2 - below(n, 576, 8) // 7
      WHEN 'small' THEN below(n, 577, 4) // 3
      ELSE 1 + below(n, 578, 5) // 4 END] END AS plan,
  CASE WHEN happens(account_id, 575, 4) THEN 0
    ELSE CASE segment WHEN 'enterprise' THEN 3900 WHEN 'small' THEN 210 ELSE 890 END
      * (50 + below(account_id * 2 + chain, 579, 101)) * greatest(30, 100 + grown) / 10000 END::DECIMAL(12, 2) AS mrr,
  started_on::TIMESTAMP AS started_at,
  CASE WHEN ended_on <= getvariable('last_day') THEN ended_on::TIMESTAMP END AS ended_at
FROM owned WHERE started_on <= getvariable('last_day')
ORDER BY subscription_id;

-- Salaries at the end of each month; what channels cost, week by week, with gaps. Nobody is won by radio.
CREATE TABLE costs AS
WITH channels(nth, channel, department, weekly) AS (
  VALUES (0, 'web', 'marketing', 60), (1, 'search', 'marketing', 190), (2, 'social', 'marketing', 120),
    (3, 'radio', 'marketing', 30),
    (4, 'event', 'marketing', 150), (5, 'partner', 'sales', 90), (6, 'outbound', 'sales', 160),
      (7, NULL, 'marketing', 25)
), weeks AS (
  SELECT day::DATE AS day, datediff('day', getvariable('first_day'), day) AS n, month(day) AS month
  FROM range(getvariable('first_day'), getvariable('last_day') + INTERVAL 1 DAY, INTERVAL 7 DAY) AS r(day)
), rows AS (
  SELECT day + below(n * 8 + nth, 581, 5)::INTEGER AS spent_on, department, channel,
    (weekly::BIGINT * getvariable('accounts') * [85, 92, 112, 96, 101, 118, 84, 78, 107, 104, 102,
      115][month] * (60 + below(n * 8 + nth, 582, 81)) // 2000)
      * (1000 + n) // 4000 / 100.0 AS amount
  FROM weeks CROSS JOIN channels WHERE NOT happens(n * 8 + nth, 583, CASE channel WHEN 'event' THEN 70 ELSE 8 END)
  UNION ALL
  SELECT last_day(month), 'sales', NULL,
    getvariable('accounts') * (3600 + 60 * nth + below(nth, 584, 500))::BIGINT / 100.0 FROM plan_months
  WHERE last_day(month) <= getvariable('last_day')
)
SELECT spent_on, department, channel, amount::DECIMAL(12, 2) AS amount FROM rows
  WHERE spent_on <= getvariable('last_day')
ORDER BY spent_on, department, channel NULLS LAST, amount;
