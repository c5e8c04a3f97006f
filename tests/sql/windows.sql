WITH deals_rows AS (
  /* rows of deals */
  SELECT
    CAST(closed_on AS DATE) AS day,
    channel,
    amount,
    status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  WHERE
    closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_day_channel AS (
  /* deals by day, channel: the parts that windows are put together from */
  SELECT
    day,
    channel,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    day,
    channel
), first_and_last AS (
  /* the first and the last time */
  SELECT
    MIN(day) AS first_period,
    MAX(day) AS last_period
  FROM deals_by_day_channel
), bounds AS (
  /* the first and the last month */
  SELECT
    CAST(first_period AS DATE) - CAST(DAY(first_period) - 1 AS INT) AS first_period,
    CAST(last_period AS DATE) - CAST(DAY(last_period) - 1 AS INT) AS last_period
  FROM first_and_last
), months AS (
  /* every month of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(first_period, last_period, TO_MONTHS(1))) AS DATE) AS month
  FROM bounds
), deals_by_month_channel AS (
  /* deals by month, channel, put together from its days, since windows may begin or end within a month */
  SELECT
    CAST(day AS DATE) - CAST(DAY(day) - 1 AS INT) AS month,
    channel,
    SUM(revenue) AS revenue
  FROM deals_by_day_channel
  GROUP BY
    CAST(day AS DATE) - CAST(DAY(day) - 1 AS INT),
    channel
), windows AS (
  /* the window of each month */
  SELECT
    month,
    month AS window_start,
    CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE) AS window_end,
    CASE
      WHEN CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE) < CAST('2026-07-01' AS DATE)
      THEN CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE)
      WHEN month < CAST('2026-07-01' AS DATE)
      THEN CAST('2026-07-01' AS DATE)
    END AS window_cut
  FROM months
), windows_prior_1_year AS (
  /* the window of each month: prior 1 year */
  SELECT
    month,
    CAST(window_start + TO_MONTHS(CAST(-12 AS INT)) AS DATE) AS window_start,
    CASE
      WHEN window_start = (
        CAST(window_start AS DATE) - CAST(DAY(window_start) - 1 AS INT)
      )
      AND window_cut = (
        CAST(window_cut AS DATE) - CAST(DAY(window_cut) - 1 AS INT)
      )
      THEN CAST(window_cut + TO_MONTHS(CAST(-12 AS INT)) AS DATE)
      ELSE CAST((
        window_cut + CAST(-1 AS INT)
      ) + TO_MONTHS(CAST(-12 AS INT)) AS DATE) + CAST(1 AS INT)
    END AS window_cut
  FROM windows
), deals_prior_1_year AS (
  /* each day of deals in every window that it lies in: prior 1 year */
  SELECT
    windows_prior_1_year.month,
    deals_by_day_channel.channel,
    deals_by_day_channel.revenue
  FROM deals_by_day_channel
  INNER JOIN windows_prior_1_year
    ON deals_by_day_channel.day >= windows_prior_1_year.window_start
    AND deals_by_day_channel.day < windows_prior_1_year.window_cut
), deals_prior_1_year_by_month_channel AS (
  /* deals by month, channel, put together from its days, since windows may begin or end within a month */
  SELECT
    month,
    channel,
    SUM(revenue) AS revenue_prior_1_year
  FROM deals_prior_1_year
  GROUP BY
    month,
    channel
), windows_to_date_year AS (
  /* the window of each month: to_date year */
  SELECT
    month,
    MAKE_DATE(YEAR(window_end + CAST(-1 AS INT)), 1, 1) AS window_start,
    CASE WHEN MAKE_DATE(YEAR(window_end + CAST(-1 AS INT)), 1, 1) < window_cut THEN window_cut END AS window_cut
  FROM windows
), deals_to_date_year AS (
  /* each day of deals in every window that it lies in: to_date year */
  SELECT
    windows_to_date_year.month,
    deals_by_day_channel.channel,
    deals_by_day_channel.revenue
  FROM deals_by_day_channel
  INNER JOIN windows_to_date_year
    ON deals_by_day_channel.day >= windows_to_date_year.window_start
    AND deals_by_day_channel.day < windows_to_date_year.window_cut
), deals_to_date_year_by_month_channel AS (
  /* deals by month, channel, put together from its days, since windows may begin or end within a month */
  SELECT
    month,
    channel,
    SUM(revenue) AS revenue_to_date_year
  FROM deals_to_date_year
  GROUP BY
    month,
    channel
), facts AS (
  /* each table's aggregates below each other */
  SELECT
    month,
    channel,
    revenue,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue_prior_1_year,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue_to_date_year
  FROM deals_by_month_channel
  UNION ALL
  SELECT
    month,
    channel,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue,
    revenue_prior_1_year,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue_to_date_year
  FROM deals_prior_1_year_by_month_channel
  UNION ALL
  SELECT
    month,
    channel,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue_prior_1_year,
    revenue_to_date_year
  FROM deals_to_date_year_by_month_channel
), cells AS (
  /* one row for each cell */
  SELECT
    month,
    channel,
    ANY_VALUE(revenue) AS revenue,
    ANY_VALUE(revenue_prior_1_year) AS revenue_prior_1_year,
    ANY_VALUE(revenue_to_date_year) AS revenue_to_date_year
  FROM facts
  GROUP BY
    month,
    channel
), slices AS (
  /* every slice that occurs */
  SELECT
    channel
  FROM cells
  GROUP BY
    channel
), grid AS (
  /* every month of every slice */
  SELECT
    months.month,
    slices.channel
  FROM slices
  CROSS JOIN months
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    channel,
    revenue,
    revenue_prior_1_year,
    revenue_to_date_year
  FROM cells
  UNION ALL
  SELECT
    month,
    channel,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue_prior_1_year,
    CAST(NULL AS DECIMAL(38, 2)) AS revenue_to_date_year
  FROM grid
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    month,
    channel,
    ANY_VALUE(revenue) AS revenue,
    ANY_VALUE(revenue_prior_1_year) AS revenue_prior_1_year,
    ANY_VALUE(revenue_to_date_year) AS revenue_to_date_year
  FROM cells_and_gaps
  GROUP BY
    month,
    channel
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
    channel,
    COALESCE(revenue, 0) AS revenue,
    (
      COALESCE(revenue, 0) / NULLIF(COALESCE(revenue_prior_1_year, 0), 0)
    ) - 1 AS growth_revenue_1_year,
    COALESCE(revenue_to_date_year, 0) AS to_date_revenue_year
  FROM filled
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
      COUNT(*) * (
        SELECT
          COUNT(*)
        FROM months
      ) AS n
    FROM slices
  ) AS counted
)
SELECT
  month,
  channel,
  revenue,
  growth_revenue_1_year AS "growth(revenue, 1 year)",
  to_date_revenue_year AS "to_date(revenue, year)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  month,
  channel
