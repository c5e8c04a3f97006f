"""Durations in other resolutions, and as plain numbers of a unit of time."""

from __future__ import annotations

from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.types import Kind


def resolution_of(expression: e.Expression, resolution: str) -> e.Expression:
    """A duration counted in another unit; exact from coarser to finer."""
    have = expression.type.resolution
    if have == resolution:
        return expression
    factor = Fraction(t.ELAPSED[have], t.ELAPSED[resolution])
    type = t.duration(resolution)
    if isinstance(expression, e.Literal) and isinstance(expression.value, Fraction):
        return e.Literal(expression.value * factor, type)
    if factor >= 1:
        return e.Arithmetic("*", expression, e.Literal(factor, t.INTEGER), type)
    return e.Arithmetic("/", expression, e.Literal(1 / factor, t.INTEGER), type)


def unit_of_time(unit: u.Unit) -> str:
    """The resolution that a unit of time names ("days"); days where it is none of fixed length."""
    name = u.plural(unit.factors[0][0]) if unit.factors else "days"
    return name if name in t.ELAPSED else "days"


def number_of(expression: e.Expression, unit: u.Unit) -> e.Expression:
    """A duration as a plain number of its unit; anything else as it is."""
    if expression.type.kind is not Kind.DURATION:
        return expression
    return in_unit(expression, unit_of_time(unit))


def in_unit(expression: e.Expression, resolution: str) -> e.Expression:
    """A duration as a number of `resolution`."""
    scaled = resolution_of(expression, resolution)
    if isinstance(scaled, e.Literal) and isinstance(scaled.value, Fraction):
        return e.Literal(scaled.value, t.FLOAT if scaled.value.denominator != 1 else t.INTEGER)
    return e.Apply("number", (scaled,), t.INTEGER if is_whole(scaled) else t.FLOAT)


def is_whole(expression: e.Expression) -> bool:
    """Whether a duration certainly is a whole number of its resolution: the days between two days."""
    return isinstance(expression, e.Apply) and expression.function == "days_between"
