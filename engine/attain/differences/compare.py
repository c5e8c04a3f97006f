"""Two versions of the definitions run on the same data: in total, by period and by each dimension; which figures moved,
by which edit, and which rows came or went.

What is compared are the metrics that changed, and, as a check of what was proven, those that are called the same though
something they are made of is written otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from attain.base.problem import Problem, has_errors
from attain.base.span import Source
from attain.base.suggest import count_of
from attain.check.query import check_query
from attain.check.request import QueryRequest
from attain.check.windows import has_axis, missing_window
from attain.compare.classify import Change, Comparison
from attain.compare.graph import Graph, Node
from attain.differences.asked import MOST_DIMENSIONS, MOST_METRICS, Asked
from attain.differences.figures import figures_of
from attain.differences.reasons import causes_of, sample_rows
from attain.differences.sides import Answers, Sides, share_connection
from attain.differences.state import AFTER, BEFORE, Found, Pair, Run, day_of
from attain.model.calendar import Grain
from attain.model.difference import Causes, Cut, DataComparison, Movement, Rows
from attain.model.periods import next_period
from attain.model.result import ResultColumn
from attain.model.semantic import Metric, SemanticModel
from attain.project import Project

#: Classes of metrics, in the order in which they are compared where there are too many.
COMPARED = ("meaning", "inherited", "interface", "renamed", "equivalent", "unchanged", "cosmetic")
PROVEN = ("unchanged", "cosmetic")


def compare_data(
    base: Project, head: Project, comparison: Comparison, asked: Asked, today: date
) -> tuple[DataComparison | None, list[Problem], dict[str, Source]]:
    """The figures of both versions over the data of `head`; problems, with the texts that they point into, where no
    metric can be asked for so. Raises RunProblem where there is no connection."""
    assert base.model is not None and head.model is not None
    notes = share_connection(base, head)
    pairs = pairs_of(comparison, base.model, head.model, asked, notes)
    run = Run(Sides([base, head], today), asked, {pair.new.name: Found(pair) for pair in pairs}, notes)
    problems, sources = wrong_query(run)
    if problems:
        return None, problems, sources
    compare_total(run)
    compare_periods(run)
    for name in dimensions_of(run):
        compare_members(run, name)
    causes = causes_of(run, base, head, comparison)
    rows = sample_rows(run, base, head) if asked.samples else {}
    movements = tuple(
        movement(found, causes.get(found.pair.new.name), rows.get(found.pair.new.name, []))
        for found in run.found.values()
    )
    data = DataComparison(
        movements, today.isoformat(), head.model.currency, asked.tolerance, tuple(notes), run.sides.statements
    )
    return data, [], {}


def wrong_query(run: Run) -> tuple[list[Problem], dict[str, Source]]:
    """What no metric can be asked for: a grain, a dimension, a condition, a range."""
    metrics = [known.pair.new.name for known in run.found.values()]
    plain = QueryRequest((), start=run.asked.start, end=run.asked.end, as_of=run.sides.today.isoformat())
    requests = [plain, replace(plain, grain=run.asked.grain)]
    requests += [replace(plain, by=(name,), grain=run.asked.grain) for name in run.asked.by or ()]
    requests += [replace(plain, where=run.asked.where, grain=run.asked.grain)] if run.asked.where else []
    for request in requests:
        first: tuple[list[Problem], dict[str, Source]] | None = None
        for name in metrics:
            _, problems, sources = check_query(run.sides.model(AFTER), replace(request, metrics=(name,)), None)
            if not has_errors(problems):
                break
            first = first or (problems, sources)
        else:
            if first is not None and first[0][0].code not in ("needs-window", "no-time-axis"):
                return first
    return [], {}


def movement(found: Found, causes: Causes | None, rows: list[Rows]) -> Movement:
    """What became of one metric's figures."""
    pair = found.pair
    column = found.column or ResultColumn(pair.new.name, pair.new.type, pair.new.unit, "metric")
    return Movement(
        pair.new.name, pair.change.was, pair.change.cls, column, tuple(found.cuts),
        tuple(dict.fromkeys(found.skipped)), causes, tuple(rows), tuple(found.notes),
    )  # fmt: skip


