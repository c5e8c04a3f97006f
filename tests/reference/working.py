"""Working days and hours of the calendar, whole months."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from .clock import Clock, midnight, shift_months
from .data import Row
from .errors import Unsupported, Wrong

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Working:
    """The calendar's working days, its holidays and its working hours."""

    def __init__(self, calendar: dict[str, Any], clock: Clock, rows: Callable[[str], list[Row]]) -> None:
        self.clock, self.rows = clock, rows
        self.days = {_DAYS.index(d.lower()[:3]) for d in calendar.get("working_days") or _DAYS[:5]}
        self.holidays = calendar.get("holidays") or []
        self._free: list[Collection[date]] | None = None
        self.hours = calendar.get("working_hours")

    def is_working(self, day: date) -> bool:
        """Whether the day is a working day and no holiday."""
        if day.weekday() not in self.days:
            return False
        if self._free is None:
            self._free = self._holidays()
        return not any(day in days for days in self._free)

    def _holidays(self) -> list[Collection[date]]:
        """The days of a table, or those that are written down and those of the places that are named."""
        if isinstance(self.holidays, dict):
            times = [row[self.holidays["date"]] for row in self.rows(self.holidays["table"])]
            return [{self.clock.local(time).date() for time in times if isinstance(time, date)}]
        said = self.holidays if isinstance(self.holidays, list) else [self.holidays]
        days = {date.fromisoformat(text) for text in said if text[0].isdigit()}
        return [days, *(holidays_of(text) for text in said if not text[0].isdigit())]

    def days_between(self, first: date, end: date) -> int:
        """The working days in `[first, end)`; of timestamps, by their days."""
        day, last = self.clock.local(first).date(), self.clock.local(end).date()
        count = 0
        while day < last:
            count += self.is_working(day)
            day += timedelta(days=1)
        return count

    def hours_between(self, first: date, end: date) -> Fraction:
        """The working hours in `[first, end)`."""
        if not self.hours:
            raise Wrong("the calendar has no working_hours")
        opens, closes = (timedelta(minutes=_minutes(h)) for h in self.hours)
        start, stop = self.clock.local(first), self.clock.local(end)
        total = Fraction(0)
        day = start.date()
        while day <= stop.date():
            if self.is_working(day):
                low = max(start, midnight(day) + opens)
                high = min(stop, midnight(day) + closes)
                total += max(Fraction(0), _hours(high - low))
            day += timedelta(days=1)
        return total


def holidays_of(place: str) -> Collection[date]:
    """The public holidays of a country (`US`), or of a part of it (`US-CA`), as the library `holidays` has them."""
    try:
        from holidays import country_holidays
    except ImportError as error:
        raise Unsupported("holidays of a country, without the library") from error
    country, _, part = place.partition("-")
    try:
        found: Collection[date] = country_holidays(country, subdiv=part or None)
    except NotImplementedError as error:
        raise Wrong(f"holidays: {place}") from error
    return found


def months_between(clock: Clock, first: date, end: date) -> int:
    """The whole calendar months from one time to another: the most that can be added without passing it."""
    start, stop = clock.local(first), clock.local(end)
    if stop < start:
        return -months_between(clock, end, first)
    months = (stop.year - start.year) * 12 + stop.month - start.month
    return months - 1 if _past(start, months, stop) else months


def _past(start: datetime, months: int, stop: datetime) -> bool:
    return shift_months(start, months) > stop


def _minutes(said: str) -> int:
    """9, 9.5 or 09:30 as minutes of the day."""
    if ":" in said:
        hours, minutes = said.split(":")
        return int(hours) * 60 + int(minutes)
    return int(Fraction(said) * 60)


def _hours(delta: timedelta) -> Fraction:
    return Fraction(delta // timedelta(microseconds=1), 3_600_000_000)
