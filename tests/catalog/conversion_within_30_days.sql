-- conversion_within_30_days
-- The first won deal of the lead closed at most 30 days after the lead was created, to the instant.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH won AS (SELECT lead_id, min(closed_at) AS won_at FROM deals WHERE status = 'won' GROUP BY lead_id)
SELECT period, count(*) FILTER (WHERE won_at <= created_at + INTERVAL 30 DAY) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends) LEFT JOIN won USING (lead_id)
GROUP BY period;

-- ask: --grain month --by source
WITH won AS (SELECT lead_id, min(closed_at) AS won_at FROM deals WHERE status = 'won' GROUP BY lead_id)
SELECT period, source, count(*) FILTER (WHERE won_at <= created_at + INTERVAL 30 DAY) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends) LEFT JOIN won USING (lead_id)
GROUP BY period, source;
