"""The figures of a scorecard: a statement for the trends of all its metrics, one for the figures before (where the
trends do not have them), one for what should have been reached by the as-of day; and the cards made of their rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from attain.base.problem import Problem, has_errors
from attain.base.suggest import count_of
from attain.check.request import QueryRequest
from attain.model.periods import first_of_month, month_number
from attain.model.result import Result, ResultColumn, Value
from attain.model.scorecard import Card, Kpi, Line, Names, Point, Scorecard, ScorecardQuery, Stretch
from attain.scorecard.figures import Facts, card_of
from attain.scorecard.shares import part_grain, share_gone

if TYPE_CHECKING:
    from attain.project import Project

Progress = Callable[[float], None] | None
Build = Callable[[Sequence[Line]], QueryRequest | None]
Ask = Callable[[Sequence[Line], QueryRequest], bool]
CHANGES_AT_ONCE = 35  # lines whose figures before are one statement: each is planned in two windows of its own
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
    expected: str = ""


def texts_of(line: Line, stretch: Stretch) -> Texts:
    """What to ask for of a line."""
    metric = line.metric
    name = named(metric.name)
    numeric = metric.type.is_number or metric.unit.is_duration
    before = (f"prior({name})", f"prior({name}, 1 year)") if numeric else ("", "")
    if line.target is None or line.terms is None or line.terms.kind == "between":
        return Texts(metric.name, *before)
    target = f"target({name}, {named(line.target.name)})"
    by_then = f"to_date({target}, {stretch.grain.name})" if line.method != "value" else ""
    return Texts(metric.name, *before, target, by_then)


# -- what is asked for -------------------------------------------------------------------------------------------------
def trend_request(query: ScorecardQuery, lines: Sequence[Line]) -> QueryRequest | None:
    """The figures and the targets of some lines, by the periods of the trend."""
    stretch = query.stretch
    texts = [texts_of(line, stretch) for line in lines]
    asked = [text for one in texts for text in (one.actual, one.target) if text]
    return asked_of(query, asked, stretch.grain.name, stretch.first, stretch.end)


def change_request(query: ScorecardQuery, lines: Sequence[Line]) -> QueryRequest | None:
    """The figures before of some lines, in the period alone; None where the trend has them. The figures themselves are
    asked for, too, where there are slices: one in which nothing was before has nothing, and not no figure."""
    stretch = query.stretch
    texts = [texts_of(line, stretch) for line in lines]
    asked = [text for one in texts for text in (one.period_before, one.year_before) if text]
    asked += [one.actual for one in texts] if asked and query.by else []
    if not asked or stretch.state == "not begun" or trend_tells(stretch):
        return None
    return asked_of(query, asked, stretch.grain.name, stretch.start, stretch.end)


def trend_tells(stretch: Stretch) -> bool:
    """Whether the figures before are those of the trend: its periods are then as long as the one asked for, which is
    over, and begin a whole year before it, too."""
    return stretch.state == "over" and stretch.grain.unit == "month"


def asked_of(query: ScorecardQuery, texts: Sequence[str], grain: str, start: date, end: date) -> QueryRequest:
    """A query of a scorecard: by the dimensions asked for, with their totals."""
    return QueryRequest(
        tuple(dict.fromkeys(texts)), query.by, grain, query.where, start=start.isoformat(), end=end.isoformat(),
        as_of=query.stretch.as_of.isoformat(), totals=bool(query.by),
    )  # fmt: skip


def pace_request(query: ScorecardQuery, lines: Sequence[Line]) -> QueryRequest | None:
    """What should have been reached by the as-of day, of every line whose target is spread over the period, and the
    working days of the period so far and from then on; None where nothing is to be asked."""
    stretch = query.stretch
    asked = [text for text in (texts_of(line, stretch).expected for line in lines) if text]
    if stretch.state != "running" or not asked:
        return None
    texts = [*asked, *working_texts(asked[0], stretch)]
    return asked_of(query, texts, "day", stretch.as_of, stretch.as_of + timedelta(1))


def working_texts(metric: str, stretch: Stretch) -> tuple[str, str]:
    """The working days that have gone by and those that are left, as expressions: by the calendar's own rules. A
    query is of metrics, so they are written around one."""
    tomorrow = stretch.as_of + timedelta(1)
    gone = f"business_days(date '{stretch.start}', date '{tomorrow}')"
    left = f"business_days(date '{tomorrow}', date '{stretch.end}')"
    return tuple(f"if({metric} is null, {days}, {days})" for days in (gone, left))  # type: ignore[return-value]


def parts_request(query: ScorecardQuery, lines: Sequence[Line], grain: str) -> QueryRequest | None:
    """The targets that have this finer grain, for each of its periods in the period: whether one lacks any."""
    asked = [texts_of(line, query.stretch).target for line in lines if part_grain(line, query.stretch) == grain]
    return asked_of(query, asked, grain, query.stretch.start, query.stretch.end) if asked else None


# -- in as few statements as it takes ----------------------------------------------------------------------------------
@dataclass(slots=True)
class Answers:
    """What statements answered: the slices of each line by its names, and what must be said."""

    slices: dict[Names, Slices] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def told(self, problems: Sequence[Problem]) -> None:
        """Remembers problems, each once."""
        self.problems += [problem for problem in problems if problem not in self.problems]


def in_chunks(lines: Sequence[Line], most: int) -> list[Sequence[Line]]:
    """Lines put together by their tables, which then share scans, at most so many at once."""
    ordered = sorted(lines, key=lambda line: (sorted(line.metric.tables), line.metric.name))
    count = -(-len(ordered) // most)
    size = -(-len(ordered) // count) if count else 1
    return [ordered[i : i + size] for i in range(0, len(ordered), size)]


def ask_all(lines: Sequence[Line], build: Build, most: int, ask: Ask) -> None:
    """Asks for all lines; what is too large for one statement is asked in halves."""
    for chunk in in_chunks(lines, most):
        request = build(chunk)
        if request is None:
            continue
        too_large = ask(chunk, request)
        if too_large and len(chunk) > 1:
            ask_all(chunk, build, -(-len(chunk) // 2), ask)


def answers_of(project: Project, query: ScorecardQuery, asked: Statement, progress: Progress) -> Answers:
    """The rows of all lines. Raises RunProblem where the connection or a statement fails."""
    from attain.pipeline import run_query

    answers = Answers()

    def ask(chunk: Sequence[Line], request: QueryRequest) -> bool:
        result, problems, _ = run_query(project, request, progress=progress)
        if result is None and is_too_large(problems) and (len(chunk) > 1 or asked.optional):
            if len(chunk) == 1:
                answers.notes.append(f"no {asked.title} of {chunk[0].metric.name}: {problems[-1].message}")
            return len(chunk) > 1
        answers.told(problems)
        if result is not None:
            answers.results.append(result)
            slices = Slices(result, len(query.by))
            answers.slices |= {line.names: slices for line in chunk}
        return False

    ask_all(query.lines, asked.build, asked.most, ask)
    return answers


def is_too_large(problems: Sequence[Problem]) -> bool:
    """Whether a query would do with fewer metrics."""
    return any(problem.code in ("plan-too-large", "sql-too-large") for problem in problems)


def show_plans(project: Project, query: ScorecardQuery) -> tuple[str, list[Problem]]:
    """The plans of all statements as text, and how many scans they make together."""
    from attain.pipeline import compile_query

    parts: list[str] = []
    answers = Answers()
    dialect = project.engine().dialect

    def ask(one: Statement, chunk: Sequence[Line], request: QueryRequest) -> bool:
        compiled = compile_query(project, request, dialect=dialect)
        if is_too_large(compiled.problems) and (len(chunk) > 1 or one.optional):
            return len(chunk) > 1
        answers.told(compiled.problems)
        parts.append(f"== {one.title}: {len(request.metrics)} columns of {len(chunk)} metrics ==\n{compiled.plan}")
        return False

    for one in statements(query):
        ask_all(query.lines, one.build, one.most, partial(ask, one))
    scans = sum(int(line.removeprefix("scans: ")) for part in parts for line in part.split("\n") if "scans: " in line)
    return "\n".join([*parts, f"scans in all: {scans}, in {count_of(len(parts), 'statement')}\n"]), answers.problems


class Statement(NamedTuple):
    """One of the things that a scorecard asks: its title, the query for some of the lines, for how many lines at once,
    and whether a line can do without, where it alone is too large."""

    title: str
    build: Build
    most: int
    optional: bool = False


def statements(query: ScorecardQuery) -> list[Statement]:
    """What a scorecard asks."""
    every = max(len(query.lines), 1)
    return [
        Statement("figures and targets", lambda lines: trend_request(query, lines), every),
        Statement("figures before", lambda lines: change_request(query, lines), CHANGES_AT_ONCE, optional=True),
        Statement("reached by the as-of day", lambda lines: pace_request(query, lines), every),
        *(
            Statement(f"targets by {grain}", partial(parts_request, query, grain=grain), every)
            for grain in part_grains(query)
        ),
    ]


def part_grains(query: ScorecardQuery) -> list[str]:
    """The grains of the targets whose values are added up to the period's, while it runs."""
    return sorted({part_grain(line, query.stretch) for line in query.lines} - {""})


