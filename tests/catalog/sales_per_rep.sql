-- sales_per_rep
-- By those employed on at least one day of the period (so far); left_on is the last day employed.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    staff AS (
        SELECT period, count(*) AS employed
        FROM periods JOIN reps ON hired_on < ends AND (left_on IS NULL OR left_on >= starts)
        GROUP BY period
    ),
    won AS (
        SELECT period, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period
    )
SELECT period, coalesce(revenue, 0) / employed
FROM staff LEFT JOIN won USING (period);

-- ask: --grain month --by team
WITH
    staff AS (
        SELECT period, team, count(*) AS employed
        FROM periods JOIN reps ON hired_on < ends AND (left_on IS NULL OR left_on >= starts)
        GROUP BY period, team
    ),
    won AS (
        SELECT period, team, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
        WHERE status = 'won'
        GROUP BY period, team
    )
SELECT staff.period, staff.team, coalesce(revenue, 0) / employed
FROM staff LEFT JOIN won ON won.period = staff.period AND won.team IS NOT DISTINCT FROM staff.team;
