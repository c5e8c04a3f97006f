"""Largest remainders: a target over the parts of its period, so that they add up to it exactly (section 8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

from .errors import Unsupported
from .periods import Grains, Window
from .values import Value

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
Weigh = Callable[[Window], Value]


def days_in(window: Window) -> Value:
    """How many days a part has: what an even spread weighs by."""
    assert window.start is not None and window.end is not None
    return Fraction((window.end - window.start) // timedelta(seconds=1), 86400)


def part_of(value: Value, period: Window, window: Window, grain: str | None, grains: Grains, weigh: Weigh) -> Value:
    """What of a target for a period falls into a window; nothing where they have nothing in common."""
    if covers(window, period):
        return value
    if not overlap(window, period):
        return None
    if grain not in (None, "day", "hour") and made_of_periods(window, grain, grains):
        return _sum_within(value, _parts(period, grain, grains), window, weigh)
    days = _pieces(period, _DAY)
    inside = _sum_within(value, days, window, weigh)
    for day, share in zip(days, shares(value, [weigh(d) for d in days], days), strict=True):
        if overlap(window, day) and not covers(window, day):
            inside = _added(inside, _sum_within(share, _pieces(day, _HOUR), window, days_in))
    return inside


def _sum_within(value: Value, parts: list[Window], window: Window, weigh: Weigh) -> Value:
    """The shares of the parts that lie in the window."""
    found = None
    for part, share in zip(parts, shares(value, [weigh(p) for p in parts], parts), strict=True):
        if covers(window, part):
            found = _added(found, share)
        elif overlap(window, part) and part.end - part.start <= _HOUR:  # type: ignore[operator]
            raise Unsupported("a part of an hour")
    return found


def _added(left: Value, right: Value) -> Value:
    return right if left is None else left if right is None else left + right


def shares(value: Value, weights: list[Value], parts: list[Window]) -> list[Value]:
    """The value over parts by their weights (by days where these are nothing), in cents, largest remainders first."""
    weights = [weight or 0 for weight in weights]
    if sum(weights) == 0:
        weights = [days_in(part) for part in parts]
    sign = -1 if value < 0 else 1
    total = Fraction(abs(value))
    digits = _digits(total)
    exact = [total * Fraction(weight) / Fraction(sum(weights)) for weight in weights]
    if digits is None:
        return [sign * share for share in exact]
    units = [floor(share * 10**digits) for share in exact]
    left = int(total * 10**digits) - sum(units)
    order = sorted(range(len(parts)), key=lambda at: (units[at] - exact[at] * 10**digits, at))
    for at in order[:left]:
        units[at] += 1
    return [Fraction(sign * unit, 10**digits) for unit in units]


def _digits(value: Fraction) -> int | None:
    """After the point: two, or as many as the value has; None where they do not end."""
    return next((digits for digits in range(2, 13) if (value * 10**digits).denominator == 1), None)


def covers(window: Window, period: Window) -> bool:
    """Whether all of the period lies in the window."""
    if window.empty or period.empty:
        return False
    after = window.start is None or (period.start is not None and window.start <= period.start)
    return after and (window.end is None or (period.end is not None and period.end <= window.end))


def overlap(window: Window, period: Window) -> bool:
    """Whether they have something in common."""
    if window.empty or period.empty:
        return False
    after = window.start is None or period.end is None or window.start < period.end
    return after and (window.end is None or period.start is None or period.start < window.end)


def made_of_periods(window: Window, grain: str, grains: Grains) -> bool:
    """Whether the window begins and ends where periods of the grain do."""
    return all(end is None or _begins(grain, grains, end) for end in (window.start, window.end))


def _begins(grain: str, grains: Grains, when: datetime) -> bool:
    before = grains.period(grain, when - timedelta(microseconds=1))
    after = grains.period(grain, when)
    return (before is not None and before.end == when) or (after is not None and after.start == when)


def _parts(period: Window, grain: str, grains: Grains) -> list[Window]:
    """What the periods of a grain have in common with a period; what lies in none of them is a part, too."""
    assert period.start is not None and period.end is not None
    parts, at = [], period.start
    for one in grains.between(grain, period.start, period.end):
        assert one.start is not None and one.end is not None
        start, end = max(one.start, period.start), min(one.end, period.end)
        parts += [Window(at, start)] if at < start else []
        parts.append(Window(start, end))
        at = end
    return parts + ([Window(at, period.end)] if at < period.end else [])


def _pieces(period: Window, length: timedelta) -> list[Window]:
    assert period.start is not None and period.end is not None
    count = (period.end - period.start) // length
    return [Window(period.start + n * length, period.start + (n + 1) * length) for n in range(count)]
