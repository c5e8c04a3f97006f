-- inquiry_response_time
-- By when they were received; what was not answered has no part in the mean.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
SELECT period, avg(hours_between(received_at, answered_at))
FROM periods JOIN inquiries ON within(received_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by region
SELECT period, region, avg(hours_between(received_at, answered_at))
FROM periods JOIN inquiries ON within(received_at, starts, ends) LEFT JOIN reps USING (rep_id)
GROUP BY period, region;
