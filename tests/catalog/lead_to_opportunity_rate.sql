-- lead_to_opportunity_rate
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(*) FILTER (WHERE lead_id IN (SELECT lead_id FROM deals)) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by generated_by
SELECT period, generated_by, count(*) FILTER (WHERE lead_id IN (SELECT lead_id FROM deals)) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period, generated_by;
