"""Conversions that a check inserts: clocks, resolutions of durations, common types."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attain.check.draft import Draft
from attain.check.scope import Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model.durations import number_of, resolution_of, unit_of_time
from attain.model.types import Kind, Type


def comparable(left: Type, right: Type) -> bool:
    """Whether values of two types can be compared, or stand for each other."""
    if Kind.NULL in (left.kind, right.kind):
        return True
    if left.is_time and right.is_time:
        return True
    numeric = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT, Kind.DURATION)
    if left.kind in numeric and right.kind in numeric:
        return True
    return left.kind == right.kind and left.kind is not Kind.OTHER


def common_type(types: Sequence[Type]) -> Type:
    """The type that holds values of all: whole, then decimal, then floating."""
    kinds = {type.kind for type in types} - {Kind.NULL}
    if not kinds:
        return t.NULL
    if Kind.FLOAT in kinds:
        return t.FLOAT
    if Kind.DECIMAL in kinds:
        decimals = [type for type in types if type.kind is Kind.DECIMAL]
        return Type(Kind.DECIMAL, 38, max(type.scale for type in decimals))
    return next(type for type in types if type.kind is not Kind.NULL)


def local(draft: Draft, expression: e.Expression) -> e.Expression:
    """A time as the calendar's clock shows it: a timestamp without a zone."""
    return e.local(expression, draft.calendar.timezone)


def clock(draft: Draft, expression: e.Expression) -> e.Expression:
    """As `local`, but a day stays a day."""
    return expression if expression.type.kind is Kind.DATE else local(draft, expression)


def as_number(typed: Typed) -> e.Expression:
    """A duration as a plain number of its unit; anything else as it is."""
    return number_of(typed.expression, typed.unit)


def aligned(left: Typed, right: Typed) -> tuple[e.Expression, e.Expression]:
    """Two numbers or durations in one measure: a plain number takes the unit of the duration that it meets."""
    a, b = left.expression, right.expression
    durations = (a.type.kind is Kind.DURATION, b.type.kind is Kind.DURATION)
    if durations == (False, False):
        return a, b
    if durations == (True, False):
        b = duration_of(b, unit_of_time(left.unit))
    elif durations == (False, True):
        a = duration_of(a, unit_of_time(right.unit))
    if Kind.NULL in (a.type.kind, b.type.kind):
        return a, b
    if a.type.resolution != b.type.resolution:
        a, b = finest(a, b)
    return a, b


def finest(a: e.Expression, b: e.Expression) -> tuple[e.Expression, e.Expression]:
    """Both counted in the coarser unit where a literal allows it exactly, else in the finer one."""
    for literal, other in ((a, b), (b, a)):
        if isinstance(literal, e.Literal) and isinstance(literal.value, Fraction):
            moved = resolution_of(literal, other.type.resolution)
            if isinstance(moved, e.Literal) and isinstance(moved.value, Fraction) and moved.value.denominator == 1:
                return (moved, b) if literal is a else (a, moved)
    fine = min(a.type.resolution, b.type.resolution, key=lambda name: t.ELAPSED[name])
    return resolution_of(a, fine), resolution_of(b, fine)


def duration_of(expression: e.Expression, resolution: str) -> e.Expression:
    """A plain number as a duration of that many units."""
    if expression.type.kind is Kind.NULL:
        return expression
    if isinstance(expression, e.Literal) and isinstance(expression.value, Fraction):
        return e.Literal(expression.value * t.ELAPSED[resolution], t.MICROSECONDS)
    factor = e.Literal(Fraction(t.ELAPSED[resolution]), t.INTEGER)
    return e.Arithmetic("*", expression, factor, t.MICROSECONDS)
