-- marketing_lead_quality
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(qualified_at) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
WHERE generated_by = 'marketing'
GROUP BY period;

-- ask: --grain month --by source
SELECT period, source, count(qualified_at) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
WHERE generated_by = 'marketing'
GROUP BY period, source;
