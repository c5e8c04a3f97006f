-- revenue
-- The amounts of won deals, by closed_at. A won deal without closed_at lies in no period; one whose representative is
-- missing or unknown counts, in the group without a region.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
-- ask: no grain
SELECT period, coalesce(sum(amount), 0)
FROM periods LEFT JOIN deals ON within(closed_at, starts, ends) AND status = 'won'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, coalesce(sum(amount), 0)
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE status = 'won'
GROUP BY period, region;

-- ask: --grain month --by segment
SELECT period, segment, coalesce(sum(amount), 0)
FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN accounts USING (account_id)
WHERE status = 'won'
GROUP BY period, segment;
