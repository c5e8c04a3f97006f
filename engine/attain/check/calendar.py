"""The calendar of a namespace: weeks, fiscal years, the time zone, working days and hours, holidays."""

from __future__ import annotations

import re
from datetime import date
from zoneinfo import ZoneInfo

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, some_of
from attain.check.draft import Draft
from attain.model.calendar import MONTHS, WEEKDAYS, Calendar, Holidays
from attain.read.holidays import read_country
from attain.read.shape import CalendarShape, HolidaysShape
from attain.read.tree import Scalar

#: The days that holidays which the definitions name themselves are known for.
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2099, 12, 31)
MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2})|\.(\d+))?")


def build_calendar(draft: Draft, shapes: list[CalendarShape]) -> Calendar:
    """The one calendar of the namespace."""
    if not shapes:
        return Calendar()
    shape = shapes[0]
    for other in shapes[1:]:
        if other != shape:
            place = first_word(other)
            if place is not None:
                draft.problems.append(Problem("duplicate-name", "there are two calendars, and they differ", place.span))
    working = working_days_of(draft, shape.working_days)
    return Calendar(
        week_start=named(draft, shape.week_start, WEEKDAYS, 0),
        fiscal_start=named(draft, shape.fiscal_year_start, MONTHS, 0) + 1,
        timezone=zone_of(draft, shape.timezone, "UTC"),
        working_days=working,
        working_hours=working_hours_of(draft, shape.working_hours) if shape.working_hours is not None else None,
        holidays=holidays_of(draft, shape.holidays, working) if shape.holidays is not None else None,
        table=str(shape.table or ""),
        date=str(shape.date or ""),
        grains={str(name): str(column) for name, column in shape.grains.items()},
    )


def first_word(shape: CalendarShape) -> Scalar | None:
    """Something written in a calendar, to show where it is."""
    holidays = shape.holidays
    named_days = [*(holidays.days or ()), holidays.table, holidays.date] if holidays is not None else []
    hours = [*(shape.working_days or ()), *(shape.working_hours or ())]
    words = [shape.week_start, shape.timezone, shape.fiscal_year_start, *hours, *named_days, shape.table, shape.date]
    return next((word for word in [*words, *shape.grains] if word is not None), None)


def named(draft: Draft, text: Scalar | None, names: tuple[str, ...], default: int) -> int:
    """The position of a weekday or month by its name or the first three letters of it."""
    if text is None:
        return default
    lowered = text.lower()
    for i, name in enumerate(names):
        if lowered in (name, name[:3]):
            return i
    problem = Problem("wrong-value", f"`{text}` is none of these", text.span, did_you_mean(lowered, names))
    draft.problems.append(problem.hint(", ".join(names)))
    return default


def zone_of(draft: Draft, text: Scalar | None, default: str) -> str:
    """A time zone of the IANA data base."""
    if text is None:
        return default
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        from zoneinfo import available_timezones

        problem = Problem("wrong-value", f"`{text}` is no time zone", text.span)
        label = did_you_mean(text, available_timezones())
        draft.problems.append(problem.hint(label, "write one such as UTC, Europe/Berlin, America/New_York"))
        return default
    return str(text)


# -- working days and hours ------------------------------------------------------------------------------------------
def working_days_of(draft: Draft, words: list[Scalar] | None) -> tuple[int, ...]:
    """The weekdays that are worked on, in order; Monday to Friday where none are named."""
    found: dict[int, Scalar] = {}
    for word in words or ():
        before = len(draft.problems)
        day = named(draft, word, WEEKDAYS, 0)
        if len(draft.problems) > before:
            problem = draft.problems.pop()
            problem = Problem(problem.code, f"`{word}` is no weekday", problem.span, problem.label)
            draft.problems.append(problem.hint("write each day: working_days: [mon, tue, wed, thu, fri]"))
        elif day in found:
            problem = Problem("wrong-value", f"{WEEKDAYS[day].capitalize()} stands twice", word.span)
            draft.problems.append(problem.also(found[day].span, "here it stands first"))
        else:
            found[day] = word
    return tuple(sorted(found)) or MONDAY_TO_FRIDAY


