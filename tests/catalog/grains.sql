-- What follows from the `periods` of the grain that is asked for. The month that holds a period's end is that of its
-- last day by the calendar: of a year it is December, and nothing while that has not begun.

-- That month, as far as the period and the as-of day let it go, and the same stretch of the month before.
CREATE OR REPLACE VIEW months_so_far AS
SELECT *, start_moved(month_starts, INTERVAL 1 MONTH) AS before_starts,
    end_moved(month_starts, month_ends, INTERVAL 1 MONTH) AS before_ends
FROM (SELECT period, date_trunc('month', whole_ends - 1)::DATE AS month_starts, ends AS month_ends FROM periods);

-- The months of a period: those that begin in it, or, of one that is shorter, the month that holds its end.
CREATE OR REPLACE VIEW month_of_period AS
SELECT periods.period, months.period AS month
FROM periods JOIN months ON within(months.period, periods.starts, periods.ends)
    OR months.period = date_trunc('month', periods.whole_ends - 1)
WHERE periods.starts IS NOT NULL;
