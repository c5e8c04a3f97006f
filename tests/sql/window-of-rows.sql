WITH deals_times AS (
  /* times of deals */
  SELECT
    closed_on AS time_axis
  FROM "crm"."deals" AS deals
  WHERE
    closed_on <= CAST('2026-06-30' AS DATE)
), deals_range AS (
  /* the first and the last time of deals */
  SELECT
    MIN(time_axis) AS min_time,
    MAX(time_axis) AS max_time
  FROM deals_times
), months_that_occur AS (
  /* every month in which something occurs */
  SELECT
    CAST(min_time AS DATE) - CAST(DAY(min_time) - 1 AS INT) AS month
  FROM deals_range
  UNION ALL
  SELECT
    CAST(max_time AS DATE) - CAST(DAY(max_time) - 1 AS INT) AS month
  FROM deals_range
), bounds AS (
  /* the first and the last month */
  SELECT
    MIN(month) AS first_period,
    MAX(month) AS last_period
  FROM months_that_occur
), months AS (
  /* every month of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(first_period, last_period, TO_MONTHS(1))) AS DATE) AS month
  FROM bounds
), windows AS (
  /* the window of each month */
  SELECT
    month,
    CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE) AS window_end,
    CASE
      WHEN CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE) < CAST('2026-07-01' AS DATE)
      THEN CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE)
      WHEN month < CAST('2026-07-01' AS DATE)
      THEN CAST('2026-07-01' AS DATE)
    END AS window_cut
  FROM months
), windows_rolling_3_months AS (
  /* the window of each month: rolling 3 months */
  SELECT
    month,
    CAST(window_end + TO_MONTHS(CAST(-3 AS INT)) AS DATE) AS window_start,
    CASE WHEN CAST(window_end + TO_MONTHS(CAST(-3 AS INT)) AS DATE) < window_cut THEN window_cut END AS window_cut
  FROM windows
), deals_rows AS (
  /* rows of deals by rolling 3 months */
  SELECT
    CAST(closed_on AS DATE) AS row_day,
    amount
  FROM "crm"."deals" AS deals
), windows_rolling_3_months_ends AS (
  /* from the first window to the last */
  SELECT
    MIN(window_start) AS first_start,
    MAX(window_cut) AS last_end
  FROM windows_rolling_3_months
  WHERE
    NOT window_cut IS NULL
), windows_rolling_3_months_days AS (
  /* every day from the first window to the last */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(first_start, last_end, TO_DAYS(1))) AS DATE) AS day
  FROM windows_rolling_3_months_ends
), days_of_windows_rolling_3_months AS (
  /* the days of each window */
  SELECT
    windows_rolling_3_months_days.day,
    windows_rolling_3_months.month
  FROM windows_rolling_3_months_days
  INNER JOIN windows_rolling_3_months
    ON windows_rolling_3_months_days.day >= windows_rolling_3_months.window_start
    AND windows_rolling_3_months_days.day < windows_rolling_3_months.window_cut
), each_day_of_windows_rolling_3_months AS (
  /* each of them once: few, to be looked up */
  SELECT
    day,
    month
  FROM days_of_windows_rolling_3_months
  GROUP BY
    day,
    month
), deals_in_rolling_3_months AS (
  /* each of them in every window that holds its day, looked up by the day, as what is asked does not follow from parts: rolling 3 months */
  SELECT
    each_day_of_windows_rolling_3_months.month,
    deals_rows.amount
  FROM deals_rows
  INNER JOIN each_day_of_windows_rolling_3_months
    ON deals_rows.row_day = each_day_of_windows_rolling_3_months.day
), deals_rolling_3_months_by_month AS (
  /* deals by month */
  SELECT
    month,
    MEDIAN(CAST(amount AS DOUBLE)) AS rolling_median_deals_amount_3_months
  FROM deals_in_rolling_3_months
  GROUP BY
    month
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    rolling_median_deals_amount_3_months
  FROM deals_rolling_3_months_by_month
  UNION ALL
  SELECT
    month,
    CAST(NULL AS DOUBLE) AS rolling_median_deals_amount_3_months
  FROM months
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    month,
    ANY_VALUE(rolling_median_deals_amount_3_months) AS rolling_median_deals_amount_3_months
  FROM cells_and_gaps
  GROUP BY
    month
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
    rolling_median_deals_amount_3_months
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
      COUNT(*) AS n
    FROM filled
  ) AS counted
)
SELECT
  month,
  rolling_median_deals_amount_3_months AS "rolling(median(deals.amount), 3 months)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  month
