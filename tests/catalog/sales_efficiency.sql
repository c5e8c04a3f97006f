-- sales_efficiency
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    won AS (
        SELECT period, coalesce(sum(amount), 0) AS revenue
        FROM periods LEFT JOIN deals ON within(closed_at, starts, ends) AND status = 'won'
        GROUP BY period
    ),
    spent AS (
        SELECT period, sum(amount) AS cost
        FROM periods JOIN costs ON within(spent_on, starts, ends)
        WHERE department IN ('sales', 'marketing')
        GROUP BY period
    )
SELECT period, revenue / nullif(cost, 0)
FROM won JOIN spent USING (period);

-- ask: --grain month --by channel
WITH
    won AS (
        SELECT period, channel, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period, channel
    ),
    spent AS (
        SELECT period, channel, sum(amount) AS cost
        FROM periods JOIN costs ON within(spent_on, starts, ends)
        WHERE department IN ('sales', 'marketing')
        GROUP BY period, channel
    )
SELECT spent.period, spent.channel, coalesce(revenue, 0) / nullif(cost, 0)
FROM spent LEFT JOIN won ON won.period = spent.period AND won.channel IS NOT DISTINCT FROM spent.channel;
