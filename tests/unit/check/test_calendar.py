"""The calendar as it is written: working days and hours, holidays, and what is said of those that make no sense."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from tests.support.engine import ask, inside, write_project

from attain.base.problem import Problem
from attain.model.calendar import Calendar
from attain.pipeline import open_project

REST = """
version: 1
tables:
  tickets: {file: tickets.csv, key: id, time: opened}
  holidays: {file: holidays.csv, fields: {observed: "trunc(day, month)"}}
metrics: {n: count(tickets)}
"""
TABLES = {"tickets": "id,opened\n1,2025-01-03", "holidays": "day,name\n2025-01-06,Epiphany"}


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is read anew."""
    monkeypatch.setenv("ATTAIN_CACHE", "off")


def read(folder: Path, calendar: str) -> tuple[Calendar | None, list[Problem]]:
    """The calendar of definitions, and their problems."""
    write_project(folder, f"calendar: {calendar}{REST}", TABLES)
    with inside(folder):
        project = open_project(Path("metrics.yaml"))
        project.close()
    return (project.model.calendar if project.model is not None else None), project.problems


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("[9, 17]", (540, 1020)),
        ("[8.5, 16.25]", (510, 975)),
        ("[08:30, 24:00]", (510, 1440)),
        ("[0, 24]", (0, 1440)),
        ("['09:00', 17.5]", (540, 1050)),
    ],
)
def test_working_hours(written: str, minutes: tuple[int, int], tmp_path: Path) -> None:
    """Hours, parts of hours, and times as a clock shows them."""
    calendar, problems = read(tmp_path, f"{{working_hours: {written}}}")
    assert not problems
    assert calendar is not None and calendar.working_hours == minutes


def test_no_working_hours(tmp_path: Path) -> None:
    """None are taken for granted."""
    calendar, _ = read(tmp_path, "{week_start: monday}")
    assert calendar is not None and calendar.working_hours is None


@pytest.mark.parametrize(
    ("written", "code", "message", "label"),
    [
        ("working_hours: [9, 12, 13, 17]", "wrong-value", "working hours are two times", ""),
        ("working_hours: 9-17", "wrong-value", "working hours are two times", ""),
        ("working_hours: [17, 9]", "wrong-value", "the working hours end before they begin", ""),
        ("working_hours: [9, 9]", "wrong-value", "the working hours end before they begin", ""),
        ("working_hours: [9, 25]", "wrong-value", "`25` is no time of day", ""),
        ("working_hours: [9, 9:75]", "wrong-value", "`9:75` is no time of day", ""),
        ("working_hours: [9.33, 17]", "wrong-value", "`9.33` is no time of day", ""),
        ("working_hours: []", "wrong-shape", "this list is empty", ""),
        ("working_days: []", "wrong-shape", "this list is empty", ""),
        ("working_days: mon-fri", "wrong-value", "`mon-fri` is no weekday", ""),
        ("working_days: [mon, tues, wed]", "wrong-value", "`tues` is no weekday", "did you mean `tuesday`?"),
        ("working_days: [mon, Monday]", "wrong-value", "Monday stands twice", ""),
        ("holidays: 2025-02-30", "wrong-value", "`2025-02-30` is no day", ""),
        ("holidays: [2025-01-06, 06.01.2026]", "wrong-value", "`06.01.2026` is no day", ""),
        ("holidays: 2100-01-01", "wrong-value", "holidays lie between 1970 and 2099", ""),
        ("holidays: us", "wrong-value", "`us` is no country's code", "did you mean `US`?"),
        ("holidays: de-by", "wrong-value", "`de-by` is no country's code", "did you mean `DE-BY`?"),
        ("holidays: United States", "wrong-value", "`United States` is no country's code", "did you mean `US`?"),
        ("holidays: Germny", "wrong-value", "`Germny` is no country's code", "did you mean `DE`?"),
        ("holidays: NYSE", "wrong-value", "`NYSE` is no country's code", ""),
        ("holidays: XX", "wrong-value", "`XX` is no country's code", ""),
        ("holidays: US-XX", "wrong-value", "`XX` is no part of US", ""),
        ("holidays: US-ca", "wrong-value", "`ca` is no part of US", "did you mean `US-CA`?"),
        ("holidays: SM-1", "wrong-value", "`1` is no part of SM", ""),
        ("holidays: [[US]]", "wrong-shape", "one value belongs here", ""),
        ("holidays: {table: holidays}", "missing-key", "`date:` is missing here", ""),
        ("holidays: {date: day}", "missing-key", "`table:` is missing here", ""),
        ("holidays: {table: holiday, date: day}", "unknown-table", "there is no table `holiday`", "`holidays`?"),
        ("holidays: {table: holidays, date: dey}", "unknown-column", "has no column `dey`", "did you mean `day`?"),
        ("holidays: {table: holidays, date: name}", "type-mismatch", "`name` is text, not a date", ""),
        ("holidays: {table: holidays, date: observed}", "wrong-value", "`observed` is a derived field", ""),
        ("holidays: {tabel: holidays, date: day}", "unknown-key", "there is no key `tabel` here", "`table`?"),
    ],
)
def test_what_makes_no_sense(written: str, code: str, message: str, label: str, tmp_path: Path) -> None:
    """One problem, at its place, with what was probably meant."""
    calendar, problems = read(tmp_path, f"{{{written}}}")
    assert calendar is None
    assert [problem.code for problem in problems] == [code], problems
    assert message in problems[0].message
    assert label in problems[0].label if label else not problems[0].label
    assert problems[0].span.file == "metrics.yaml" and problems[0].span.line == 1