# -- what is compared ------------------------------------------------------------------------------------------------
def pairs_of(
    comparison: Comparison, base: SemanticModel, head: SemanticModel, asked: Asked, notes: list[str]
) -> list[Pair]:
    """The metrics that are there in both versions and may have moved, those that changed most first."""
    ranked = sorted(
        (c for c in comparison.of("metric") if c.cls in COMPARED and is_worth_it(c, base, head)),
        key=lambda change: COMPARED.index(change.cls),
    )
    pairs = [Pair(c, base.metrics[c.was or c.name], head.metrics[c.name], False) for c in ranked[:MOST_METRICS]]
    if len(ranked) > MOST_METRICS:
        left = count_of(len(ranked) - MOST_METRICS, "metric")
        notes.append(f"{left} more may have moved and are not compared: the {MOST_METRICS} that changed most are")
    new = [c.name for c in comparison.of("metric") if c.cls == "added"]
    gone = [c.name for c in comparison.of("metric") if c.cls == "removed"]
    notes += [f"on one side only, so nothing to compare: {some(new + gone)}"] if new or gone else []
    has_range = bool(asked.start or asked.end)
    return [
        replace(p, needs_window=needs_window(base, p.old, has_range) or needs_window(head, p.new, has_range))
        for p in pairs
    ]  # fmt: skip


def is_worth_it(change: Change, base: SemanticModel, head: SemanticModel) -> bool:
    """Whether a metric's figures could be others: not where all that it is made of is the same, word by word."""
    if change.cls not in PROVEN:
        return True
    if base.calendar != head.calendar or base.rates != head.rates:
        return True
    own = [name for name in head.dimensions if has(head, head.metrics[change.name], name)]
    start: list[Node] = [("metric", change.name), *(("dimension", name) for name in own)]
    return any(is_edited(node, base, head) for node in Graph(head).below(start))


def is_edited(node: Node, base: SemanticModel, head: SemanticModel) -> bool:
    """Whether a definition is not the same in both versions, word by word."""
    kind, name = node
    table, _, field_name = name.partition(".")
    if kind == "metric":
        return name not in base.metrics or base.metrics[name].expression != head.metrics[name].expression
    if kind == "dimension":
        return name not in base.dimensions or base.dimensions[name].columns != head.dimensions[name].columns
    if kind not in ("table", "field"):
        return kind == "target" and base.targets.get(name) != head.targets.get(name)
    old, new = base.tables.get(table), head.tables[table]
    if kind == "field":
        return old is None or old.fields.get(field_name) != new.fields.get(field_name)
    return old is None or replace(old, fields={}, rows=None) != replace(new, fields={}, rows=None)


def needs_window(model: SemanticModel, metric: Metric, has_range: bool) -> bool:
    """Whether a metric has no value over all time."""
    return missing_window(model, metric.expression, has_range, False) is not None


def some(names: Sequence[str], most: int = 8) -> str:
    """`a, b and 3 more`"""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def dimensions_of(run: Run) -> list[str]:
    """What is cut by: what was asked for, else the dimensions of any metric, as far as there are not too many."""
    if run.asked.by is not None:
        return list(run.asked.by)
    found: dict[str, None] = {}
    for known in run.found.values():
        found |= dict.fromkeys(own_dimensions(run, known.pair))
    names = list(found)
    if len(names) > MOST_DIMENSIONS:
        run.notes.append(f"not compared by {some(names[MOST_DIMENSIONS:])}: `--by` names what to compare by")
    return names[:MOST_DIMENSIONS]


def own_dimensions(run: Run, pair: Pair) -> Iterable[str]:
    """The dimensions that a metric has in both versions."""
    before, after = run.sides.model(BEFORE), run.sides.model(AFTER)
    for name in after.dimensions:
        if name in before.dimensions and has(before, pair.old, name) and has(after, pair.new, name):
            yield name


def has(model: SemanticModel, metric: Metric, name: str) -> bool:
    """Whether a metric may be cut by a dimension."""
    allowed = metric.by is None or name in metric.by
    return allowed and all(table in model.dimensions[name].columns for table in metric.tables)


