-- Deals, the stages they went through, and how they ended.

SET VARIABLE account_deal_count = getvariable('accounts') * (getvariable('months') + 4) * 85 // 1000 + 1;

-- From leads, some of which lead to a second deal; and with accounts that are known already.
CREATE TEMP TABLE deal_seeds AS
WITH known AS (
  SELECT i, place(i, 301, getvariable('account_deal_count')) AS moment,
    1 + below(i, 302, 1 + below(i, 303, greatest(1, getvariable('accounts') * 8 // 10))) AS account_no
  FROM range(getvariable('account_deal_count')) AS r(i)
), dated AS (
  SELECT i, clock(days.day, i, 304) AS created_at, date_trunc('month', days.day)::DATE AS month, account_no, segment,
    CASE region WHEN 'LATAM' THEN 'AMER' ELSE region END AS rep_region
  FROM known ASOF JOIN days ON known.moment >= days.low JOIN accounts ON account_id = account_no
), all_seeds AS (
  SELECT i * 4 AS n, lead_id, account_no, segment, rep_no, source AS channel, deal_at AS created_at,
    CASE WHEN happens(i, 311, 88) THEN 'new' ELSE 'cross_sell' END AS kind
  FROM all_leads WHERE leads_to_deal
  UNION ALL
  SELECT i * 4 + 1, lead_id, account_no, segment, rep_no, source, deal_at + to_days(5 + below(i, 312, 60)::INTEGER),
    'upsell'
  FROM all_leads WHERE leads_to_deal AND happens(i, 313, 7)
  UNION ALL
  SELECT i * 4 + 2, NULL, account_no, segment, rep_id,
    one_of(i, 315, ['outbound', 'partner', 'web', 'event', 'outbound']), created_at,
    ['renewal', 'renewal', 'renewal', 'upsell', 'upsell', 'cross_sell', 'new'][1 + below(i, 316, 7)]
  FROM dated
  LEFT JOIN roster_sizes AS sizes ON sizes.month = dated.month AND sizes.region = rep_region
  LEFT JOIN roster ON roster.month = dated.month AND roster.region = rep_region AND roster.place = below(i, 317, places)
)
SELECT all_seeds.*, coalesce(created_at::DATE - hired_on, 400) AS tenure
FROM all_seeds LEFT JOIN reps ON rep_no = rep_id
WHERE created_at < getvariable('after');

-- How far each would get, whether it would be won, and the stages it would visit.
CREATE TEMP TABLE deal_fates AS
WITH drawn AS (
  SELECT
    *,
    happens(n, 321, 27 + CASE kind WHEN 'renewal' THEN 30 WHEN 'new' THEN 0 ELSE 12 END + CASE channel
      WHEN 'referral' THEN 14 WHEN 'social' THEN -8 ELSE 0 END
      - CASE WHEN tenure < 120 THEN 10 WHEN tenure < 240 THEN 4 ELSE 0 END + CASE segment WHEN 'enterprise' THEN -5
        ELSE 0 END) AS would_win,
    [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5][1 + below(n, 322, 14)] AS reach,
    happens(n, 323, 9) AS skips_demo, happens(n, 324, 9) AS goes_back, happens(n, 325, 3) AS is_forgotten
  FROM deal_seeds
), reached AS (
  SELECT * REPLACE (CASE WHEN would_win THEN 5 ELSE reach END AS reach) FROM drawn
)
SELECT
  *,
  list_concat(list_filter(range(1, reach + 1), lambda stage: NOT (skips_demo AND stage = 3 AND reach > 3)),
    CASE WHEN goes_back AND reach >= 3 THEN [reach - 1, reach] ELSE [] END) AS path
FROM reached;

CREATE TEMP TABLE all_visits AS
WITH visits AS (
  SELECT n, created_at, is_forgotten AND NOT would_win AS is_forgotten, len(path) AS steps, segment, kind,
    unnest(range(1, len(path) + 1)) AS step, unnest(path) AS position
  FROM deal_fates
), timed AS (
  SELECT *, 3 + ([4, 9, 8, 11, 9][position] * 1440 * (15 + below(n * 9 + step, 331, 190)) // 100)
    * CASE segment WHEN 'small' THEN 6 WHEN 'enterprise' THEN 19 ELSE 11 END * CASE kind WHEN 'renewal' THEN 5
      ELSE 10 END // 100 AS minutes
  FROM visits
), placed AS (
  SELECT *, sum(minutes) OVER (PARTITION BY n ORDER BY step)::BIGINT AS upto FROM timed
)
SELECT n, step, position, created_at + to_minutes(upto - minutes) AS entered_at,
  CASE WHEN NOT (is_forgotten AND step = steps) THEN created_at + to_minutes(upto) END AS exits_at
FROM placed
WHERE created_at + to_minutes(upto - minutes) < getvariable('after');

-- When it was over, if it was, and where it stands; deals that ended before the records begin are left out.
CREATE TEMP TABLE all_deals AS
WITH ends AS (
  SELECT n, max(step) AS last_step, max_by(position, step) AS position, arg_max_null(exits_at, step) AS exits_at
    FROM all_visits GROUP BY n
)
SELECT
  row_number() OVER (ORDER BY created_at, n) AS deal_id, deal_fates.*, position,
  CASE WHEN last_step = len(path) AND exits_at < getvariable('after') THEN exits_at END AS closed_at,
  CASE WHEN closed_at IS NULL THEN 'open' WHEN would_win THEN 'won' ELSE 'lost' END AS status
FROM deal_fates JOIN ends USING (n)
WHERE coalesce(closed_at >= getvariable('first_day'), true);

CREATE TEMP MACRO stage_name(position) AS ['Qualification', 'Discovery', 'Demo', 'Proposal', 'Negotiation',
  'Won'][position];

CREATE TABLE deals AS
SELECT
  deal_id,
  CASE WHEN happens(n, 341, 1) THEN NULL WHEN happens(n, 342, 0.6) THEN 9000001 + below(n, 343, 5)
    ELSE account_no END AS account_id,
  CASE WHEN happens(n, 344, 0.8) THEN NULL WHEN happens(n, 345, 0.8) THEN 900001 + below(n, 346, 3)
    ELSE rep_no END AS rep_id,
  CASE WHEN leads.lead_id IS NULL AND NOT happens(n, 347, 3) THEN NULL ELSE all_deals.lead_id END AS lead_id,
  CASE WHEN happens(n, 348, 1) THEN NULL ELSE channel END AS channel,
  kind,
  CASE status WHEN 'won' THEN 'Won' WHEN 'lost' THEN 'Lost' ELSE stage_name(position) END AS stage,
  status,
  CASE status
    WHEN 'lost' THEN [true, true, false, false, false, false, NULL, NULL][1 + below(n, 349, 8)]
    WHEN 'won' THEN true END AS winnable,
  all_deals.created_at, closed_at,
  CASE WHEN status = 'open' AND happens(n, 350, 6) THEN NULL WHEN happens(n, 351, 0.4) THEN 0.00
    ELSE price END::DECIMAL(12, 2) AS amount,
  CASE WHEN status = 'open' OR happens(n, 352, 5) THEN NULL
    ELSE price * (8 + below(n, 353, 25)) / 100 END::DECIMAL(12, 2) AS cost,
  CASE WHEN status = 'open' AND happens(n, 354, 35)
    THEN one_of(n, 355, ['Call back after the budget round', 'Waiting for legal', 'Needs a reference',
      'Champion changed jobs']) END AS board_note
FROM all_deals LEFT JOIN leads USING (lead_id),
  LATERAL (SELECT CASE segment WHEN 'small' THEN 2400 WHEN 'enterprise' THEN 36000 ELSE 9000 END
    * CASE WHEN below(n, 361, 30) = 0 THEN 3 ELSE 1 END * CASE kind WHEN 'upsell' THEN 5 WHEN 'cross_sell' THEN 6
      ELSE 10 END
    * (35 + below(n, 362, 31) * 5) // 1000 // 50 * 50 + CASE WHEN happens(n, 363, 20) THEN 0.99 ELSE 0 END AS price)
ORDER BY deal_id;

-- Of some deals there is no history. A deal that is won stays in its last stage.
CREATE TABLE deal_stages AS
WITH visits AS (
  SELECT deal_id, stage_name(all_visits.position) AS stage, all_visits.position, entered_at,
    CASE WHEN exits_at < getvariable('after') THEN exits_at END AS exited_at
  FROM all_visits JOIN all_deals USING (n) WHERE NOT happens(n, 371, 3)
  UNION ALL
  SELECT deal_id, 'Won', 6, closed_at, NULL FROM all_deals WHERE status = 'won' AND NOT happens(n, 371, 3)
  UNION ALL
  SELECT 99000001, 'Discovery', 2, getvariable('first_day') + INTERVAL 45 DAY, NULL
)
SELECT deal_id, stage, position::INTEGER AS position, entered_at, exited_at FROM visits ORDER BY deal_id, entered_at,
  position;
