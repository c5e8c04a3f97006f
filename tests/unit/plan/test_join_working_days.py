"""Working days: joined once to each step that looks at them, wherever in a query that is, and the right number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from tests.support.commands import read_command
from tests.support.engine import write_project

from attain.model import expression as e
from attain.model import types as t
from attain.model.calendar import Calendar, Holidays
from attain.model.semantic import SemanticModel
from attain.pipeline import QueryRequest, open_project, run_query
from attain.plan.passes.join_working_days import join_working_days
from attain.plan.steps import From, Group, InOrder, Join, Plan, Rows, Stack, Step
from attain.read.dialects import read_dialect
from attain.render.statement import render_plan

HOLIDAYS = [date(2025, 1, 6), date(2025, 1, 11), date(2025, 1, 20), date(2025, 2, 14), date(2024, 12, 25)]
DEFINITIONS = f"""
version: 1
calendar: {{working_hours: [8.5, 17], holidays: [{", ".join(map(str, HOLIDAYS))}]}}
tables:
  tickets:
    file: tickets.csv
    key: id
    time: opened
    joins: {{team: {{to: teams, on: team_id}}}}
    fields:
      days_open: business_days(opened, answered)
      slow: business_days(opened, answered) >= 4
      after_start: business_days(team.started, opened)
  teams:
    file: teams.csv
    key: team_id
    fields:
      first_answer: min(tickets.answered)
      to_first: business_days(started, first_answer)
      slow_tickets: count(tickets where business_days(opened, answered) >= 4)
      after_a_week: count(tickets where business_days(parent.started, opened) >= 5)
dimensions: {{slow: {{paths: {{tickets: slow}}}}}}
metrics:
  n: count(tickets)
  all_days: sum(tickets.days_open)
  mean_days: avg(tickets.days_open)
"""


def working(day: date) -> bool:
    """A weekday and no holiday."""
    return day.weekday() < 5 and day not in HOLIDAYS


def days_between(first: date | None, last: date | None) -> int | None:
    """The working days of `[first, last)`, counted one by one."""
    if first is None or last is None:
        return None
    first, last = (x.date() if isinstance(x, datetime) else x for x in (first, last))
    return sum(working(first + timedelta(i)) for i in range((last - first).days))


def hours_between(first: datetime, last: datetime) -> float:
    """The working hours of `[first, last)`, day by day."""
    total = timedelta()
    day = datetime(first.year, first.month, first.day)
    while day < last:
        low, high = max(first, day + timedelta(hours=8.5)), min(last, day + timedelta(hours=17))
        total += max(high - low, timedelta()) if working(day.date()) else timedelta()
        day += timedelta(1)
    return total / timedelta(hours=1)


class World:
    """Tickets of teams with times drawn at random, the same every time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        chance = random.Random(20250106)
        start = datetime(2024, 12, 20)
        self.teams = {1: date(2024, 12, 24), 2: date(2025, 1, 11), 3: date(2025, 1, 19), 4: date(2025, 1, 1)}
        self.tickets: list[tuple[int, int, datetime, datetime | None]] = []
        for number in range(60):
            opened = start + timedelta(minutes=chance.randrange(70 * 24 * 60))
            answered = opened + timedelta(minutes=chance.randrange(-3 * 24 * 60, 14 * 24 * 60))
            self.tickets.append((number, chance.randrange(1, 4), opened, answered if number % 9 else None))
        rows = [f"{i},{team},{opened},{answered or ''}" for i, team, opened, answered in self.tickets]
        teams = [f"{team},{started}" for team, started in self.teams.items()]
        tables = {"tickets": "\n".join(["id,team_id,opened,answered", *rows])}
        write_project(folder, DEFINITIONS, {**tables, "teams": "\n".join(["team_id,started", *teams])})

    def days(self) -> list[tuple[int, datetime, int | None]]:
        """Team, time and working days of each ticket."""
        return [(team, opened, days_between(opened, answered)) for _, team, opened, answered in self.tickets]

    def rows(self, query: str) -> list[list[object]]:
        """What the engine answers."""
        command = read_command(query)
        request = QueryRequest(metrics=command.metrics, **command.options)
        project = open_project(self.folder / "metrics.yaml")
        result, problems, _ = run_query(project, request, today=date(2025, 6, 30))
        project.close()
        assert result is not None, problems
        return [list(row) for row in result.rows]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The tickets."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATTAIN_CACHE", "off")
        yield World(tmp_path_factory.mktemp("working"))


def test_each_row(world: World) -> None:
    """Every ticket by itself: days, and hours to the second."""
    rows = world.rows('"min(tickets.days_open)" "min(business_hours(tickets.opened, answered))" --by tickets.id')
    assert len(rows) == 60
    for (number, days, hours), (_, _, opened, answered) in zip(rows, world.tickets, strict=True):
        assert days == days_between(opened, answered), number
        wanted = hours_between(opened, answered) if answered is not None else None
        assert hours == (pytest.approx(wanted) if wanted is not None else None), number


