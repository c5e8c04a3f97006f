WITH months AS (
  SELECT CAST(unnest(generate_series(DATE '2024-01-01', DATE '2025-12-01', INTERVAL 1 MONTH)) AS DATE) AS month
),
windows AS (
  SELECT months.month AS window_of, CAST(months.month - to_months(back) AS DATE) AS month
  FROM months
  CROSS JOIN (VALUES (0), (1), (2)) AS backs(back)
),
won AS (
  SELECT
    CAST(closed_at AS DATE) - CAST(day(closed_at) - 1 AS INTEGER) AS month,
    region,
    CAST(amount AS DOUBLE) AS amount
  FROM deals
  LEFT JOIN reps USING (rep_id)
  WHERE status = 'won'
)
SELECT window_of AS month, region, median(amount) AS amount_median
FROM won
JOIN windows USING (month)
GROUP BY 1, 2
ORDER BY 1, 2
