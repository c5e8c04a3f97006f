"""The scalar functions of section 3. A missing argument makes them missing (coalesce, nullif aside)."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from .clock import Clock
from .errors import Unsupported, Wrong
from .periods import Grains
from .values import UNIT_SECONDS, Duration, Value, compare, divide, is_number, is_time, sort_key, unify
from .working import Working, months_between


class Functions:
    """The functions, by name; `call` takes values."""

    def __init__(self, clock: Clock, grains: Grains, working: Working) -> None:
        self.clock, self.grains, self.working = clock, grains, working
        self.strict: dict[str, Callable[..., Value]] = {
            "abs": lambda x: _keep_unit(abs, x),
            "round": lambda x, digits=0: _keep_unit(lambda n: _round(n, digits), x),
            "floor": lambda x: _keep_unit(math.floor, x),
            "ceil": lambda x: _keep_unit(math.ceil, x),
            "sqrt": lambda x: math.sqrt(x) if _number(x) >= 0 else None,
            "ln": lambda x: math.log(x) if _number(x) > 0 else None,
            "power": _power,
            "mod": _mod,
            "least": lambda *xs: min(unify(list(xs)), key=self._key),
            "greatest": lambda *xs: max(unify(list(xs)), key=self._key),
            "lower": lambda s: _text(s).lower(),
            "upper": lambda s: _text(s).upper(),
            "trim": lambda s: _text(s).strip(" "),
            "length": lambda s: len(_text(s)),
            "concat": lambda *xs: "".join(_as_text(x) for x in xs),
            "contains": lambda s, part: _text(part) in _text(s),
            "starts_with": lambda s, part: _text(s).startswith(_text(part)),
            "year": lambda t: self._day(t).year,
            "quarter": lambda t: (self._day(t).month + 2) // 3,
            "month": lambda t: self._day(t).month,
            "weekday": lambda t: self._day(t).isoweekday(),
            "days": lambda d: _length(d, "day"),
            "hours": lambda d: _length(d, "hour"),
            "minutes": lambda d: _length(d, "minute"),
            "business_days": lambda a, b: self.working.days_between(_time(a), _time(b)),
            "business_hours": lambda a, b: self.working.hours_between(_time(a), _time(b)),
            "months": lambda a, b: months_between(self.clock, _time(a), _time(b)),
        }

    def call(self, name: str, args: list[Value]) -> Value:
        """A function of values."""
        if name == "coalesce":
            return next((v for v in unify(args) if v is not None), None)
        if name == "nullif":
            return None if compare("=", args[0], args[1], self.clock) else args[0]
        if name not in self.strict:
            raise Wrong(f"unknown function {name}")
        if any(v is None for v in args):
            return None
        return self.strict[name](*args)

    def trunc(self, when: Value, grain: str) -> Value:
        """The start of the period that holds the time: a date, of hours a timestamp."""
        if not self.grains.is_grain(grain):
            raise Wrong(f"unknown grain {grain}")
        if when is None:
            return None
        period = self.grains.period(grain, self.clock.local(_time(when)))
        if period is None or period.start is None:
            return None
        return period.start if grain == "hour" else period.start.date()

    def _key(self, value: Value) -> Value:
        return sort_key(value, self.clock)

    def _day(self, when: Value) -> date:
        return self.clock.local(_time(when)).date()


def _number(value: Value) -> Value:
    if not is_number(value):
        raise Unsupported(f"a function of a number, of {value!r}")
    return value


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise Wrong(f"not a text: {value!r}")
    return value


def _time(value: Value) -> date:
    if not is_time(value):
        raise Wrong(f"not a time: {value!r}")
    found: date = value
    return found


def _as_text(value: Value) -> str:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return str(value)
    raise Unsupported(f"concat of {value!r}")


def _keep_unit(function: Callable[[Value], Value], value: Value) -> Value:
    """The function of a number; of a duration, of its number in its unit."""
    if isinstance(value, Duration):
        unit = value.unit or "day"
        return Duration(seconds=function(value.number) * UNIT_SECONDS[unit], unit=value.unit)
    return function(_number(value))


def _round(number: Value, digits: Value) -> Value:
    """Halves away from zero."""
    scale = Fraction(10) ** int(digits)
    size = math.floor(abs(Fraction(number)) * scale + Fraction(1, 2)) / scale
    return -size if number < 0 else size


def _power(base: Value, exponent: Value) -> Value:
    """Exact for small whole exponents; missing without a finite real result."""
    _number(base), _number(exponent)
    try:
        if exponent == int(exponent) and abs(exponent) <= 64 and not isinstance(base, float):
            return Fraction(base) ** int(exponent)
        result = float(base) ** float(exponent)
    except (ZeroDivisionError, OverflowError):
        return None
    return result if isinstance(result, float) and math.isfinite(result) else None


def _mod(left: Value, right: Value) -> Value:
    """The rest of a division toward zero: it has the sign of the dividend."""
    _number(left), _number(right)
    quotient = divide(left, right)
    return None if quotient is None else left - right * math.trunc(quotient)


def _length(value: Value, unit: str) -> Value:
    """A duration as a number of a unit."""
    if not isinstance(value, Duration):
        raise Wrong(f"not a duration: {value!r}")
    return divide(value.total, UNIT_SECONDS[unit])
