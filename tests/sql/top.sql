WITH deals_rows AS (
  /* rows of deals */
  SELECT
    channel,
    amount,
    status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
), deals_by_channel AS (
  /* deals by channel */
  SELECT
    channel,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    channel
), ranking AS (
  /* the metrics in each cell */
  SELECT
    channel,
    COALESCE(revenue, 0) AS revenue
  FROM deals_by_channel
), "top" AS (
  /* the 3 slices with the most */
  SELECT
    channel,
    TRUE AS stays
  FROM ranking
  ORDER BY
    revenue DESC,
    channel
  LIMIT 3
), deals_rows_2 AS (
  /* rows of deals */
  SELECT
    CASE WHEN "top".stays IS NULL THEN CAST(NULL AS TEXT) ELSE deals.channel END AS channel,
    "top".stays IS NULL AS other,
    deals.amount,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "top"
    ON deals.channel IS NOT DISTINCT FROM "top".channel
), deals_by_channel_other AS (
  /* deals by channel, other */
  SELECT
    channel,
    other,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows_2
  GROUP BY
    channel,
    other
), result AS (
  /* the metrics in each cell */
  SELECT
    channel,
    other,
    COALESCE(revenue, 0) AS revenue
  FROM deals_by_channel_other
), labelled AS (
  /* all other slices as one */
  SELECT
    channel AS channel_itself,
    other AS other_itself,
    revenue,
    CASE WHEN other THEN 'other' ELSE channel END AS channel
  FROM result
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
    FROM deals_by_channel_other
  ) AS counted
)
SELECT
  channel,
  revenue
FROM labelled
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  other_itself,
  channel_itself
