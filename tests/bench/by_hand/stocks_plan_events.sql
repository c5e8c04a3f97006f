WITH began AS (
  SELECT started_on - CAST(day(started_on) - 1 AS INTEGER) AS month, plan, count(*) AS subscriptions, sum(mrr) AS mrr
  FROM subscriptions
  GROUP BY 1, 2
),
ended AS (
  SELECT ended_on - CAST(day(ended_on) - 1 AS INTEGER) AS month, plan, -count(*) AS subscriptions, -sum(mrr) AS mrr
  FROM subscriptions
  WHERE ended_on IS NOT NULL
  GROUP BY 1, 2
),
changes AS (
  SELECT * FROM began
  UNION ALL
  SELECT * FROM ended
),
by_month AS (
  SELECT month, plan, sum(subscriptions) AS subscriptions, sum(mrr) AS mrr
  FROM changes
  GROUP BY 1, 2
),
running AS (
  SELECT
    month,
    plan,
    sum(subscriptions) OVER running AS subscriptions_active,
    sum(mrr) OVER running AS mrr
  FROM by_month
  WINDOW running AS (PARTITION BY plan ORDER BY month)
)
SELECT *
FROM running
WHERE month BETWEEN DATE '2023-01-01' AND DATE '2025-12-01'
ORDER BY 1, 2
