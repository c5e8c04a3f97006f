SELECT
  reps.region,
  coalesce(sum(deals.amount), 0) AS amount_won
FROM deals
LEFT JOIN reps USING (rep_id)
WHERE deals.status = 'won'
GROUP BY 1
ORDER BY 1
