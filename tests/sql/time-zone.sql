WITH calls_rows AS (
  /* rows of calls */
  SELECT
    CAST((
      called_at AT TIME ZONE 'Europe/Berlin'
    ) AT TIME ZONE 'America/New_York' AS DATE) AS day
  FROM "calls"
  WHERE
    (
      (
        called_at AT TIME ZONE 'Europe/Berlin'
      ) AT TIME ZONE 'America/New_York'
    ) < CAST(CAST('2026-07-01' AS DATE) AS TIMESTAMP)
), calls_by_day AS (
  /* calls by day */
  SELECT
    day,
    COUNT(*) AS count_calls
  FROM calls_rows
  GROUP BY
    day
), bounds AS (
  /* the first and the last day */
  SELECT
    MIN(day) AS first_period,
    MAX(day) AS last_period
  FROM calls_by_day
), days AS (
  /* every day of the range */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(first_period, last_period, TO_DAYS(1))) AS DATE) AS day
  FROM bounds
), cells_and_gaps AS (
  /* the cells, and every day for the gaps */
  SELECT
    day,
    count_calls
  FROM calls_by_day
  UNION ALL
  SELECT
    day,
    CAST(NULL AS BIGINT) AS count_calls
  FROM days
), filled AS (
  /* one row for each cell, gaps filled in */
  SELECT
    day,
    ANY_VALUE(count_calls) AS count_calls
  FROM cells_and_gaps
  GROUP BY
    day
), result AS (
  /* the metrics in each cell */
  SELECT
    day,
    COALESCE(count_calls, 0) AS count_calls
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
  day,
  count_calls AS "count(calls)"
FROM result
WHERE
  (
    SELECT
      violations
    FROM cell_count
  ) = 0
ORDER BY
  day
