WITH deals_rows AS (
  /* rows of deals */
  SELECT
    owner.region,
    deals.owner_id AS row_of_reps_rep_id,
    deals.amount,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
), deals_by_region_row_of_reps_rep_id AS (
  /* deals by region, row_of_reps_rep_id */
  SELECT
    region,
    row_of_reps_rep_id,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    region,
    row_of_reps_rep_id
), reps_rows AS (
  /* rows of reps */
  SELECT
    reps.region,
    COALESCE(deals_by_region_row_of_reps_rep_id.revenue, 0) AS row_revenue,
    reps.quota
  FROM "reps"
  LEFT JOIN deals_by_region_row_of_reps_rep_id
    ON reps.region IS NOT DISTINCT FROM deals_by_region_row_of_reps_rep_id.region
    AND reps.rep_id = deals_by_region_row_of_reps_rep_id.row_of_reps_rep_id
), reps_metrics AS (
  /* metrics of each row of reps */
  SELECT
    region,
    quota,
    row_revenue AS revenue
  FROM reps_rows
), reps_by_region AS (
  /* reps by region */
  SELECT
    region,
    COUNT(CASE WHEN revenue >= quota THEN 1 END) AS attained
  FROM reps_metrics
  GROUP BY
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    region,
    COALESCE(attained, 0) AS attained
  FROM reps_by_region
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
      COUNT(*) AS n
    FROM reps_by_region
  ) AS counted
)
SELECT
  region,
  attained
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
  region
