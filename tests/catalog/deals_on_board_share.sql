-- deals_on_board_share
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, count(board_note) / count(*)
FROM periods JOIN deals ON alive(created_at, closed_at, ends)
GROUP BY period;

-- ask: --grain month --by team
SELECT period, team, count(board_note) / count(*)
FROM periods JOIN deals ON alive(created_at, closed_at, ends) LEFT JOIN reps USING (rep_id)
GROUP BY period, team;
