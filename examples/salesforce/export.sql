-- A CRM as Salesforce exports it: objects and fields with their own names, custom fields with __c.

CREATE OR REPLACE TEMP MACRO sf(prefix, id) AS prefix || lpad(id::VARCHAR, 15, '0');
CREATE OR REPLACE TEMP MACRO stage_in_sf(stage) AS CASE stage
  WHEN 'Discovery' THEN 'Needs Analysis' WHEN 'Demo' THEN 'Value Proposition' WHEN 'Proposal' THEN 'Proposal/Price Quote'
  WHEN 'Negotiation' THEN 'Negotiation/Review' WHEN 'Won' THEN 'Closed Won' WHEN 'Lost' THEN 'Closed Lost' ELSE stage END;

-- file: export/User.csv
SELECT sf('005', rep_id) AS "Id", name AS "Name", team AS "Department", region AS "Division", sf('005', manager_id) AS "ManagerId",
  left_on IS NULL AS "IsActive", hired_on AS "Hired_On__c", left_on AS "Left_On__c"
FROM reps ORDER BY rep_id;

-- file: export/Account.csv
SELECT sf('001', account_id) AS "Id", name AS "Name", industry AS "Industry", segment AS "Segment__c", region AS "Region__c",
  created_at AS "CreatedDate"
FROM accounts ORDER BY account_id;

-- file: export/Product2.csv
SELECT sf('01t', product_id) AS "Id", name AS "Name", family AS "Family", list_price AS "List_Price__c", unit_cost AS "Unit_Cost__c",
  launched_on AS "Launched_On__c", sf('01t', replaces_product_id) AS "Replaces__c"
FROM products ORDER BY product_id;

-- file: export/Lead.csv
SELECT sf('00Q', lead_id) AS "Id", created_at AS "CreatedDate", source AS "LeadSource", generated_by AS "Generated_By__c",
  provided AS "Company_Provided__c", sf('005', rep_id) AS "OwnerId", sf('001', account_id) AS "Account__c",
  qualified_at AS "Qualified_At__c", converted_at IS NOT NULL AS "IsConverted", converted_at::DATE AS "ConvertedDate"
FROM leads ORDER BY lead_id;

-- file: export/Opportunity.csv
SELECT sf('006', deal_id) AS "Id", sf('001', account_id) AS "AccountId", sf('005', rep_id) AS "OwnerId", sf('00Q', lead_id) AS "Lead__c",
  CASE kind WHEN 'new' THEN 'New Business' WHEN 'renewal' THEN 'Renewal' WHEN 'upsell' THEN 'Upsell' ELSE 'Cross-Sell' END AS "Type",
  stage_in_sf(stage) AS "StageName", status <> 'open' AS "IsClosed", status = 'won' AS "IsWon", created_at AS "CreatedDate",
  coalesce(closed_at::DATE, created_at::DATE + 60) AS "CloseDate", coalesce(closed_at, created_at) AS "LastStageChangeDate",
  amount AS "Amount", cost AS "Cost__c", channel AS "Channel__c",
  CASE WHEN winnable THEN 'Yes' WHEN NOT winnable THEN 'No' END AS "Winnable__c", board_note AS "NextStep"
FROM deals ORDER BY deal_id;

-- file: export/OpportunityHistory.csv
SELECT sf('008', row_number() OVER (ORDER BY deal_id, entered_at, position)) AS "Id", sf('006', deal_id) AS "OpportunityId",
  stage_in_sf(stage) AS "StageName", entered_at AS "CreatedDate"
FROM (
  SELECT deal_id, stage, position, entered_at FROM deal_stages
  UNION ALL
  SELECT deal_id, 'Lost', 7, closed_at FROM deals SEMI JOIN deal_stages USING (deal_id) WHERE status = 'lost')
ORDER BY 1;

-- file: export/Task.csv
SELECT sf('00T', activity_id) AS "Id", sf('005', rep_id) AS "OwnerId", sf('00Q', lead_id) AS "WhoId", sf('006', deal_id) AS "WhatId",
  sf('001', account_id) AS "AccountId",
  CASE kind WHEN 'call' THEN 'Call' WHEN 'email' THEN 'Email' WHEN 'follow_up' THEN 'Follow-Up' ELSE 'Proposal' END AS "Type",
  CASE WHEN occurred_at IS NULL THEN 'Not Started' ELSE 'Completed' END AS "Status",
  coalesce(scheduled_at, occurred_at)::DATE AS "ActivityDate", scheduled_at AS "Scheduled_At__c", occurred_at AS "CompletedDateTime",
  CASE kind WHEN 'call' THEN minutes * 60 END AS "CallDurationInSeconds", CASE WHEN kind <> 'call' THEN minutes END AS "Minutes__c",
  opened AS "Opened__c"
