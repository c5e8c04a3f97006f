"""Working days and working hours between two times, by the calendar: as the difference of two counts, each from the
same day long ago. Where there are holidays, the counts stand in a table of days, which the plan joins."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attain.base.problem import Problem
from attain.check.draft import Draft
from attain.check.scope import Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.calendar import Calendar, Grain
from attain.model.types import Kind
from attain.read import syntax as s

MINUTE = t.ELAPSED["minutes"]
LONG_AGO = date(1, 1, 1)  # a Monday, from which days are counted: before it there are none


def business_time(draft: Draft, node: s.Call, first: e.Expression, last: e.Expression) -> Typed:
    """`business_days(a, b)`, `business_hours(a, b)` of times as the calendar's clock shows them."""
    hours = node.function == "business_hours"
    if hours and draft.calendar.working_hours is None:
        problem = Problem("no-working-hours", "the calendar says no working hours", node.name)
        raise draft.fail(problem.hint("write at the top of the file: calendar: {working_hours: [9, 17]}"))
    unit = u.counted("hours" if hours else "days")
    type = t.FLOAT if hours else t.INTEGER
    if Kind.NULL in (first.type.kind, last.type.kind):
        return Typed(e.Literal(None, type), unit)
    before = working_time_before if hours else working_days_before
    count = calculated("-", before(draft.calendar, last), before(draft.calendar, first))
    if first.type.kind != last.type.kind:
        first, last = (x if x.type.kind is not Kind.DATE else midnight(x) for x in (first, last))
    if hours:
        count = e.Arithmetic("/", count, whole(t.ELAPSED["hours"]), t.FLOAT)
    backward = e.Literal(Fraction(0), type)
    whens = ((e.Compare("<", first, last), count), (e.Compare(">=", first, last), backward))
    return Typed(e.Choice(whens, None, type), unit)


def whole(value: int) -> e.Expression:
    """A whole number."""
    return e.Literal(Fraction(value), t.INTEGER)


def calculated(operator: str, left: e.Expression, right: e.Expression) -> e.Expression:
    """Whole numbers calculated with."""
    return e.Arithmetic(operator, left, right, t.INTEGER)


def day_of(time: e.Expression) -> e.Expression:
    """The day that a time lies in."""
    return time if time.type.kind is Kind.DATE else e.Truncate(time, Grain("day", "day"), t.DATE)


def working_days_before(calendar: Calendar, time: e.Expression) -> e.Expression:
    """How many working days lie before the day of a time, counted from the same day for all."""
    if calendar.holidays is not None:
        return e.Apply("working_days_before", (looked_up(time),), t.INTEGER)
    return weekdays_before(calendar.working_days, day_of(time))


def looked_up(time: e.Expression) -> e.Expression:
    """The day of a time as it stands in a table of days: a plain one even where a source writes days with a clock."""
    if isinstance(time, e.Literal) and time.type.kind is Kind.DATE:
        return time
    return e.Truncate(time, Grain("day", "day"), t.DATE)


def weekdays_before(working: tuple[int, ...], day: e.Expression) -> e.Expression:
    """How many of some weekdays lie before a day, counted from a Monday: those of whole weeks, and of the week
    begun."""
    monday = e.Literal(LONG_AGO, t.DATE)
    number = e.Apply("number", (e.Apply("days_between", (monday, day), t.DAYS),), t.INTEGER)
    rest = e.Apply("mod", (number, whole(7)), t.INTEGER)
    weeks = calculated("-", number, rest)  # in days
    begun = tuple((e.Compare("<=", rest, whole(n)), whole(sum(d < n for d in working))) for n in range(7))
    days = e.Choice(begun, whole(len(working)), t.INTEGER)
    per_week = e.Arithmetic("/", calculated("*", weeks, whole(len(working))), whole(7), t.FLOAT)
    return calculated("+", e.Apply("cast", (e.Apply("round", (per_week, whole(0)), t.FLOAT),), t.INTEGER), days)


def is_working_day(calendar: Calendar, time: e.Expression) -> e.Expression:
    """1 on a working day, 0 on another."""
    if calendar.holidays is not None:
        return e.Apply("is_working_day", (looked_up(time),), t.INTEGER)
    weekdays = tuple(whole(number + 1) for number in calendar.working_days)
    worked = e.InSet(e.Apply("weekday", (day_of(time),), t.INTEGER), weekdays)
    return e.Choice(((worked, whole(1)),), whole(0), t.INTEGER)


def working_time_before(calendar: Calendar, time: e.Expression) -> e.Expression:
    """How much working time lies before a time, in microseconds: that of the working days before its day, and of its
    own day what has passed. A day is its midnight."""
    assert calendar.working_hours is not None
    opens, closes = (minutes * MINUTE for minutes in calendar.working_hours)
    days = calculated("*", working_days_before(calendar, time), whole(closes - opens))
    if time.type.kind is Kind.DATE:
        return days
    clock = e.Apply("number", (since_midnight(day_of(time), time),), t.INTEGER)
    passed = calculated("-", clock, whole(opens))
    there = e.Apply("coalesce", (passed, whole(0)), t.INTEGER)  # a missing time is none of these, and not asked for
    within = e.Apply("least", (e.Apply("greatest", (there, whole(0)), t.INTEGER), whole(closes - opens)), t.INTEGER)
    return calculated("+", days, calculated("*", is_working_day(calendar, time), within))


def since_midnight(day: e.Expression, time: e.Expression) -> e.Expression:
    """What the clock shows at a time of a day, as a duration."""
    return e.Apply("microseconds_between", (midnight(day), time), t.MICROSECONDS)


def midnight(day: e.Expression) -> e.Expression:
    """The beginning of a day."""
    return e.Apply("midnight", (day,), t.TIMESTAMP)
