"""How many working days of the calendar lie before a day, as an expression: a count from the same day long ago, so that
the working days between two days are a difference."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.calendar import Calendar, Grain
from attain.model.types import Kind

LONG_AGO = date(1, 1, 1)  # a Monday, from which days are counted: before it there are none


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
