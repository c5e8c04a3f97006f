-- activity_ratio
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    acted AS (
        SELECT period, count(activity_id) AS activities
        FROM periods LEFT JOIN activities
            ON within(occurred_at, starts, ends) AND kind IN ('call', 'email', 'meeting')
        GROUP BY period
    ),
    won AS (
        SELECT period, count(*) AS deals_won
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period
    )
SELECT period, activities / deals_won
FROM acted JOIN won USING (period);

-- ask: --grain month --by region
-- Of the activity's own representative, and of the deal's.
WITH
    acted AS (
        SELECT period, region, count(*) AS activities
        FROM periods JOIN activities ON within(occurred_at, starts, ends) LEFT JOIN reps USING (rep_id)
        WHERE kind IN ('call', 'email', 'meeting')
        GROUP BY period, region
    ),
    won AS (
        SELECT period, region, count(*) AS deals_won
        FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
        WHERE status = 'won'
        GROUP BY period, region
    )
SELECT won.period, won.region, coalesce(activities, 0) / deals_won
FROM won LEFT JOIN acted ON acted.period = won.period AND acted.region IS NOT DISTINCT FROM won.region;
