WITH won AS (
  SELECT
    CAST(closed_at AS DATE) - CAST(day(closed_at) - 1 AS INTEGER) AS month,
    region,
    list(CAST(amount AS DOUBLE)) AS amounts
  FROM deals
  LEFT JOIN reps USING (rep_id)
  WHERE status = 'won'
  GROUP BY 1, 2
),
windows AS (
  SELECT
    month,
    region,
    list(amounts) OVER (
      PARTITION BY region ORDER BY month RANGE BETWEEN INTERVAL 2 MONTH PRECEDING AND CURRENT ROW
    ) AS lists
  FROM won
)
SELECT month, region, list_median(flatten(lists)) AS amount_median
FROM windows
ORDER BY 1, 2
