-- referrals
-- no row: 0

-- ask: --grain month
SELECT period, count(lead_id)
FROM periods LEFT JOIN leads ON within(created_at, starts, ends) AND generated_by = 'referral'
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, count(*)
FROM periods JOIN leads ON within(created_at, starts, ends) LEFT JOIN reps USING (rep_id)
WHERE generated_by = 'referral'
GROUP BY period, region;
