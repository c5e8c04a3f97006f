WITH deals_rows AS (
  /* rows of deals */
  SELECT
    channel,
    status IS NOT DISTINCT FROM 'won' AS won,
    status,
    amount
  FROM "crm"."deals" AS deals
), deals_by_channel AS (
  /* deals by channel */
  SELECT
    channel,
    COUNT(CASE WHEN won THEN 1 END) AS win_rate_numerator,
    COUNT(CASE WHEN status IN ('won', 'lost') THEN 1 END) AS win_rate_denominator,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    channel
), result AS (
  /* the metrics in each cell */
  SELECT
    channel,
    COALESCE(win_rate_numerator, 0) / NULLIF(COALESCE(win_rate_denominator, 0), 0) AS win_rate,
    COALESCE(revenue, 0) AS revenue,
    COALESCE(revenue, 0) > 100 AS kept
  FROM deals_by_channel
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
    FROM deals_by_channel
  ) AS counted
)
SELECT
  channel,
  win_rate,
  revenue
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0 AND kept
ORDER BY
  revenue DESC,
  channel
LIMIT 3
