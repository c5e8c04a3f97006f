WITH months AS (
  SELECT CAST(unnest(generate_series(DATE '2023-01-01', DATE '2025-12-01', INTERVAL 1 MONTH)) AS DATE) AS month
)
SELECT month, count(*) AS subscriptions_active, sum(mrr) AS mrr
FROM months
JOIN subscriptions
  ON started_on < month + INTERVAL 1 MONTH AND (ended_on IS NULL OR ended_on >= month + INTERVAL 1 MONTH)
GROUP BY 1
ORDER BY 1
