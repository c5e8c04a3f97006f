-- close_ratio_provided_leads
-- Only leads that the company handed over; of others it is known that it did not, or it is not known.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH won AS (SELECT DISTINCT lead_id FROM deals WHERE status = 'won')
SELECT period, count(won.lead_id) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends) LEFT JOIN won USING (lead_id)
WHERE provided
GROUP BY period;

-- ask: --grain month --by rep
WITH won AS (SELECT DISTINCT lead_id FROM deals WHERE status = 'won')
SELECT period, name, count(won.lead_id) / count(*)
FROM periods JOIN leads ON within(created_at, starts, ends)
    LEFT JOIN won USING (lead_id) LEFT JOIN reps USING (rep_id)
WHERE provided
GROUP BY period, name;
