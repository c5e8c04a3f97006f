-- closing_rate
-- Two sides with a date each: deals won in the period, by deals that got a proposal in it.
-- no row: null

-- ask: --grain month
-- ask: --grain quarter
WITH
    won AS (
        SELECT period, count(deal_id) AS deals_won
        FROM periods LEFT JOIN deals ON within(closed_at, starts, ends) AND status = 'won'
        GROUP BY period
    ),
    proposed AS (
        SELECT period, count(DISTINCT deal_id) AS proposals
        FROM periods JOIN activities ON within(occurred_at, starts, ends)
        WHERE kind = 'proposal'
        GROUP BY period
    )
SELECT period, deals_won / nullif(proposals, 0)
FROM won JOIN proposed USING (period);

-- ask: --grain month --by channel
-- Of the deal, on both sides.
WITH
    won AS (
        SELECT period, channel, count(*) AS deals_won
        FROM periods JOIN deals ON within(closed_at, starts, ends)
        WHERE status = 'won'
        GROUP BY period, channel
    ),
    proposed AS (
        SELECT period, channel, count(DISTINCT activities.deal_id) AS proposals
        FROM periods JOIN activities ON within(occurred_at, starts, ends) LEFT JOIN deals USING (deal_id)
        WHERE activities.kind = 'proposal'
        GROUP BY period, channel
    )
SELECT proposed.period, proposed.channel, coalesce(deals_won, 0) / nullif(proposals, 0)
FROM proposed LEFT JOIN won ON won.period = proposed.period AND won.channel IS NOT DISTINCT FROM proposed.channel;
