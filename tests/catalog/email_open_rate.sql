-- email_open_rate
-- An email of which it is not known whether it was opened was sent, and not opened.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(*) FILTER (WHERE opened) / count(*)
FROM periods JOIN activities ON within(occurred_at, starts, ends)
WHERE kind = 'email'
GROUP BY period;

-- ask: --grain month --by rep
SELECT period, name, count(*) FILTER (WHERE opened) / count(*)
FROM periods JOIN activities ON within(occurred_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE kind = 'email'
GROUP BY period, name;
