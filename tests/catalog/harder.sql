-- What data that were made have too little of: missing and unknown references, missing figures, times that lie on the
-- edge of a period, ties. Each statement is here because a reading of the catalogue would go unnoticed without it.

-- References that are missing or lead nowhere, the same unknown account more than once, also among won deals.
UPDATE subscriptions SET account_id = NULL WHERE subscription_id % 19 = 3;
UPDATE subscriptions SET account_id = 9000001 + subscription_id % 2 WHERE subscription_id % 23 = 5;
UPDATE deals SET account_id = 9000001 + deal_id % 2 WHERE deal_id % 31 = 7;
UPDATE deals SET account_id = NULL WHERE deal_id % 37 = 4;
UPDATE deals SET rep_id = CASE WHEN deal_id % 2 = 0 THEN 900001 END WHERE deal_id % 29 = 11;
UPDATE activities SET account_id = CASE WHEN activity_id % 2 = 0 THEN 9000001 END WHERE activity_id % 41 = 2;
UPDATE surveys SET account_id = 9000002 WHERE survey_id % 17 = 1;
INSERT INTO quotas SELECT 900001, month, 5000 FROM quotas WHERE rep_id = 1;

-- Figures that are missing, or 0.
UPDATE subscriptions SET mrr = NULL WHERE subscription_id % 43 = 6;
UPDATE subscriptions SET mrr = 0 WHERE subscription_id % 13 = 6;
UPDATE deals SET amount = NULL WHERE deal_id % 17 = 5;
UPDATE deals SET winnable = NULL WHERE deal_id % 5 = 1;
UPDATE deals SET winnable = false WHERE deal_id % 11 = 2 AND status = 'won';
UPDATE deals SET board_note = 'ask again' WHERE deal_id % 7 = 2;
UPDATE quotas SET amount = 0 WHERE rep_id = 2 AND month(month) % 3 = 1;
UPDATE surveys SET score = NULL WHERE survey_id % 11 = 4;
UPDATE competitor_prices SET price = NULL WHERE day(observed_on) = 9;
UPDATE web_sessions SET visitor_id = NULL, clicks = NULL WHERE session_id % 47 = 8;
UPDATE activities SET opened = NULL WHERE activity_id % 11 = 3;
UPDATE activities SET sequence = 1 WHERE activity_id % 6 = 1;
UPDATE products SET replaces_product_id = 99 WHERE product_id = 3;

-- Won without a day; won in the first instant of a month, and in the last.
UPDATE deals SET closed_at = NULL WHERE status = 'won' AND deal_id % 41 = 9;
UPDATE deals SET closed_at = date_trunc('month', closed_at)
WHERE deal_id % 23 = 12 AND date_trunc('month', closed_at) > created_at;
UPDATE deals SET closed_at = date_trunc('month', closed_at) + INTERVAL 1 MONTH - INTERVAL 1 MICROSECOND
WHERE deal_id % 23 = 13;
UPDATE subscriptions SET started_at = date_trunc('month', started_at) WHERE subscription_id % 5 = 1;
UPDATE subscriptions SET ended_at = date_trunc('month', ended_at)
WHERE subscription_id % 5 = 2 AND ended_at > started_at + INTERVAL 40 DAY;
UPDATE reps SET left_on = DATE '2025-08-31' WHERE rep_id = 3;
UPDATE reps SET left_on = DATE '2025-10-01' WHERE rep_id = 4;
UPDATE reps SET hired_on = DATE '2024-11-30' WHERE rep_id = 5;
UPDATE reps SET hired_on = DATE '2025-03-01' WHERE rep_id = 6;

-- Forecasts made on the first day of their month, which is too late.
UPDATE forecasts SET made_on = forecasts.month
FROM (
    SELECT rep_id, month, max(made_on) AS last_made_on, bool_or(made_on = month) AS has_one
    FROM forecasts GROUP BY rep_id, month
) AS made
WHERE made.rep_id = forecasts.rep_id AND made.month = forecasts.month AND made_on = last_made_on
    AND NOT has_one AND month(forecasts.month) % 2 = 0;

