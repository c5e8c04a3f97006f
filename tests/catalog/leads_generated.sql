-- leads_generated
-- no row: 0

-- ask: --grain month
-- ask: --grain week
SELECT period, count(lead_id)
FROM periods LEFT JOIN leads ON within(created_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by source
SELECT period, source, count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period, source;
