-- Leads: when they came, from where, to whom, and what became of them.

SET VARIABLE lead_count = getvariable('accounts') * (getvariable('months') + 4) // 5 + 1;

-- Every lead, also those of the months before the records begin.
CREATE TEMP TABLE all_leads AS
WITH drawn AS (
  SELECT i, place(i, 201, getvariable('lead_count')) AS moment FROM range(getvariable('lead_count')) AS r(i)
), dated AS (
  SELECT
    i, days.day, clock(days.day, i, 202) AS created_at, date_trunc('month', days.day)::DATE AS month,
    ['web', 'web', 'web', 'search', 'search', 'search', 'social', 'social', 'event', 'event', 'referral', 'referral',
     'partner', 'outbound', 'outbound', 'outbound'][1 + below(i, 203, 16)] AS source,
    -- an account that is there by then: mostly one of the newest, else any, older ones more often
    CASE WHEN below(i, 204, 5) < 3 THEN known - below(i, 205, 1 + known // 5)
      ELSE 1 + below(i, 205, 1 + below(i, 206, known)) END AS account_no
  FROM drawn ASOF JOIN days ON drawn.moment >= days.low,
    LATERAL (SELECT greatest(1,
      getvariable('accounts') * (35 + 65 * i // getvariable('lead_count')) // 100) AS known)
), owned AS (
  SELECT
    dated.*, accounts.segment,
    CASE WHEN happens(i, 207, 8) THEN one_of(i, 208, ['EMEA', 'AMER', 'APAC'])
      WHEN accounts.region = 'LATAM' THEN 'AMER' ELSE accounts.region END AS rep_region
  FROM dated JOIN accounts ON account_id = account_no
), fates AS (
  SELECT
    owned.*, roster.rep_id AS rep_no,
    happens(i, 209, CASE source WHEN 'referral' THEN 66 WHEN 'partner' THEN 58 WHEN 'social' THEN 30
      WHEN 'outbound' THEN 36 ELSE 47 END)
      AS is_qualified,
    clock(day + 1 + below(i, 210, 12)::INTEGER, i, 211) AS would_qualify_at,
    happens(i, 212, 55) AS has_deal
  FROM owned
  LEFT JOIN roster_sizes AS sizes ON sizes.month = owned.month AND sizes.region = rep_region
  LEFT JOIN roster ON roster.month = owned.month AND roster.region = rep_region AND roster.place = below(i, 213, places)
)
SELECT
  i, i + 1 AS lead_id, created_at, source, rep_no, account_no, segment, is_qualified AND has_deal AS leads_to_deal,
    would_qualify_at,
  CASE WHEN is_qualified AND would_qualify_at < getvariable('after') THEN would_qualify_at END AS qualified_at,
  clock(would_qualify_at::DATE + below(i, 214, 9)::INTEGER, i, 215) AS deal_at
FROM fates;

-- The deal of a lead may come before the hour in which it was qualified: then at the same moment.
UPDATE all_leads SET deal_at = greatest(deal_at, would_qualify_at);

CREATE TABLE leads AS
SELECT
  lead_id, created_at,
  CASE WHEN happens(i, 221, 1.5) THEN NULL ELSE source END AS source,
  CASE WHEN happens(i, 222, 4) THEN 'sales' WHEN source = 'referral' THEN 'referral'
    WHEN source = 'partner' THEN 'partner'
    WHEN source = 'outbound' THEN 'sales' ELSE 'marketing' END AS generated_by,
  CASE WHEN happens(i, 223, 2) THEN NULL
    ELSE happens(i, 224, CASE WHEN source IN ('outbound', 'referral') THEN 15 ELSE 85 END) END
    AS provided,
  CASE WHEN happens(i, 225, 3) THEN NULL WHEN happens(i, 226, 1) THEN 900001 + below(i, 227, 3)
    ELSE rep_no END AS rep_id,
  CASE WHEN happens(i, 228, CASE WHEN is_open THEN 20 ELSE 4 END) THEN NULL
    WHEN happens(i, 229, 0.6) THEN 9000001 + below(i, 230, 5) ELSE account_no END AS account_id,
  qualified_at,
  CASE WHEN leads_to_deal AND deal_at < getvariable('after') THEN deal_at
    WHEN qualified_at IS NOT NULL AND happens(i, 231, 6) THEN qualified_at END AS converted_at
FROM all_leads, LATERAL (SELECT qualified_at IS NULL AS is_open)
WHERE created_at >= getvariable('first_day')
ORDER BY lead_id;
