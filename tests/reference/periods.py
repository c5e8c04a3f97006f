"""Grains, periods and windows (language.md, section 6). All times here are local ones, without a zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from .clock import midnight, shift_months
from .errors import Wrong
from .values import Duration

_INSTANT = timedelta(microseconds=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_NAMES = "january february march april may june july august september october november december".split()
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12, "fiscal_quarter": 3, "fiscal_year": 12}
GRAINS = ("hour", "day", "week", *MONTHS_OF)


@dataclass(frozen=True)
class Window:
    """A half-open stretch of time, `[start, end)`; None is no bound; an empty one stays empty."""

    start: datetime | None
    end: datetime | None
    empty: bool = False

    def holds(self, when: datetime) -> bool:
        """Whether the time lies in the window."""
        if self.empty or (self.start is not None and when < self.start):
            return False
        return self.end is None or when < self.end


def cut(window: Window, end: datetime) -> Window:
    """The window, ending with the as-of day at the latest."""
    if window.empty or (window.start is not None and window.start >= end):
        return Window(window.start, window.start, empty=True)
    return Window(window.start, end if window.end is None else min(window.end, end))


def stretch(window: Window, start: datetime | None) -> Window:
    """The window from another start on."""
    if window.empty or (start is not None and window.end is not None and start >= window.end):
        return Window(start, start, empty=True)
    return Window(start, window.end)


def move_back(window: Window, by: Duration) -> Window:
    """Whole months move month by month, any other window by its first and its last day; days as they are."""
    if window.empty:
        return window
    if by.months:
        ends = (window.start, window.end)
        if all(e is None or (e.day == 1 and e == midnight(e.date())) for e in ends):
            first, end = (None if e is None else shift_months(e, -by.months) for e in ends)
            return Window(first, end)
        return Window(
            None if window.start is None else shift_months(window.start, -by.months),
            None if window.end is None else shift_months(window.end - _INSTANT, -by.months) + _INSTANT,
        )
    delta = as_delta(by)
    first, end = (None if e is None else e - delta for e in (window.start, window.end))
    return Window(first, end)


def as_delta(by: Duration) -> timedelta:
    """A duration without months as a stretch of time on the calendar's wall."""
    return timedelta(microseconds=round(by.total * 1_000_000))


def before(end: datetime, by: Duration) -> datetime:
    """The start of the window that ends there and is that long."""
    return shift_months(end, -by.months) - timedelta(microseconds=round((by.days * 86400 + by.seconds) * 1_000_000))


class Grains:
    """The grains of a calendar; `starts` gives, for one of its table, the first days and the last day of all."""

    def __init__(self, calendar: dict[str, Any], starts: Callable[[str], tuple[list[date], date]]) -> None:
        self.own = dict(calendar.get("grains") or {})
        self._starts = starts
        self._tables: dict[str, list[datetime]] = {}
        self.first_weekday = _index(_WEEKDAYS, calendar.get("week_start", "monday"))
        self.fiscal_month = _index(_MONTH_NAMES, calendar.get("fiscal_year_start", "january"))

    def is_grain(self, name: str) -> bool:
        """Whether the name is one of a grain."""
        return name in self.own or name in GRAINS

    def bounds(self, grain: str) -> list[datetime]:
        """Of a grain of the calendar's table: the first days of its periods, and the end of the last."""
        if grain not in self._tables:
            first_days, last = self._starts(grain)
            self._tables[grain] = [midnight(d) for d in first_days] + [midnight(last + timedelta(days=1))]
        return self._tables[grain]

    def period(self, grain: str, when: datetime) -> Window | None:
        """The period that holds the time; None outside a calendar table."""
        if grain in self.own:
            bounds = self.bounds(grain)
            return next((Window(s, e) for s, e in pairwise(bounds) if s <= when < e), None)
        start = self._start(grain, when)
        return Window(start, self._next(grain, start))

    def _start(self, grain: str, when: datetime) -> datetime:
        day = midnight(when.date())
        if grain == "hour":
            return when.replace(minute=0, second=0, microsecond=0)
        if grain == "day":
            return day
        if grain == "week":
            return day - timedelta(days=(day.weekday() - self.first_weekday) % 7)
        if grain not in MONTHS_OF:
            raise Wrong(f"unknown grain {grain}")
        first = self.fiscal_month if grain.startswith("fiscal") else 0
        back = (day.month - 1 - first) % MONTHS_OF[grain]
        return shift_months(day.replace(day=1), -back)

    @staticmethod
    def _next(grain: str, start: datetime) -> datetime:
        if grain in MONTHS_OF:
            return shift_months(start, MONTHS_OF[grain])
        return start + {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}[grain]

    def between(self, grain: str, first: datetime, end: datetime) -> list[Window]:
        """All periods that overlap `[first, end)`."""
        if first >= end:
            return []
        if grain in self.own:
            bounds = self.bounds(grain)
            return [Window(s, e) for s, e in pairwise(bounds) if e > first and s < end]
        windows, start = [], self._start(grain, first)
        while start < end:
            windows.append(Window(start, self._next(grain, start)))
            start = self._next(grain, start)
        return windows

    def nests(self, inner: str, outer: str) -> bool:
        """Whether every period of one grain begins with a period of another."""
        if inner in (outer, "day"):
            return True
        if inner not in MONTHS_OF or outer not in MONTHS_OF:
            return False
        apart = self.fiscal_month * (outer.startswith("fiscal") - inner.startswith("fiscal"))
        return MONTHS_OF[outer] % MONTHS_OF[inner] == 0 and apart % MONTHS_OF[inner] == 0

    def one_back(self, window: Window, grain: str) -> Window:
        """The window moved back by one period of the grain."""
        if grain in self.own:
            return self._one_back_by_table(window, self.bounds(grain))
        if grain in MONTHS_OF:
            return move_back(window, Duration(months=MONTHS_OF[grain]))
        if grain == "hour":
            return move_back(window, Duration(seconds=3600))
        return move_back(window, Duration(days=7 if grain == "week" else 1))

    @staticmethod
    def _one_back_by_table(window: Window, bounds: list[datetime]) -> Window:
        """Each end keeps its distance from the first day of its period, within the period before."""
        if window.empty:
            return window
        ends: list[datetime | None] = []
        for end in (window.start, window.end):
            if end is None:
                ends.append(None)
                continue
            at = max((i for i, b in enumerate(bounds) if b <= end), default=-1)
            if at < 1:
                return Window(window.start, window.start, empty=True)
            ends.append(min(bounds[at - 1] + (end - bounds[at]), bounds[at]))
        return Window(ends[0], ends[1])

    def start_of_last(self, grain: str, window: Window) -> datetime | None:
        """The start of the period of the grain that holds the window's last instant; none outside a calendar table."""
        assert window.end is not None
        period = self.period(grain, window.end - _INSTANT)
        return None if period is None else period.start


def _index(names: Any, said: str) -> int:
    """The place of a weekday or a month, from its name (or its first letters) or its number."""
    if said.isdigit():
        return int(said) - 1
    for place, name in enumerate(names):
        if name.startswith(said.lower()[:3]):
            return place
    raise Wrong(f"unknown day or month {said}")
