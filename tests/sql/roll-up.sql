WITH calls_rows AS (
  /* calls with what deals asks of them */
  SELECT
    deal_id,
    called_at
  FROM "calls"
), deals_calls AS (
  /* calls of each of deals */
  SELECT
    deal_id AS deals_deal_id,
    MIN(called_at) AS first_call
  FROM calls_rows
  GROUP BY
    deal_id
), deals_rows AS (
  /* rows of deals */
  SELECT
    deals_calls.first_call,
    deals.closed_on
  FROM "crm"."deals" AS deals
  LEFT JOIN deals_calls
    ON deals.deal_id = deals_calls.deals_deal_id
), deals_total AS (
  /* deals in total */
  SELECT
    COUNT(
      CASE
        WHEN (
          (
            first_call AT TIME ZONE 'Europe/Berlin'
          ) AT TIME ZONE 'America/New_York'
        ) <= CAST(closed_on AS TIMESTAMP)
        THEN 1
      END
    ) AS count_deals_where_first_call_closed_on
  FROM deals_rows
), result AS (
  /* the metrics in each cell */
  SELECT
    COALESCE(count_deals_where_first_call_closed_on, 0) AS count_deals_where_first_call_closed_on
  FROM deals_total
), unique_keys AS (
  /* fails where a joined key is not unique */
  SELECT
    COUNT(ERROR(mark)) AS violations
  FROM (
    SELECT
      'attain:duplicate-key:deals:deal_id:' || CAST(deal_id AS TEXT) AS mark
    FROM "crm"."deals" AS deals
    WHERE
      NOT deal_id IS NULL
    GROUP BY
      deal_id
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
    FROM deals_total
  ) AS counted
)
SELECT
  count_deals_where_first_call_closed_on AS "count(deals where first_call <= closed_on)"
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
