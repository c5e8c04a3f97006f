-- expansion_mrr
-- What accounts pay more at the end, of those active at the start and at the end.
-- no row: 0

-- ask: --grain month
-- ask: --grain quarter
WITH moves AS (
    SELECT period, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, account_id
)
SELECT period,
    coalesce(sum(at_end - at_start) FILTER (WHERE was_active AND is_active AND at_end > at_start), 0)
FROM moves
GROUP BY period;

-- ask: --grain month --by segment
WITH moves AS (
    SELECT period, segment, subscriptions.account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        count(*) FILTER (WHERE alive(started_at, ended_at, ends)) > 0 AS is_active,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)), 0) AS at_start,
        coalesce(sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)), 0) AS at_end
    FROM periods CROSS JOIN subscriptions LEFT JOIN accounts USING (account_id)
    GROUP BY period, segment, subscriptions.account_id
)
SELECT period, segment,
    coalesce(sum(at_end - at_start) FILTER (WHERE was_active AND is_active AND at_end > at_start), 0)
FROM moves
GROUP BY period, segment;
