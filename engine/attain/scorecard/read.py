"""The figures of a scorecard: one statement for all facts of all its metrics, a second one for what should have been
reached by the as-of day, and the cards made of their rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from attain.base.problem import Problem
from attain.check.request import QueryRequest
from attain.model.result import Result, ResultColumn, Value
from attain.model.scorecard import Card, Kpi, Line, Point, Scorecard, ScorecardQuery, Stretch
from attain.scorecard.figures import Facts, card_of

if TYPE_CHECKING:
    from attain.project import Project

Progress = Callable[[float], None] | None
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = frozenset("null true false where and or not in is like between case distinct".split())


def named(name: str) -> str:
    """A name as it stands in an expression."""
    return name if _WORD.fullmatch(name) and name.lower() not in _RESERVED else f'"{name}"'


@dataclass(frozen=True, slots=True)
class Texts:
    """The expressions that the facts of a line come from; "" where it has none."""

    actual: str
    period_before: str = ""
    year_before: str = ""
    target: str = ""
    attainment: str = ""
    expected: str = ""

    @property
    def facts(self) -> list[str]:
        """Those of the first statement."""
        return [t for t in (self.actual, self.period_before, self.year_before, self.target, self.attainment) if t]


def texts_of(line: Line, stretch: Stretch) -> Texts:
    """What to ask for of a line."""
    metric = line.metric
    name = named(metric.name)
    numeric = metric.type.is_number or metric.unit.is_duration
    before = (f"prior({name})", f"prior({name}, 1 year)") if numeric else ("", "")
    if line.target is None or line.terms is None or line.terms.kind == "between":
        return Texts(metric.name, *before)
    asked = f"{name}, {named(line.target.name)}"
    target, attainment = f"target({asked})", f"attainment({asked})"
    by_then = f"to_date({target}, {stretch.grain.name})" if line.method != "value" else ""
    return Texts(metric.name, *before, target, attainment, by_then)


# -- the two requests --------------------------------------------------------------------------------------------------
def facts_request(query: ScorecardQuery) -> QueryRequest:
    """All facts of all lines: by the periods of the trend, and by the dimensions asked for with their totals."""
    stretch = query.stretch
    asked = [text for line in query.lines for text in texts_of(line, stretch).facts]
    return QueryRequest(
        tuple(dict.fromkeys(asked)), query.by, stretch.grain.name, query.where, start=stretch.first.isoformat(),
        end=stretch.end.isoformat(), as_of=stretch.as_of.isoformat(), totals=bool(query.by),
    )  # fmt: skip


def pace_request(query: ScorecardQuery) -> QueryRequest | None:
    """What should have been reached by the as-of day, of every line whose target is spread over the period, and the
    working days of the period so far and from then on; None where nothing is to be asked."""
    stretch = query.stretch
    targets = [texts_of(line, stretch).expected for line in query.lines]
    asked = list(dict.fromkeys(text for text in targets if text))
    if stretch.state != "running" or not asked:
        return None
    return QueryRequest(
        (*asked, *working_texts(asked[0], stretch)), query.by, "day", query.where, start=stretch.as_of.isoformat(),
        end=(stretch.as_of + timedelta(1)).isoformat(), as_of=stretch.as_of.isoformat(), totals=bool(query.by),
    )  # fmt: skip


def working_texts(metric: str, stretch: Stretch) -> tuple[str, str]:
    """The working days that have gone by and those that are left, as expressions: by the calendar's own rules. A
    query is of metrics, so they are written around one."""
    tomorrow = stretch.as_of + timedelta(1)
    gone = f"business_days(date '{stretch.start}', date '{tomorrow}')"
    left = f"business_days(date '{tomorrow}', date '{stretch.end}')"
    return tuple(f"if({metric} is null, {days}, {days})" for days in (gone, left))  # type: ignore[return-value]


def show_plans(project: Project, query: ScorecardQuery) -> tuple[str, list[Problem]]:
    """The plans of both statements as text."""
    from attain.pipeline import plan_request
    from attain.plan.show import show_plan

    parts: list[str] = []
    problems: list[Problem] = []
    requests = {"the figures": facts_request(query), "reached by the as-of day": pace_request(query)}
    for title, request in requests.items():
        if request is not None:
            _, plan, more, _ = plan_request(project, request, query.stretch.as_of)
            problems += [problem for problem in more if problem not in problems]
            parts += [f"== {title} ==\n{show_plan(plan)}"] if plan is not None else []
    return "\n".join(parts), problems


# -- from rows to cards ------------------------------------------------------------------------------------------------
def read_scorecard(
    project: Project, query: ScorecardQuery, progress: Progress
) -> tuple[Scorecard | None, list[Problem]]:
    """A checked scorecard with its figures. Raises RunProblem where the connection or a statement fails."""
    from attain.pipeline import run_query

    model = project.model
    assert model is not None
    facts, problems, _ = run_query(project, facts_request(query), progress=progress)
    if facts is None:
        return None, problems
    asked = pace_request(query)
    pace: Result | None = None
    if asked is not None:
        pace, more, _ = run_query(project, asked, progress=progress)
        problems = [*problems, *(problem for problem in more if problem not in problems)]
        if pace is None:
            return None, problems
    days = working_days(query, pace)
    kpis = tuple(kpi_of(query, line, facts, pace, days) for line in query.lines)
    notes = tuple(dict.fromkeys((*query.notes, *facts.notes, *(pace.notes if pace is not None else ()))))
    dimensions = tuple(facts.columns[2 : 2 + len(query.by)]) if query.by else ()
    card = Scorecard(model.name, model.currency, query.stretch, dimensions, kpis, days, query.where, notes)
    return card, problems


def working_days(query: ScorecardQuery, pace: Result | None) -> tuple[int, int] | None:
    """The working days of the period that have gone by and that are left; None where they were not asked for, or the
    calendar does not know them."""
    if pace is None or not pace.rows:
        return None
    gone, left = pace.rows[0][-2:]
    return (gone, left) if isinstance(gone, int) and isinstance(left, int) else None


def kpi_of(query: ScorecardQuery, line: Line, facts: Result, pace: Result | None, days: tuple[int, int] | None) -> Kpi:
    """A line with its cards: the total first, then one a slice."""
    texts = texts_of(line, query.stretch)
    column = next(column for column in facts.columns if column.name == texts.actual and column.role == "metric")
    slices = Slices(facts, len(query.by))
    expected = Slices(pace, len(query.by)) if pace is not None and texts.expected else None
    cards: list[Card] = []
    for place, periods in slices.periods.items():
        now = periods.get(query.stretch.start)
        if now is None:
            continue
        found = {name: slices.value(now, text) for name, text in fact_texts(texts)}
        day = expected.periods.get(place, {}).get(query.stretch.as_of) if expected is not None else None
        due = expected.value(day, texts.expected) if expected is not None and day is not None else None
        trend = tuple(
            Point(start, slices.value(row, texts.actual), slices.value(row, texts.target))
            for start, row in sorted(periods.items())
        )
        whole = Facts(**found, expected=due, trend=trend)
        cards.append(card_of(line, query.stretch, whole, place[1:], bool(place[0]), days[1] if days else None))
    return Kpi(line, column, tuple(sorted(cards, key=lambda card: not card.total)))


def fact_texts(texts: Texts) -> Iterator[tuple[str, str]]:
    """The facts by their names in `Facts`, with their expressions."""
    for name in ("actual", "period_before", "year_before", "target", "attainment"):
        yield name, getattr(texts, name)


class Slices:
    """The rows of a result by slice and period: a slice is (whether it is the total, its members)."""

    def __init__(self, result: Result, keys: int) -> None:
        first = 1 if keys else 0
        self.places = {c.name: i for i, c in enumerate(result.columns) if c.role == "metric"}
        self.periods: dict[tuple[Value, ...], dict[date, tuple[Value, ...]]] = {}
        for row in result.rows:
            start = day_of(row[first])
            if start is not None:
                members = row[first + 1 : first + 1 + keys]
                place = (bool(row[0]) if keys else True, *members)
                self.periods.setdefault(place, {})[start] = row

    def value(self, row: tuple[Value, ...], text: str) -> Value:
        """The value of an expression in a row; missing where it was not asked for."""
        return row[self.places[text]] if text else None


def day_of(value: Value) -> date | None:
    """The day of a period's beginning; None in the grand total."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


__all__ = ["ResultColumn", "facts_request", "pace_request", "read_scorecard"]
