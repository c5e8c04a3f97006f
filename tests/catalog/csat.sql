-- csat
-- A survey without a score is one that did not score 4 or 5.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(*) FILTER (WHERE score >= 4) / count(*)
FROM periods JOIN surveys ON within(answered_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by segment
SELECT period, segment, count(*) FILTER (WHERE score >= 4) / count(*)
FROM periods JOIN surveys ON within(answered_at, starts, ends) LEFT JOIN accounts USING (account_id)
GROUP BY period, segment;
