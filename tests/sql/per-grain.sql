WITH deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(DATE_TRUNC('QUARTER', closed_on) AS DATE) AS quarter
  FROM "crm"."deals" AS deals
  WHERE
    closed_on >= CAST('2026-01-01' AS DATE)
    AND closed_on < CAST('2026-07-01' AS DATE)
    AND closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_quarter AS (
  /* deals by quarter */
  SELECT
    quarter,
    COUNT(*) AS occurs
  FROM deals_rows
  GROUP BY
    quarter
), deals_rows_2 AS (
  /* rows of deals */
  SELECT
    CAST(closed_on AS DATE) - CAST(ISODOW(closed_on) - 1 AS INT) AS week,
    amount,
    status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  WHERE
    closed_on >= CAST('2026-01-05' AS DATE)
    AND closed_on < CAST('2026-07-06' AS DATE)
    AND closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_week AS (
  /* deals by week */
  SELECT
    week,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows_2
  GROUP BY
    week
), quarters AS (
  /* every quarter of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST('2026-01-01' AS DATE), CAST('2026-06-30' AS DATE), TO_MONTHS(3))) AS DATE) AS quarter
), "range" AS (
  /* the range of the cells */
  SELECT
    MIN(quarter) AS first_period,
    MAX(quarter) AS last_period
  FROM quarters
), weeks AS (
  /* every week that begins in the range */
  SELECT
    week
  FROM (
    SELECT
      CAST(UNNEST(
        GENERATE_SERIES(
          CAST(first_period AS DATE) - CAST(ISODOW(first_period) - 1 AS INT),
          CAST(last_period + TO_MONTHS(CAST(3 AS INT)) AS DATE) + CAST(-1 AS INT),
          TO_DAYS(7)
        )
      ) AS DATE) AS week
    FROM "range"
  ) AS every_period
  WHERE
    week >= (
      SELECT
        first_period
      FROM "range"
    ) AND week <= CAST('2026-06-30' AS DATE)
), cells_and_gaps AS (
  /* the cells, and every week for the gaps */
  SELECT
    week,
    revenue,
    CAST(NULL AS BIGINT) AS is_part
  FROM deals_by_week
  UNION ALL
  SELECT
    week,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue,
    1 AS is_part
  FROM weeks
), parts AS (
  /* one row for each part */
  SELECT
    week,
    ANY_VALUE(revenue) AS revenue,
    MAX(is_part) AS is_part
  FROM cells_and_gaps
  GROUP BY
    week
), parts_of_cells AS (
  /* the parts that a cell has */
  SELECT
    week,
    revenue
  FROM parts
  WHERE
    NOT is_part IS NULL
), max_revenue_per_week_parts AS (
  /* each part of a cell */
  SELECT
    week,
    COALESCE(revenue, 0) AS revenue
  FROM parts_of_cells
), max_revenue_per_week_of_parts AS (
  /* max per week */
  SELECT
    CAST(DATE_TRUNC('QUARTER', week) AS DATE) AS quarter,
    MAX(revenue) AS max_revenue_per_week
  FROM max_revenue_per_week_parts
  GROUP BY
    CAST(DATE_TRUNC('QUARTER', week) AS DATE)
), cells_and_gaps_2 AS (
  /* the cells, and every quarter for the gaps */
  SELECT
    quarter,
    max_revenue_per_week
  FROM max_revenue_per_week_of_parts
  UNION ALL
  SELECT
    quarter,
    CAST(NULL AS DECIMAL(38, 2)) AS max_revenue_per_week
  FROM quarters
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    quarter,
    ANY_VALUE(max_revenue_per_week) AS max_revenue_per_week
  FROM cells_and_gaps_2
  GROUP BY
    quarter
), result AS (
  /* the metrics in each cell */
  SELECT
    quarter,
    max_revenue_per_week
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
      COUNT(*) AS n
    FROM filled
  ) AS counted
)
SELECT
  quarter,
  max_revenue_per_week AS "max(revenue per week)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  quarter
