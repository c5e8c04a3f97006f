"""Arithmetic on values of results: exact where they are, and with the digits that results show where they float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from attain.model.result import Value


def exact(value: Value) -> Fraction | None:
    """A number as a fraction; floating ones with the 12 digits that results show, so that 0.95 is 95%. None of
    anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    text = format(value, ".12g") if isinstance(value, float) else str(value)
    return Fraction(text) if text.lstrip("-")[0].isdigit() else None


def ratio(value: Value, base: Value) -> Fraction | None:
    """`value / base`; None where either is missing or the base is zero."""
    above, below = exact(value), exact(base)
    return above / below if above is not None and below else None


def difference(value: Value, base: Value) -> int | float | Decimal | None:
    """`value - base`: whole or decimal where both are, else floating; None where either is no number."""
    left, right = exact(value), exact(base)
    if left is None or right is None:
        return None
    if isinstance(value, float) or isinstance(base, float):
        return float(left - right)
    apart = left - right
    if apart.denominator == 1:
        return int(apart)
    return Decimal(apart.numerator) / Decimal(apart.denominator)


def product(value: Value, share: Fraction) -> float | Decimal | None:
    """`value * share`: decimal where four digits after the point hold it, else floating; None of no number."""
    number = exact(value)
    if number is None:
        return None
    found = number * share
    tenthousandths = found * 10_000
    if isinstance(value, float) or tenthousandths.denominator != 1:
        return float(found)
    return Decimal(tenthousandths.numerator).scaleb(-4).normalize()
