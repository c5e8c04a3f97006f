"""Two answers of a metric side by side: whether the second is as many times the first as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeGuard

from attain.model.result import Value
from attain.probes.answers import Cells

#: Floating sums of other rows, or of the same in another order, may differ in the last digits.
RELATIVE = 1e-7


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell in which a figure is not what it should have become: `period` is None in total."""

    period: Any
    before: Value
    expected: Value
    found: Value

    @property
    def where(self) -> str:
        """`in total`, `in 2026-03`"""
        return "in total" if self.period is None else f"in {self.period:%Y-%m}"


def first_difference(before: Cells, after: Cells, factor: Fraction) -> Difference | None:
    """The cell in which `after` is not `factor` times `before`, the total before all others; None where all are. Months
    that only one of them has are passed over: a range is that of all metrics that were asked for together."""
    largest = max((abs(float(v)) for v in before.values() if is_number(v)), default=0.0) * float(factor)
    order = sorted(before.keys() & after.keys(), key=lambda key: (not (key and key[0]), str(key)))
    for key in order:
        value, found = before[key], after[key]
        expected = times(value, factor)
        if not alike(expected, found, largest):
            return Difference(key[-1] if key else None, value, expected, found)
    return None


def is_number(value: Value) -> TypeGuard[int | float | Decimal]:
    """Whether a value can be multiplied."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def times(value: Value, factor: Fraction) -> Value:
    """A value as many times; one that is no number, and a missing one, as it is."""
    if isinstance(value, bool) or factor == 1:
        return value
    if isinstance(value, float):
        return value * float(factor)
    if isinstance(value, int | Decimal):
        product = Fraction(value) * factor
        return Decimal(product.numerator) / Decimal(product.denominator)
    return value


def alike(expected: Value, found: Value, largest: float) -> bool:
    """Whether two values are the same, but for the last digits of floating numbers; `largest` is the size of the
    figures around them, from which a difference near zero was taken."""
    if not (is_number(expected) and is_number(found)):
        return expected == found
    one, two = float(expected), float(found)
    return abs(one - two) <= RELATIVE * max(abs(one), abs(two)) + RELATIVE * 1e-3 * largest
