-- stage_conversion
-- Dated by entering the stage; a higher position counts whenever it was reached, also after the as-of day. A deal that
-- enters a stage twice in a period is one deal.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH furthest AS (SELECT deal_id, max(position) AS furthest FROM deal_stages GROUP BY deal_id)
SELECT period, count(DISTINCT deal_id) FILTER (WHERE furthest > position) / nullif(count(DISTINCT deal_id), 0)
FROM periods JOIN deal_stages ON within(entered_at, starts, ends) LEFT JOIN furthest USING (deal_id)
GROUP BY period;

-- ask: --grain month --by stage
-- ask: --grain quarter --by stage
WITH furthest AS (SELECT deal_id, max(position) AS furthest FROM deal_stages GROUP BY deal_id)
SELECT period, stage, count(DISTINCT deal_id) FILTER (WHERE furthest > position) / nullif(count(DISTINCT deal_id), 0)
FROM periods JOIN deal_stages ON within(entered_at, starts, ends) LEFT JOIN furthest USING (deal_id)
GROUP BY period, stage;
