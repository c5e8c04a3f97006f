"""Periods of a grain on the calendar of days: the first day of a period, and the periods after it."""

from __future__ import annotations

from datetime import date, timedelta

from attain.model.calendar import Grain

FIRST_MONDAY = date(1900, 1, 1)  # a Monday; day numbers count from here


def month_number(day: date) -> int:
    """Months since year 0."""
    return day.year * 12 + day.month - 1


def first_of_month(number: int) -> date:
    """The first day of a month number."""
    return date(number // 12, number % 12 + 1, 1)


def period_start(day: date, grain: Grain) -> date:
    """The first day of the period that a day lies in (of an hour: the day itself)."""
    if grain.unit == "month":
        number = month_number(day)
        return first_of_month(number - (number - grain.offset) % grain.step)
    if grain.unit == "day" and grain.step > 1:
        return day - timedelta(
            (day - FIRST_MONDAY).days
            - grain.offset
            - ((day - FIRST_MONDAY).days - grain.offset) // grain.step * grain.step
        )
    return day


def next_period(start: date, grain: Grain) -> date:
    """The first day after the period that begins on `start` (of an hour: the next day)."""
    if grain.unit == "month":
        return first_of_month(month_number(start) + grain.step)
    return start + timedelta(grain.step)


def rounded_up(day: date, grain: Grain) -> date:
    """The first period that begins on a day or after it."""
    start = period_start(day, grain)
    return start if start == day else next_period(start, grain)
