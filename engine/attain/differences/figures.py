"""Cells of two versions side by side: whether a figure moved, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from attain.model.difference import Figure, Tolerance
from attain.model.result import Value

#: Floating figures that agree to so much of their size are the same: sums may be added up in another order.
FLOATING = 1e-9


def figures_of(
    before: Mapping[tuple[Value, ...], Value], after: Mapping[tuple[Value, ...], Value], tolerance: Tolerance
) -> tuple[Figure, ...]:
    """A figure for each cell that either version has."""
    keys = dict.fromkeys([*after, *before])
    found = [figure(key, before, after, tolerance) for key in keys]
    return tuple(sorted(found, key=lambda f: (f.member is None, str(f.member))))


def figure(
    key: tuple[Value, ...], before: Mapping[tuple[Value, ...], Value], after: Mapping[tuple[Value, ...], Value],
    tolerance: Tolerance,
) -> Figure:  # fmt: skip
    """One cell of both."""
    where = "both" if key in before and key in after else "after" if key in after else "before"
    one, other = before.get(key), after.get(key)
    member = key[-1] if key else None
    start, end = number(one), number(other)
    gap = end - start if start is not None and end is not None else None
    relative = gap / abs(start) if gap is not None and start else None
    return Figure(member, one, other, where, is_moved(one, other, where, tolerance), gap, relative)


def is_moved(before: Value, after: Value, where: str, tolerance: Tolerance) -> bool:
    """Whether a figure is another one. Of a cell that only one version has, what shows nothing (missing, 0, no) is not
    another figure."""
    if where != "both":
        return (after if where == "after" else before) not in (None, 0, False)
    if before is None or after is None:
        return before is not after
    start, end = number(before), number(after)
    if start is None or end is None:
        return before != after
    gap = abs(end - start)
    if isinstance(before, float) or isinstance(after, float):
        gap = Fraction(0) if gap <= max(abs(start), abs(end)) * Fraction(FLOATING) else gap
    return gap > (abs(start) * tolerance.size if tolerance.share else tolerance.size)


def number(value: Value) -> Fraction | None:
    """A number exactly; None of anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        return Fraction(value)
    except (ValueError, OverflowError):  # not finite
        return None
