WITH months AS (
  /* every month of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST('2026-01-01' AS DATE), CAST('2026-06-30' AS DATE), TO_MONTHS(1))) AS DATE) AS month
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
), teams_of_reps_rows AS (
  /* rows of teams_of_reps by as of end */
  SELECT
    windows.month
  FROM "teams_of_reps"
  INNER JOIN windows
    ON teams_of_reps.valid_from < windows.window_cut
    AND COALESCE(teams_of_reps.valid_to, CAST('9999-12-31' AS DATE)) >= windows.window_cut
), teams_of_reps_as_of_end_by_month AS (
  /* teams_of_reps by month */
  SELECT
    month,
    COUNT(*) AS count_teams_of_reps_as_of_end
  FROM teams_of_reps_rows
  GROUP BY
    month
), cells_and_gaps AS (
  /* the cells, and every month for the gaps */
  SELECT
    month,
    count_teams_of_reps_as_of_end
  FROM teams_of_reps_as_of_end_by_month
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
