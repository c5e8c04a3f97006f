WITH plan AS (
  /* the values of plan */
  SELECT
    CAST(first_day AS DATE) AS first_day,
    CAST(day_after AS DATE) AS day_after,
    CAST(region AS TEXT) AS region,
    CAST(target_value AS DECIMAL(38, 2)) AS target_value
  FROM (VALUES
    ('2026-01-01', '2026-02-01', 'EMEA', 1000),
    ('2026-01-01', '2026-02-01', 'AMER', 2500),
    ('2026-02-01', '2026-03-01', 'EMEA', 1100),
    ('2026-02-01', '2026-03-01', 'AMER', 2400)) AS written(first_day, day_after, region, target_value)
), weeks AS (
  /* every week of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST('2025-12-29' AS DATE), CAST('2026-03-01' AS DATE), TO_DAYS(7))) AS DATE) AS week
), windows AS (
  /* the window of each week */
  SELECT
    week AS window_start,
    week + CAST(7 AS INT) AS window_end
  FROM weeks
), plan_range AS (
  /* from the first window to the last */
  SELECT
    MIN(window_start) AS range_start,
    MAX(window_end) AS range_end
  FROM windows
), plan_in_range AS (
  /* the values of plan that the cells touch */
  SELECT
    plan.first_day,
    plan.day_after,
    plan.region,
    plan.target_value
  FROM plan
  CROSS JOIN plan_range
  WHERE
    plan.day_after > plan_range.range_start AND plan.first_day < plan_range.range_end
), plan_in_range_range AS (
  /* from when to when plan goes */
  SELECT
    MIN(first_day) AS first_time,
    MAX(day_after) AS end_time
  FROM plan_in_range
), plan_weeks AS (
  /* every week that plan touches */
  SELECT
    CAST(UNNEST(
      GENERATE_SERIES(CAST(first_time AS DATE) - CAST(ISODOW(first_time) - 1 AS INT), end_time + CAST(-1 AS INT), TO_DAYS(7))
    ) AS DATE) AS week
  FROM plan_in_range_range
), plan_parts AS (
  /* the parts of plan by week */
  SELECT
    plan_in_range.first_day,
    plan_in_range.day_after,
    plan_in_range.region,
    plan_in_range.target_value,
    CASE
      WHEN plan_weeks.week IS NULL OR plan_in_range.first_day IS NULL
      THEN NULL
      ELSE GREATEST(plan_weeks.week, plan_in_range.first_day)
    END AS part_begins,
    CASE
      WHEN (
        plan_weeks.week + CAST(7 AS INT)
      ) IS NULL OR plan_in_range.day_after IS NULL
      THEN NULL
      ELSE LEAST(plan_weeks.week + CAST(7 AS INT), plan_in_range.day_after)
    END AS part_ends
  FROM plan_in_range
  INNER JOIN plan_weeks
    ON plan_weeks.week < plan_in_range.day_after
    AND (
      plan_weeks.week + CAST(7 AS INT)
    ) > plan_in_range.first_day
), plan_shares AS (
  /* the share of each part by days, to be rounded */
  SELECT
    first_day,
    day_after,
    region,
    target_value,
    part_begins,
    part_ends,
    CAST(ABS(target_value) * 100 AS BIGINT) * DATE_DIFF('DAY', part_begins, part_ends) AS share,
    DATE_DIFF('DAY', first_day, day_after) AS whole_share
  FROM plan_parts
), plan_units AS (
  /* whole units, and what remains of each */
  SELECT
    first_day,
    day_after,
    region,
    target_value,
    part_begins,
    part_ends,
    whole_share,
    CAST(ROUND((
      share - (
        share % NULLIF(whole_share, 0)
      )
    ) / NULLIF(whole_share, 0)) AS BIGINT) AS units,
    share % NULLIF(whole_share, 0) AS remainder
  FROM plan_shares
), plan_left_over AS (
  /* what remains of each whole */
  SELECT
    first_day,
    region,
    SUM(remainder) AS left_over
  FROM plan_units
  GROUP BY
    first_day,
    region
), plan_remainders AS (
  /* each part beside what remains of its whole */
  SELECT
    plan_units.first_day,
    plan_units.day_after,
    plan_units.region,
    plan_units.target_value,
    plan_units.part_begins,
    plan_units.part_ends,
    plan_units.units,
    plan_units.remainder,
    plan_units.whole_share,
    plan_left_over.left_over
  FROM plan_units
  LEFT JOIN plan_left_over
    ON plan_units.first_day = plan_left_over.first_day
    AND plan_units.region IS NOT DISTINCT FROM plan_left_over.region
), plan_ranked AS (
  /* the largest remainders first, of equal ones the earlier */
  SELECT
    first_day,
    day_after,
    region,
    target_value,
    part_begins,
    part_ends,
    units,
    remainder,
    whole_share,
    left_over,
    ROW_NUMBER() OVER (PARTITION BY first_day, region ORDER BY remainder DESC, part_begins) AS place
  FROM plan_remainders
), plan_spread AS (
  /* the parts of plan, which add up to its values */
  SELECT
    part_begins AS first_day,
    CASE
      WHEN target_value < 0
      THEN -CASE WHEN (
        place * whole_share
      ) <= left_over THEN units + 1 ELSE units END
      ELSE CASE WHEN (
        place * whole_share
      ) <= left_over THEN units + 1 ELSE units END
    END * 0.01 AS target_value
  FROM plan_ranked
), plan_in_windows AS (
  /* the values of plan in every window that they lie in */
  SELECT
    weeks.week,
    plan_spread.target_value AS target_revenue
  FROM plan_spread
  INNER JOIN weeks
    ON (
      CAST(plan_spread.first_day AS DATE) - CAST(ISODOW(plan_spread.first_day) - 1 AS INT)
    ) = weeks.week
), plan_by_week AS (
  /* plan by week */
  SELECT
    week,
    SUM(target_revenue) AS target_revenue
  FROM plan_in_windows
  GROUP BY
    week
), cells_and_gaps AS (
  /* the cells, and every week for the gaps */
  SELECT
    week,
    target_revenue
  FROM plan_by_week
  UNION ALL
  SELECT
    week,
    CAST(NULL AS DECIMAL(38, 2)) AS target_revenue
  FROM weeks
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    week,
    ANY_VALUE(target_revenue) AS target_revenue
  FROM cells_and_gaps
  GROUP BY
    week
), result AS (
  /* the metrics in each cell */
  SELECT
    week,
    target_revenue
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
  week,
  target_revenue AS "target(revenue)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  week
