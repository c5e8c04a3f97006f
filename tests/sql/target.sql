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
), plan AS (
  /* the values of plan */
  SELECT
    CAST(first_day AS DATE) AS first_day,
    CAST(day_after AS DATE) AS day_after,
    CAST(region AS TEXT) AS region,
    CAST(target_value AS DECIMAL(38, 2)) AS target_value
  FROM (VALUES
    ('2026-01-01', '2026-02-01', 'EMEA', 1000),
    ('2026-01-01', '2026-02-01', 'AMER', 2500),
    ('2026-02-01', '2026-03-01', 'EMEA', 1100),
    ('2026-02-01', '2026-03-01', 'AMER', 2400)) AS written(first_day, day_after, region, target_value)
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
), plan_in_windows AS (
  /* the values of plan in every window that they lie in */
  SELECT
    quarters.quarter,
    plan.region,
    plan.target_value AS attainment_revenue_denominator
  FROM plan
  INNER JOIN quarters
    ON CAST(DATE_TRUNC('QUARTER', plan.first_day) AS DATE) = quarters.quarter
), plan_by_quarter_region AS (
  /* plan by quarter, region */
  SELECT
    quarter,
    region,
    SUM(attainment_revenue_denominator) AS attainment_revenue_denominator
  FROM plan_in_windows
  GROUP BY
    quarter,
    region
), facts AS (
  /* each table's aggregates below each other */
  SELECT
    quarter,
    region,
    revenue,
    CAST(NULL AS DECIMAL(38, 2)) AS attainment_revenue_denominator
  FROM deals_by_quarter_region
  UNION ALL
  SELECT
    quarter,
    region,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue,
    attainment_revenue_denominator
  FROM plan_by_quarter_region
), cells AS (
  /* one row for each cell */
  SELECT
    quarter,
    region,
    ANY_VALUE(revenue) AS revenue,
    ANY_VALUE(attainment_revenue_denominator) AS attainment_revenue_denominator
  FROM facts
  GROUP BY
    quarter,
    region
), slices AS (
  /* every slice that occurs */
  SELECT
    region
  FROM cells
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
    revenue,
    attainment_revenue_denominator
  FROM cells
  UNION ALL
  SELECT
    quarter,
    region,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue,
    CAST(NULL AS DECIMAL(38, 2)) AS attainment_revenue_denominator
  FROM grid
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    quarter,
    region,
    ANY_VALUE(revenue) AS revenue,
    ANY_VALUE(attainment_revenue_denominator) AS attainment_revenue_denominator
  FROM cells_and_gaps
  GROUP BY
    quarter,
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    quarter,
    region,
    COALESCE(revenue, 0) / NULLIF(attainment_revenue_denominator, 0) AS attainment_revenue
  FROM filled
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
  attainment_revenue AS "attainment(revenue)"
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
