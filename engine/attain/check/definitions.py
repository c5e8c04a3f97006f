"""The whole check of definitions: a draft of all files, then every field, dimension and metric in the order that
their references ask for, without recursion, so that chains of any length are checked and cycles are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from attain.base.problem import Problem, has_errors, in_order
from attain.base.span import Span
from attain.check.alerts import check_alerts
from attain.check.calendars import check_calendar
from attain.check.collect import Collected, collect, declared_types
from attain.check.deprecated import check_deprecated
from attain.check.dimensions import check_dimension
from attain.check.draft import Draft, Failed, NeedsFirst
from attain.check.joins import check_circles, check_join_types, check_joins
from attain.check.metrics import check_metric, read_metrics
from attain.check.rates import check_rate_types, check_rates
from attain.check.tables import check_axes, check_field, check_tables, read_fields
from attain.check.targets import check_target
from attain.model.semantic import SemanticModel, Table
from attain.model.types import Type
from attain.read.definitions import RawModel

Task = tuple[str, tuple[str, ...]]


def check_definitions(
    raw: RawModel,
    columns: Mapping[str, Mapping[str, Type] | None],
    rows: Mapping[str, int | None],
    today: date,
    collected: Collected | None = None,
    unreadable: frozenset[str] = frozenset(),
) -> tuple[SemanticModel, list[Problem]]:
    """The semantic model of all files, with every problem. What is broken is left out of the model.

    `columns` gives each table's columns with their types (None: not known), `rows` its number of rows where known;
    of the tables that are `unreadable` it was told already, and nothing is said about their columns.
    """
    found = collected or collect(raw)
    draft = found.draft
    for name, table in draft.tables.items():
        known = columns.get(name)
        table.columns = dict(known) if known is not None else None
        table.rows = rows.get(name)
        table.unreadable = name in unreadable or table.origin.kind == "none"
    draft.problems += unread_columns(draft)
    read_fields(draft)
    read_metrics(draft)
    check_tables(draft)
    check_joins(draft)
    check_rates(draft)
    for task in every_task(draft):
        settle(draft, task)
    check_axes(draft)
    check_calendar(draft, found.calendar)
    check_join_types(draft)
    check_circles(draft)
    check_rate_types(draft)
    check_deprecated(draft, today)
    model = build_model(found)
    model = replace(model, alerts=check_alerts(draft, model))
    return model, in_order(draft.problems)


def unread_columns(draft: Draft) -> list[Problem]:
    """Tables whose columns are not known from anywhere: told once for each, and then no more of what is missing."""
    problems: list[Problem] = []
    for table in draft.tables.values():
        if table.columns is None and not table.unreadable and not declared_types(table):
            problem = Problem("columns-unknown", f"the columns of `{table.name}` are not known", table.name.span)
            hints = ("`attain lock` writes them down, where the data are at hand", "or declare each with its `type:`")
            problems.append(problem.hint(*hints))
            table.unreadable = True
    return problems


def every_task(draft: Draft) -> list[Task]:
    """Everything that is to be checked: fields, dimensions, metrics, in the order written."""
    fields: list[Task] = [("field", (str(t.name), f)) for t in draft.tables.values() for f in sorted(t.field_names)]
    dimensions: list[Task] = [("dimension", (name,)) for name in draft.dimension_shapes]
    metrics: list[Task] = [("metric", (name,)) for name in draft.metric_shapes]
    return [*fields, *dimensions, *metrics, *(("target", (name,)) for name in draft.target_shapes)]


def done(draft: Draft, task: Task) -> bool:
    """Whether a task has its result."""
    kind, key = task
    if kind == "field":
        return (key[0], key[1]) in draft.fields
    if kind == "target":
        return key[0] in draft.targets
    return key[0] in (draft.dimensions if kind == "dimension" else draft.metrics)


def attempt(draft: Draft, task: Task) -> None:
    """Checks one thing and stores it; None where it is broken."""
    kind, key = task
    try:
        if kind == "field":
            draft.fields[key[0], key[1]] = check_field(draft, key[0], key[1])
        elif kind == "dimension":
            draft.dimensions[key[0]] = check_dimension(draft, key[0])
        elif kind == "target":
            draft.targets[key[0]] = check_target(draft, key[0])
        else:
            draft.metrics[key[0]] = check_metric(draft, key[0])
    except Failed:
        store_broken(draft, task)


def store_broken(draft: Draft, task: Task) -> None:
    """Marks a thing as broken, so that what names it fails silently."""
    kind, key = task
    if kind == "field":
        draft.fields[key[0], key[1]] = None
    elif kind == "dimension":
        draft.dimensions[key[0]] = None
    elif kind == "target":
        draft.targets[key[0]] = None
    else:
        draft.metrics[key[0]] = None


def settle(draft: Draft, task: Task) -> None:
    """Checks a thing after all that it needs."""
    waiting: dict[Task, Span] = {task: Span.none()}
    while waiting:
        current = next(reversed(waiting))
        if done(draft, current):
            del waiting[current]
            continue
        said = len(draft.problems)
        try:
            attempt(draft, current)
        except NeedsFirst as need:
            del draft.problems[said:]
            needed = (need.kind, need.key)
            if needed in waiting:
                tell_cycle(draft, waiting, needed, need.span)
            else:
                waiting[needed] = need.span


def tell_cycle(draft: Draft, waiting: dict[Task, Span], first: Task, span: Span) -> None:
    """A cycle of references: shown as the cycle, told once, everything in it broken."""
    tasks = list(waiting)
    cycle = tasks[tasks.index(first) :]
    names = [".".join(task[1]) for task in cycle]
    shown = names if len(names) <= 8 else [*names[:4], "..", *names[-3:]]
    message = f"{' -> '.join([*shown, names[0]])} goes round in a circle"
    if len(cycle) == 1:
        message = f"`{names[0]}` is defined by itself"
    problem = Problem("cycle", message, span)
    for task in cycle[1:4]:
        problem = problem.also(waiting[task], f"here `{'.'.join(task[1])}` is used")
    draft.problems.append(problem)
    for task in cycle:
        store_broken(draft, task)


def build_model(found: Collected) -> SemanticModel:
    """What is whole of a draft."""
    draft = found.draft
    tables: dict[str, Table] = {}
    for name, table in draft.tables.items():
        fields = {}
        for field_name in table.field_names:
            field = draft.fields.get((name, field_name))
            if field is not None:
                fields[field_name] = field
        shape = table.shape
        lifespan = (str(shape.lifespan.start), str(shape.lifespan.end)) if shape.lifespan is not None else None
        per = tuple(map(str, shape.snapshot.per)) if shape.snapshot is not None else ()
        snapshot = (str(shape.snapshot.column), per) if shape.snapshot is not None else None
        ordered = {key: fields[key] for key in [*(table.columns or ()), *sorted(fields)] if key in fields}
        tables[name] = Table(
            name, table.origin, table.key, str(shape.time or ""), table.zone, table.joins, ordered, lifespan, snapshot,
            table.rows, table.name.span,
        )  # fmt: skip
    dimensions = {name: d for name, d in draft.dimensions.items() if d is not None}
    metrics = {name: draft.metrics[name] for name in draft.metric_shapes}
    whole = {name: metric for name, metric in metrics.items() if metric is not None}
    targets = {name: target for name, target in draft.targets.items() if target is not None}
    return SemanticModel(
        found.name, found.currency, draft.calendar, tables, dimensions, whole, draft.constants, found.connections,
        draft.rates, {name: targets[name] for name in draft.target_shapes if name in targets},
    )  # fmt: skip


def is_usable(problems: list[Problem]) -> bool:
    """Whether definitions may be compiled."""
    return not has_errors(problems)
