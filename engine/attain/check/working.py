"""Working days and working hours between two times, by the calendar: as the difference of two counts, each from the
same day long ago. Where there are holidays, the counts stand in a table of days, which the plan joins."""

from __future__ import annotations

from fractions import Fraction

from attain.base.problem import Problem
from attain.check.draft import Draft
from attain.check.scope import Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.calendar import Calendar
from attain.model.types import Kind
from attain.model.working_days import calculated, day_of, looked_up, whole, working_days_before
from attain.read import syntax as s

MINUTE = t.ELAPSED["minutes"]


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