def working_hours_of(draft: Draft, words: list[Scalar]) -> tuple[int, int]:
    """From when to when work goes, in minutes of the day; the whole day with a problem where that is not said."""
    hint = "write two times: working_hours: [9, 17], [8.5, 17] or [08:30, 17:00]"
    times = [(word, minutes_of(word)) for word in words]
    wrong = next((word for word, minutes in times if minutes is None), None)
    if len(words) == 2 and wrong is not None:
        draft.problems.append(Problem("wrong-value", f"`{wrong}` is no time of day", wrong.span).hint(hint))
        return 0, 24 * 60
    found = [minutes for _, minutes in times if minutes is not None]
    if len(words) != 2 or wrong is not None:
        message = "working hours are two times: when they begin and when they end"
        draft.problems.append(Problem("wrong-value", message, (wrong or words[-1]).span).hint(hint))
        return 0, 24 * 60
    if found[0] >= found[1]:
        problem = Problem("wrong-value", "the working hours end before they begin", words[1].span)
        draft.problems.append(problem.hint("they lie within one day: a shift over midnight cannot be said"))
        return 0, 24 * 60
    return found[0], found[1]


def minutes_of(word: Scalar) -> int | None:
    """`9`, `8.5` or `08:30` as minutes of the day, up to `24`; None where it is no such time, or not a whole one."""
    match = _CLOCK.fullmatch(word)
    if match is None or int(match[2] or 0) > 59:
        return None
    tenths = match[3] or "0"
    part, rest = divmod(int(tenths) * 60, 10 ** len(tenths))
    minutes = int(match[1]) * 60 + int(match[2] or 0) + part
    return minutes if minutes <= 24 * 60 and not rest else None


# -- holidays --------------------------------------------------------------------------------------------------------
def holidays_of(draft: Draft, shape: HolidaysShape, working: tuple[int, ...]) -> Holidays | None:
    """The holidays that the calendar names; None where there are none, or with a problem."""
    if shape.days is None:
        return holiday_table(draft, shape)
    first, last = FIRST_DAY, LAST_DAY
    days: set[date] = set()
    for word in shape.days:
        if word[0].isdigit():
            day = day_of(draft, word)
            days |= {day} if day is not None else set()
            continue
        country, problems = read_country(word)
        draft.problems += problems
        if country is not None:
            first, last = max(first, country.first), min(last, country.last)
            days |= set(country.days)
    kept = tuple(sorted(day for day in days if first <= day <= last and day.weekday() in working))
    countries = any(not word[0].isdigit() for word in shape.days)
    return Holidays(some_of(shape.days, 4), first, last, kept, countries=countries) if kept else None


def day_of(draft: Draft, word: Scalar) -> date | None:
    """A day as it is written down."""
    try:
        day = date.fromisoformat(word) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", word) else None
    except ValueError:
        day = None
    if day is None:
        problem = Problem("wrong-value", f"`{word}` is no day", word.span)
        draft.problems.append(problem.hint("days are written 2026-12-24: year, month, day"))
    elif not FIRST_DAY <= day <= LAST_DAY:
        message = f"holidays lie between {FIRST_DAY.year} and {LAST_DAY.year}"
        draft.problems.append(Problem("wrong-value", message, word.span))
    return day


def holiday_table(draft: Draft, shape: HolidaysShape) -> Holidays | None:
    """Holidays in a table of the model; whether it has such a column is looked at once columns are known."""
    if shape.table is None or shape.date is None:
        there = shape.table or shape.date
        missing = "date" if shape.date is None else "table"
        if there is not None:
            problem = Problem("missing-key", f"`{missing}:` is missing here", there.span)
            draft.problems.append(problem.hint("write holidays: {table: holidays, date: day}"))
        return None
    return Holidays(str(shape.table), FIRST_DAY, LAST_DAY, (), str(shape.table), str(shape.date))
