"""Arithmetic with times: differences are durations, a time moves by a duration."""

from __future__ import annotations

from fractions import Fraction

from attain.base.problem import Problem
from attain.check.draft import Draft
from attain.check.scope import Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.durations import resolution_of
from attain.model.types import Kind, Type
from attain.read import syntax as s


def time_arithmetic(draft: Draft, node: s.Binary, left: Typed, right: Typed) -> Typed:
    """time - time is a duration, time +- duration is a time."""
    if left.type.is_time and right.type.is_time and node.operator == "-":
        if left.type.kind is Kind.DATE and right.type.kind is Kind.DATE:
            return Typed(e.Apply("days_between", (right.expression, left.expression), t.DAYS), u.counted("days"))
        if is_calendar(left.expression) and is_calendar(right.expression):
            walls = (at_midnight(right.expression), at_midnight(left.expression))
            return Typed(e.Apply("microseconds_between", walls, t.MICROSECONDS), u.counted("days"))
        pair = (as_instant(draft, right.expression), as_instant(draft, left.expression))
        if {x.type.kind for x in pair} == {Kind.TIMESTAMP, Kind.INSTANT}:
            pair = (to_instant(draft, pair[0]), to_instant(draft, pair[1]))
        return Typed(e.Apply("microseconds_between", pair, t.MICROSECONDS), u.counted("days"))
    if left.type.is_time and right.type.kind is Kind.DURATION and node.operator in "+-":
        return shifted(draft, left.expression, right.expression, node.operator, by_calendar(node.right))
    if right.type.is_time and left.type.kind is Kind.DURATION and node.operator == "+":
        return shifted(draft, right.expression, left.expression, "+", by_calendar(node.left))
    problem = Problem("type-mismatch", f"`{node.operator}` has no meaning between these", node.span)
    problem = problem.hint("time - time is a duration, time + 30 days is a time")
    raise draft.fail(problem)


def is_calendar(expression: e.Expression) -> bool:
    """Whether a time is a day, or an end of a window: between two of these count the days of the calendar, whatever
    the clocks did."""
    window_end = isinstance(expression, e.Parameter) and expression.name.startswith("period_")
    return window_end or expression.type.kind is Kind.DATE


def at_midnight(expression: e.Expression) -> e.Expression:
    """A day as the time at its beginning; a time as it is."""
    if expression.type.kind is not Kind.DATE:
        return expression
    return e.Apply("midnight", (expression,), t.TIMESTAMP)


def as_instant(draft: Draft, expression: e.Expression) -> e.Expression:
    """A time as a point of elapsed time: days begin at midnight, clocks with daylight saving are resolved."""
    if expression.type.kind is Kind.TIMESTAMP and expression.type.zone not in ("", "UTC"):
        return e.Apply("instant", (expression,), t.INSTANT)
    if expression.type.kind is Kind.DATE:
        zoned = Type(Kind.TIMESTAMP, zone=draft.calendar.timezone)
        return as_instant(draft, e.Apply("midnight", (expression,), zoned))
    return expression


def to_instant(draft: Draft, expression: e.Expression) -> e.Expression:
    """A time of a clock as a point of elapsed time."""
    if expression.type.kind is not Kind.TIMESTAMP:
        return expression
    zone = expression.type.zone or draft.calendar.timezone
    if expression.type.zone != zone:
        expression = e.Apply("midnight", (expression,), Type(Kind.TIMESTAMP, zone=zone))
    return e.Apply("instant", (expression,), t.INSTANT)


def by_calendar(length: s.Syntax) -> bool:
    """Whether a length is written in days or weeks: these keep the time of the day over a change of clocks."""
    return isinstance(length, s.Duration) and length.unit in ("days", "weeks") and length.amount.denominator == 1


def shifted(draft: Draft, time: e.Expression, length: e.Expression, operator: str, calendar: bool) -> Typed:
    """A time moved by a duration: whole days written down by the calendar, anything else as elapsed time, also over
    a change of clocks. A day moved by whole days stays a day."""
    if operator == "-":
        length = e.Negative(length, length.type)
    if time.type.kind is Kind.DATE:
        days = whole_days(length)
        if days is not None:
            return Typed(e.Apply("add_days", (time, days), t.DATE), u.TIME)
        time = e.Apply("midnight", (time,), Type(Kind.TIMESTAMP, zone=draft.calendar.timezone))
    micro = resolution_of(length, "microseconds")
    zone = time.type.zone
    if time.type.kind is Kind.TIMESTAMP and zone not in ("", "UTC") and not calendar:
        moved = e.Apply("add_microseconds", (to_instant(draft, time), micro), t.INSTANT)
        return Typed(e.Localize(moved, "", zone, Type(Kind.TIMESTAMP, zone=zone)), u.TIME)
    return Typed(e.Apply("add_microseconds", (time, micro), time.type), u.TIME)


def whole_days(length: e.Expression) -> e.Expression | None:
    """A duration as a whole number of days, where it certainly is one."""
    sign = 1
    while isinstance(length, e.Negative):
        length, sign = length.operand, -sign
    if isinstance(length, e.Literal) and isinstance(length.value, Fraction):
        days = sign * length.value / t.ELAPSED["days"]
        return e.Literal(days, t.INTEGER) if days.denominator == 1 else None
    if length.type.resolution == "days" and not any(isinstance(x, e.Arithmetic) for x in e.walk(length)):
        return length if sign > 0 else e.Negative(length, length.type)
    return None
