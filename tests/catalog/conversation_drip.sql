-- conversation_drip
-- The share that was not won, times how much of the lost is not known to be unwinnable.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period,
    (1 - count(*) FILTER (WHERE status = 'won') / count(*))
    * (1 - count(*) FILTER (WHERE status = 'lost' AND winnable = false)
        / nullif(count(*) FILTER (WHERE status = 'lost'), 0))
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status IN ('won', 'lost')
GROUP BY period;

-- ask: --grain month --by channel
SELECT period, channel,
    (1 - count(*) FILTER (WHERE status = 'won') / count(*))
    * (1 - count(*) FILTER (WHERE status = 'lost' AND winnable = false)
        / nullif(count(*) FILTER (WHERE status = 'lost'), 0))
FROM periods JOIN deals ON within(closed_at, starts, ends)
WHERE status IN ('won', 'lost')
GROUP BY period, channel;
