-- csat_score
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, avg(score)
FROM periods JOIN surveys ON within(answered_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by rep
SELECT period, name, avg(score)
FROM periods JOIN surveys ON within(answered_at, starts, ends) LEFT JOIN reps USING (rep_id)
GROUP BY period, name;
