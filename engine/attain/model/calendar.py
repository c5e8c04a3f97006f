"""Grains and the business calendar."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
GRAINS = ("hour", "day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")


@dataclass(frozen=True, slots=True)
class Grain:
    """A length of period. `step` periods of `unit` (hour, day or month) make one, counted from `offset` (days after
    a Monday, or months after January). Of a calendar table, `table`, `date` and `column` say where its periods are."""

    name: str
    unit: str = "day"
    step: int = 1
    offset: int = 0
    table: str = ""
    date: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days on which nobody works: written down in `days` (those that are working days otherwise), or in a column of a
    table of the model. They are known from `first` to `last`; `text` says whose they are ("US"), `countries` whether
    some of them are a country's, as a package knows them."""

    text: str
    first: date
    last: date
    days: tuple[date, ...] = ()
    table: str = ""
    column: str = ""
    countries: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business's calendar: `week_start` 0 is Monday, `fiscal_start` 1 is January; `working_days` holds weekday
    numbers from 0; `working_hours` from when to when in minutes of the day, None where none are given; `grains` are
    those of a calendar table: name to column."""

    week_start: int = 0
    fiscal_start: int = 1
    timezone: str = "UTC"
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    working_hours: tuple[int, int] | None = None
    holidays: Holidays | None = None
    table: str = ""
    date: str = ""
    grains: dict[str, str] = field(default_factory=dict)

    def grain(self, name: str) -> Grain | None:
        """The grain of that name, or None."""
        if name in self.grains:
            return Grain(name, "table", 1, 0, self.table, self.date, self.grains[name])
        months = {"month": (1, 0), "quarter": (3, 0), "year": (12, 0)}
        fiscal = {"fiscal_quarter": 3, "fiscal_year": 12}
        if name in months:
            return Grain(name, "month", *months[name])
        if name in fiscal:
            return Grain(name, "month", fiscal[name], (self.fiscal_start - 1) % fiscal[name])
        if name == "week":
            return Grain(name, "day", 7, self.week_start)
        return Grain(name, name) if name in ("hour", "day") else None

    def grain_names(self) -> tuple[str, ...]:
        """All grains, in the order of their length, those of the calendar table last."""
        return (*GRAINS, *self.grains)
