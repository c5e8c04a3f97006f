"""A case that fails, made smaller: by what it was made of, then by what can be left out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from tests.properties.blocks import Case, Model, Table, model_to_yaml
from tests.properties.draws import reduce
from tests.properties.game import Game
from tests.properties.queries import one_of_batch

T = TypeVar("T")
Fails = Callable[[Case], bool]
#: What can be left out: of which kind, its name, and what more there is to know about it.
Part = tuple[str, str, str]
#: How long choices are made smaller, in seconds.
PATIENCE = 60


def smallest(choices: list[int], game: Game, fails: Fails, seconds: float = PATIENCE) -> Case:
    """The smallest case found that fails as the one of these choices does."""
    case = one_of_batch(reduce(choices, lambda made: fails(one_of_batch(made, game)), seconds), game)
    before = None
    while case != before:
        before = case
        for part in list(_parts(case)):
            smaller = _without(case, part)
            if smaller != case and fails(smaller):
                case = smaller
    return case


def _parts(case: Case) -> Iterator[Part]:
    """Everything that a case may do without, the query's first."""
    query, model = case.query, case.model
    yield from (("asked", name, "") for name in query.metrics[1:])
    yield from (("by", name, "") for name in query.by)
    yield from (("option", name, "") for name, _ in query.options)
    yield from (("metric", name, "") for name in model.metrics)
    for name, metric in model.metrics.items():
        yield from (("used", name, used) for used in re.findall(r"\b[mx]\d+\b", metric.text))
    yield from (("target", name, line) for name, text in model.targets.items() for line in ["", *text.split("\n")])
    yield from (("dimension", name, "") for name in model.dimensions)
    yield from (("calendar", name, "") for name in model.calendar)
    for table in model.tables.values():
        yield from (("field", table.name, name) for name in table.fields)
        yield from (("join", table.name, name) for name in table.joins)
        yield from (("column", table.name, name) for name in table.columns if name not in table.key)
    yield from (("table", name, "") for name in model.tables)
    yield from (("row", table.name, repr(row)) for table in model.tables.values() for row in table.rows)


def _without(case: Case, part: Part) -> Case:
    """The case without a part; the case itself where it cannot do without it, or does already."""
    kind, name, more = part
    query, model = case.query, case.model
    if kind == "asked":
        return replace(case, query=replace(query, metrics=tuple(m for m in query.metrics if m != name)))
    if kind == "by":
        return replace(case, query=replace(query, by=tuple(d for d in query.by if d != name)))
    if kind == "option":
        return replace(case, query=query.without(name))
    if kind == "metric":
        return replace(case, model=replace(model, metrics=_less(model.metrics, name)))
    if kind == "used":
        return replace(case, model=_with_first(model, name, more))
    if kind == "target":
        return replace(case, model=_less_of_target(model, name, more))
    if kind == "dimension":
        return replace(case, model=replace(model, dimensions=_less(model.dimensions, name)))
    if kind == "calendar":
        return replace(case, model=replace(model, calendar=_less(model.calendar, name)))
    if name not in model.tables:
        return case
    if kind == "table":
        others = re.sub(rf"\b{name}:|file: {name}\.csv", "", model_to_yaml(model)) + query.text
        used = re.search(rf"\b{name}\b", others)
        return case if used else replace(case, model=replace(model, tables=_less(model.tables, name)))
    return replace(case, model=model.with_table(_less_of_table(model.tables[name], kind, more)))


def _less_of_table(table: Table, kind: str, name: str) -> Table:
    if kind == "field":
        return replace(table, fields=_less(table.fields, name))
    if kind == "join":
        return replace(table, joins=_less(table.joins, name))
    if kind == "column":
        return replace(table, columns=_less(table.columns, name), rows=[_less(row, name) for row in table.rows])
    return replace(table, rows=[row for row in table.rows if repr(row) != name])


def _less_of_target(model: Model, name: str, line: str) -> Model:
    """Without a target, or without a line of it."""
    if not line:
        return replace(model, targets=_less(model.targets, name))
    lines = [other for other in model.targets.get(name, "").split("\n") if other != line]
    return replace(model, targets={**model.targets, name: "\n".join(lines)}) if name in model.targets else model


def _less(entries: dict[str, T], name: str) -> dict[str, T]:
    return {key: value for key, value in entries.items() if key != name}


def _with_first(model: Model, name: str, used: str) -> Model:
    """The model in which a metric is over the first one, instead of another."""
    if name not in model.metrics or "m1" not in model.metrics:
        return model
    metric = model.metrics[name]
    changed = replace(metric, text=re.sub(rf"\b{used}\b", "m1", metric.text))
    return replace(model, metrics={**model.metrics, name: changed})
