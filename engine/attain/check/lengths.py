"""Lengths of time that are written down (`8 hours`, `12 months`) next to a quantity that is counted in a unit of time:
there they are a plain number of that unit."""

from __future__ import annotations

from fractions import Fraction

from attain.check.scope import Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.types import Kind
from attain.read import syntax as s

#: How many months there are in the units that follow the calendar.
MONTHS = {"months": 1, "quarters": 3, "years": 12}
#: How many seconds there are in those that a clock shows. Working days are no days of 24 hours, nor working weeks.
CLOCK = {"seconds": 1, "minutes": 60, "hours": 3600}
#: Families of units within which a length can be counted in another one.
ELAPSED = {name: Fraction(length, 1_000_000) for name, length in t.ELAPSED.items() if name != "microseconds"}


def length_beside(length: s.Duration, other: Typed) -> Typed | None:
    """The length as a number in the unit of the number that it is compared with or added to; None where that is
    counted in no unit of time that the length could be counted in."""
    if other.type.kind is Kind.DURATION or not other.unit.is_duration:
        return None
    unit = u.plural(other.unit.factors[0][0])
    if length.unit == unit:
        return length_in(length, unit)
    for family in (MONTHS, CLOCK):
        if length.unit in family and unit in family:
            return length_in(length, unit)
    return None


def length_times(length: s.Duration, other: Typed) -> Typed | None:
    """The length as a number that another is multiplied with or divided by, in the unit of time that stands in that
    one's unit (money/month); months and years beside amounts of other things in their own. None where it stays a
    length."""
    if other.type.kind is Kind.DURATION or other.unit.is_plain or other.unit.is_word:
        return None
    for family in (MONTHS, ELAPSED):
        units = [u.plural(name) for name, _ in other.unit.factors if u.plural(name) in family]
        if length.unit in family and units:
            return length_in(length, units[0])
    return length_in(length, length.unit) if length.unit in MONTHS else None


def length_in(length: s.Duration, unit: str) -> Typed:
    """A length as a number of another unit of its family."""
    family = MONTHS if unit in MONTHS else ELAPSED
    value = length.amount * Fraction(family[length.unit]) / Fraction(family[unit])
    return Typed(e.Literal(value, t.type_of_number(value)), u.counted(unit))


def in_unit_met(duration: Typed, other: Typed) -> Typed:
    """A duration that is multiplied with or divided by so much per unit of time (money/hour), to be counted in that
    unit; as it is where the other one has none."""
    units = [name for name, power in other.unit.factors if u.plural(name) in ELAPSED and power < 0]
    if duration.type.kind is not Kind.DURATION or other.type.kind is Kind.DURATION or not units:
        return duration
    return Typed(duration.expression, u.counted(units[0]))
