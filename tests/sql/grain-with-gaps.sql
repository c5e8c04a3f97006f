WITH deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(closed_on AS DATE) - CAST(DAY(closed_on) - 1 AS INT) AS month,
    channel,
    amount,
    status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  WHERE
    closed_on >= CAST('2026-01-01' AS DATE)
    AND closed_on < CAST('2026-04-01' AS DATE)
    AND closed_on <= CAST('2026-06-30' AS DATE)
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
), months AS (
  /* every month of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST('2026-01-01' AS DATE), CAST('2026-03-31' AS DATE), TO_MONTHS(1))) AS DATE) AS month
), slices AS (
  /* every slice that occurs */
  SELECT
    channel
  FROM deals_by_month_channel
  GROUP BY
    channel
), grid AS (
  /* every month of every slice */
  SELECT
    months.month,
    slices.channel
  FROM slices
  CROSS JOIN months
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    channel,
    revenue
  FROM deals_by_month_channel
  UNION ALL
  SELECT
    month,
    channel,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue
  FROM grid
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    month,
    channel,
    ANY_VALUE(revenue) AS revenue
  FROM cells_and_gaps
  GROUP BY
    month,
    channel
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
    channel,
    COALESCE(revenue, 0) AS revenue
  FROM filled
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
      COUNT(*) * (
        SELECT
          COUNT(*)
        FROM months
      ) AS n
    FROM slices
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
