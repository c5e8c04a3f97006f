WITH months AS (
  SELECT CAST(unnest(generate_series(DATE '2024-01-01', DATE '2025-12-01', INTERVAL 1 MONTH)) AS DATE) AS month
),
won AS (
  SELECT
    CAST(closed_at AS DATE) - CAST(day(closed_at) - 1 AS INTEGER) AS month,
    region,
    account_id
  FROM deals
  LEFT JOIN reps USING (rep_id)
  WHERE status = 'won'
),
in_order AS (
  SELECT month, region, lead(month) OVER (PARTITION BY account_id, region ORDER BY month) AS next_month
  FROM won
),
counts AS (
  SELECT month, region, next_month, count(*) AS customers
  FROM in_order
  GROUP BY 1, 2, 3
)
SELECT months.month, region, sum(customers) AS customers
FROM months
JOIN counts
  ON counts.month >= months.month - INTERVAL 2 MONTH
  AND counts.month <= months.month
  AND (next_month IS NULL OR next_month > months.month)
GROUP BY 1, 2
ORDER BY 1, 2