def test_filter_and_grain(world: World) -> None:
    """A condition of the query, also where it says how many rows lie in no period."""
    kept = [opened for _, opened, days in world.days() if days is not None and days >= 4]
    months = sorted({opened.date().replace(day=1) for opened in kept})
    expected = [[month, sum(o.date().replace(day=1) == month for o in kept)] for month in months]
    assert world.rows('n --grain month --where "slow"') == expected


def test_group(world: World) -> None:
    """A dimension that is derived from working days."""
    days = [d for _, _, d in world.days()]
    slow = sum(d is not None and d >= 4 for d in days)
    assert world.rows("n --by slow") == [[False, len(days) - slow], [True, slow]]


def test_over_a_join(world: World) -> None:
    """From a day of the other table."""
    expected = sum(days_between(world.teams[team], opened.date()) or 0 for team, opened, _ in world.days())
    assert world.rows('"sum(tickets.after_start)"') == [[expected]]


def test_roll_ups(world: World) -> None:
    """Of what children give, and in the condition over them; team 4 has none."""
    rows = world.rows('"min(teams.to_first)" "sum(teams.slow_tickets)" "sum(teams.after_a_week)" --by teams.team_id')
    for team, to_first, slow, later in rows:
        own = [(opened, answered) for _, of, opened, answered in world.tickets if of == team]
        answers = [answered for _, answered in own if answered is not None]
        assert to_first == days_between(world.teams[team], min(answers).date() if answers else None)
        assert slow == sum((days_between(*both) or 0) >= 4 for both in own)
        assert later == sum((days_between(world.teams[team], opened.date()) or 0) >= 5 for opened, _ in own)
    assert len(rows) == 4


def test_parts_and_rows(world: World) -> None:
    """Inside `per`, and in a metric of each row."""
    means = {}
    for team in (1, 2, 3):
        days = [d for of, _, d in world.days() if of == team and d is not None]
        means[team] = sum(days) / len(days)
    assert world.rows('"max(mean_days per teams.team_id)"') == [[pytest.approx(max(means.values()))]]
    middle = sorted(means.values())[1]
    expected = sum(mean >= middle for mean in means.values())
    assert world.rows(f'"count(teams where mean_days >= {middle - 1e-9:.9f})"') == [[expected]]


def test_cells(world: World) -> None:
    """Each period's own working days, and a condition over the result."""
    firsts = [date(2024, 12, 1), date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)]
    expected = []
    for first, end in pairwise(firsts):
        count = sum(opened.date().replace(day=1) == first for _, opened, _ in world.days())
        expected.append([first, count * (days_between(first, end) or 0)])
    query = '"n * business_days(period_start(), period_end())" --grain month --to 2025-03-01'
    assert world.rows(query) == expected
    kept = world.rows(f'{query} --having "business_days(period_start(), period_end()) < 20"')
    assert [row[0] for row in kept] == [date(2025, 2, 1)]  # 20 weekdays less the 14th; 21 and 22 in the others


# -- the pass --------------------------------------------------------------------------------------------------------
DAY, BEFORE = t.DATE, "working_days_before"


def looked_up(alias: str, name: str) -> e.Expression:
    """The working days before a column's day."""
    return e.Apply(BEFORE, (e.Slot(alias, name, DAY),), t.INTEGER)


def joined(step: Step) -> list[Step]:
    """What becomes of a step."""
    calendar = Calendar(holidays=Holidays("days", date(2025, 1, 1), date(2025, 12, 31), (date(2025, 1, 6),)))
    model = SemanticModel("", "", calendar, {}, {}, {}, {}, {})
    plan = Plan((step,), From(step.name, step.name), (), ())
    return list(join_working_days(plan, model).steps)[3:]


def test_nothing_to_look_up() -> None:
    """A plan that counts no working days is the same plan."""
    step = Rows("r", "", From("a", "a", True), (("d", e.Slot("a", "d", DAY)),))
    plan = Plan((step,), From("r", "r"), (), ())
    assert join_working_days(plan, SemanticModel("", "", Calendar(), {}, {}, {}, {}, {})) is plan


def test_joins_stand_after_what_they_build_on() -> None:
    """A join by a looked-up value comes after the lookup, a lookup by a joined table's day after that table."""
    source = From("a", "a", True)
    other = Join(From("b", "b", True), "left", ((looked_up("a", "d"), e.Slot("b", "n", t.INTEGER), False),))
    step = Rows("r", "", source, (("x", looked_up("b", "day")), ("y", looked_up("a", "d"))), (other,))
    [found] = joined(step)
    assert isinstance(found, Rows)
    assert [join.to.alias for join in found.joins] == ["d_day", "b", "day_day"]
    assert found.columns == (("x", e.Slot("day_day", BEFORE, t.INTEGER)), ("y", e.Slot("d_day", BEFORE, t.INTEGER)))


