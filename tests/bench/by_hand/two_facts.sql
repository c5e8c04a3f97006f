WITH costs_by_channel AS (
  SELECT campaigns.channel, sum(costs.amount) AS cost
  FROM costs
  LEFT JOIN campaigns USING (campaign_id)
  GROUP BY 1
),
deals_by_channel AS (
  SELECT campaigns.channel, count(CASE WHEN deals.status = 'won' THEN 1 END) AS deals_won
  FROM deals
  LEFT JOIN campaigns USING (campaign_id)
  GROUP BY 1
)
SELECT
  channel,
  coalesce(cost, 0) / nullif(coalesce(deals_won, 0), 0) AS cost_per_win
FROM costs_by_channel
FULL JOIN deals_by_channel USING (channel)
ORDER BY 1
