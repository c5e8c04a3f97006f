-- selling_time
-- Minutes as hours.
-- no row: 0

-- ask: --grain month
SELECT period, coalesce(sum(minutes), 0) / 60
FROM periods LEFT JOIN activities ON within(occurred_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by rep
SELECT period, name, coalesce(sum(minutes), 0) / 60
FROM periods JOIN activities ON within(occurred_at, starts, ends) LEFT JOIN reps USING (rep_id)
GROUP BY period, name;
