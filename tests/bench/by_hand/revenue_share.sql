WITH parts AS (
  SELECT
    CAST(closed_at AS DATE) - CAST(day(closed_at) - 1 AS INTEGER) AS month,
    region,
    sum(CASE WHEN status = 'won' THEN amount END) AS revenue
  FROM deals
  LEFT JOIN reps USING (rep_id)
  GROUP BY 1, 2
)
SELECT
  month,
  region,
  coalesce(revenue, 0) / nullif(coalesce(sum(revenue) OVER (PARTITION BY month), 0), 0) AS revenue_share
FROM parts
ORDER BY 1, 2
