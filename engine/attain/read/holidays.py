"""The holidays of countries and their parts, as the package `holidays` knows them; it is imported where it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec

from attain.base.problem import Problem
from attain.base.suggest import closest, some_of
from attain.read.tree import Scalar

#: The years that a country's holidays are written down for, where the package knows them.
FIRST_YEAR, LAST_YEAR = 1990, 2049
_CODE = re.compile(r"([A-Z]{2,3})(?:-(.+))?")


@dataclass(frozen=True, slots=True)
class CountryDays:
    """The holidays of a country or a part of one, in order; all of them are known from `first` to `last`."""

    days: tuple[date, ...]
    first: date
    last: date


def package_file() -> str:
    """A file of the package, which another release of it changes; "" where it is not installed."""
    found = find_spec("holidays")
    return found.origin or "" if found is not None else ""


def read_country(text: Scalar) -> tuple[CountryDays | None, list[Problem]]:
    """The holidays of `US`, `US-CA`; or the problem that there is no such country, part of it, or package."""
    try:
        from holidays.registry import EntityLoader
    except ImportError:
        problem = Problem("missing-package", f"the holidays of `{text}` need the package `holidays`", text.span)
        advice = "or write the days down: holidays: [2026-01-01, 2026-12-25]"
        return None, [problem.hint("install it with `pip install 'attain[holidays]'`", advice)]
    match = _CODE.fullmatch(text)
    countries = {code for code in EntityLoader.get_country_codes(include_aliases=True) if code.isupper()}
    if match is None or match[1] not in countries:
        return None, [unknown_country(text)]
    return read_days(text, match[1], match[2])


def read_days(text: Scalar, country: str, part: str | None) -> tuple[CountryDays | None, list[Problem]]:
    """The holidays of a country that there is, or of a part of it."""
    import holidays

    try:
        found = holidays.country_holidays(country, subdiv=part, years=range(FIRST_YEAR, LAST_YEAR + 1))
    except NotImplementedError:
        return None, [unknown_part(text, country, part or "")]
    days = tuple(sorted(day for day in found if FIRST_YEAR <= day.year <= LAST_YEAR))
    known = {day.year for day in days if found.start_year <= day.year <= found.end_year}
    if not known:
        problem = Problem("wrong-value", f"no holidays are known of `{text}`", text.span)
        return None, [problem.hint("write the days down: holidays: [2026-01-01, 2026-12-25]")]
    return CountryDays(days, date(min(known), 1, 1), date(max(known), 12, 31)), []


def unknown_country(text: Scalar) -> Problem:
    """The problem of a word that no country's code is, with the code where it is a country's name."""
    from holidays.registry import COUNTRIES

    names = {entry[0].lower(): entry[1] for entry in COUNTRIES.values()}
    codes = {code for entry in COUNTRIES.values() for code in entry[1:]}
    name, _, part = text.partition("-")
    letters = re.sub(r"[^a-z]", "", name.lower())
    near = name.upper() if name.upper() in codes else names.get(closest(letters, names) or "", "")
    label = f"did you mean `{near}{'-' * bool(part)}{part.upper()}`?" if near else ""
    problem = Problem("wrong-value", f"`{text}` is no country's code", text.span, label)
    return problem.hint(
        "write a country such as US, a part of one such as US-CA, days such as 2026-12-24, or "
        "{table: holidays, date: day}"
    )


def unknown_part(text: Scalar, country: str, part: str) -> Problem:
    """The problem of a part that a country does not have."""
    import holidays

    known = holidays.country_holidays(country)
    names = {code: code for code in known.subdivisions} | dict(getattr(known, "subdivisions_aliases", {}))
    near = names.get(part.upper()) or (names.get(closest(part, names) or "") if len(part) > 3 else None)
    label = f"did you mean `{country}-{near}`?" if near else ""
    problem = Problem("wrong-value", f"`{part}` is no part of {country} whose holidays are known", text.span, label)
    parts = f"parts: {some_of(known.subdivisions, 12)}"
    return problem.hint(parts if known.subdivisions else f"write {country}: no parts of it are known")
