WITH deals_rows AS (
  /* rows of deals */
  SELECT
    owner.region,
    deals.status IS NOT DISTINCT FROM 'won' AS won,
    deals.status
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
), deals_by_region AS (
  /* deals by region */
  SELECT
    region,
    COUNT(CASE WHEN won THEN 1 END) AS win_rate_numerator,
    COUNT(CASE WHEN status IN ('won', 'lost') THEN 1 END) AS win_rate_denominator
  FROM deals_rows
  GROUP BY
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    region,
    COALESCE(win_rate_numerator, 0) / NULLIF(COALESCE(win_rate_denominator, 0), 0) AS win_rate
  FROM deals_by_region
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
    FROM deals_by_region
  ) AS counted
)
SELECT
  region,
  win_rate
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