# -- from rows to cards ------------------------------------------------------------------------------------------------
def read_scorecard(
    project: Project, query: ScorecardQuery, progress: Progress
) -> tuple[Scorecard | None, list[Problem]]:
    """A checked scorecard with its figures. Raises RunProblem where the connection or a statement fails."""
    model = project.model
    assert model is not None
    found = [answers_of(project, query, asked, progress) for asked in statements(query)]
    problems = list(dict.fromkeys(problem for answers in found for problem in answers.problems))
    if has_errors(problems):
        return None, problems
    trends, changes, paces, *parts = (answers.slices for answers in found)
    days = working_days(found[2].results)
    facts = Found(trends, changes, paces, dict(zip(part_grains(query), parts, strict=True)))
    kpis = tuple(kpi_of(query, line, facts, days) for line in query.lines)
    said = (note for answers in found[:3] for result in answers.results for note in result.notes)
    columns = found[0].results[0].columns
    dimensions = tuple(columns[2 : 2 + len(query.by)]) if query.by else ()
    lacking = (note for answers in found for note in answers.notes)
    notes = tuple(dict.fromkeys((*query.notes, *said, *lacking, *lacking_parts(query, facts))))
    return Scorecard(model.name, model.currency, query.stretch, dimensions, kpis, days, query.where, notes), problems


