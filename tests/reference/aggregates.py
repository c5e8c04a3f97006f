"""What an aggregate makes of the values it is given (section 4)."""

from __future__ import annotations

import math
from fractions import Fraction

from .clock import Clock
from .errors import Unsupported, Wrong
from .values import UNIT_SECONDS, Duration, Value, compare, is_number, sort_key, unify

_NUMERIC = ("sum", "avg", "median", "percentile", "stddev", "variance")


def combine(function: str, rows: list[tuple[Value, ...]], distinct: bool, fraction: Value, clock: Clock) -> Value:
    """An aggregate of one value a row (of two for corr); missing ones are passed over."""
    present = [row for row in rows if all(v is not None for v in row)]
    if distinct or function == "approx_count_distinct":
        present = list(dict.fromkeys(present))
    if function in ("count", "approx_count_distinct"):
        return len(present)
    if function == "corr":
        return _corr([_plain(a) for a, _ in present], [_plain(b) for _, b in present])
    values = unify([row[0] for row in present])
    if function in ("any", "every"):
        return _conditions(function, values)
    if not values:
        return 0 if function == "sum" else None
    if function in ("min", "max"):
        pick = min if function == "min" else max
        return pick(values, key=lambda v: sort_key(v, clock))
    if function not in _NUMERIC:
        raise Wrong(f"unknown aggregate {function}")
    return _numeric(function, values, fraction)


def _conditions(function: str, values: list[Value]) -> bool:
    if not all(isinstance(v, bool) for v in values):
        raise Wrong(f"{function} of something that is no condition")
    return any(values) if function == "any" else all(values)


def _numeric(function: str, values: list[Value], fraction: Value) -> Value:
    """Of durations, the result is a duration (a variance is a plain number of squares)."""
    durations = [v for v in values if isinstance(v, Duration)]
    if not durations:
        return _of_numbers(function, values, fraction)
    unit = next((d.unit for d in durations if d.unit), None)
    size = UNIT_SECONDS[unit or "day"]
    result = _of_numbers(function, [Fraction(v.total) / size for v in values], fraction)
    if result is None or function == "variance":
        return result
    return Duration(seconds=result * size, unit=unit)


def _of_numbers(function: str, values: list[Value], fraction: Value) -> Value:
    if not all(is_number(v) for v in values):
        raise Unsupported(f"{function} of {values[0]!r}")
    if function == "sum":
        return sum(values)
    if function == "avg":
        return _mean(values)
    if function == "median":
        return _percentile(values, Fraction(1, 2))
    if function == "percentile":
        return _percentile(values, fraction)
    variance = _variance(values)
    return variance if function == "variance" or variance is None else math.sqrt(variance)


def _mean(values: list[Value]) -> Value:
    total = sum(values)
    return total / len(values) if isinstance(total, float) else Fraction(total) / len(values)


def _percentile(values: list[Value], fraction: Value) -> Value:
    """Linear interpolation between the two nearest."""
    if not is_number(fraction) or not 0 <= fraction <= 1:
        raise Wrong(f"percentile of {fraction!r}")
    ordered = sorted(values)
    place = (len(ordered) - 1) * Fraction(fraction)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _variance(values: list[Value]) -> Value:
    """Of a sample: missing for fewer than two."""
    if len(values) < 2:
        return None
    mean = _mean(values)
    return sum((v - mean) ** 2 for v in values) / (Fraction(len(values)) - 1)


def _corr(left: list[Value], right: list[Value]) -> Value:
    """Missing for fewer than two pairs, and of a constant."""
    if len(left) < 2:
        return None
    left_mean, right_mean = _mean(left), _mean(right)
    left_squares = sum((a - left_mean) ** 2 for a in left)
    right_squares = sum((b - right_mean) ** 2 for b in right)
    if left_squares == 0 or right_squares == 0:
        return None
    both = sum((a - left_mean) * (b - right_mean) for a, b in zip(left, right, strict=True))
    return float(both) / math.sqrt(float(left_squares) * float(right_squares))


def _plain(value: Value) -> Value:
    return value.number if isinstance(value, Duration) else value


def first_or_last(function: str, rows: list[tuple[Value, tuple[Value, ...], Value]], clock: Clock) -> Value:
    """By the ordering time; of ties the first has the smallest key, the last the largest."""
    found: tuple[Value, tuple[Value, ...], Value] | None = None
    for row in rows:
        if row[0] is None or row[2] is None:
            continue
        if found is None or _stands_before(row, found, clock) == (function == "first"):
            found = row
    return None if found is None else found[2]


def _stands_before(row: tuple[Value, ...], other: tuple[Value, ...], clock: Clock) -> bool:
    for mine, its in zip((row[0], *row[1]), (other[0], *other[1]), strict=True):
        if not compare("=", mine, its, clock):
            return compare("<", mine, its, clock)
    return False
