-- funnel_leakage
-- What stage_conversion leaves.
-- no row: null

-- ask: --grain month
WITH furthest AS (SELECT deal_id, max(position) AS furthest FROM deal_stages GROUP BY deal_id)
SELECT period, 1 - count(DISTINCT deal_id) FILTER (WHERE furthest > position) / nullif(count(DISTINCT deal_id), 0)
FROM periods JOIN deal_stages ON within(entered_at, starts, ends) LEFT JOIN furthest USING (deal_id)
GROUP BY period;

-- ask: --grain month --by stage
WITH furthest AS (SELECT deal_id, max(position) AS furthest FROM deal_stages GROUP BY deal_id)
SELECT period, stage,
    1 - count(DISTINCT deal_id) FILTER (WHERE furthest > position) / nullif(count(DISTINCT deal_id), 0)
FROM periods JOIN deal_stages ON within(entered_at, starts, ends) LEFT JOIN furthest USING (deal_id)
GROUP BY period, stage;
