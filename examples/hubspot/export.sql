-- A CRM as HubSpot exports it: objects with the internal names of their properties. Those that HubSpot has by itself are
-- called hs_.. or are well known (dealstage, closedate, amount, hubspot_owner_id); the others are a company's own.

CREATE OR REPLACE TEMP MACRO stage_in_hs(stage) AS CASE stage
  WHEN 'Qualification' THEN 'appointmentscheduled' WHEN 'Discovery' THEN 'qualifiedtobuy' WHEN 'Demo' THEN 'presentationscheduled'
  WHEN 'Proposal' THEN 'decisionmakerboughtin' WHEN 'Negotiation' THEN 'contractsent' WHEN 'Won' THEN 'closedwon' ELSE 'closedlost' END;
CREATE OR REPLACE TEMP MACRO source_in_hs(source) AS CASE source
  WHEN 'web' THEN 'DIRECT_TRAFFIC' WHEN 'search' THEN 'ORGANIC_SEARCH' WHEN 'social' THEN 'SOCIAL_MEDIA' WHEN 'referral' THEN 'REFERRALS'
  WHEN 'event' THEN 'OFFLINE' WHEN 'partner' THEN 'OTHER_CAMPAIGNS' WHEN 'outbound' THEN 'EMAIL_MARKETING' END;

-- file: export/owners.csv
SELECT rep_id AS id, split_part(name, ' ', 1) AS firstname, split_part(name, ' ', 2) AS lastname, team, region,
  manager_id AS manager, hired_on, left_on, left_on IS NOT NULL AS archived
FROM reps ORDER BY rep_id;

-- file: export/companies.csv
SELECT account_id AS hs_object_id, name, industry, segment, region, created_at AS createdate FROM accounts ORDER BY account_id;

-- file: export/products.csv
SELECT product_id AS hs_object_id, name, family, list_price AS price, unit_cost AS hs_cost_of_goods_sold, launched_on,
  replaces_product_id AS replaces
FROM products ORDER BY product_id;

-- file: export/contacts.csv
SELECT lead_id AS hs_object_id, created_at AS createdate, source_in_hs(source) AS hs_analytics_source, generated_by,
  provided AS company_provided, rep_id AS hubspot_owner_id, account_id AS associatedcompanyid,
  qualified_at AS hs_lifecyclestage_salesqualifiedlead_date, converted_at AS hs_lifecyclestage_opportunity_date,
  CASE WHEN converted_at IS NOT NULL THEN 'opportunity' WHEN qualified_at IS NOT NULL THEN 'salesqualifiedlead' ELSE 'lead' END
    AS lifecyclestage
FROM leads ORDER BY lead_id;

-- file: export/deals.csv
WITH visits AS (
  SELECT deal_id, stage_in_hs(stage) AS stage, entered_at, exited_at FROM deal_stages
), last_visits AS (
  SELECT deal_id, stage, max(entered_at) AS entered_at, arg_max_null(exited_at, entered_at) AS exited_at FROM visits GROUP BY ALL
), wide AS (
  SELECT deal_id,
    max(entered_at) FILTER (stage = 'appointmentscheduled') AS hs_v2_date_entered_appointmentscheduled,
    max(exited_at) FILTER (stage = 'appointmentscheduled') AS hs_v2_date_exited_appointmentscheduled,
    max(entered_at) FILTER (stage = 'qualifiedtobuy') AS hs_v2_date_entered_qualifiedtobuy,
    max(exited_at) FILTER (stage = 'qualifiedtobuy') AS hs_v2_date_exited_qualifiedtobuy,
    max(entered_at) FILTER (stage = 'presentationscheduled') AS hs_v2_date_entered_presentationscheduled,
    max(exited_at) FILTER (stage = 'presentationscheduled') AS hs_v2_date_exited_presentationscheduled,
    max(entered_at) FILTER (stage = 'decisionmakerboughtin') AS hs_v2_date_entered_decisionmakerboughtin,
    max(exited_at) FILTER (stage = 'decisionmakerboughtin') AS hs_v2_date_exited_decisionmakerboughtin,
    max(entered_at) FILTER (stage = 'contractsent') AS hs_v2_date_entered_contractsent,
    max(exited_at) FILTER (stage = 'contractsent') AS hs_v2_date_exited_contractsent,
    max(entered_at) FILTER (stage = 'closedwon') AS hs_v2_date_entered_closedwon
  FROM last_visits GROUP BY deal_id
)
SELECT deal_id AS hs_object_id, account_id AS associatedcompanyid, rep_id AS hubspot_owner_id, lead_id AS associatedcontactid,
  CASE kind WHEN 'new' THEN 'newbusiness' ELSE 'existingbusiness' END AS dealtype, CASE WHEN kind <> 'new' THEN kind END AS existing_kind,
  stage_in_hs(stage) AS dealstage, status <> 'open' AS hs_is_closed, status = 'won' AS hs_is_closed_won, created_at AS createdate,
  coalesce(closed_at, created_at + INTERVAL 60 DAY) AS closedate, amount, cost AS deal_cost, channel AS sales_channel,
  CASE WHEN status = 'lost' THEN CASE WHEN winnable THEN ['Price', 'Competitor', 'Timing'][1 + deal_id % 3]
    WHEN NOT winnable THEN ['No budget', 'No need'][1 + deal_id % 2] END END AS closed_lost_reason,
  board_note AS hs_next_step, wide.* EXCLUDE (deal_id)
