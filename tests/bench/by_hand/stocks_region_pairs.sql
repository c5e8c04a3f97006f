WITH months AS (
  SELECT CAST(unnest(generate_series(DATE '2023-01-01', DATE '2025-12-01', INTERVAL 1 MONTH)) AS DATE) AS month
),
lifespans AS (
  SELECT
    started_on - CAST(day(started_on) - 1 AS INTEGER) AS first_month,
    ended_on - CAST(day(ended_on) - 1 AS INTEGER) AS last_month,
    region,
    count(*) AS subscriptions,
    sum(mrr) AS mrr
  FROM subscriptions
  LEFT JOIN reps USING (rep_id)
  GROUP BY 1, 2, 3
)
SELECT month, region, sum(subscriptions) AS subscriptions_active, sum(mrr) AS mrr
FROM months
JOIN lifespans ON first_month <= month AND (last_month IS NULL OR last_month > month)
GROUP BY 1, 2
ORDER BY 1, 2
