-- social_engagement
-- Four sums: a day on which one of the four is missing counts with the other three.
-- no row: 0

-- ask: --grain month
SELECT period,
    coalesce(sum(likes), 0) + coalesce(sum(comments), 0) + coalesce(sum(shares), 0) + coalesce(sum(messages), 0)
FROM periods LEFT JOIN social_engagements ON within(day, starts, ends)
GROUP BY period;

-- ask: --grain month --by platform
SELECT period, platform,
    coalesce(sum(likes), 0) + coalesce(sum(comments), 0) + coalesce(sum(shares), 0) + coalesce(sum(messages), 0)
FROM periods JOIN social_engagements ON within(day, starts, ends)
GROUP BY period, platform;
