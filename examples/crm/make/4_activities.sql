-- What reps did: with leads, for deals, for accounts. Some were missed, some are still to come.

-- From the lead's creation on: an answer within minutes, hours or days, then three more at most.
CREATE TEMP TABLE lead_touches AS
WITH touches AS (
  SELECT *, unnest(range(CASE WHEN happens(lead_id, 401, 14) THEN 0 ELSE 1 + below(lead_id, 402, 4) END)) AS nth
    FROM leads
)
SELECT
  lead_id * 8 + nth AS n, 1 AS origin, rep_id, lead_id, NULL::BIGINT AS deal_id, account_id,
  ['call', 'call', 'call', 'email', 'email', 'meeting', 'follow_up'][
    1 + CASE WHEN nth = 0 THEN below(lead_id, 403, 5) ELSE below(lead_id * 8 + nth, 404, 7) END] AS kind,
  created_at + to_minutes((5 + below(lead_id, 405, 240)) * [1, 1, 2, 5, 18][1 + below(lead_id, 406, 5)]
    + nth * (600 + below(lead_id * 8 + nth, 407, 9000))) AS moment
FROM touches;

-- Spread over the deal's life; demos and proposals when it enters their stage.
CREATE TEMP TABLE deal_touches AS
WITH lives AS (
  SELECT *, least(datediff('minute', created_at, coalesce(closed_at, getvariable('after'))), 200 * 1440) AS minutes
    FROM deals
), touches AS (
  SELECT *, unnest(range(2 + below(deal_id, 411, 5))) AS nth FROM lives
), entries AS (
  SELECT deal_id, position, min(entered_at) AS first_entry, max(entered_at) AS last_entry
  FROM deal_stages WHERE position IN (3, 4) GROUP BY deal_id, position
)
SELECT
  deal_id * 16 + nth AS n, 2 AS origin, rep_id, CASE WHEN below(deal_id, 412, 3) > 0 THEN lead_id END AS lead_id,
    deal_id, account_id,
  ['call', 'call', 'email', 'email', 'email', 'meeting', 'meeting',
    'follow_up'][1 + below(deal_id * 16 + nth, 413, 8)] AS kind,
  created_at + to_minutes(minutes * below(deal_id * 16 + nth, 414, 1000) // 1000) AS moment
FROM touches
UNION ALL
SELECT deal_id * 16 + 7 + position, 3, rep_id, lead_id, deal_id, account_id,
  CASE position WHEN 3 THEN 'demo' ELSE 'proposal' END,
    first_entry + to_minutes(30 * (1 + below(deal_id * 16 + position, 415, 90)))
FROM entries JOIN deals USING (deal_id)
UNION ALL  -- a second proposal
SELECT deal_id * 16 + 13, 4, rep_id, lead_id, deal_id, account_id, 'proposal', last_entry + INTERVAL 4 DAY
FROM entries JOIN deals USING (deal_id) WHERE position = 4 AND happens(deal_id, 416, 8);

SET VARIABLE account_touch_count = getvariable('accounts') * getvariable('months') * 32 // 100 + 1;

CREATE TEMP TABLE account_touches AS
WITH drawn AS (
  SELECT i, place(i, 421, getvariable('account_touch_count')) AS moment,
    1 + below(i, 422, 1 + below(i, 423, getvariable('accounts'))) AS account_no
  FROM range(getvariable('account_touch_count')) AS r(i)
), dated AS (
  SELECT i, account_no, clock(days.day, i, 424) AS moment, date_trunc('month', days.day)::DATE AS month,
    CASE region WHEN 'LATAM' THEN 'AMER' ELSE region END AS rep_region
  FROM drawn ASOF JOIN days ON drawn.moment >= days.low JOIN accounts ON account_id = account_no
), kinds AS (
  SELECT *, ['email', 'email', 'email', 'call', 'call', 'meeting', 'networking_event'][1 + below(i, 425, 7)] AS kind
    FROM dated
)
SELECT i AS n, 5 AS origin, CASE WHEN happens(i, 426, 2) THEN 900001 + below(i, 427, 3) ELSE rep_id END AS rep_id,
  NULL::BIGINT AS lead_id, NULL::BIGINT AS deal_id,
  CASE WHEN kind = 'networking_event' AND happens(i, 428, 40) OR happens(i, 429, 1) THEN NULL
    WHEN happens(i, 430, 0.5) THEN 9000001 + below(i, 431, 5) ELSE account_no END AS account_id,
  kind, moment
FROM kinds
LEFT JOIN roster_sizes AS sizes ON sizes.month = kinds.month AND sizes.region = rep_region
LEFT JOIN roster ON roster.month = kinds.month AND roster.region = rep_region AND roster.place = below(i, 432, places);

CREATE TABLE activities AS
WITH touches AS (
  SELECT *, n * 8 + origin AS seed FROM lead_touches UNION ALL SELECT *, n * 8 + origin FROM deal_touches
  UNION ALL SELECT *, n * 8 + origin FROM account_touches
), planned AS (
  SELECT *,
    kind IN ('call', 'meeting', 'demo', 'networking_event')
      AND NOT happens(seed, 441, CASE kind WHEN 'call' THEN 40 ELSE 3 END) AS is_planned
  FROM touches WHERE moment < getvariable('after') + INTERVAL 14 DAY
), happened AS (
  SELECT *,
    CASE WHEN is_planned THEN date_trunc('hour', moment) + to_minutes(30 * below(seed, 442, 2)) END AS scheduled_at,
    CASE WHEN moment >= getvariable('after') OR is_planned
      AND happens(seed, 443, CASE kind WHEN 'call' THEN 34 ELSE 9 END) THEN NULL
      ELSE moment END AS occurred_at
  FROM planned
), numbered AS (
  SELECT *, row_number() OVER (ORDER BY moment, seed) AS activity_id,
    row_number() OVER (PARTITION BY account_id, kind ORDER BY coalesce(occurred_at, scheduled_at), seed) AS nth
  FROM happened WHERE coalesce(occurred_at, scheduled_at) IS NOT NULL
)
SELECT
  activity_id, kind, rep_id, lead_id, deal_id, account_id, scheduled_at, occurred_at,
  CASE WHEN occurred_at IS NULL OR happens(seed, 444, 2) THEN NULL
    ELSE CASE kind WHEN 'call' THEN 12 WHEN 'email' THEN 6 WHEN 'meeting' THEN 45 WHEN 'demo' THEN 50
      WHEN 'proposal' THEN 90
        WHEN 'follow_up' THEN 10 ELSE 150 END * (50 + below(seed, 445, 11) * 10) // 100 END::INTEGER AS minutes,
  CASE WHEN kind = 'email' AND NOT happens(seed, 446, 5) THEN happens(seed, 447, 42) END AS opened,
  CASE WHEN account_id IS NOT NULL THEN nth END::INTEGER AS sequence
FROM numbered
ORDER BY activity_id;

CREATE TABLE inquiries AS
WITH drawn AS (
  SELECT i, place(i, 451, getvariable('inquiry_count')) AS moment,
    1 + below(i, 452, getvariable('accounts')) AS account_no
  FROM range(getvariable('inquiry_count')) AS r(i)
), dated AS (
  SELECT i, account_no, clock(day, i, 453) AS received_at, date_trunc('month', day)::DATE AS month,
    CASE region WHEN 'LATAM' THEN 'AMER' ELSE region END AS rep_region
  FROM drawn ASOF JOIN days ON drawn.moment >= days.low JOIN accounts ON account_id = account_no
), answered AS (
  SELECT dated.*, rep_id, received_at + to_minutes((10 + below(i, 454, 300)) * [1, 2, 4,
    12][1 + below(i, 455, 4)]) AS answer_at
  FROM dated
  LEFT JOIN roster_sizes AS sizes ON sizes.month = dated.month AND sizes.region = rep_region
  LEFT JOIN roster ON roster.month = dated.month AND roster.region = rep_region AND roster.place = below(i, 456, places)
)
SELECT i + 1 AS inquiry_id, CASE WHEN happens(i, 457, 2) THEN NULL ELSE account_no END AS account_id, rep_id,
  received_at,
  CASE WHEN answer_at < getvariable('after') AND NOT happens(i, 458, 6) THEN answer_at END AS answered_at
FROM answered WHERE received_at >= getvariable('first_day')
ORDER BY inquiry_id;
