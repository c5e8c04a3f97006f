WITH quarters AS (
  /* every quarter of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST('2026-01-01' AS DATE), CAST('2026-06-30' AS DATE), TO_MONTHS(3))) AS DATE) AS quarter
), windows AS (
  /* the window of each quarter */
  SELECT
    quarter,
    quarter AS window_start,
    CASE
      WHEN CAST(quarter + TO_MONTHS(CAST(3 AS INT)) AS DATE) < CAST('2026-07-01' AS DATE)
      THEN CAST(quarter + TO_MONTHS(CAST(3 AS INT)) AS DATE)
      WHEN quarter < CAST('2026-07-01' AS DATE)
      THEN CAST('2026-07-01' AS DATE)
    END AS window_cut
  FROM quarters
), "range" AS (
  /* from the first window to the last */
  SELECT
    MIN(window_start) AS first_time,
    MAX(window_cut) AS end_time
  FROM windows
  WHERE
    NOT window_cut IS NULL
), range_of_week AS (
  /* from the first window to the last */
  SELECT
    first_time,
    end_time + CAST(-1 AS INT) AS last_time
  FROM "range"
), weeks AS (
  /* every week that begins in the range */
  SELECT
    week
  FROM (
    SELECT
      CAST(UNNEST(
        GENERATE_SERIES(CAST(first_time AS DATE) - CAST(ISODOW(first_time) - 1 AS INT), last_time, TO_DAYS(7))
      ) AS DATE) AS week
    FROM range_of_week
  ) AS every_period
  WHERE
    week >= (
      SELECT
        first_time
      FROM range_of_week
    )
), deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(closed_on AS DATE) - CAST(ISODOW(closed_on) - 1 AS INT) AS week,
    amount,
    status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  WHERE
    closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_week AS (
  /* deals by week */
  SELECT
    week,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    week
), cells_and_gaps AS (
  /* the cells, and every week for the gaps */
  SELECT
    week,
    revenue
  FROM deals_by_week
  UNION ALL
  SELECT
    week,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue
  FROM weeks
), parts AS (
  /* one row for each part */
  SELECT
    week,
    ANY_VALUE(revenue) AS revenue
  FROM cells_and_gaps
  GROUP BY
    week
), max_revenue_per_week_parts AS (
  /* each part of a cell */
  SELECT
    week,
    COALESCE(revenue, 0) AS revenue
  FROM parts
), max_revenue_per_week_in_cells AS (
  /* the parts of each cell: every week that begins in its window */
  SELECT
    windows.quarter,
    max_revenue_per_week_parts.revenue
  FROM windows
  LEFT JOIN max_revenue_per_week_parts
    ON max_revenue_per_week_parts.week >= windows.window_start
    AND max_revenue_per_week_parts.week < windows.window_cut
), max_revenue_per_week_of_parts AS (
  /* max per week */
  SELECT
    quarter,
    MAX(revenue) AS max_revenue_per_week
  FROM max_revenue_per_week_in_cells
  GROUP BY
    quarter
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
