"""What a page says of each KPI beside its figures: breakdowns by its dimensions, one statement a dimension, and the
SQL of its figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.check.request import QueryRequest
from attain.model.result import Result
from attain.model.scorecard import Breakdown, Card, Detail, Kpi, Line, Scorecard
from attain.model.semantic import Dimension, SemanticModel
from attain.run.engine import RunProblem
from attain.scorecard.exact import exact
from attain.scorecard.figures import Facts, card_of
from attain.scorecard.read import Slices, ask_all, is_too_large, texts_of

if TYPE_CHECKING:
    from attain.project import Project

Progress = Callable[[float], None] | None
SHOWN = 8  # slices of a breakdown
MOST_CELLS = 20_000  # a dimension with more members than a page can use


def read_details(project: Project, card: Scorecard, progress: Progress) -> tuple[dict[str, Detail], list[str]]:
    """What is to be said of each KPI, by its metric's name; and notes on what could not be. Raises RunProblem."""
    model = project.model
    assert model is not None
    notes: list[str] = []
    found: dict[str, list[Breakdown]] = {kpi.line.metric.name: [] for kpi in card.kpis}
    shown = {column.name for column in card.dimensions}
    for dimension in model.dimensions.values():
        if dimension.name in shown:
            continue
        kpis = [kpi for kpi in card.kpis if can_be_cut(kpi.line, dimension)]
        for name, breakdown in read_dimension(project, card, kpis, dimension, progress, notes) if kpis else ():
            found[name].append(breakdown)
    details = {
        kpi.line.metric.name: Detail(
            sql_of(project, card, kpi), tuple(found[kpi.line.metric.name]), uses_of(model, kpi)
        )
        for kpi in card.kpis
    }
    return details, notes


def can_be_cut(line: Line, dimension: Dimension) -> bool:
    """Whether a metric may be broken down by a dimension: all of its tables have it, and it allows it."""
    metric = line.metric
    allowed = metric.by is None or dimension.name in metric.by
    return allowed and bool(metric.tables) and all(table in dimension.columns for table in metric.tables)


def read_dimension(
    project: Project, card: Scorecard, kpis: list[Kpi], dimension: Dimension, progress: Progress, notes: list[str]
) -> list[tuple[str, Breakdown]]:
    """The breakdown of each of the KPIs by one dimension: one statement for all, or as many as it takes."""
    from attain.pipeline import run_query

    results: dict[str, Result] = {}

    def ask(chunk: Sequence[Line], request: QueryRequest) -> bool:
        try:
            result, problems, _ = run_query(project, request, progress=progress)
        except RunProblem as error:
            if error.problem.code != "too-many-cells":
                raise
            result, problems = None, []
        if result is None and is_too_large(problems) and len(chunk) > 1:
            return True
        if result is None:
            why = problems[0].message if problems else "it has too many members"
            notes.append(f"not broken down by {dimension.name}: {why}")
        else:
            results.update((line.metric.name, result) for line in chunk)
        return False

    def build(chunk: Sequence[Line]) -> QueryRequest:
        return breakdown_request(card, chunk, dimension)

    ask_all([kpi.line for kpi in kpis], build, len(kpis), ask)
    named = [(kpi.line.metric.name, kpi) for kpi in kpis if kpi.line.metric.name in results]
    return [(name, breakdown_of(card, kpi, dimension, results[name])) for name, kpi in named]


def breakdown_request(card: Scorecard, lines: Sequence[Line], dimension: Dimension) -> QueryRequest:
    """The figures and targets of some lines by a dimension, in the scorecard's period."""
    stretch = card.stretch
    texts = [texts_of(line, stretch) for line in lines]
    asked = dict.fromkeys(text for one in texts for text in (one.actual, one.target) if text)
    return QueryRequest(
        tuple(asked), (dimension.name,), stretch.grain.name, card.where, start=stretch.start.isoformat(),
        end=stretch.end.isoformat(), as_of=stretch.as_of.isoformat(), max_cells=MOST_CELLS,
    )  # fmt: skip


def breakdown_of(card: Scorecard, kpi: Kpi, dimension: Dimension, result: Result) -> Breakdown:
    """The slices of one KPI, the largest first; those without a value are left out."""
    texts, stretch = texts_of(kpi.line, card.stretch), card.stretch
    slices = Slices(result, 1, totals=False)
    found: list[Card] = []
    for place in slices.periods:
        actual, target = (slices.value(place, stretch.start, text) for text in (texts.actual, texts.target))
        if actual is not None or target is not None:
            one = card_of(kpi.line, stretch, Facts(actual, target=target), place[1:], False, None)
            found.append(replace(one, projection=None))
    found.sort(key=lambda one: abs(exact(one.actual) or Fraction(0)), reverse=True)
    kept = [one for one in found if exact(one.actual) or one.target is not None] or found
    return Breakdown(result.columns[1], dimension.label or dimension.name, tuple(kept[:SHOWN]), len(kept[SHOWN:]))


def sql_of(project: Project, card: Scorecard, kpi: Kpi) -> str:
    """The SQL of a KPI's own figure in the period, in the connection's dialect."""
    from attain.pipeline import compile_query

    stretch = card.stretch
    request = QueryRequest(
        (kpi.line.metric.name,), (), stretch.grain.name, card.where, start=stretch.start.isoformat(),
        end=stretch.end.isoformat(), as_of=stretch.as_of.isoformat(),
    )  # fmt: skip
    return compile_query(project, request, dialect=project.engine().dialect).sql


def uses_of(model: SemanticModel, kpi: Kpi) -> tuple[str, ...]:
    """The metrics that a KPI is built from, by what they are called."""
    return tuple(model.metrics[name].label or name for name in kpi.line.metric.uses if name in model.metrics)
