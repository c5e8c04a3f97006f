-- Thirty metrics of four tables for thirteen months: one scan for each table and time, joined by the month.
WITH occurred AS (
  SELECT
    date_trunc('month', occurred_at)::DATE AS month,
    sum(CASE WHEN kind = 'call' THEN 1 ELSE 0 END) AS calls,
    sum(CASE WHEN kind = 'email' THEN 1 ELSE 0 END) AS emails,
    sum(CASE WHEN kind = 'email' AND opened THEN 1 ELSE 0 END) AS opened,
    sum(CASE WHEN kind = 'demo' THEN 1 ELSE 0 END) AS demos,
    sum(CASE WHEN kind = 'proposal' THEN 1 ELSE 0 END) AS proposals,
    sum(CASE WHEN kind = 'networking_event' THEN 1 ELSE 0 END) AS networking,
    coalesce(sum(minutes), 0) / 60 AS selling_time
  FROM crm.activities
  WHERE occurred_at >= DATE '2025-05-01' AND occurred_at < DATE '2026-06-01'
  GROUP BY 1
), scheduled AS (
  SELECT
    date_trunc('month', scheduled_at)::DATE AS month,
    sum(CASE WHEN kind = 'meeting' THEN 1 ELSE 0 END) AS meetings,
    sum(CASE WHEN kind = 'call' THEN 1 ELSE 0 END) AS planned,
    sum(CASE WHEN kind = 'call' AND occurred_at IS NOT NULL THEN 1 ELSE 0 END) AS shown
  FROM crm.activities
  WHERE scheduled_at >= DATE '2025-05-01' AND scheduled_at < DATE '2026-06-01'
  GROUP BY 1
), closed AS (
  SELECT
    date_trunc('month', closed_at)::DATE AS month,
    sum(CASE WHEN status = 'won' THEN amount::DECIMAL(22, 4) END) AS revenue,
    sum(CASE WHEN status = 'won' THEN 1 ELSE 0 END) AS won,
    count(CASE WHEN status = 'won' THEN amount END) AS priced,
    sum(CASE WHEN status = 'won' AND kind = 'new' THEN amount::DECIMAL(22, 4) END) AS revenue_new,
    count(CASE WHEN status = 'won' AND kind = 'new' THEN amount END) AS priced_new,
    sum(CASE WHEN status = 'lost' THEN 1 ELSE 0 END) AS lost,
    sum(CASE WHEN status = 'lost' AND winnable = FALSE THEN 1 ELSE 0 END) AS unwinnable
  FROM crm.deals
  WHERE closed_at >= DATE '2025-05-01' AND closed_at < DATE '2026-06-01'
  GROUP BY 1
), opened AS (
  SELECT date_trunc('month', created_at)::DATE AS month, count(*) AS opportunities
  FROM crm.deals
  WHERE created_at >= DATE '2025-05-01' AND created_at < DATE '2026-06-01'
  GROUP BY 1
), created AS (
  SELECT
    date_trunc('month', created_at)::DATE AS month,
    count(*) AS leads,
    count(qualified_at) AS ever_qualified,
    sum(CASE WHEN generated_by = 'referral' THEN 1 ELSE 0 END) AS referrals
  FROM crm.leads
  WHERE created_at >= DATE '2025-05-01' AND created_at < DATE '2026-06-01'
  GROUP BY 1
), qualified AS (
  SELECT date_trunc('month', qualified_at)::DATE AS month, count(*) AS qualified
  FROM crm.leads
  WHERE qualified_at >= DATE '2025-05-01' AND qualified_at < DATE '2026-06-01'
  GROUP BY 1
), visited AS (
  SELECT
    date_trunc('month', started_at)::DATE AS month,
    count(*) AS sessions,
    sum(CASE WHEN viewed_content THEN 1 ELSE 0 END) AS viewed,
    sum(CASE WHEN added_to_cart THEN 1 ELSE 0 END) AS added,
    sum(CASE WHEN initiated_checkout THEN 1 ELSE 0 END) AS initiated,
    sum(CASE WHEN purchased THEN 1 ELSE 0 END) AS purchased,
    coalesce(sum(revenue::DECIMAL(22, 4)), 0) AS revenue,
    coalesce(sum(ad_cost::DECIMAL(22, 4)), 0) AS ad_cost
  FROM crm.web_sessions
  WHERE started_at >= DATE '2025-05-01' AND started_at < DATE '2026-06-01'
  GROUP BY 1
)
SELECT
  month, calls, emails AS emails_sent, demos, proposals AS proposals_sent, networking AS networking_events,
  meetings AS meetings_scheduled, opened.opened / emails AS email_open_rate, shown / planned AS call_show_rate,
  selling_time, sessions, viewed AS content_views, added AS add_to_carts, initiated AS checkouts,
  visited.purchased AS purchases, added / viewed AS view_to_cart, initiated / added AS cart_to_checkout,
  visited.purchased / initiated AS checkout_to_purchase, visited.revenue / sessions AS value_per_session,
  visited.revenue / sessions - ad_cost / sessions AS return_per_session, closed.revenue, won AS deals_won,
  closed.revenue / priced AS average_revenue, revenue_new / priced_new AS average_deal_size,
  won / (won + lost) AS win_rate, (1 - won / (won + lost)) * (unwinnable / lost) AS unwinnable_share,
  opportunities AS sales_opportunities, leads AS leads_generated, qualified AS qualified_leads,
  ever_qualified / leads AS lead_qualification_rate, referrals
FROM occurred AS opened
JOIN scheduled USING (month)
JOIN closed USING (month)
JOIN opened AS deals_opened USING (month)
JOIN created USING (month)
JOIN qualified USING (month)
JOIN visited USING (month)
ORDER BY month
