-- unwinnable_share
-- The share that was not won, times how much of the lost is known to be unwinnable. A lost deal of which that is not
-- known stays in the denominator. Without lost deals there is no such share.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period,
    (1 - count(*) FILTER (WHERE status = 'won') / count(*))
    * (count(*) FILTER (WHERE status = 'lost' AND winnable = false)
        / nullif(count(*) FILTER (WHERE status = 'lost'), 0))
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status IN ('won', 'lost')
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region,
    (1 - count(*) FILTER (WHERE status = 'won') / count(*))
    * (count(*) FILTER (WHERE status = 'lost' AND winnable = false)
        / nullif(count(*) FILTER (WHERE status = 'lost'), 0))
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE status IN ('won', 'lost')
GROUP BY period, region;
