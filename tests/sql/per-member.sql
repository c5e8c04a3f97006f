WITH deals_rows AS (
  /* rows of deals */
  SELECT
    deals.channel,
    owner.region,
    deals.amount,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
), deals_by_channel_region AS (
  /* deals by channel, region */
  SELECT
    channel,
    region,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    channel,
    region
), avg_revenue_per_region_parts AS (
  /* each part of a cell */
  SELECT
    channel,
    COALESCE(revenue, 0) AS revenue
  FROM deals_by_channel_region
), avg_revenue_per_region_of_parts AS (
  /* avg per region */
  SELECT
    channel,
    AVG(revenue) AS avg_revenue_per_region
  FROM avg_revenue_per_region_parts
  GROUP BY
    channel
), result AS (
  /* the metrics in each cell */
  SELECT
    channel,
    avg_revenue_per_region
  FROM avg_revenue_per_region_of_parts
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
    FROM avg_revenue_per_region_of_parts
  ) AS counted
)
SELECT
  channel,
  avg_revenue_per_region AS "avg(revenue per region)"
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
  channel
