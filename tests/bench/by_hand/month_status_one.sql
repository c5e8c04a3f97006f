SELECT
  date_trunc('month', closed_at)::DATE AS month,
  status,
  coalesce(sum(CASE WHEN status = 'won' THEN amount END), 0) AS amount_won
FROM deals
GROUP BY 1, 2
ORDER BY 1, 2
