-- share_of_leads
-- A slice's leads by all leads of the period; not cut by anything, all of them. A slice without leads has a share of 0.
-- no row: null

-- ask: --grain month
SELECT period, count(*) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by source
WITH created AS (
    SELECT period, source FROM periods JOIN leads ON within(created_at, starts, ends)
)
SELECT totals.period, members.source,
    count(created.period) / any_value(leads_of_all)
FROM (SELECT period, count(*) AS leads_of_all FROM created GROUP BY period) AS totals
    CROSS JOIN (SELECT DISTINCT source FROM created) AS members
    LEFT JOIN created ON created.period = totals.period AND created.source IS NOT DISTINCT FROM members.source
GROUP BY totals.period, members.source;