FROM activities WHERE kind IN ('call', 'email', 'follow_up', 'proposal') ORDER BY activity_id;

-- file: export/Event.csv
SELECT sf('00U', activity_id) AS "Id", sf('005', rep_id) AS "OwnerId", sf('00Q', lead_id) AS "WhoId", sf('006', deal_id) AS "WhatId",
  sf('001', account_id) AS "AccountId",
  CASE kind WHEN 'meeting' THEN 'Meeting' WHEN 'demo' THEN 'Demo' ELSE 'Networking' END AS "Type",
  coalesce(scheduled_at, occurred_at) AS "StartDateTime", coalesce(minutes, 30) AS "DurationInMinutes",
  scheduled_at IS NULL AS "Ad_Hoc__c", occurred_at AS "Held_At__c", minutes IS NULL AND occurred_at IS NOT NULL AS "Duration_Unknown__c"
FROM activities WHERE kind IN ('meeting', 'demo', 'networking_event') ORDER BY activity_id;

-- file: export/Case.csv
SELECT sf('500', inquiry_id) AS "Id", sf('001', account_id) AS "AccountId", sf('005', rep_id) AS "OwnerId", received_at AS "CreatedDate",
  answered_at AS "First_Response_At__c"
FROM inquiries ORDER BY inquiry_id;

-- file: export/ForecastingQuota.csv
SELECT sf('0J9', row_number() OVER (ORDER BY rep_id, month)) AS "Id", sf('005', rep_id) AS "QuotaOwnerId", month AS "StartDate",
  amount AS "QuotaAmount"
FROM quotas ORDER BY rep_id, month;

-- file: export/Forecast_Snapshot__c.csv
SELECT sf('a01', row_number() OVER (ORDER BY rep_id, month, made_on)) AS "Id", sf('005', rep_id) AS "OwnerId", month AS "Month__c",
  made_on AS "Made_On__c", amount AS "Amount__c"
FROM forecasts ORDER BY rep_id, month, made_on;

-- file: export/Order.csv
SELECT sf('801', order_id) AS "Id", sf('001', account_id) AS "AccountId", sf('006', deal_id) AS "OpportunityId", sf('005', rep_id) AS "OwnerId",
  ordered_at::DATE AS "EffectiveDate", ordered_at AS "ActivatedDate", channel AS "Channel__c"
FROM orders ORDER BY order_id;

-- file: export/OrderItem.csv
SELECT sf('802', line_id) AS "Id", sf('801', order_id) AS "OrderId", sf('01t', product_id) AS "Product2Id", quantity AS "Quantity",
  unit_price AS "UnitPrice", unit_cost AS "Unit_Cost__c"
FROM order_lines ORDER BY line_id;

-- file: export/Contract.csv
SELECT sf('800', subscription_id) AS "Id", sf('001', account_id) AS "AccountId", sf('005', rep_id) AS "OwnerId", plan AS "Plan__c",
  mrr AS "MRR__c", started_at::DATE AS "StartDate", ended_at::DATE AS "Cancelled_On__c"
FROM subscriptions ORDER BY subscription_id;

-- file: other/plan.csv
SELECT * FROM plan ORDER BY month, region;

-- file: other/costs.csv
SELECT * FROM costs ORDER BY spent_on, department, channel, amount;

-- file: other/web_sessions.csv
SELECT * REPLACE (sf('00Q', lead_id) AS lead_id) FROM web_sessions ORDER BY session_id;

-- file: other/competitor_prices.csv
SELECT * REPLACE (sf('01t', product_id) AS product_id) FROM competitor_prices ORDER BY observed_on, competitor, product_id;

-- file: other/mentions.csv
SELECT * FROM mentions ORDER BY mention_id;

-- file: other/social_engagements.csv
SELECT * REPLACE (sf('005', rep_id) AS rep_id) FROM social_engagements ORDER BY day, rep_id, platform;

-- file: other/surveys.csv
SELECT * REPLACE (sf('001', account_id) AS account_id, sf('005', rep_id) AS rep_id) FROM surveys ORDER BY survey_id;
