WITH deals_rows AS (
  /* rows of deals */
  SELECT
    owner.region,
    deals.amount,
    deals.channel
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
  WHERE
    deals.channel >= 'a'
), deals_by_region AS (
  /* deals by region */
  SELECT
    region,
    SUM(amount) AS round_sum_deals_amount_3_a_numerator,
    MAX(channel) AS max_deals_channel
  FROM deals_rows
  GROUP BY
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    region,
    ROUND(COALESCE(round_sum_deals_amount_3_a_numerator, 0) / NULLIF(3, 0)) AS round_sum_deals_amount_3,
    max_deals_channel
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
  round_sum_deals_amount_3 AS "round(sum(deals.amount) / 3)",
  max_deals_channel AS "max(deals.channel)"
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
