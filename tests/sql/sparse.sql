WITH deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(closed_on AS DATE) - CAST(DAY(closed_on) - 1 AS INT) AS month,
    channel,
    amount,
    status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  WHERE
    closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_month_channel AS (
  /* deals by month, channel */
  SELECT
    month,
    channel,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    month,
    channel
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
    channel,
    COALESCE(revenue, 0) AS revenue
  FROM deals_by_month_channel
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
    FROM deals_by_month_channel
  ) AS counted
)
SELECT
  month,
  channel,
  revenue
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  month,
  channel
