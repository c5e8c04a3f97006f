WITH deals_rows AS (
  /* rows of deals */
  SELECT
    team_then.team AS teams_of_reps_team,
    deals.amount,
    deals.status IS NOT DISTINCT FROM 'won' AS won
  FROM "crm"."deals" AS deals
  LEFT JOIN "teams_of_reps" AS team_then
    ON deals.owner_id = team_then.rep_id
    AND team_then.valid_from <= deals.closed_on
    AND (
      deals.closed_on < team_then.valid_to OR team_then.valid_to IS NULL
    )
), deals_by_teams_of_reps_team AS (
  /* deals by teams_of_reps_team */
  SELECT
    teams_of_reps_team,
    SUM(CASE WHEN won THEN amount END) AS revenue
  FROM deals_rows
  GROUP BY
    teams_of_reps_team
), result AS (
  /* the metrics in each cell */
  SELECT
    teams_of_reps_team,
    COALESCE(revenue, 0) AS revenue
  FROM deals_by_teams_of_reps_team
), teams_of_reps_versions AS (
  /* versions of teams_of_reps that are valid at some time */
  SELECT
    rep_id,
    valid_from AS version_from,
    valid_to AS version_to
  FROM "teams_of_reps"
  WHERE
    NOT rep_id IS NULL AND NOT valid_from IS NULL AND (
      valid_from < valid_to OR valid_to IS NULL
    )
), teams_of_reps_in_order AS (
  /* each with the beginning of the next one */
  SELECT
    rep_id,
    version_from,
    version_to,
    LEAD(version_from) OVER (PARTITION BY rep_id ORDER BY version_from) AS next_from
  FROM teams_of_reps_versions
), teams_of_reps_overlaps AS (
  /* those that are still valid when the next one begins */
  SELECT
    rep_id,
    version_from,
    next_from
  FROM teams_of_reps_in_order
  WHERE
    NOT next_from IS NULL AND (
      next_from < version_to OR version_to IS NULL
    )
), unique_keys AS (
  /* fails where versions overlap */
  SELECT
    COUNT(ERROR(mark)) AS violations
  FROM (
    SELECT
      (
        (
          (
            (
              'attain:overlapping-versions:teams_of_reps:rep_id:' || CAST(rep_id AS TEXT)
            ) || ', '
          ) || CAST(version_from AS TEXT)
        ) || ', '
      ) || CAST(next_from AS TEXT) AS mark
    FROM teams_of_reps_overlaps
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
    FROM deals_by_teams_of_reps_team
  ) AS counted
)
SELECT
  teams_of_reps_team AS "teams_of_reps.team",
  revenue
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
  teams_of_reps_team
