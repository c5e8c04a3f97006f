WITH months AS (
  SELECT CAST(unnest(generate_series(DATE '2024-01-01', DATE '2025-12-01', INTERVAL 1 MONTH)) AS DATE) AS month
),
windows AS (
  SELECT month, month - INTERVAL 2 MONTH AS since, month + INTERVAL 1 MONTH AS until
  FROM months
)
SELECT windows.month, region, median(CAST(amount AS DOUBLE)) AS amount_median
FROM windows
JOIN deals ON closed_at >= since AND closed_at < until
LEFT JOIN reps USING (rep_id)
WHERE status = 'won'
GROUP BY 1, 2
ORDER BY 1, 2
