"""What `rows` asks for: one cell of one metric, from the texts of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.check.query import check_query
from attain.check.request import CellRequest, QueryRequest
from attain.model import expression as e
from attain.model.aggregate import EVERY_KEY, Filter, Key
from attain.model.calendar import Grain
from attain.model.cell import CellQuery
from attain.model.query import Query
from attain.model.semantic import SemanticModel
from attain.read.periods import FORMS, PeriodKey, read_period

Sources = Mapping[str, Source]
ANY_DAY = "the first day of the period, as `run` shows it: 2026-02-01"


def check_cell(
    model: SemanticModel, request: CellRequest, today: date | None
) -> tuple[CellQuery | None, list[Problem], dict[str, Source]]:
    """The cell that is asked about; None with the problems where that is wrong. Also the texts of the options."""
    key = read_period(request.period.strip()) if request.period else None
    wrong = period_problem(model, request, key)
    asked = replace(request, grain=request.grain or (key.kind if key is not None else ""))
    if wrong is not None:
        return None, [wrong], {o: Source(o, x) for o, x in (("--period", request.period), ("--grain", request.grain))}
    query, problems, sources = check_query(model, query_request(asked, key), today)
    if query is None:
        return None, problems, sources
    return cell_of(model, query, key), problems, sources


def query_request(request: CellRequest, key: PeriodKey | None) -> QueryRequest:
    """The query whose range is the cell's period. A range is rounded out to whole periods, so one day says which."""
    start, end = request.start, request.end
    if key is not None:
        start, end = key.day.isoformat(), (key.day + timedelta(1)).isoformat()
    return QueryRequest((request.metric,), (), request.grain, request.where, start=start, end=end, as_of=request.as_of)


# -- the period --------------------------------------------------------------------------------------------------------
def period_problem(model: SemanticModel, request: CellRequest, key: PeriodKey | None) -> Problem | None:
    """What is wrong with the period, or None."""
    grain = model.calendar.grain(request.grain) if request.grain else None
    place = Span("--period", 1, 1, len(request.period) + 1)
    if not request.period:
        return which_period(request, grain)
    if request.start or request.end:
        option = "--from" if request.start else "--to"
        problem = Problem("wrong-value", f"`--period` and `{option}` both say from when to when", place)
        return problem.hint("leave one of them out")
    if key is None or not 1900 <= key.day.year <= 2998:
        problem = Problem("date-form", f"`{request.period}` is not a period", place)
        return problem.hint(f"write it as one of: {', '.join(FORMS.values())}")
    if grain is None or key.kind == grain.name or (key.kind == "day" and grain.unit != "hour"):
        return None
    problem = Problem("wrong-value", f"`{request.period}` is {article(key.kind)}, and the grain is {grain.name}", place)
    if grain.name in FORMS:
        return problem.hint(f"write it as {FORMS[grain.name]}", f"or ask for --grain {key.kind}")
    return problem.hint(f"write {ANY_DAY}")


def article(kind: str) -> str:
    """`a month`, `an hour`"""
    return f"an {kind}" if kind == "hour" else f"a {kind}"


def which_period(request: CellRequest, grain: Grain | None) -> Problem | None:
    """A grain says how long a cell is, not which one it is."""
    if grain is None:
        return None
    form = FORMS.get(grain.name)
    span = Span("--grain", 1, 1, len(request.grain) + 1)
    problem = Problem("wrong-arguments", f"which {grain.name.replace('_', ' ')}?", span)
    more = ["without a grain, --from and --to are the cell"] if request.start or request.end else []
    return problem.hint(f"add --period {form}" if form else f"add --period and {ANY_DAY}", *more)


# -- the slice ---------------------------------------------------------------------------------------------------------
def cell_of(model: SemanticModel, query: Query, key: PeriodKey | None) -> CellQuery:
    """The cell of a checked query: what pins a key that the metric drops (`all`) says which slice it is; every other
    condition is a filter, which comes to the same for what is not dropped."""
    hour = key.hour if key is not None and query.grain is not None and query.grain.unit == "hour" else None
    dropped = dropped_keys(model, query.outputs[0].expression)
    if query.filter is None or not dropped:
        return CellQuery(query, (), hour)
    pins: dict[Key, e.Expression] = {}
    kept: list[e.Expression] = []
    for condition in conjuncts(query.filter.condition):
        pinned = pinned_key(condition, query.filter)
        if pinned is not None and (EVERY_KEY in dropped or pinned.name in dropped):
            pins[pinned] = e.both(pins.get(pinned), condition) or condition
        else:
            kept.append(condition)
    rest = e.both(*kept)
    filter = replace(query.filter, condition=rest) if rest is not None else None
    query = replace(query, keys=tuple(pins), having=e.both(*pins.values()), filter=filter)
    return CellQuery(query, tuple(pins.items()), hour)


def conjuncts(condition: e.Expression) -> list[e.Expression]:
    """The conditions that must all hold."""
    if isinstance(condition, e.Logic) and condition.operator == "and":
        return [part for operand in condition.operands for part in conjuncts(operand)]
    return [condition]


def pinned_key(condition: e.Expression, filter: Filter) -> Key | None:
    """The key that a condition gives one value, or says to be missing; None of any other condition."""
    match condition:
        case e.IsMissing(operand=e.Member(name=name)):
            pass
        case e.Compare(operator="=", left=e.Member(name=name), right=e.Literal()):
            pass
        case e.Compare(operator="=", left=e.Literal(), right=e.Member(name=name)):
            pass
        case _:
            return None
    return next(key for key in filter.keys if key.name == name)


def dropped_keys(model: SemanticModel, expression: e.Expression) -> set[str]:
    """The keys that `all` drops somewhere in a metric, at any depth."""
    found: set[str] = set()
    seen: set[str] = set()
    stack = [expression]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.Widened):
                found |= set(node.over or (EVERY_KEY,))
            elif isinstance(node, e.MetricValue) and node.name not in seen:
                seen.add(node.name)
                stack.append(model.metrics[node.name].expression)
            elif isinstance(node, e.RowMetric):
                stack.append(node.value)
            elif isinstance(node, e.AggregateValue):
                aggregate = node.aggregate
                stack += [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
    return found
