-- stage_duration
-- Dated by entering; who is still there has no part in the mean.
-- no row: null

-- ask: --grain month
SELECT period, avg(days_between(entered_at, exited_at))
FROM periods JOIN deal_stages ON within(entered_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by stage
SELECT period, stage, avg(days_between(entered_at, exited_at))
FROM periods JOIN deal_stages ON within(entered_at, starts, ends)
GROUP BY period, stage;
