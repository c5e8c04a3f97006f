WITH deals_rows AS (
  /* rows of deals */
  SELECT
    owner.region,
    deals.status,
    deals.closed_on,
    deals.deal_id,
    deals.amount,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
), deals_by_region AS (
  /* deals by region */
  SELECT
    region,
    ARG_MIN(status, ROW(closed_on, deal_id)) FILTER(WHERE
      NOT status IS NULL AND NOT closed_on IS NULL) AS first_deals_status,
    ARG_MAX(amount, ROW(closed_on, deal_id)) FILTER(WHERE
      won AND NOT amount IS NULL AND NOT closed_on IS NULL) AS last_deals_amount_where_won
  FROM deals_rows
  GROUP BY
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    region,
    first_deals_status,
    last_deals_amount_where_won
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
  first_deals_status AS "first(deals.status)",
  last_deals_amount_where_won AS "last(deals.amount where won)"
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
