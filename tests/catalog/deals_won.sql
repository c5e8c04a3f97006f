-- deals_won
-- no row: 0

-- ask: --grain month
-- ask: --grain week
SELECT period, count(deal_id)
FROM periods LEFT JOIN deals ON within(closed_at, starts, ends) AND status = 'won'
GROUP BY period;

-- ask: --grain month --by rep
-- The dimension is the representative's name: two of one name are one group.
SELECT period, name, count(*)
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE status = 'won'
GROUP BY period, name;
