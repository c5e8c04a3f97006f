-- days_since_last_contact
-- Over the accounts with a deal open just before the period's end: days from their last activity that occurred before
-- that end to it. Who was never contacted has no part.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
-- ask: no grain
WITH contacted AS (
    SELECT period, ends, accounts.account_id, max(occurred_at) AS contacted_at
    FROM periods CROSS JOIN accounts
        JOIN activities ON activities.account_id = accounts.account_id AND occurred_at < ends
    WHERE EXISTS (
        SELECT 1 FROM deals
        WHERE deals.account_id = accounts.account_id AND alive(deals.created_at, closed_at, ends)
    )
    GROUP BY ALL
)
SELECT period, avg(days_between(contacted_at, ends))
FROM contacted
GROUP BY period;

-- ask: --grain month --by segment
WITH contacted AS (
    SELECT period, ends, accounts.account_id, segment, max(occurred_at) AS contacted_at
    FROM periods CROSS JOIN accounts
        JOIN activities ON activities.account_id = accounts.account_id AND occurred_at < ends
    WHERE EXISTS (
        SELECT 1 FROM deals
        WHERE deals.account_id = accounts.account_id AND alive(deals.created_at, closed_at, ends)
    )
    GROUP BY ALL
)
SELECT period, segment, avg(days_between(contacted_at, ends))
FROM contacted
GROUP BY period, segment;