# -- the cells -------------------------------------------------------------------------------------------------------
def wanted_of(pairs: Iterable[Pair]) -> Mapping[int, list[str]]:
    """The metrics of each version."""
    found = list(pairs)
    return {BEFORE: [pair.old.name for pair in found], AFTER: [pair.new.name for pair in found]}


def compare_total(run: Run) -> None:
    """Everything in one cell, of all metrics that have a value there."""
    pairs = [known.pair for known in run.found.values() if not known.pair.needs_window]
    window = range_words(run.asked.start, run.asked.end)
    take(run, pairs, "total", "", run.sides.ask(wanted_of(pairs), run.request()), window)
    for known in run.found.values():
        if known.pair.needs_window:
            known.skipped.append("in total: it needs a stretch of time (--from and --to)")


def compare_periods(run: Run) -> None:
    """By the periods of the grain."""
    pairs = [known.pair for known in run.found.values() if lies_in_time(run, known.pair)]
    for known in run.found.values():
        if not lies_in_time(run, known.pair):
            known.skipped.append(f"by {run.asked.grain}: nothing of it lies in time")
    answers = run.sides.ask(wanted_of(pairs), run.request(grain=run.asked.grain))
    take(run, pairs, "period", run.asked.grain, answers, "")
    run.last = last_period(answers, run.sides.model(AFTER).calendar.grain(run.asked.grain), run.sides.today)


def lies_in_time(run: Run, pair: Pair) -> bool:
    """Whether a metric has periods of its own in both versions."""
    before, after = run.sides.model(BEFORE), run.sides.model(AFTER)
    return has_axis(before, pair.old.expression) and has_axis(after, pair.new.expression)


def compare_members(run: Run, name: str) -> None:
    """By the members of a dimension: over all time, or, what needs a stretch of time, in the last whole period."""
    known = [f.pair for f in run.found.values()]
    pairs = known if run.asked.by is not None else [pair for pair in known if name in own_dimensions(run, pair)]
    whole = [pair for pair in pairs if not pair.needs_window]
    answers = run.sides.ask(wanted_of(whole), run.request(by=(name,)))
    take(run, whole, "dimension", name, answers, range_words(run.asked.start, run.asked.end))
    rest = [pair for pair in pairs if pair.needs_window]
    if not rest or run.last is None:
        return
    start, end = run.last
    request = run.request(by=(name,), grain=run.asked.grain, start=start.isoformat(), end=end.isoformat())
    take(run, rest, "dimension", name, run.sides.ask(wanted_of(rest), request), f"{run.asked.grain} {start}")


def take(run: Run, pairs: Iterable[Pair], kind: str, name: str, answers: Answers, window: str) -> None:
    """Keeps the cells of one cut with each metric, or why there are none."""
    for pair in pairs:
        known, sides = run.found[pair.new.name], ((BEFORE, pair.old.name), (AFTER, pair.new.name))
        failed = [answers.failed[side] for side in sides if side in answers.failed]
        if failed:
            known.skipped.append(f"{cut_words(kind, name)}: {failed[0]}")
            continue
        before, after = (answers.values[side] for side in sides)
        known.column = answers.columns[sides[AFTER]]
        column = answers.keys[-1] if answers.keys else None
        figures = figures_of(before, after, run.asked.tolerance)
        known.cuts.append(Cut(kind, name, figures, column, window))


def cut_words(kind: str, name: str) -> str:
    """A cut as people call it."""
    return "in total" if kind == "total" else f"by {name}"


def range_words(start: str, end: str) -> str:
    """A range in words; nothing where it is all time."""
    return " ".join([*([f"from {start}"] if start else []), *([f"to before {end}"] if end else [])])


def last_period(answers: Answers, grain: Grain | None, today: date) -> tuple[date, date] | None:
    """The last period that is over, with the first day after it; the first one where none is over."""
    found = {day_of(key[0]) for values in answers.values.values() for key in values}
    days = sorted(day for day in found if day is not None)
    periods = list(pairwise(days)) if grain is None or grain.table else [(day, next_period(day, grain)) for day in days]
    over = [(first, after) for first, after in periods if after - timedelta(1) <= today]
    return over[-1] if over else periods[0] if periods else None
