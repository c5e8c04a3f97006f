-- sales_opportunities
-- no row: 0

-- ask: --grain month
-- ask: --grain week
SELECT period, count(deal_id)
FROM periods LEFT JOIN deals ON within(created_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by source
-- The source of the lead that the deal came from.
SELECT period, source, count(*)
FROM periods JOIN deals ON within(deals.created_at, starts, ends) LEFT JOIN leads USING (lead_id)
GROUP BY period, source;
