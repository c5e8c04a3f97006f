WITH deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(DATE_TRUNC('QUARTER', deals.closed_on) AS DATE) AS quarter,
    owner.region,
    deals.amount,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
  WHERE
    deals.closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_quarter_region AS (
  /* deals by quarter, region */
  SELECT
    quarter,
    region,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    quarter,
    region
), bounds AS (
  /* the first and the last quarter */
  SELECT
    MIN(quarter) AS first_period,
    MAX(quarter) AS last_period
  FROM deals_by_quarter_region
), quarters AS (
  /* every quarter of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(first_period, last_period, TO_MONTHS(3))) AS DATE) AS quarter
  FROM bounds
), slices AS (
  /* every slice that occurs */
  SELECT
    region
  FROM deals_by_quarter_region
  GROUP BY
    region
), grid AS (
  /* every quarter of every slice */
  SELECT
    quarters.quarter,
    slices.region
  FROM slices
  CROSS JOIN quarters
), cells_and_gaps AS (
  /* the cells, and every quarter for the gaps */
  SELECT
    quarter,
    region,
    revenue
  FROM deals_by_quarter_region
  UNION ALL
  SELECT
    quarter,
    region,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue
  FROM grid
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    quarter,
    region,
    ANY_VALUE(revenue) AS revenue
  FROM cells_and_gaps
  GROUP BY
    quarter,
    region
), revenue_of_all AS (
  /* deals by quarter, from the cells */
  SELECT
    quarter,
    SUM(revenue) AS revenue_of_all
  FROM deals_by_quarter_region
  GROUP BY
    quarter
), cells_with_more AS (
  /* the cells, and what is taken over all of some keys */
  SELECT
    filled.quarter,
    filled.region,
    filled.revenue,
    revenue_of_all.revenue_of_all
  FROM filled
  LEFT JOIN revenue_of_all
    ON filled.quarter = revenue_of_all.quarter
), result AS (
  /* the metrics in each cell */
  SELECT
    quarter,
    region,
    COALESCE(revenue, 0) / NULLIF(COALESCE(revenue_of_all, 0), 0) AS revenue_all_revenue
  FROM cells_with_more
), unique_keys AS (
  /* fails where a joined key is not unique */
  SELECT
    COUNT(ERROR(mark)) AS violations
  FROM (
    SELECT
      'attain:duplicate-key:reps:rep_id:' || CAST(rep_id AS TEXT) AS mark
    FROM "reps"
    WHERE
      NOT rep_id IS NULL
    GROUP BY
      rep_id
    HAVING
      COUNT(*) > 1
  ) AS repeated
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
        FROM quarters
      ) AS n
    FROM slices
  ) AS counted
)
SELECT
  quarter,
  region,
  revenue_all_revenue AS "revenue / all(revenue)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM unique_keys
  ) = 0
  AND (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  quarter,
  region
