-- qualified_leads
-- no row: 0

-- ask: --grain month
SELECT period, count(lead_id)
FROM periods LEFT JOIN leads ON within(qualified_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by generated_by
SELECT period, generated_by, count(*)
FROM periods JOIN leads ON within(qualified_at, starts, ends)
GROUP BY period, generated_by;
