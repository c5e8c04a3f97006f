WITH parts AS (
  SELECT
    CAST(closed_at AS DATE) - CAST(day(closed_at) - 1 AS INTEGER) AS month,
    region,
    sum(CASE WHEN status = 'won' THEN amount END) AS revenue
  FROM deals
  LEFT JOIN reps USING (rep_id)
  GROUP BY 1, 2
)
SELECT month, region, coalesce(sum(revenue) OVER three_months, 0) AS revenue_rolling
FROM parts
WINDOW
  three_months AS (PARTITION BY region ORDER BY month RANGE BETWEEN INTERVAL 2 MONTH PRECEDING AND CURRENT ROW)
ORDER BY 1, 2
