"""Values and what the operators do to them. Numbers are exact: int and Fraction; float only after sqrt and the like."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from .clock import Clock
from .errors import Unsupported, Wrong

UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
Value = Any


@dataclass(frozen=True)
class Duration:
    """Calendar months, days and elapsed seconds; `unit` (of `UNIT_SECONDS`) is how it leaves, days where none."""

    months: int = 0
    days: Fraction | int = 0
    seconds: Fraction | int = 0
    unit: str | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Duration) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[int, Value]:
        """What makes two durations equal."""
        return self.months, self.days * 86400 + self.seconds

    @property
    def total(self) -> Value:
        """All of it in seconds."""
        if self.months:
            raise Unsupported("a duration of months as a length")
        return self.days * 86400 + self.seconds

    @property
    def number(self) -> Value:
        """The number of its unit."""
        return divide(self.total, UNIT_SECONDS[self.unit or "day"])


def duration_unit(unit: str | None) -> str | None:
    """`days` as a key of UNIT_SECONDS; None for any other unit."""
    word = (unit or "").strip().lower().removesuffix("s")
    return word if word in UNIT_SECONDS else None


def with_unit(value: Value, unit: str | None) -> Value:
    """A number or a duration that a definition declares to be in a unit of time."""
    word = duration_unit(unit)
    if word is None or isinstance(value, bool):
        return value
    if isinstance(value, Duration):
        return replace(value, unit=word)
    return number_to_duration(value, word) if is_number(value) else value


def number_to_duration(value: Value, unit: str | None) -> Duration:
    """A plain number takes the unit of what it meets."""
    return Duration(seconds=value * UNIT_SECONDS[unit or "day"], unit=unit)


def is_number(value: Value) -> bool:
    """Numbers, not booleans."""
    return isinstance(value, (int, Fraction, float)) and not isinstance(value, bool)


def is_time(value: Value) -> bool:
    """Dates and timestamps."""
    return isinstance(value, date)


def truth(value: Value) -> bool:
    """Conditions are two-valued: a missing one does not hold."""
    if value is None or isinstance(value, bool):
        return value is True
    raise Wrong(f"not a condition: {value!r}")


def divide(left: Value, right: Value) -> Value:
    """Real division; by zero it is missing."""
    if right == 0:
        return None
    if isinstance(left, float) or isinstance(right, float):
        return left / right
    return Fraction(left) / Fraction(right)


def unify(values: list[Value]) -> list[Value]:
    """Plain numbers beside durations take their unit."""
    units = [v.unit for v in values if isinstance(v, Duration)]
    if not units:
        return values
    unit = next((u for u in units if u), None)
    return [number_to_duration(v, unit) if is_number(v) else v for v in values]


def arithmetic(sign: str, left: Value, right: Value, clock: Clock) -> Value:
    """`+ - * /`; a missing side makes it missing."""
    if left is None or right is None:
        return None
    if is_number(left) and is_number(right):
        return _numbers(sign, left, right)
    if is_time(left) or is_time(right):
        return _times(sign, left, right, clock)
    if sign in "+-":
        return _sum_durations(sign, left, right)
    return _scale_duration(sign, left, right)


def _numbers(sign: str, left: Value, right: Value) -> Value:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    return left * right if sign == "*" else divide(left, right)


def _times(sign: str, left: Value, right: Value, clock: Clock) -> Value:
    if is_time(left) and is_time(right) and sign == "-":
        return Duration(seconds=clock.seconds_between(left, right))
    if is_time(left) and isinstance(right, Duration) and sign in "+-":
        way = 1 if sign == "+" else -1
        return clock.add(left, way * right.months, way * right.days, way * right.seconds)
    if isinstance(left, Duration) and is_time(right) and sign == "+":
        return _times("+", right, left, clock)
    raise Wrong(f"cannot {left!r} {sign} {right!r}")


def _sum_durations(sign: str, left: Value, right: Value) -> Duration:
    left, right = unify([left, right])
    if not (isinstance(left, Duration) and isinstance(right, Duration)):
        raise Wrong(f"cannot {left!r} {sign} {right!r}")
    way = 1 if sign == "+" else -1
    return Duration(
        left.months + way * right.months,
        left.days + way * right.days,
        left.seconds + way * right.seconds,
        left.unit or right.unit,
    )


def _scale_duration(sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, Duration) and isinstance(right, Duration):
        if sign == "/":
            return divide(left.total, right.total)
        return left.number * right.number
    if isinstance(left, Duration) and is_number(right):
        if sign == "/":
            seconds = divide(left.total, right)
            return None if seconds is None else Duration(seconds=seconds, unit=left.unit)
        if left.months and isinstance(right, int):
            return Duration(left.months * right, left.days * right, left.seconds * right, left.unit)
        return Duration(seconds=left.total * right, unit=left.unit)
    if is_number(left) and isinstance(right, Duration) and sign == "*":
        return _scale_duration("*", right, left)
    if is_number(left) and isinstance(right, Duration):
        return divide(left, right.number)
    raise Wrong(f"cannot {left!r} {sign} {right!r}")


def compare(sign: str, left: Value, right: Value, clock: Clock) -> bool:
    """A comparison; with a missing side it is false."""
    if left is None or right is None:
        return False
    left, right = unify([left, right])
    if sign == "like":
        return like(left, right)
    low, high = sort_key(left, clock), sort_key(right, clock)
    if _kind(low) != _kind(high):
        raise Wrong(f"cannot compare {left!r} with {right!r}")
    return bool({"=": low == high, "<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[sign])


def sort_key(value: Value, clock: Clock) -> Value:
    """Something that orders values of one type as the language does."""
    if isinstance(value, Duration):
        return value.total
    if is_time(value):
        return clock.instant(value)
    return value


def _kind(key: Value) -> str:
    if isinstance(key, (str, bool, datetime)):
        return type(key).__name__
    return "number"


def like(text: Value, pattern: Value) -> bool:
    """SQL's `like`: % any text, _ one character."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        raise Wrong("like compares texts")
    expression = "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def leave(value: Value) -> Value:
    """A value as it leaves the engine: a duration as a number of its unit, whole fractions as ints."""
    if isinstance(value, Duration):
        value = value.number
    if isinstance(value, Fraction) and value.denominator == 1:
        return int(value)
    return value
