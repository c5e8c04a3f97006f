-- time_to_conversion
-- no row: null

-- ask: --grain month
SELECT period, avg(days_between(created_at, converted_at))
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period;

-- ask: --grain month --by generated_by
SELECT period, generated_by, avg(days_between(created_at, converted_at))
FROM periods JOIN leads ON within(created_at, starts, ends)
GROUP BY period, generated_by;
