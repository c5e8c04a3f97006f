"""Times: dates, timestamps with and without a zone, in the calendar's zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import TypeVar
from zoneinfo import ZoneInfo

D = TypeVar("D", date, datetime)


def shift_months(day: D, months: int) -> D:
    """The same day of another month, clamped to the end of that month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))


def midnight(day: date) -> datetime:
    """The first instant of a day, in local time."""
    return datetime.combine(day, time())


class Clock:
    """Turns times into instants and into local times of one zone."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)

    def local(self, when: date) -> datetime:
        """The time on the calendar's wall, without a zone. A date lies in its first hour."""
        if not isinstance(when, datetime):
            return midnight(when)
        if when.tzinfo is None:
            return when
        return when.astimezone(self.zone).replace(tzinfo=None)

    def instant(self, when: date) -> datetime:
        """The moment itself, in UTC; times without a zone are the calendar's."""
        if not isinstance(when, datetime):
            when = midnight(when)
        if when.tzinfo is None:
            when = when.replace(tzinfo=self.zone)
        return when.astimezone(UTC)

    def seconds_between(self, late: date, early: date) -> Fraction:
        """Elapsed time; between two dates whole days."""
        if isinstance(late, datetime) or isinstance(early, datetime):
            return self._seconds(self.instant(late) - self.instant(early))
        return self._seconds(late - early)

    def add(self, when: date, months: int, days: Fraction | int, seconds: Fraction | int) -> date:
        """Months and days by the calendar of the zone, seconds as elapsed time; a date stays a date if it can."""
        whole = int(days // 1)
        seconds = seconds + (days - whole) * 86400
        if not isinstance(when, datetime):
            whole, seconds = whole + int(seconds // 86400), seconds % 86400
            day = shift_months(when, months) + timedelta(days=whole)
            return day if seconds == 0 else self._elapse(midnight(day), seconds)
        moved = shift_months(self.local(when), months) + timedelta(days=whole)
        if when.tzinfo is not None:
            moved = moved.replace(tzinfo=self.zone)
        if months == 0 and whole == 0:
            moved = when
        return self._elapse(moved, seconds)

    def _elapse(self, when: datetime, seconds: Fraction | int) -> datetime:
        if seconds == 0:
            return when
        later = self.instant(when) + timedelta(microseconds=round(seconds * 1_000_000))
        return later if when.tzinfo else self.local(later)

    @staticmethod
    def _seconds(delta: timedelta) -> Fraction:
        return Fraction(delta // timedelta(microseconds=1), 1_000_000)
