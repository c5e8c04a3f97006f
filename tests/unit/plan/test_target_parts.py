"""Values of targets shared out to finer grains, against the largest remainders worked out here, in fractions."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from pathlib import Path

import pytest
from tests.support.engine import ask, write_project

DAY = timedelta(1)
FIRST, LAST = date(2026, 1, 1), date(2027, 1, 1)
DEALS = "deal_id,day,amount\n1,2025-01-03,70\n2,2025-02-28,11.5\n3,2025-05-05,0.25\n4,2025-12-31,400\n5,2026-06-01,9"
MODEL = """version: 1
currency: USD
tables: {{deals: {{file: deals.csv, key: deal_id, time: day, fields: {{amount: {{unit: money}}}}}}}}
metrics: {{revenue: sum(deals.amount)}}
targets: {{plan: {{metric: revenue, grain: {grain}, spread: {spread}, values: {{{values}}}}}}}
"""
KEYS = {
    "quarter": lambda day: f"{day.year}-Q{day.month // 3 + 1}",
    "month": lambda day: f"{day:%Y-%m}",
    "week": lambda day: f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02}",
}


def start_of(day: date, grain: str) -> date:
    """The first day of the period that a day lies in."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(day.weekday())
    return date(day.year, day.month if grain == "month" else day.month - (day.month - 1) % 3, 1)


def days_of(start: date, grain: str) -> list[date]:
    """Every day of the period that begins on a day."""
    found = [start]
    while start_of(found[-1] + DAY, grain) == start:
        found.append(found[-1] + DAY)
    return found


def weight_of(days: list[date], spread: str) -> Fraction:
    """The days of a part, its working days, or the amounts of the same days a year before (no leap year is near)."""
    if spread == "even":
        return Fraction(len(days))
    if spread == "business_days":
        return Fraction(sum(day.weekday() < 5 for day in days))
    rows = [line.split(",") for line in DEALS.splitlines()[1:]]
    then = {day.replace(year=day.year - 1).isoformat() for day in days}
    return sum((Fraction(amount) for _, day, amount in rows if day in then), Fraction(0))


def parts_of(value: Fraction, start: date, own: str, asked: str, spread: str) -> dict[date, Fraction]:
    """A value by the periods asked for: whole cents of each share, the rest to the largest remainders."""
    periods: dict[date, list[date]] = {}
    for day in days_of(start, own):
        periods.setdefault(start_of(day, asked), []).append(day)
    weights = {period: weight_of(days, spread) for period, days in periods.items()}
    if not sum(weights.values()):
        weights = {period: weight_of(days, "even") for period, days in periods.items()}
    cents = abs(value) * 100
    shares = {period: cents * weight / sum(weights.values()) for period, weight in weights.items()}
    found = {period: floor(share) for period, share in shares.items()}
    order = sorted(shares, key=lambda period: (-(shares[period] - found[period]), period))
    for period in order[: int(cents - sum(found.values()))]:
        found[period] += 1
    return {period: Fraction(units, 100) * (-1 if value < 0 else 1) for period, units in found.items()}


@pytest.mark.parametrize("spread", ["even", "business_days", "{like: 1 year}"])
@pytest.mark.parametrize(("own", "asked"), [("quarter", "month"), ("quarter", "day"), ("month", "week"),
                                            ("week", "month"), ("month", "day"), ("week", "quarter")])  # fmt: skip
def test_parts_are_the_largest_remainders(own: str, asked: str, spread: str, tmp_path: Path) -> None:
    """Every part, of values of all sizes, above and below zero; and together they are the values."""
    chance = random.Random(f"{own} {asked} {spread}")
    starts = sorted({start_of(FIRST + timedelta(n), own) for n in range(0, 364, 5)})
    starts = [start for start in starts if start >= FIRST]
    values = {start: Fraction(chance.choice([1, -1]) * chance.randrange(10**9), 100) for start in starts}
    text = ", ".join(f"{KEYS[own](start)}: {float(value):.2f}" for start, value in values.items())
    write_project(tmp_path, MODEL.format(grain=own, spread=spread, values=text), {"deals": DEALS})
    expected: dict[date, Fraction] = {}
    for start, value in values.items():
        for period, part in parts_of(value, start, own, asked, spread.strip("{").partition(":")[0]).items():
            expected[period] = expected.get(period, Fraction(0)) + part
    outcome = ask(tmp_path, f"'target(revenue)' --grain {asked} --from {min(expected)} --to {LAST + timedelta(7)}")
    assert not outcome.codes, outcome.text
    found = {
        date.fromisoformat(str(day)): Fraction(str(value)) for day, value in outcome.rows if value not in (None, "")
    }
    assert found == expected
    assert sum(found.values()) == sum(values.values())


def test_no_working_day_is_spread_by_days(tmp_path: Path) -> None:
    """A day off as a period of its own: Saturday's and Sunday's weeks have working days, a target by day has not."""
    definitions = MODEL.format(grain="day", spread="business_days", values="2026-01-03: 24.05")
    write_project(tmp_path, definitions, {"deals": DEALS})
    outcome = ask(tmp_path, "'target(revenue)' --grain hour --from 2026-01-03 --to 2026-01-04")
    cents = [Fraction(str(value)) for _, value in outcome.rows]
    assert cents == [Fraction("1.01")] * 5 + [Fraction(1)] * 19


def test_finer_units_than_cents(tmp_path: Path) -> None:
    """A value with three digits is shared out in thousandths: 1.001 by 90 days of which 31, 28 and 31 are a month's."""
    write_project(tmp_path, MODEL.format(grain="quarter", spread="even", values="2026-Q1: 1.001"), {"deals": DEALS})
    outcome = ask(tmp_path, "'target(revenue)' --grain month --from 2026-01-01 --to 2026-04-01")
    parts = [Fraction(str(value)) for _, value in outcome.rows]  # 344.78, 311.42, 344.78: the rest is 2
    assert parts == [Fraction("0.345"), Fraction("0.311"), Fraction("0.345")]
