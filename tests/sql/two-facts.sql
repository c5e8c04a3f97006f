WITH deals_rows AS (
  /* rows of deals */
  SELECT
    channel,
    amount,
    status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
), deals_by_channel AS (
  /* deals by channel */
  SELECT
    channel,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    channel
), costs_rows AS (
  /* rows of costs */
  SELECT
    channel,
    spent
  FROM "costs"
), costs_by_channel AS (
  /* costs by channel */
  SELECT
    channel,
    SUM(spent) AS cost
  FROM costs_rows
  GROUP BY
    channel
), facts AS (
  /* each table's aggregates below each other */
  SELECT
    channel,
    revenue,
    CAST(NULL AS DECIMAL(38, 2)) AS cost
  FROM deals_by_channel
  UNION ALL
  SELECT
    channel,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue,
    cost
  FROM costs_by_channel
), cells AS (
  /* one row for each cell */
  SELECT
    channel,
    ANY_VALUE(revenue) AS revenue,
    ANY_VALUE(cost) AS cost
  FROM facts
  GROUP BY
    channel
), result AS (
  /* the metrics in each cell */
  SELECT
    channel,
    COALESCE(revenue, 0) / NULLIF(COALESCE(cost, 0), 0) AS return_on_cost
  FROM cells
), cell_count AS (
  /* fails where there are too many cells */
  SELECT
    COUNT(
      CASE WHEN n > 5000000 THEN ERROR((
        'attain:too-many-cells:' || CAST(n AS TEXT)
      ) || ':5000000') END
    ) AS violations
  FROM (
    SELECT
      COUNT(*) AS n
    FROM cells
  ) AS counted
)
SELECT
  channel,
  return_on_cost
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  channel