def test_what_decides_a_match_is_looked_up_below() -> None:
    """A joined table whose own working days are part of the condition is read by a step of its own."""
    both = e.Compare("<", looked_up("b", "day"), looked_up("a", "d"))
    other = Join(From("b", "b", True), "inner", ((e.Slot("a", "k", DAY), e.Slot("b", "k", DAY), False),), both)
    step = Rows("r", "", From("a", "a", True), (("n", e.Slot("b", "n", t.INTEGER)),), (other,))
    below, found = joined(step)
    assert isinstance(below, Rows) and isinstance(found, Rows)
    assert below.source == other.to and [name for name, _ in below.columns] == ["k", "working_days_before_day", "n"]
    assert [join.to.name for join in found.joins] == ["working_days", below.name]
    assert found.joins[1].where == e.Compare(
        "<", e.Slot("b", "working_days_before_day", t.INTEGER), e.Slot("d_day", BEFORE, t.INTEGER)
    )


def test_stack() -> None:
    """Only the inputs that look something up get a step below them."""
    inputs = ((From("a", "a"), (looked_up("a", "d"),)), (From("b", "b"), (e.Literal(Fraction(0), t.INTEGER),)))
    below, found = joined(Stack("s", "", ("n",), inputs))
    assert isinstance(below, Rows) and isinstance(found, Stack)
    assert below.source == From("a", "a")
    assert [source.name for source, _ in found.inputs] == [below.name, "b"]


def test_in_order() -> None:
    """What rows are ordered by is looked up below them."""
    step = InOrder("o", "", From("a", "a"), (("d", e.Slot("a", "d", DAY)),), (), looked_up("a", "d"), "next")
    below, found = joined(step)
    assert isinstance(below, Rows) and isinstance(found, InOrder)
    assert [name for name, _ in below.columns] == ["d", "working_days_before_d"]
    assert found.order == e.Slot("a", "working_days_before_d", t.INTEGER)


def test_checks() -> None:
    """What only the verification looks at is joined, too."""
    check = Rows("r", "", From("a", "a", True), (("n", looked_up("a", "d")),))
    calendar = Calendar(holidays=Holidays("days", date(2025, 1, 1), date(2025, 12, 31), (date(2025, 1, 6),)))
    plan = Plan((), From("r", "r"), (), (), checks=(check,))
    found = join_working_days(plan, SemanticModel("", "", calendar, {}, {}, {}, {}, {}))
    assert [step.name for step in found.steps] == ["holidays", "calendar_days", "working_days"]
    [changed] = found.checks
    assert isinstance(changed, Rows) and changed.joins[0].to == From("working_days", "d_day")


def test_one_after_the_other() -> None:
    """A lookup by a day that is itself made of one."""
    day = e.Apply("add_days", (e.Slot("a", "d", DAY), looked_up("a", "d")), DAY)
    step = Group("g", "", From("a", "a"), (("n", e.Apply(BEFORE, (day,), t.INTEGER)),), ())
    below, found = joined(step)
    assert isinstance(below, Rows) and isinstance(found, Group)
    assert [join.to.alias for join in below.joins] == ["d_day", "d_working_days_before_day"]


def test_unjoined_is_refused() -> None:
    """A plan that was not joined is not rendered: no number is made up."""
    step = Rows("r", "", From("a", "a", True), (("n", looked_up("a", "d")),))
    dialect = read_dialect("duckdb")
    assert dialect is not None
    sql, problems = render_plan(Plan((step,), From("r", "r"), (("n", "n", t.INTEGER),), ()), dialect, {"a": "a"})
    assert not sql and [problem.code for problem in problems] == ["unsupported-in-dialect"]


def test_names_that_are_taken() -> None:
    """Steps and inputs that are called like those of the working days keep their names."""
    source = From("working_days", "d_day")
    step = Rows("holidays", "", source, (("n", looked_up("d_day", "d")),))
    calendar = Calendar(holidays=Holidays("days", date(2025, 1, 1), date(2025, 12, 31), (date(2025, 1, 6),)))
    first = Rows("working_days", "", From("a", "a", True), (("d", e.Slot("a", "d", DAY)),))
    plan = Plan((first, step), From("holidays", "holidays"), (), ())
    steps = join_working_days(plan, SemanticModel("", "", calendar, {}, {}, {}, {}, {})).steps
    assert [s.name for s in steps] == ["holidays_2", "calendar_days", "working_days_2", "working_days", "holidays"]
    last = steps[-1]
    assert isinstance(last, Rows) and last.joins[0].to == From("working_days_2", "d_day_2")