def working_days(results: Sequence[Result]) -> tuple[int, int] | None:
    """The working days of the period that have gone by and that are left; None where they were not asked for, or the
    calendar does not know them."""
    if not results or not results[0].rows:
        return None
    gone, left = results[0].rows[0][-2:]
    return (gone, left) if isinstance(gone, int) and isinstance(left, int) else None


class Found(NamedTuple):
    """The slices of each metric: of its figures, of the figures before, of what should have been reached, and of its
    target by the grain that this has."""

    trends: Mapping[Names, Slices]
    changes: Mapping[Names, Slices]
    paces: Mapping[Names, Slices]
    parts: Mapping[str, Mapping[Names, Slices]]


def kpi_of(query: ScorecardQuery, line: Line, found: Found, days: tuple[int, int] | None) -> Kpi:
    """A line with its cards: the total first, then one a slice."""
    texts, slices = texts_of(line, query.stretch), found.trends[line.names]
    column = slices.column(texts.actual)
    cards: list[Card] = []
    for place, periods in slices.periods.items():
        if query.stretch.start in periods:
            facts = replace(
                facts_of(query.stretch, line, found, place),
                gone=share_gone(query.stretch, line, days),
                whole=has_all_parts(query.stretch, line, found, place),
            )
            cards.append(card_of(line, query.stretch, facts, place[1:], bool(place[0]), days[1] if days else None))
    return Kpi(line, column, tuple(sorted(cards, key=lambda card: not card.total)))


def lacking_parts(query: ScorecardQuery, found: Found) -> list[str]:
    """The note of the KPIs whose projection cannot go by their targets."""
    names = [
        line.metric.name
        for line in query.lines
        if not all(has_all_parts(query.stretch, line, found, place) for place in found.trends[line.names].periods)
    ]
    return [f"projected by calendar days, since parts of the target are missing: {', '.join(names)}"] if names else []


def has_all_parts(stretch: Stretch, line: Line, found: Found, place: Place) -> bool:
    """Whether a target whose values are added up to the period's has one for each part of it, in a slice."""
    slices = found.parts.get(part_grain(line, stretch), {}).get(line.names)
    if slices is None:
        return True
    text = texts_of(line, stretch).target
    return all(slices.value(place, start, text) is not None for start in slices.periods.get(place, {}))


def facts_of(stretch: Stretch, line: Line, found: Found, place: Place) -> Facts:
    """The facts of one slice of a line."""
    texts, slices = texts_of(line, stretch), found.trends[line.names]
    trend = tuple(
        Point(start, slices.value(place, start, texts.actual), slices.value(place, start, texts.target))
        for start in sorted(slices.periods[place])
    )
    before, year = earlier(stretch) if trend_tells(stretch) else (stretch.start, stretch.start)
    changes = slices if trend_tells(stretch) else found.changes.get(line.names)
    at = (texts.actual, texts.actual) if trend_tells(stretch) else (texts.period_before, texts.year_before)
    paces = found.paces.get(line.names)
    return Facts(
        slices.value(place, stretch.start, texts.actual),
        changes.value(place, before, at[0]) if changes is not None and texts.period_before else None,
        changes.value(place, year, at[1]) if changes is not None and texts.year_before else None,
        slices.value(place, stretch.start, texts.target),
        paces.value(place, stretch.as_of, texts.expected) if paces is not None else None,
        trend,
    )


def earlier(stretch: Stretch) -> tuple[date, date]:
    """The first days of the period before, and of the one a year before, of a grain of whole months."""
    number = month_number(stretch.start)
    return first_of_month(number - stretch.grain.step), first_of_month(number - 12)


Place = tuple[Value, ...]  # whether it is the total, then the members


class Slices:
    """The rows of a result by slice and period."""

    def __init__(self, result: Result, keys: int, *, totals: bool = True) -> None:
        first = 1 if keys and totals else 0
        self.columns = {c.name: (i, c) for i, c in enumerate(result.columns) if c.role == "metric"}
        self.periods: dict[Place, dict[date, tuple[Value, ...]]] = {}
        for row in result.rows:
            start = day_of(row[first])
            if start is not None:
                place = (bool(row[0]) if first else not keys, *row[first + 1 : first + 1 + keys])
                self.periods.setdefault(place, {})[start] = row

    def column(self, text: str) -> ResultColumn:
        """What the values of an expression are."""
        return self.columns[text][1]

    def value(self, place: Place, start: date, text: str) -> Value:
        """The value of an expression in a cell; missing where there is no such cell, or it was not asked for."""
        row = self.periods.get(place, {}).get(start)
        found = self.columns.get(text)
        return row[found[0]] if row is not None and found is not None else None


def day_of(value: Value) -> date | None:
    """The day of a period's beginning; None in the grand total."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
