"""Versions of a history: which one is valid at a time."""

from __future__ import annotations

from attain.model import expression as e

Times = tuple[e.Expression, e.Expression, e.Expression]


def on_one_clock(times: Times, zone: str) -> Times:
    """Three times as they can be compared: as they are where they are of one type, else by the calendar's clock."""
    if len({time.type for time in times}) == 1:
        return times
    at, start, end = (e.local(time, zone) for time in times)
    return at, start, end


def valid_at(at: e.Expression, start: e.Expression, end: e.Expression) -> e.Expression:
    """from <= that time < to, or to no end. A version that ends before it began is never valid."""
    return e.Logic("and", (e.Compare("<=", start, at), ends_after(at, end)))


def ends_after(at: e.Expression, end: e.Expression) -> e.Expression:
    """Whether a version ends after a time, or never."""
    return e.Logic("or", (e.Compare("<", at, end), e.IsMissing(end)))