def test_one_problem_where_hours_are_wrong_and_used(tmp_path: Path) -> None:
    """That there are none is not told as well."""
    definitions = f"calendar: {{working_hours: [9]}}{REST}".replace(
        "{n: count(tickets)}", "{n: 'sum(business_hours(tickets.opened, opened))'}"
    )
    write_project(tmp_path, definitions, TABLES)
    assert ask(tmp_path, "").codes == ("wrong-value",)


def holidays_of(folder: Path, written: str) -> tuple[date, ...]:
    """The holidays of a calendar."""
    calendar, problems = read(folder, f"{{holidays: {written}}}")
    assert not problems and calendar is not None and calendar.holidays is not None
    return calendar.holidays.days


def test_days_written_down(tmp_path: Path) -> None:
    """In order, each once, those on working days only: the 11th is a Saturday."""
    days = (date(2025, 1, 6), date(2025, 12, 24))
    assert holidays_of(tmp_path, "[2025-12-24, 2025-01-11, 2025-01-06, 2025-12-24]") == days
    assert holidays_of(tmp_path, "2025-01-06") == days[:1]


def test_no_holidays(tmp_path: Path) -> None:
    """An empty list, and days on which nobody works anyway."""
    for written in ("[]", "2025-01-11"):
        calendar, problems = read(tmp_path, f"{{holidays: {written}}}")
        assert not problems and calendar is not None and calendar.holidays is None


def test_a_country_and_days(tmp_path: Path) -> None:
    """Together: Independence Day 2026 is a Saturday kept on Friday the 3rd; the company's own day is one more."""
    days = [day for day in holidays_of(tmp_path, "[US, 2026-11-27]") if day.year == 2026]
    assert date(2026, 7, 3) in days and date(2026, 7, 4) not in days
    assert date(2026, 11, 26) in days and date(2026, 11, 27) in days
    assert len(days) == 12


def test_a_country_on_other_working_days(tmp_path: Path) -> None:
    """Where Saturdays are worked, the 4th of July 2026 is a holiday, too."""
    calendar, _ = read(tmp_path, "{holidays: US, working_days: [fri, sat]}")
    assert calendar is not None and calendar.holidays is not None
    assert [day for day in calendar.holidays.days if (day.year, day.month) == (2026, 7)] == [
        date(2026, 7, 3),
        date(2026, 7, 4),
    ]


def test_a_part_of_a_country(tmp_path: Path) -> None:
    """Epiphany is kept in Bavaria, not in Berlin."""
    assert date(2025, 1, 6) in holidays_of(tmp_path, "DE-BY")
    assert date(2025, 1, 6) not in holidays_of(tmp_path, "DE-BE")
    assert date(2025, 1, 6) not in holidays_of(tmp_path, "DE")


def test_norway(tmp_path: Path) -> None:
    """`NO` is a country, not false."""
    assert date(2025, 5, 1) in holidays_of(tmp_path, "NO")


def test_known_years(tmp_path: Path) -> None:
    """A country's holidays are known for the years that the package knows, from 1990 on."""
    for country, first in (("US", 1990), ("DE", 1991), ("RS", 2007)):
        calendar, _ = read(tmp_path, f"{{holidays: {country}}}")
        assert calendar is not None and calendar.holidays is not None
        assert (calendar.holidays.first, calendar.holidays.last) == (date(first, 1, 1), date(2049, 12, 31))


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command that installs it, and what to write instead; days written down need none."""
    for name in [name for name in sys.modules if name.split(".")[0] == "holidays"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "holidays", None)
    _, problems = read(tmp_path, "{holidays: US}")
    assert [problem.code for problem in problems] == ["missing-package"]
    assert "pip install 'attain[holidays]'" in problems[0].hints[0]
    calendar, problems = read(tmp_path, "{holidays: 2025-01-06}")
    assert not problems and calendar is not None


def test_two_calendars_that_differ_in_holidays_alone(tmp_path: Path) -> None:
    """Told at the second; equal ones are one."""
    other = {"other.yaml": "calendar: {holidays: 2025-01-07}"}
    write_project(tmp_path, f"calendar: {{holidays: 2025-01-06}}\ninclude: [other.yaml]{REST}", TABLES, other)
    outcome = ask(tmp_path, "")
    assert outcome.codes == ("duplicate-name",)
    assert "other.yaml:1:22" in outcome.text
    (tmp_path / "other.yaml").write_text("calendar: {holidays: 2025-01-06}")
    assert ask(tmp_path, "").codes == ()


def test_another_release_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is kept is checked anew when the package that knows its holidays has changed, and not before."""
    from attain import model_cache
    from attain.read import holidays

    package = tmp_path / "package.py"
    package.write_text("release = 1")
    monkeypatch.setenv("ATTAIN_CACHE", "on")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(holidays, "package_file", lambda: str(package))

    write_project(tmp_path, f"calendar: {{holidays: US}}{REST}", TABLES)

    def first_year() -> int:
        project = open_project(tmp_path / "metrics.yaml")
        project.close()
        model_cache.write_pending()
        assert project.model is not None and project.model.calendar.holidays is not None
        return project.model.calendar.holidays.first.year

    assert first_year() == 1990
    monkeypatch.setattr(holidays, "FIRST_YEAR", 2000)
    assert first_year() == 1990
    package.write_text("release = 2, with more days")
    assert first_year() == 2000
