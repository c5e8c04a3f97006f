-- pipeline_velocity
-- Mean amount of new deals won, times deals open at the end, times the win rate, by the mean days from creation to won.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    closed AS (
        SELECT period,
            avg(amount) FILTER (WHERE status = 'won' AND kind = 'new') AS deal_size,
            count(*) FILTER (WHERE status = 'won')
                / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0) AS win_rate,
            avg(days_between(created_at, closed_at)) FILTER (WHERE status = 'won') AS cycle
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        GROUP BY period
    ),
    opened AS (
        SELECT period, count(*) AS open_deals
        FROM periods JOIN deals ON alive(created_at, closed_at, ends)
        GROUP BY period
    )
SELECT period, deal_size * coalesce(open_deals, 0) * win_rate / nullif(cycle, 0)
FROM closed LEFT JOIN opened USING (period);

-- ask: --grain month --by region
WITH
    closed AS (
        SELECT period, region,
            avg(amount) FILTER (WHERE status = 'won' AND kind = 'new') AS deal_size,
            count(*) FILTER (WHERE status = 'won')
                / nullif(count(*) FILTER (WHERE status IN ('won', 'lost')), 0) AS win_rate,
            avg(days_between(created_at, closed_at)) FILTER (WHERE status = 'won') AS cycle
        FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
        GROUP BY period, region
    ),
    opened AS (
        SELECT period, region, count(*) AS open_deals
        FROM periods JOIN deals ON alive(created_at, closed_at, ends) LEFT JOIN reps USING (rep_id)
        GROUP BY period, region
    )
SELECT closed.period, closed.region, deal_size * coalesce(open_deals, 0) * win_rate / nullif(cycle, 0)
FROM closed LEFT JOIN opened ON opened.period = closed.period AND opened.region IS NOT DISTINCT FROM closed.region;
