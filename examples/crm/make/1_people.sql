-- Reps, accounts, products, and who is there to take a deal on.

CREATE TABLE reps AS
WITH drawn AS (
  SELECT
    i + 1 AS rep_id,
    CASE
      WHEN i % 10 < 6 THEN getvariable('first_day') - 60 - below(i, 101, 1200)::INTEGER
      ELSE getvariable('first_day') + (below(i, 102, getvariable('months') * 28))::INTEGER
    END AS hired_on,
    i
  FROM range(getvariable('reps')) AS r(i)
)
SELECT
  rep_id,
  ['Ana', 'Ben', 'Chloe', 'Dev', 'Emi', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kemi', 'Lena', 'Mateo', 'Nora',
   'Omar', 'Priya', 'Quinn', 'Rosa', 'Sven', 'Tara', 'Uri', 'Vera', 'Wen', 'Yara'][1 + i % 24]
    || ' ' ||
  ['Adler', 'Brandt', 'Costa', 'Diaz', 'Evans', 'Fujita', 'Gupta', 'Haas', 'Ito', 'Jansen', 'Khan', 'Lopez', 'Meyer',
   'Novak', 'Okoye', 'Patel', 'Quist', 'Ruiz', 'Sato', 'Tran', 'Usman', 'Vogel', 'Weiss', 'Young'][
    1 + (i * 7 + i // 24) % 24] AS name,
  CASE WHEN rep_id % 29 = 0 THEN NULL
    ELSE one_of(i, 103, ['Inbound', 'Outbound', 'Key accounts', 'Partners']) END AS team,
  ['EMEA', 'AMER', 'APAC', 'AMER', 'EMEA', 'AMER', 'EMEA', 'APAC'][1 + i % 8] AS region,
  CASE WHEN i >= 8 THEN 1 + i % 8 WHEN i >= 2 THEN 1 END AS manager_id,
  hired_on,
  CASE
    WHEN happens(i, 104, 28) AND i >= 2
      AND hired_on + 150 + below(i, 105, getvariable('months') * 30)::INTEGER < getvariable('last_day')
    THEN hired_on + 150 + below(i, 105, getvariable('months') * 30)::INTEGER
  END AS left_on
FROM drawn
ORDER BY rep_id;

-- A place on the roster for each rep that is there all month, and more of them for those who know the job: deals go to
-- places, so newcomers have few.
CREATE TEMP TABLE roster AS
WITH months AS (
  SELECT DISTINCT date_trunc('month', day)::DATE AS month FROM days
), present AS (
  SELECT month, region, rep_id, least(4, 1 + datediff('month', hired_on, month) // 2) AS places
  FROM months JOIN reps ON hired_on <= month AND (left_on IS NULL OR left_on >= month + INTERVAL 1 MONTH)
), placed AS (
  SELECT month, region, rep_id, unnest(range(places)) AS nth FROM present
)
SELECT month, region, rep_id, row_number() OVER (PARTITION BY month, region ORDER BY rep_id, nth) - 1 AS place
  FROM placed;

CREATE TEMP TABLE roster_sizes AS SELECT month, region, count(*) AS places FROM roster GROUP BY month, region;

CREATE TABLE accounts AS
WITH drawn AS (
  SELECT
    i,
    CASE
      WHEN i * 100 < getvariable('accounts') * 35
      THEN getvariable('first_day') - 900 + (i * 100 * 780 // (getvariable('accounts') * 35))::INTEGER
      ELSE getvariable('first_day') - 120
        + ((i * 100 - getvariable('accounts') * 35) * (getvariable('months') * 30 + 120)
          // (getvariable('accounts') * 65))::INTEGER
    END AS day
  FROM range(getvariable('accounts')) AS r(i)
)
SELECT
  i + 1 AS account_id,
  ['Alder', 'Birch', 'Cedar', 'Dogwood', 'Elm', 'Fir', 'Ginkgo', 'Hazel', 'Iroko', 'Juniper', 'Katsura', 'Larch',
   'Maple', 'Nutmeg', 'Oak', 'Pine', 'Quince', 'Rowan', 'Spruce', 'Teak', 'Ulmo', 'Viburnum', 'Willow', 'Yew',
   'Zelkova'][1 + i % 25]
    || ' ' ||
  ['Analytics', 'Books', 'Clinics', 'Dental', 'Energy', 'Freight', 'Group', 'Homes', 'Insurance', 'Labs', 'Media',
   'Networks', 'Optics', 'Partners', 'Retail', 'Studios', 'Tools', 'Ventures', 'Works'][1 + (i // 25) % 19]
    || CASE WHEN i >= 475 THEN ' ' || (1 + i // 475) ELSE '' END AS name,
  CASE WHEN happens(i, 111, 1) THEN NULL
    WHEN below(i, 112, 100) < 58 THEN 'small' WHEN below(i, 112, 100) < 87 THEN 'mid-market'
      ELSE 'enterprise' END AS segment,
  CASE WHEN happens(i, 113, 3) THEN NULL
    ELSE one_of(i, 114, ['software', 'retail', 'healthcare', 'finance', 'manufacturing', 'logistics']) END AS industry,
  ['EMEA', 'EMEA', 'EMEA', 'EMEA', 'AMER', 'AMER', 'AMER', 'APAC', 'APAC', 'LATAM'][1 + below(i, 115, 10)] AS region,
  clock(least(day, getvariable('last_day')), i, 116) AS created_at
FROM drawn
ORDER BY account_id;

CREATE TABLE products AS
SELECT
  product_id, name, family,
  list_price::DECIMAL(12, 2) AS list_price, unit_cost::DECIMAL(12, 2) AS unit_cost,
  (getvariable('first_day') + launched * getvariable('months') * 30 // 100)::DATE AS launched_on, replaces_product_id
FROM (VALUES
  (1, 'Core', 'Platform', 1200, 260, -200, NULL), (2, 'Core Plus', 'Platform', 2400, 520, -90, NULL),
  (3, 'Core Max', 'Platform', 4800, 990, 35, 2), (4, 'Reports', 'Analytics', 600, 90.5, -150, NULL),
  (5, 'Insights', 'Analytics', 950, 140.25, 45, 4), (6, 'Forecasts', 'Analytics', 1500, 210, 20, NULL),
  (7, 'Mobile', 'Add-ons', 180, 22, -60, NULL), (8, 'Mobile 2', 'Add-ons', 240, 27.75, 60, 7),
  (9, 'Connectors', 'Add-ons', 320, 48, -40, NULL), (10, 'Sandbox', 'Add-ons', 150, NULL, 10, NULL),
  (11, 'Onboarding', 'Services', 2000, 1450, -300, NULL), (12, 'Training', 'Services', 800, 610, -300, NULL),
  (13, 'Audit', 'Services', NULL, 1800, 25, NULL), (14, 'Support desk', NULL, 400, 310, 5, NULL)
) AS p(product_id, name, family, list_price, unit_cost, launched, replaces_product_id)
ORDER BY product_id;
