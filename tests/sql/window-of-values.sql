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
), deals_values_rolling_3_months AS (
  /* rows of deals, and what is counted */
  SELECT
    CAST(deals.closed_on AS DATE) - CAST(DAY(deals.closed_on) - 1 AS INT) AS month,
    owner.region,
    deals.product
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
  WHERE
    deals.closed_on <= CAST('2026-06-30' AS DATE) AND deals.status = 'won' AND NOT deals.product IS NULL
), deals_values_in_order_rolling_3_months AS (
  /* with the month in which each value comes next */
  SELECT
    month,
    region,
    product,
    LEAD(month) OVER (PARTITION BY product, region ORDER BY month) AS next_month
  FROM deals_values_rolling_3_months
), deals_values_by_month_rolling_3_months AS (
  /* values by month and the next month with them: few groups, which all windows are made of */
  SELECT
    month,
    next_month,
    region,
    COUNT(product) AS rolling_count_distinct_deals_product_where_won_3_months
  FROM deals_values_in_order_rolling_3_months
  GROUP BY
    month,
    next_month,
    region
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
), deals_last_in_rolling_3_months AS (
  /* each value in every window that holds its month but not the next one with it: rolling 3 months */
  SELECT
    windows_rolling_3_months.month AS month_2,
    deals_values_by_month_rolling_3_months.region,
    deals_values_by_month_rolling_3_months.rolling_count_distinct_deals_product_where_won_3_months
  FROM deals_values_by_month_rolling_3_months
  INNER JOIN windows_rolling_3_months
    ON deals_values_by_month_rolling_3_months.month >= windows_rolling_3_months.window_start
    AND deals_values_by_month_rolling_3_months.month < windows_rolling_3_months.window_cut
    AND (
      deals_values_by_month_rolling_3_months.next_month IS NULL
      OR deals_values_by_month_rolling_3_months.next_month >= windows_rolling_3_months.window_cut
    )
), deals_rolling_3_months_by_month_region AS (
  /* deals by month, region */
  SELECT
    month_2 AS month,
    region,
    SUM(rolling_count_distinct_deals_product_where_won_3_months) AS rolling_count_distinct_deals_product_where_won_3_months
  FROM deals_last_in_rolling_3_months
  GROUP BY
    month_2,
    region
), windows_rolling_3_months_ends AS (
  /* from the first window to the last */
  SELECT
    MIN(window_start) AS first_start,
    MAX(window_cut) AS last_end
  FROM windows_rolling_3_months
  WHERE
    NOT window_cut IS NULL
), deals_rows AS (
  /* rows of deals */
  SELECT
    owner.region
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
  WHERE
    deals.closed_on >= (
      SELECT
        first_start
      FROM windows_rolling_3_months_ends
    )
    AND deals.closed_on < (
      SELECT
        last_end
      FROM windows_rolling_3_months_ends
    )
    AND deals.closed_on <= CAST('2026-06-30' AS DATE)
), deals_by_region AS (
  /* where any of deals lies in a window, whatever conditions ask for */
  SELECT
    region
  FROM deals_rows
  GROUP BY
    region
), deals_by_region_every_month AS (
  /* each slice of deals in every month */
  SELECT
    months.month,
    deals_by_region.region
  FROM deals_by_region
  CROSS JOIN months
), facts AS (
  /* each table's aggregates below each other */
  SELECT
    month,
    region,
    rolling_count_distinct_deals_product_where_won_3_months
  FROM deals_rolling_3_months_by_month_region
  UNION ALL
  SELECT
    month,
    region,
    CAST(NULL AS BIGINT) AS rolling_count_distinct_deals_product_where_won_3_months
  FROM deals_by_region_every_month
), cells AS (
  /* one row for each cell */
  SELECT
    month,
    region,
    ANY_VALUE(rolling_count_distinct_deals_product_where_won_3_months) AS rolling_count_distinct_deals_product_where_won_3_months
  FROM facts
  GROUP BY
    month,
    region
), slices AS (
  /* every slice that occurs */
  SELECT
    region
  FROM cells
  GROUP BY
    region
), grid AS (
  /* every month of every slice */
  SELECT
    months.month,
    slices.region
  FROM slices
  CROSS JOIN months
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    region,
    rolling_count_distinct_deals_product_where_won_3_months
  FROM cells
  UNION ALL
  SELECT
    month,
    region,
    CAST(NULL AS BIGINT) AS rolling_count_distinct_deals_product_where_won_3_months
  FROM grid
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    month,
    region,
    ANY_VALUE(rolling_count_distinct_deals_product_where_won_3_months) AS rolling_count_distinct_deals_product_where_won_3_months
  FROM cells_and_gaps
  GROUP BY
    month,
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
    region,
    COALESCE(rolling_count_distinct_deals_product_where_won_3_months, 0) AS rolling_count_distinct_deals_product_where_won_3_months
  FROM filled
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
  region,
  rolling_count_distinct_deals_product_where_won_3_months AS "rolling(count(distinct deals.product where won), 3 months)"
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
  month,
  region
