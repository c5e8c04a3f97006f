WITH deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(DATE_TRUNC('QUARTER', deals.closed_on) AS DATE) AS quarter,
    owner.region,
    deals.status IS NOT DISTINCT FROM 'won' AS won,
    deals.status
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
  WHERE
    deals.closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_quarter_region_and_totals AS (
  /* deals by quarter, region, and its totals */
  SELECT
    quarter,
    region,
    CASE
      WHEN GROUPING(quarter, region) = 0
      THEN 0
      WHEN GROUPING(quarter, region) = 3
      THEN 1
      WHEN GROUPING(quarter, region) = 1
      THEN 2
    END AS level,
    COUNT(CASE WHEN won THEN 1 END) AS win_rate_numerator,
    COUNT(CASE WHEN status IN ('won', 'lost') THEN 1 END) AS win_rate_denominator
  FROM deals_rows
  GROUP BY
    GROUPING SETS (
      (quarter, region),
      (),
      (
        quarter
      )
    )
), deals_by_quarter_region AS (
  /* deals: the cells */
  SELECT
    quarter,
    region,
    win_rate_numerator,
    win_rate_denominator
  FROM deals_by_quarter_region_and_totals
  WHERE
    level = 0
), deals_by_quarter_region_grand_total AS (
  /* deals: the grand total */
  SELECT
    win_rate_numerator,
    win_rate_denominator
  FROM deals_by_quarter_region_and_totals
  WHERE
    level = 1
), deals_by_quarter_region_period_totals AS (
  /* deals: the period totals */
  SELECT
    quarter,
    win_rate_numerator,
    win_rate_denominator
  FROM deals_by_quarter_region_and_totals
  WHERE
    level = 2
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
    win_rate_numerator,
    win_rate_denominator
  FROM deals_by_quarter_region
  UNION ALL
  SELECT
    quarter,
    region,
    CAST(NULL AS BIGINT) AS win_rate_numerator,
    CAST(NULL AS BIGINT) AS win_rate_denominator
  FROM grid
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    quarter,
    region,
    ANY_VALUE(win_rate_numerator) AS win_rate_numerator,
    ANY_VALUE(win_rate_denominator) AS win_rate_denominator
  FROM cells_and_gaps
  GROUP BY
    quarter,
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    quarter,
    region,
    COALESCE(win_rate_numerator, 0) / NULLIF(COALESCE(win_rate_denominator, 0), 0) AS win_rate
  FROM filled
), cells_and_gaps_2 AS (
  /* the cells, and every quarter for the gaps */
  SELECT
    quarter,
    win_rate_numerator,
    win_rate_denominator
  FROM deals_by_quarter_region_period_totals
  UNION ALL
  SELECT
    quarter,
    CAST(NULL AS BIGINT) AS win_rate_numerator,
    CAST(NULL AS BIGINT) AS win_rate_denominator
  FROM quarters
), filled_2 AS (
  /* one row for each cell, gaps filled in */
  SELECT
    quarter,
    ANY_VALUE(win_rate_numerator) AS win_rate_numerator,
    ANY_VALUE(win_rate_denominator) AS win_rate_denominator
  FROM cells_and_gaps_2
  GROUP BY
    quarter
), period_totals AS (
  /* the metrics in each cell */
  SELECT
    quarter,
    COALESCE(win_rate_numerator, 0) / NULLIF(COALESCE(win_rate_denominator, 0), 0) AS win_rate
  FROM filled_2
), grand_total AS (
  /* the metrics in each cell */
  SELECT
    COALESCE(win_rate_numerator, 0) / NULLIF(COALESCE(win_rate_denominator, 0), 0) AS win_rate
  FROM deals_by_quarter_region_grand_total
), with_totals AS (
  /* the rows, then the totals */
  SELECT
    FALSE AS total,
    quarter,
    region,
    win_rate
  FROM result
  UNION ALL
  SELECT
    TRUE AS total,
    quarter,
    CAST(NULL AS TEXT) AS region,
    win_rate
  FROM period_totals
  UNION ALL
  SELECT
    TRUE AS total,
    CAST(NULL AS DATE) AS quarter,
    CAST(NULL AS TEXT) AS region,
    win_rate
  FROM grand_total
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
  total,
  quarter,
  region,
  win_rate
FROM with_totals
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
  total,
  quarter,
  region
