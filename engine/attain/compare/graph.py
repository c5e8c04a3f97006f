"""What is built on what, in one model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from attain.model import expression as e
from attain.model.aggregate import Aggregate, Key, Nested, Rollup, TargetValue
from attain.model.alert import Alert
from attain.model.semantic import Rates, SemanticModel
from attain.model.target import Target

#: A definition: what it is ("metric", "field", "table", "target", "dimension", "alert", "world"), and its name.
Node = tuple[str, str]


def is_known(model: SemanticModel, node: Node) -> bool:
    """Whether a model has a definition that is built on others."""
    kind, name = node
    if kind == "field":
        table, _, field_name = name.partition(".")
        return table in model.tables and field_name in model.tables[table].fields
    found: dict[str, Mapping[str, object]] = {
        "metric": model.metrics, "target": model.targets, "dimension": model.dimensions, "alert": model.alerts,
    }  # fmt: skip
    return name in found.get(kind, {})


@dataclass(frozen=True, slots=True)
class Graph:
    """The definitions of a model, and what each of them names."""

    model: SemanticModel
    known: dict[Node, list[Node]] = field(default_factory=dict, compare=False, repr=False)

    def nodes(self) -> Iterator[Node]:
        """All definitions that are built on others."""
        model = self.model
        yield from (("metric", name) for name in model.metrics)
        yield from (("field", f"{table.name}.{name}") for table in model.tables.values() for name in table.fields)
        yield from (("target", name) for name in model.targets)
        yield from (("dimension", name) for name in model.dimensions)
        yield from (("alert", name) for name in model.alerts)

    def below(self, start: Iterable[Node]) -> set[Node]:
        """Some definitions, and everything that they are built on."""
        found = set(start)
        queue = list(found)
        while queue:
            fresh = [node for node in self.uses(queue.pop()) if node not in found]
            found.update(fresh)
            queue += fresh
        return found

    def users(self) -> dict[Node, set[Node]]:
        """What names each definition."""
        found: dict[Node, set[Node]] = {}
        for node in self.nodes():
            for used in self.uses(node):
                found.setdefault(used, set()).add(node)
        return found

    def uses(self, node: Node) -> list[Node]:
        """What a definition is built on; nothing where there is no such definition."""
        if node not in self.known:
            self.known[node] = self.found(node) if is_known(self.model, node) else []
        return self.known[node]

    def found(self, node: Node) -> list[Node]:
        """The same, of one that is there."""
        kind, name = node
        model = self.model
        if kind == "metric":
            found_in = model.metrics[name]
            return list(dict.fromkeys([*self.constants(found_in.text), *self.parts(found_in.expression, "")]))
        if kind == "field":
            table, _, field = name.partition(".")
            found = model.tables[table].fields[field]
            below: list[Node] = [("table", table), *self.constants(found.text)]
            if found.expression is not None:
                below += self.parts(found.expression, table)
            if found.rollup is not None:
                below += self.rollup_parts(found.rollup)
            return list(dict.fromkeys(below))
        if kind == "target":
            return list(dict.fromkeys(self.target_parts(model.targets[name])))
        if kind == "dimension":
            columns = model.dimensions[name].columns
            return list(dict.fromkeys(x for table in columns for x in self.column_parts(columns[table], table)))
        return list(dict.fromkeys(self.alert_parts(model.alerts[name]))) if kind == "alert" else []

    def target_parts(self, target: Target) -> Iterator[Node]:
        """What a target is built on: its metric, and the table of its values."""
        yield ("metric", target.metric)
        for terms in target.versions:
            yield from self.key_parts(terms.by or ())
            if terms.source is not None:
                yield ("table", terms.source.table)
                for part in (terms.source.period, terms.source.value, *terms.source.members):
                    yield from self.parts(part, terms.source.table)

    def alert_parts(self, alert: Alert) -> Iterator[Node]:
        """What an alert is built on: its metric, its target, the dimensions of its slices."""
        yield ("metric", alert.metric)
        if alert.target:
            yield ("target", alert.target)
        words = {*alert.by, *re.findall(r"\w+", alert.where)}
        yield from (("dimension", name) for name in self.model.dimensions if name in words)

    def constants(self, text: str) -> Iterator[Node]:
        """The constants that a text may name."""
        words = set(re.findall(r"[A-Za-z_]\w*", text))
        yield from (("world", f"constant {name}") for name in self.model.constants if name in words)

    def rollup_parts(self, rollup: Rollup) -> Iterator[Node]:
        """What a roll-up names."""
        yield from self.aggregate_parts(rollup.aggregate)

    def parts(self, expression: e.Expression, table: str) -> Iterator[Node]:
        """What an expression names, at any depth that has no name of its own."""
        for node in e.walk(expression):
            if isinstance(node, e.MetricValue):
                yield ("metric", node.name)
            elif isinstance(node, e.Column):
                yield from self.column_parts(node, table)
            elif isinstance(node, e.RowMetric):
                yield from self.parts(node.value, "")
            elif isinstance(node, e.Rate) and self.model.rates is not None:
                yield ("world", "currency")
                yield from self.rate_parts(self.model.rates)
                yield from (x for part in node.parts for x in self.parts(part, table))
            elif isinstance(node, e.Narrowed):
                yield from self.key_parts(node.filter.keys)
            elif isinstance(node, e.AggregateValue):
                yield from self.aggregate_parts(node.aggregate)

    def rate_parts(self, rates: Rates) -> Iterator[Node]:
        """The table of exchange rates."""
        yield ("world", "rates")
        yield ("table", rates.table)
        yield from (("field", f"{rates.table}.{name}") for name in rates.fields)

    def aggregate_parts(self, aggregate: Aggregate | Nested | TargetValue) -> Iterator[Node]:
        """What an aggregate names."""
        if isinstance(aggregate, TargetValue):
            yield ("target", aggregate.target)
            yield ("metric", aggregate.metric)
            return
        table = aggregate.table if isinstance(aggregate, Aggregate) else ""
        if isinstance(aggregate, Aggregate):
            yield ("table", table)
            if aggregate.axis is not None:
                yield from self.column_parts(aggregate.axis.column, table)
            if aggregate.order is not None:
                yield from self.parts(aggregate.order, table)
        else:
            yield from self.key_parts(aggregate.keys)
        for argument in (*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])):
            yield from self.parts(argument, table)

    def key_parts(self, keys: Iterable[Key]) -> Iterator[Node]:
        """What cells are narrowed or cut by: dimensions, and the columns that they are."""
        for key in keys:
            if key.name in self.model.dimensions:
                yield ("dimension", key.name)
            for child, column in key.columns:
                yield from self.column_parts(column, child)

    def column_parts(self, column: e.Column, table: str) -> Iterator[Node]:
        """The field that a path leads to, and the tables on the way."""
        model = self.model
        here = table
        for name in column.path:
            yield ("table", here)
            here = model.tables[here].joins[name].to
        if here:
            yield ("field", f"{here}.{column.name}")
