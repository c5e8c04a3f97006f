-- deals_by_stage
-- Rows of the stage history between entered_at and exited_at, whose own stage it is.
-- no row: 0

-- ask: --grain month
SELECT period, count(deal_stages.stage)
FROM periods LEFT JOIN deal_stages ON alive(entered_at, exited_at, ends)
GROUP BY period;

-- ask: --grain month --by stage
SELECT period, stage, count(*)
FROM periods JOIN deal_stages ON alive(entered_at, exited_at, ends)
GROUP BY period, stage;