FROM deals LEFT JOIN wide USING (deal_id) ORDER BY deal_id;

-- file: export/calls.csv
SELECT activity_id AS hs_object_id, rep_id AS hubspot_owner_id, lead_id AS contact_id, deal_id, account_id AS company_id,
  coalesce(occurred_at, scheduled_at) AS hs_timestamp, scheduled_at AS scheduled_for,
  CASE WHEN occurred_at IS NULL THEN 'NO_ANSWER' ELSE 'COMPLETED' END AS hs_call_status, minutes * 60000 AS hs_call_duration
FROM activities WHERE kind = 'call' ORDER BY activity_id;

-- file: export/emails.csv
SELECT activity_id AS hs_object_id, rep_id AS hubspot_owner_id, lead_id AS contact_id, deal_id, account_id AS company_id,
  occurred_at AS hs_timestamp, 'SENT' AS hs_email_status,
  CASE WHEN opened THEN 1 + activity_id % 3 WHEN NOT opened THEN 0 END AS hs_email_open_count, minutes AS minutes_spent
FROM activities WHERE kind = 'email' ORDER BY activity_id;

-- file: export/meetings.csv
SELECT activity_id AS hs_object_id, rep_id AS hubspot_owner_id, lead_id AS contact_id, deal_id, account_id AS company_id,
  CASE kind WHEN 'meeting' THEN 'Meeting' WHEN 'demo' THEN 'Demo' ELSE 'Networking event' END AS hs_activity_type,
  scheduled_at AS scheduled_for, occurred_at AS hs_meeting_start_time, occurred_at + to_minutes(minutes) AS hs_meeting_end_time,
  CASE WHEN occurred_at IS NOT NULL THEN 'COMPLETED' WHEN scheduled_at > TIMESTAMP '2026-07-01' THEN 'SCHEDULED' ELSE 'NO_SHOW' END
    AS hs_meeting_outcome
FROM activities WHERE kind IN ('meeting', 'demo', 'networking_event') ORDER BY activity_id;

-- file: export/tasks.csv
SELECT activity_id AS hs_object_id, rep_id AS hubspot_owner_id, lead_id AS contact_id, deal_id, account_id AS company_id,
  CASE kind WHEN 'proposal' THEN 'Send proposal' ELSE 'Follow up' END AS hs_task_subject, occurred_at AS hs_task_completion_date,
  minutes AS minutes_spent
FROM activities WHERE kind IN ('proposal', 'follow_up') ORDER BY activity_id;

-- file: export/tickets.csv
SELECT inquiry_id AS hs_object_id, account_id AS associatedcompanyid, rep_id AS hubspot_owner_id, received_at AS createdate,
  answered_at AS first_agent_reply_date
FROM inquiries ORDER BY inquiry_id;

-- file: export/goals.csv
SELECT row_number() OVER (ORDER BY rep_id, month) AS hs_object_id, rep_id AS hubspot_owner_id, month::TIMESTAMP AS hs_start_datetime,
  month + INTERVAL 1 MONTH AS hs_end_datetime, amount AS hs_target_amount
FROM quotas ORDER BY rep_id, month;

-- file: export/orders.csv
SELECT order_id AS hs_object_id, account_id AS associatedcompanyid, deal_id AS associateddealid, rep_id AS hubspot_owner_id,
  ordered_at AS hs_external_created_date, channel AS sales_channel
FROM orders ORDER BY order_id;

-- file: export/line_items.csv
SELECT line_id AS hs_object_id, order_id AS associatedorderid, product_id AS hs_product_id, quantity, unit_price AS price,
  unit_cost AS hs_cost_of_goods_sold
FROM order_lines ORDER BY line_id;

-- file: other/subscriptions.csv
SELECT * FROM subscriptions ORDER BY subscription_id;

-- file: other/forecasts.csv
SELECT * FROM forecasts ORDER BY rep_id, month, made_on;

-- file: other/plan.csv
SELECT * FROM plan ORDER BY month, region;

-- file: other/costs.csv
SELECT * FROM costs ORDER BY spent_on, department, channel, amount;

-- file: other/web_sessions.csv
SELECT * FROM web_sessions ORDER BY session_id;

-- file: other/competitor_prices.csv
SELECT * FROM competitor_prices ORDER BY observed_on, competitor, product_id;

-- file: other/mentions.csv
SELECT * FROM mentions ORDER BY mention_id;

-- file: other/social_engagements.csv
SELECT * FROM social_engagements ORDER BY day, rep_id, platform;

-- file: other/surveys.csv
SELECT * FROM surveys ORDER BY survey_id;
