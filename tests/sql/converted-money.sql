WITH rates_to_usd AS (
  /* exchange rates to USD; what lacks a day or a rate is none */
  SELECT
    base AS currency,
    quoted AS to_currency,
    day,
    rate
  FROM "fx"
  WHERE
    quoted = 'USD' AND NOT base IS NULL AND NOT day IS NULL AND NOT rate IS NULL
), deals_rates_asked AS (
  /* the days for which deals asks for rates */
  SELECT
    currency,
    closed_on AS day
  FROM "crm"."deals" AS deals
  WHERE
    NOT closed_on IS NULL AND NOT currency IS NULL AND currency IS DISTINCT FROM 'USD'
), deals_rate_days AS (
  /* the days that deals asks for among those of the rates */
  SELECT
    currency,
    day,
    day AS rate_day
  FROM rates_to_usd
  UNION ALL
  SELECT
    currency,
    day,
    CAST(NULL AS DATE) AS rate_day
  FROM deals_rates_asked
), deals_rate_days_once AS (
  /* each day once */
  SELECT
    currency,
    day,
    MAX(rate_day) AS rate_day
  FROM deals_rate_days
  GROUP BY
    currency,
    day
), deals_rate_days_latest AS (
  /* each with the latest day of a rate so far */
  SELECT
    currency,
    day,
    MAX(rate_day) OVER (PARTITION BY currency ORDER BY day) AS rate_day
  FROM deals_rate_days_once
), deals_rates_to_usd AS (
  /* the rate to USD on each day that deals asks for */
  SELECT
    deals_rate_days_latest.currency,
    deals_rate_days_latest.day,
    found.rate
  FROM deals_rate_days_latest
  LEFT JOIN rates_to_usd AS found
    ON deals_rate_days_latest.currency = found.currency AND deals_rate_days_latest.rate_day = found.day
), deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(deals.closed_on AS DATE) - CAST(DAY(deals.closed_on) - 1 AS INT) AS month,
    deals.amount,
    CASE WHEN deals.currency = 'USD' AND NOT deals.closed_on IS NULL THEN 1 ELSE deals_rates_to_usd.rate END AS rate_to_usd
  FROM "crm"."deals" AS deals
  LEFT JOIN deals_rates_to_usd
    ON deals.currency = deals_rates_to_usd.currency AND deals.closed_on = deals_rates_to_usd.day
  WHERE
    deals.closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_month AS (
  /* deals by month */
  SELECT
    month,
    SUM(amount * rate_to_usd) AS sum_convert_deals_amount_currency_closed_on
  FROM deals_rows
  GROUP BY
    month
), bounds AS (
  /* the first and the last month */
  SELECT
    MIN(month) AS first_period,
    MAX(month) AS last_period
  FROM deals_by_month
), months AS (
  /* every month of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(first_period, last_period, TO_MONTHS(1))) AS DATE) AS month
  FROM bounds
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    sum_convert_deals_amount_currency_closed_on
  FROM deals_by_month
  UNION ALL
  SELECT
    month,
    CAST(NULL AS DECIMAL(38, 10)) AS sum_convert_deals_amount_currency_closed_on
  FROM months
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    month,
    ANY_VALUE(sum_convert_deals_amount_currency_closed_on) AS sum_convert_deals_amount_currency_closed_on
  FROM cells_and_gaps
  GROUP BY
    month
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
    COALESCE(sum_convert_deals_amount_currency_closed_on, 0) AS sum_convert_deals_amount_currency_closed_on
  FROM filled
), unique_keys AS (
  /* fails where a joined key is not unique */
  SELECT
    COUNT(ERROR(mark)) AS violations
  FROM (
    SELECT
      (
        (
          (
            (
              'attain:duplicate-key:fx:base, quoted, day:' || CAST(currency AS TEXT)
            ) || ', '
          ) || CAST(to_currency AS TEXT)
        ) || ', '
      ) || CAST(day AS TEXT) AS mark
    FROM rates_to_usd
    WHERE
      NOT currency IS NULL AND NOT to_currency IS NULL AND NOT day IS NULL
    GROUP BY
      currency,
      to_currency,
      day
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
    FROM filled
  ) AS counted
)
SELECT
  month,
  sum_convert_deals_amount_currency_closed_on AS "sum(convert(deals.amount, currency, closed_on))"
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
  month
