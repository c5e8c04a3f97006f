-- For every table its rows with what they may be cut by: what its own references lead to first (the rep of an activity
-- is its own, not that of its deal), then what those lead to. Rows whose reference leads nowhere stay, without it.

CREATE VIEW of_reps AS SELECT region, name AS rep, team FROM reps;

CREATE VIEW of_accounts AS SELECT region AS account_region, segment, industry FROM accounts;

CREATE VIEW of_products AS SELECT family AS product_family FROM products;

CREATE VIEW of_leads AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry, source, generated_by
FROM leads LEFT JOIN reps USING (rep_id) LEFT JOIN accounts USING (account_id);

CREATE VIEW of_deals AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry,
    source, generated_by, channel, kind, stage
FROM deals LEFT JOIN reps USING (rep_id) LEFT JOIN accounts USING (account_id) LEFT JOIN leads USING (lead_id);

CREATE VIEW of_deal_stages AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry,
    source, generated_by, channel, kind, deal_stages.stage
FROM deal_stages LEFT JOIN deals USING (deal_id)
    LEFT JOIN reps USING (rep_id) LEFT JOIN accounts USING (account_id) LEFT JOIN leads USING (lead_id);

CREATE VIEW of_activities AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry,
    source, generated_by, channel, activities.kind, stage
FROM activities
    LEFT JOIN reps ON reps.rep_id = activities.rep_id
    LEFT JOIN accounts ON accounts.account_id = activities.account_id
    LEFT JOIN leads ON leads.lead_id = activities.lead_id
    LEFT JOIN deals ON deals.deal_id = activities.deal_id;

CREATE VIEW of_inquiries AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry
FROM inquiries LEFT JOIN reps USING (rep_id) LEFT JOIN accounts USING (account_id);

CREATE VIEW of_quotas AS SELECT region, name AS rep, team FROM quotas LEFT JOIN reps USING (rep_id);

CREATE VIEW of_plan AS SELECT region FROM plan;

CREATE VIEW of_forecasts AS SELECT region, name AS rep, team FROM forecasts LEFT JOIN reps USING (rep_id);

CREATE VIEW of_orders AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry,
    source, generated_by, orders.channel, kind, stage
FROM orders
    LEFT JOIN reps ON reps.rep_id = orders.rep_id
    LEFT JOIN accounts ON accounts.account_id = orders.account_id
    LEFT JOIN deals ON deals.deal_id = orders.deal_id
    LEFT JOIN leads ON leads.lead_id = deals.lead_id;

CREATE VIEW of_order_lines AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry,
    source, generated_by, orders.channel, kind, stage, family AS product_family
FROM order_lines
    LEFT JOIN products ON products.product_id = order_lines.product_id
    LEFT JOIN orders ON orders.order_id = order_lines.order_id
    LEFT JOIN reps ON reps.rep_id = orders.rep_id
    LEFT JOIN accounts ON accounts.account_id = orders.account_id
    LEFT JOIN deals ON deals.deal_id = orders.deal_id
    LEFT JOIN leads ON leads.lead_id = deals.lead_id;

CREATE VIEW of_subscriptions AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry, plan
FROM subscriptions LEFT JOIN reps USING (rep_id) LEFT JOIN accounts USING (account_id);

CREATE VIEW of_costs AS SELECT channel, department FROM costs;

CREATE VIEW of_web_sessions AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry,
    source, generated_by, channel
FROM web_sessions
    LEFT JOIN leads USING (lead_id) LEFT JOIN reps USING (rep_id) LEFT JOIN accounts USING (account_id);

CREATE VIEW of_competitor_prices AS
SELECT family AS product_family, competitor FROM competitor_prices LEFT JOIN products USING (product_id);

CREATE VIEW of_mentions AS SELECT platform FROM mentions;

CREATE VIEW of_social_engagements AS
SELECT region, name AS rep, team, platform FROM social_engagements LEFT JOIN reps USING (rep_id);

CREATE VIEW of_surveys AS
SELECT reps.region, reps.name AS rep, team, accounts.region AS account_region, segment, industry
FROM surveys LEFT JOIN reps USING (rep_id) LEFT JOIN accounts USING (account_id);
