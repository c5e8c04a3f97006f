-- engagement_conversion_correlation
-- Over the months of the year, the last one as far as it goes. A month without engagement is one of 0.
-- no row: null

-- ask: --grain year
-- ask: no grain
WITH
    converted AS (
        SELECT months.period AS month, count(won.lead_id) / count(*) AS conversion
        FROM months JOIN leads ON within(leads.created_at, starts, ends)
            LEFT JOIN (SELECT DISTINCT lead_id FROM deals WHERE status = 'won') AS won USING (lead_id)
        GROUP BY month
    ),
    engaged AS (
        SELECT months.period AS month,
            coalesce(sum(likes), 0) + coalesce(sum(comments), 0)
                + coalesce(sum(shares), 0) + coalesce(sum(messages), 0) AS engagement
        FROM months LEFT JOIN social_engagements ON within(day, starts, ends)
        GROUP BY month
    )
SELECT period, correlation(engagement, conversion)
FROM month_of_period JOIN converted USING (month) JOIN engaged USING (month)
GROUP BY period;

-- ask: --grain year --by region
WITH
    converted AS (
        SELECT months.period AS month, region, count(won.lead_id) / count(*) AS conversion
        FROM months JOIN leads ON within(leads.created_at, starts, ends) LEFT JOIN reps USING (rep_id)
            LEFT JOIN (SELECT DISTINCT lead_id FROM deals WHERE status = 'won') AS won USING (lead_id)
        GROUP BY month, region
    ),
    engaged AS (
        SELECT months.period AS month, region,
            coalesce(sum(likes), 0) + coalesce(sum(comments), 0)
                + coalesce(sum(shares), 0) + coalesce(sum(messages), 0) AS engagement
        FROM months JOIN social_engagements ON within(day, starts, ends) LEFT JOIN reps USING (rep_id)
        GROUP BY month, region
    )
SELECT period, converted.region, correlation(coalesce(engagement, 0), conversion)
FROM month_of_period JOIN converted USING (month)
    LEFT JOIN engaged ON engaged.month = converted.month AND engaged.region IS NOT DISTINCT FROM converted.region
GROUP BY period, converted.region;
