-- lead_response_p90
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH touched AS (SELECT lead_id, min(occurred_at) AS touched_at FROM activities GROUP BY lead_id)
SELECT period, quantile_cont(hours_between(created_at, touched_at), 0.9)
FROM periods JOIN leads ON within(created_at, starts, ends) JOIN touched USING (lead_id)
GROUP BY period;

-- ask: --grain month --by region
WITH touched AS (SELECT lead_id, min(occurred_at) AS touched_at FROM activities GROUP BY lead_id)
SELECT period, region, quantile_cont(hours_between(created_at, touched_at), 0.9)
FROM periods JOIN leads ON within(created_at, starts, ends)
    JOIN touched USING (lead_id) LEFT JOIN reps USING (rep_id)
GROUP BY period, region;
