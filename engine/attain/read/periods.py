"""Keys of periods: `2026`, `2026-Q1`, `2026-01`, `2026-W05`, `2026-01-31`, `2026-01-31T10`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

#: How each kind of key is written.
FORMS = {
    "year": "2026", "quarter": "2026-Q1", "month": "2026-01", "week": "2026-W05", "day": "2026-01-31",
    "hour": "2026-01-31T10",
}  # fmt: skip
_KEY = re.compile(
    r"(?P<year>\d{4})(-Q(?P<quarter>[1-4])|-W(?P<week>\d\d)|-(?P<month>\d\d)(-(?P<day>\d\d))?)?", re.IGNORECASE
)
_HOUR = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<hour>\d\d)(:00){0,2}")


@dataclass(frozen=True, slots=True)
class PeriodKey:
    """A period as it is written: its kind, a day that lies in it (of a week the fourth of Monday's week, which tells
    weeks that begin on another day apart, too), and which hour of that day."""

    kind: str
    day: date
    hour: int | None = None


def read_period(text: str) -> PeriodKey | None:
    """The period that a key names; None where it is no key."""
    hour = _HOUR.fullmatch(text)
    match = _KEY.fullmatch(hour["day"] if hour else text)
    if match is None or (hour is not None and int(hour["hour"]) > 23):
        return None
    try:
        found = _day_key(match)
    except ValueError:
        return None
    return PeriodKey("hour", found.day, int(hour["hour"])) if hour else found


def _day_key(match: re.Match[str]) -> PeriodKey:
    year = int(match["year"])
    if match["quarter"]:
        return PeriodKey("quarter", date(year, int(match["quarter"]) * 3 - 2, 1))
    if match["week"]:
        return PeriodKey("week", date.fromisocalendar(year, int(match["week"]), 4))
    if match["day"]:
        return PeriodKey("day", date(year, int(match["month"]), int(match["day"])))
    return PeriodKey("month", date(year, int(match["month"]), 1)) if match["month"] else PeriodKey(
        "year", date(year, 1, 1)
    )  # fmt: skip
