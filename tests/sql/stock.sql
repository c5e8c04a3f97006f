WITH months AS (
  /* every month of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST('2026-01-01' AS DATE), CAST('2026-06-30' AS DATE), TO_MONTHS(1))) AS DATE) AS month
), teams_of_reps_rows AS (
  /* rows of teams_of_reps that begin */
  SELECT
    CAST(valid_from AS DATE) AS change_day
  FROM "teams_of_reps"
  WHERE
    NOT valid_from IS NULL
), teams_of_reps_that_begin AS (
  /* teams_of_reps that begin, by day: few groups, so that no row is joined to each instant it is there at */
  SELECT
    change_day,
    COUNT(*) AS count_teams_of_reps_as_of_end
  FROM teams_of_reps_rows
  GROUP BY
    change_day
), teams_of_reps_rows_2 AS (
  /* rows of teams_of_reps that end */
  SELECT
    CASE
      WHEN CAST(valid_to AS DATE) < CAST(valid_from AS DATE)
      THEN CAST(valid_from AS DATE)
      ELSE CAST(valid_to AS DATE)
    END AS change_day
  FROM "teams_of_reps"
  WHERE
    NOT valid_from IS NULL AND NOT valid_to IS NULL
), teams_of_reps_that_end AS (
  /* teams_of_reps that end, by day: few groups, so that no row is joined to each instant it is there at */
  SELECT
    change_day,
    COUNT(*) AS count_teams_of_reps_as_of_end
  FROM teams_of_reps_rows_2
  GROUP BY
    change_day
), teams_of_reps_changes AS (
  /* what began and, as less, what ended */
  SELECT
    change_day,
    count_teams_of_reps_as_of_end
  FROM teams_of_reps_that_begin
  UNION ALL
  SELECT
    change_day,
    -count_teams_of_reps_as_of_end AS count_teams_of_reps_as_of_end
  FROM teams_of_reps_that_end
), windows AS (
  /* the window of each month */
  SELECT
    month,
    CASE
      WHEN CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE) < CAST('2026-07-01' AS DATE)
      THEN CAST(month + TO_MONTHS(CAST(1 AS INT)) AS DATE)
      WHEN month < CAST('2026-07-01' AS DATE)
      THEN CAST('2026-07-01' AS DATE)
    END AS window_cut
  FROM months
), teams_of_reps_changes_before AS (
  /* each change in every window that ends after it */
  SELECT
    windows.month,
    teams_of_reps_changes.count_teams_of_reps_as_of_end
  FROM teams_of_reps_changes
  INNER JOIN windows
    ON teams_of_reps_changes.change_day < windows.window_cut
), teams_of_reps_as_of_end_by_month AS (
  /* teams_of_reps as of end by month: what began less what ended */
  SELECT
    month,
    SUM(count_teams_of_reps_as_of_end) AS count_teams_of_reps_as_of_end
  FROM teams_of_reps_changes_before
  GROUP BY
    month
), teams_of_reps_as_of_end_by_month_there AS (
  /* where any of teams_of_reps is there */
  SELECT
    month,
    count_teams_of_reps_as_of_end
  FROM teams_of_reps_as_of_end_by_month
  WHERE
    count_teams_of_reps_as_of_end > 0
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    count_teams_of_reps_as_of_end
  FROM teams_of_reps_as_of_end_by_month_there
  UNION ALL
  SELECT
    month,
    CAST(NULL AS BIGINT) AS count_teams_of_reps_as_of_end
  FROM months
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    month,
    ANY_VALUE(count_teams_of_reps_as_of_end) AS count_teams_of_reps_as_of_end
  FROM cells_and_gaps
  GROUP BY
    month
), result AS (
  /* the metrics in each cell */
  SELECT
    month,
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
      COUNT(*) AS n
    FROM filled
  ) AS counted
)
SELECT
  month,
  count_teams_of_reps_as_of_end AS "count(teams_of_reps as of end)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  month
