-- net_revenue_retention
-- Accounts that come within the period have no part in it; the subscriptions without an account are one account.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: --grain year
-- ask: no grain
WITH moves AS (
    SELECT period, account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)) AS at_start,
        sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)) AS at_end
    FROM periods CROSS JOIN subscriptions
    GROUP BY period, account_id
)
SELECT period, coalesce(sum(at_end) FILTER (WHERE was_active), 0) / nullif(sum(at_start), 0)
FROM moves
GROUP BY period;

-- ask: --grain month --by segment
WITH moves AS (
    SELECT period, segment, subscriptions.account_id,
        count(*) FILTER (WHERE alive(started_at, ended_at, starts)) > 0 AS was_active,
        sum(mrr) FILTER (WHERE alive(started_at, ended_at, starts)) AS at_start,
        sum(mrr) FILTER (WHERE alive(started_at, ended_at, ends)) AS at_end
    FROM periods CROSS JOIN subscriptions LEFT JOIN accounts USING (account_id)
    GROUP BY period, segment, subscriptions.account_id
)
SELECT period, segment, coalesce(sum(at_end) FILTER (WHERE was_active), 0) / nullif(sum(at_start), 0)
FROM moves
GROUP BY period, segment;
