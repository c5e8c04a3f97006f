WITH teams_of_reps_times AS (
  /* times of teams_of_reps */
  SELECT
    valid_from AS time_axis
  FROM "teams_of_reps"
  WHERE
    valid_from <= CAST('2026-06-30' AS DATE)
), teams_of_reps_range AS (
  /* the first and the last time of teams_of_reps */
  SELECT
    MIN(time_axis) AS min_time
  FROM teams_of_reps_times
), teams_of_reps_range_to_today AS (
  /* from the first of teams_of_reps to the as-of day */
  SELECT
    CAST(min_time AS DATE) AS first_day,
    CASE WHEN NOT min_time IS NULL THEN CAST('2026-06-30' AS DATE) END AS last_day
  FROM teams_of_reps_range
), months_that_occur AS (
  /* every month in which something occurs */
  SELECT
    CAST(first_day AS DATE) - CAST(DAY(first_day) - 1 AS INT) AS month
  FROM teams_of_reps_range_to_today
  UNION ALL
  SELECT
    CAST(last_day AS DATE) - CAST(DAY(last_day) - 1 AS INT) AS month
  FROM teams_of_reps_range_to_today
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
), teams_of_reps_rows AS (
  /* rows of teams_of_reps, and when they begin and end */
  SELECT
    CAST(valid_from AS DATE) - CAST(DAY(valid_from) - 1 AS INT) AS first_month,
    CASE
      WHEN valid_to <= CAST('2026-06-30' AS DATE)
      THEN CAST(valid_to AS DATE) - CAST(DAY(valid_to) - 1 AS INT)
      ELSE CAST('9999-12-31' AS DATE)
    END AS last_month,
    team AS teams_of_reps_team
  FROM "teams_of_reps"
  WHERE
    valid_from <= CAST('2026-06-30' AS DATE)
), teams_of_reps_lifespans AS (
  /* teams_of_reps by first_month, last_month, teams_of_reps_team: few groups, so that no row is joined to each instant it is there at */
  SELECT
    first_month,
    last_month,
    teams_of_reps_team,
    COUNT(*) AS count_teams_of_reps_as_of_end
  FROM teams_of_reps_rows
  GROUP BY
    first_month,
    last_month,
    teams_of_reps_team
), teams_of_reps_there AS (
  /* each group of teams_of_reps in every month that it is there in */
  SELECT
    months.month,
    teams_of_reps_lifespans.teams_of_reps_team,
    teams_of_reps_lifespans.count_teams_of_reps_as_of_end
  FROM teams_of_reps_lifespans
  INNER JOIN months
    ON teams_of_reps_lifespans.first_month <= months.month
    AND teams_of_reps_lifespans.last_month > months.month
    AND months.month <= CAST('2026-06-30' AS DATE)
), teams_of_reps_as_of_end_by_month_teams_of_reps_team AS (
  /* teams_of_reps as of end by month, teams_of_reps_team, put together from those groups */
  SELECT
    month,
    teams_of_reps_team,
    SUM(count_teams_of_reps_as_of_end) AS count_teams_of_reps_as_of_end
  FROM teams_of_reps_there
  GROUP BY
    month,
    teams_of_reps_team
), slices AS (
  /* every slice that occurs */
  SELECT
    teams_of_reps_team
  FROM teams_of_reps_as_of_end_by_month_teams_of_reps_team
  GROUP BY
    teams_of_reps_team
), grid AS (
  /* every month of every slice */
  SELECT
    months.month,
    slices.teams_of_reps_team
  FROM slices
  CROSS JOIN months
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    teams_of_reps_team,
    count_teams_of_reps_as_of_end
  FROM teams_of_reps_as_of_end_by_month_teams_of_reps_team
  UNION ALL
  SELECT
    month,
    teams_of_reps_team,
    CAST(NULL AS BIGINT) AS count_teams_of_reps_as_of_end
  FROM grid
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    month,
    teams_of_reps_team,
    ANY_VALUE(count_teams_of_reps_as_of_end) AS count_teams_of_reps_as_of_end
  FROM cells_and_gaps
  GROUP BY
    month,
    teams_of_reps_team
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
    teams_of_reps_team,
    COALESCE(count_teams_of_reps_as_of_end, 0) AS count_teams_of_reps_as_of_end
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
  teams_of_reps_team AS "teams_of_reps.team",
  count_teams_of_reps_as_of_end AS "count(teams_of_reps as of end)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  month,
  teams_of_reps_team
