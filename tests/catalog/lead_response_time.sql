-- lead_response_time
-- From a lead's creation to the first activity with it that occurred; leads that had none have no part in the median.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH touched AS (SELECT lead_id, min(occurred_at) AS touched_at FROM activities GROUP BY lead_id)
SELECT period, median(hours_between(created_at, touched_at))
FROM periods JOIN leads ON within(created_at, starts, ends) JOIN touched USING (lead_id)
GROUP BY period;

-- ask: --grain month --by source
WITH touched AS (SELECT lead_id, min(occurred_at) AS touched_at FROM activities GROUP BY lead_id)
SELECT period, source, median(hours_between(created_at, touched_at))
FROM periods JOIN leads ON within(created_at, starts, ends) JOIN touched USING (lead_id)
GROUP BY period, source;
