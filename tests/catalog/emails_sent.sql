-- emails_sent
-- Activities of the kind that occurred, dated by when. The team is that of the activity's own representative.
-- no row: 0

-- ask: --grain month
SELECT period, count(activity_id)
FROM periods LEFT JOIN activities ON within(occurred_at, starts, ends) AND kind = 'email'
GROUP BY period;

-- ask: --grain month --by team
SELECT period, team, count(*)
FROM periods JOIN activities ON within(occurred_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE kind = 'email'
GROUP BY period, team;
