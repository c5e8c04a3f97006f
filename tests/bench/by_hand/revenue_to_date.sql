WITH parts AS (
  SELECT
    CAST(closed_at AS DATE) - CAST(day(closed_at) - 1 AS INTEGER) AS month,
    region,
    sum(CASE WHEN status = 'won' THEN amount END) AS revenue
  FROM deals
  LEFT JOIN reps USING (rep_id)
  GROUP BY 1, 2
)
SELECT month, region, coalesce(sum(revenue) OVER year_to_date, 0) AS revenue_to_date
FROM parts
WINDOW
  year_to_date AS (PARTITION BY region, year(month) ORDER BY month)
ORDER BY 1, 2
