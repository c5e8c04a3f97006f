-- deals_on_board
-- no row: 0

-- ask: --grain month
SELECT period, count(board_note)
FROM periods LEFT JOIN deals ON alive(created_at, closed_at, ends)
GROUP BY period;

-- ask: --grain month --by team
SELECT period, team, count(board_note)
FROM periods JOIN deals ON alive(created_at, closed_at, ends) LEFT JOIN reps USING (rep_id)
GROUP BY period, team;
