-- lead_qualification_rate
-- Of the leads created in the period, whenever they were qualified.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(qualified_at) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by source
SELECT period, source, count(qualified_at) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period, source;
