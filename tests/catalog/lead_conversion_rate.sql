-- lead_conversion_rate
-- Of the leads created in the period those with a won deal, whenever it was won.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH won AS (SELECT DISTINCT lead_id FROM deals WHERE status = 'won')
SELECT period, count(won.lead_id) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends) LEFT JOIN won USING (lead_id)
GROUP BY period;

-- ask: --grain month --by source
WITH won AS (SELECT DISTINCT lead_id FROM deals WHERE status = 'won')
SELECT period, source, count(won.lead_id) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends) LEFT JOIN won USING (lead_id)
GROUP BY period, source;
