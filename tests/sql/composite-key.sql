WITH deals_rows AS (
  /* rows of deals */
  SELECT
    price.family AS prices_family,
    deals.amount,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "prices" AS price
    ON deals.product = price.product AND deals.price_list = price.price_list
), deals_by_prices_family AS (
  /* deals by prices_family */
  SELECT
    prices_family,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    prices_family
), result AS (
  /* the metrics in each cell */
  SELECT
    prices_family,
    COALESCE(revenue, 0) AS revenue
  FROM deals_by_prices_family
), unique_keys AS (
  /* fails where a joined key is not unique */
  SELECT
    COUNT(ERROR(mark)) AS violations
  FROM (
    SELECT
      (
        (
          'attain:duplicate-key:prices:product, price_list:' || CAST(product AS TEXT)
        ) || ', '
      ) || CAST(price_list AS TEXT) AS mark
    FROM "prices"
    WHERE
      NOT product IS NULL AND NOT price_list IS NULL
    GROUP BY
      product,
      price_list
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
    FROM deals_by_prices_family
  ) AS counted
)
SELECT
  prices_family AS "prices.family",
  revenue
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
  prices_family