-- First wins 30 days after the lead, to the instant, and a minute later; two first wins of an account at once.
UPDATE deals SET closed_at = leads.created_at + INTERVAL 30 DAY + to_minutes(deal_id % 2)
FROM leads WHERE leads.lead_id = deals.lead_id AND status = 'won' AND deal_id % 3 = 1;
UPDATE deals SET closed_at = first_won_at
FROM (SELECT account_id, min(closed_at) AS first_won_at FROM deals WHERE status = 'won' GROUP BY account_id) AS firsts
WHERE firsts.account_id = deals.account_id AND status = 'won' AND deal_id % 10 = 3;

-- A quota met to the cent.
UPDATE quotas SET amount = won.amount
FROM (
    SELECT rep_id, date_trunc('month', closed_at) AS month, sum(amount) AS amount
    FROM deals WHERE status = 'won' GROUP BY ALL
) AS won
WHERE won.rep_id = quotas.rep_id AND won.month = quotas.month AND won.amount > 0
    AND (quotas.rep_id + month(quotas.month)) % 5 = 0;

-- Calls that took place though nobody scheduled them, and one who shares a name.
UPDATE activities SET scheduled_at = NULL WHERE kind = 'call' AND activity_id % 9 = 5;
UPDATE reps SET name = (SELECT name FROM reps WHERE rep_id = 1) WHERE rep_id = 8;

-- Enough on the days where windows are cut: the day after the as-of day, and the last one of the shorter month before.
UPDATE deals SET closed_at = TIMESTAMP '2026-03-31 10:00'
WHERE closed_at BETWEEN DATE '2026-04-01' AND DATE '2026-04-15';
UPDATE deals SET closed_at = TIMESTAMP '2026-02-28 10:00'
WHERE closed_at BETWEEN DATE '2026-02-23' AND DATE '2026-02-27';
UPDATE leads SET created_at = TIMESTAMP '2026-03-31 10:00'
WHERE created_at BETWEEN DATE '2026-04-01' AND DATE '2026-04-15';
UPDATE leads SET qualified_at = TIMESTAMP '2026-03-31 10:00'
WHERE qualified_at BETWEEN DATE '2026-04-01' AND DATE '2026-04-15';
UPDATE activities SET occurred_at = TIMESTAMP '2026-03-31 10:00'
WHERE occurred_at BETWEEN DATE '2026-04-01' AND DATE '2026-05-01';
UPDATE inquiries SET received_at = TIMESTAMP '2026-03-31 10:00'
WHERE received_at BETWEEN DATE '2026-04-01' AND DATE '2026-05-01';
UPDATE orders SET ordered_at = TIMESTAMP '2026-03-31 10:00'
WHERE ordered_at BETWEEN DATE '2026-04-01' AND DATE '2026-04-15';
UPDATE orders SET ordered_at = TIMESTAMP '2026-02-28 10:00'
WHERE ordered_at BETWEEN DATE '2026-02-23' AND DATE '2026-02-27';
UPDATE web_sessions SET started_at = TIMESTAMP '2026-03-31 10:00'
WHERE started_at BETWEEN DATE '2026-04-01' AND DATE '2026-05-01';
UPDATE competitor_prices SET observed_on = DATE '2026-03-31'
WHERE observed_on BETWEEN DATE '2026-04-01' AND DATE '2026-05-01';
UPDATE social_engagements SET day = DATE '2026-03-31' WHERE day BETWEEN DATE '2026-04-01' AND DATE '2026-05-01';
UPDATE subscriptions SET started_at = TIMESTAMP '2026-03-31 10:00'
WHERE started_at BETWEEN DATE '2026-04-01' AND DATE '2026-05-01';
UPDATE subscriptions SET ended_at = TIMESTAMP '2026-03-31 10:00'
WHERE ended_at BETWEEN DATE '2026-04-01' AND DATE '2026-06-01';
