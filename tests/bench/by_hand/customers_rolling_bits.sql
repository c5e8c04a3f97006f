WITH months AS (
  SELECT CAST(unnest(generate_series(DATE '2024-01-01', DATE '2025-12-01', INTERVAL 1 MONTH)) AS DATE) AS month
),
won AS (
  SELECT
    CAST(closed_at AS DATE) - CAST(day(closed_at) - 1 AS INTEGER) AS month,
    region,
    CAST(1 AS BIGINT) << date_diff('month', DATE '2024-01-01', CAST(closed_at AS DATE)) AS bit,
    account_id
  FROM deals
  LEFT JOIN reps USING (rep_id)
  WHERE status = 'won'
),
accounts_by_region AS (
  SELECT region, account_id, bit_or(bit) AS bits
  FROM won
  GROUP BY 1, 2
),
counts AS (
  SELECT region, bits, count(*) AS customers
  FROM accounts_by_region
  GROUP BY 1, 2
),
windows AS (
  SELECT month, (CAST(7 AS BIGINT) << date_diff('month', DATE '2024-01-01', month)) >> 2 AS bits
  FROM months
)
SELECT month, region, sum(customers) AS customers
FROM counts
JOIN windows ON counts.bits & windows.bits <> 0
GROUP BY 1, 2
ORDER BY 1, 2
