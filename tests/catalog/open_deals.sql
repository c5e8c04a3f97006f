-- open_deals
-- By the lifespan, created_at to closed_at, whatever the status is today.
-- no row: 0

-- ask: --grain month
-- ask: --grain week
SELECT period, count(deal_id)
FROM periods LEFT JOIN deals ON alive(created_at, closed_at, ends)
GROUP BY period;

-- ask: --grain month --by kind
SELECT period, kind, count(*)
FROM periods JOIN deals ON alive(created_at, closed_at, ends)
GROUP BY period, kind;
