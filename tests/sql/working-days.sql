WITH holidays AS (
  /* holidays: 2026-01-19, 2026-02-16, 2027-01-18, those on working days */
  SELECT
    CAST(year || '-' || UNNEST(STR_SPLIT(days, ' ')) AS DATE) AS day
  FROM (VALUES
    ('2026', '01-19 02-16'),
    ('2027', '01-18')) AS years(year, days)
), calendar_days AS (
  /* every day, 1970 to 2099 */
  SELECT
    CAST(UNNEST(GENERATE_SERIES(CAST('1970-01-01' AS DATE), CAST('2099-12-31' AS DATE), TO_DAYS(1))) AS DATE) AS day
), working_days AS (
  /* which days are worked on, and how many such days lie before each */
  SELECT
    day,
    is_working_day,
    CAST(SUM(is_working_day) OVER (ORDER BY day) AS BIGINT) - is_working_day AS working_days_before
  FROM (
    SELECT
      calendar_days.day,
      CASE WHEN ISODOW(calendar_days.day) IN (1, 2, 3, 4, 5) AND holidays.day IS NULL THEN 1 ELSE 0 END AS is_working_day
    FROM calendar_days
    LEFT JOIN holidays
      ON calendar_days.day = holidays.day
  ) AS each_day
), deals_rows AS (
  /* rows of deals */
  SELECT
    owner.region,
    deals.closed_on,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "reps" AS owner
    ON deals.owner_id = owner.rep_id
), deals_by_region_days AS (
  /* with the working days that deals_by_region looks at */
  SELECT
    deals_rows.region,
    deals_rows.closed_on,
    closed_on_day.working_days_before AS working_days_before_closed_on,
    day.working_days_before,
    deals_rows.won
  FROM deals_rows
  LEFT JOIN working_days AS closed_on_day
    ON CAST(deals_rows.closed_on AS DATE) = closed_on_day.day
  LEFT JOIN working_days AS day
    ON CAST('2026-01-02' AS DATE) = day.day
), deals_by_region AS (
  /* deals by region */
  SELECT
    region,
    SUM(
      CASE
        WHEN won
        THEN CASE
          WHEN CAST('2026-01-02' AS DATE) < closed_on
          THEN working_days_before_closed_on - working_days_before
          WHEN CAST('2026-01-02' AS DATE) >= closed_on
          THEN 0
        END
      END
    ) AS sum_business_days_date_2026_01_02_deals_closed_on_where
  FROM deals_by_region_days AS deals_rows
  GROUP BY
    region
), result AS (
  /* the metrics in each cell */
  SELECT
    region,
    COALESCE(sum_business_days_date_2026_01_02_deals_closed_on_where, 0) AS sum_business_days_date_2026_01_02_deals_closed_on_where
  FROM deals_by_region
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
      COUNT(*) AS n
    FROM deals_by_region
  ) AS counted
)
SELECT
  region,
  sum_business_days_date_2026_01_02_deals_closed_on_where AS "sum(business_days(date '2026-01-02', deals.closed_on) where won)"
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
  region
