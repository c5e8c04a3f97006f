-- forecast_accuracy
-- Of each representative and month the last forecast made before the month starts; a month that had none has no part.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    last_made AS (
        SELECT rep_id, month, arg_max(amount, made_on) AS amount
        FROM forecasts
        WHERE made_on < month
        GROUP BY rep_id, month
    ),
    forecast AS (
        SELECT period, coalesce(sum(amount), 0) AS forecast
        FROM periods LEFT JOIN last_made ON within(month, period, whole_ends)
        GROUP BY period
    ),
    won AS (
        SELECT period, coalesce(sum(amount), 0) AS revenue
        FROM periods LEFT JOIN deals ON within(closed_at, starts, ends) AND status = 'won'
        GROUP BY period
    )
SELECT period, 1 - abs(forecast - revenue) / nullif(revenue, 0)
FROM won JOIN forecast USING (period);

-- ask: --grain month --by region
WITH
    last_made AS (
        SELECT rep_id, month, arg_max(amount, made_on) AS amount
        FROM forecasts
        WHERE made_on < month
        GROUP BY rep_id, month
    ),
    forecast AS (
        SELECT period, region, sum(amount) AS forecast
        FROM periods JOIN last_made ON within(month, period, whole_ends) LEFT JOIN reps USING (rep_id)
        GROUP BY period, region
    ),
    won AS (
        SELECT period, region, sum(amount) AS revenue
        FROM periods JOIN deals ON within(closed_at, starts, ends) LEFT JOIN reps USING (rep_id)
        WHERE status = 'won'
        GROUP BY period, region
    )
SELECT won.period, won.region, 1 - abs(coalesce(forecast, 0) - revenue) / nullif(revenue, 0)
FROM won LEFT JOIN forecast
    ON forecast.period = won.period AND forecast.region IS NOT DISTINCT FROM won.region;
