"""Why a metric's value is another although its own text is not: the way down to each edit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attain.compare.form import form
from attain.compare.meaning import Meanings
from attain.compare.sentences import became, edit_to_sentence
from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, Rollup, TargetValue
from attain.model.semantic import Table

#: A definition: what it is, and its name.
Node = tuple[str, str]


class Causes:
    """The edits between two models, and what lies below each metric of the new one."""

    def __init__(self, before: Meanings, after: Meanings, renamed: Mapping[str, str]) -> None:
        self.before, self.after, self.renamed = before, after, renamed
        self.edits: dict[Node, str] = dict(self.all_edits())

    def of_metric(self, name: str) -> tuple[str, ...]:
        """The way to every edit below a metric: `revenue -> deals.won: ..`."""
        return (*self.found([("metric", name)]), *self.of_world())

    def below(self, name: str) -> tuple[str, ...]:
        """The same, of a metric that is itself edited."""
        return tuple(self.found([("metric", name)]))

    def found(self, start: list[Node]) -> Iterator[str]:
        """A line for each edit that is reached, by the shortest way."""
        seen: dict[Node, Node | None] = dict.fromkeys(start)
        queue = list(start)
        while queue:
            node = queue.pop(0)
            if node in self.edits and node not in start:
                way = [node]
                while (above := seen[way[-1]]) is not None and above not in start:
                    way.append(above)
                names = " -> ".join(self.shown(part) for part in reversed(way))
                yield f"{names}: {self.edits[node]}"
            for below in self.uses(node):
                if below not in seen:
                    seen[below] = node
                    queue.append(below)

    def of_world(self) -> Iterator[str]:
        """Edits of what every metric depends on."""
        for node, said in self.edits.items():
            if node[0] == "world" and not node[1].startswith("constant "):
                yield f"{self.shown(node)}: {said}"

    def shown(self, node: Node) -> str:
        """A definition as a line names it."""
        return node[1] if node[0] in ("metric", "field") else f"{node[0]} {node[1]}" if node[0] != "world" else node[1]

    # -- edits -------------------------------------------------------------------------------------------------------
    def all_edits(self) -> Iterator[tuple[Node, str]]:
        """Every definition whose own text says something else, with what it says."""
        base, head = self.before.model, self.after.model
        for name, metric in head.metrics.items():
            old = base.metrics.get(self.renamed.get(name, name))
            if old is not None and old.text != metric.text:
                one, other = self.before.metric(old), self.after.metric(metric)
                if one.own != other.own and one.value != other.value:
                    yield ("metric", name), edit_to_sentence(old.text, metric.text)
        for name, table in head.tables.items():
            was = base.tables.get(name)
            if was is not None:
                yield from self.table_edits(was, table)
        for name, target in head.targets.items():
            previous = base.targets.get(name)
            if previous is not None and form(previous.versions) != form(target.versions):
                yield ("target", name), "its terms changed"
        for key in sorted({*base.constants, *head.constants}):
            if base.constants.get(key) != head.constants.get(key):
                yield ("world", f"constant {key}"), f"{head.constants.get(key)}, was {base.constants.get(key)}"
        if form(base.calendar) != form(head.calendar):
            yield ("world", "calendar"), "it changed"
        if base.rates != head.rates:
            yield ("world", "rates"), "they changed"
        if form(base.connections) != form(head.connections):
            yield ("world", "connections"), "they changed"

    def table_edits(self, old: Table, new: Table) -> Iterator[tuple[Node, str]]:
        """The edits of a table and of its fields."""
        said = [
            became(str(one), str(other)) for one, other in (
                (old.origin.text, new.origin.text), (", ".join(old.key), ", ".join(new.key)),
                (old.time or "no time", new.time or "no time"), (old.zone, new.zone),
                (old.lifespan, new.lifespan), (old.snapshot, new.snapshot),
            ) if one != other
        ]  # fmt: skip
        said += [f"the kind of source changed: {new.origin.kind}"] if old.origin.kind != new.origin.kind else []
        for name in sorted({*old.joins, *new.joins}):
            if old.joins.get(name) != new.joins.get(name):
                said.append(f"join `{name}` changed")
        if said:
            yield ("table", new.name), "; ".join(said)
        for name in sorted({*old.fields} & {*new.fields}):
            one, other = old.fields[name], new.fields[name]
            if self.before.field(old, name) == self.after.field(new, name):
                continue
            if one.text != other.text:
                written = (one.text or "the column", other.text or "the column")
                words = edit_to_sentence(*written) if one.text and other.text else became(*written)
                yield ("field", f"{new.name}.{name}"), words
            elif one.is_physical and other.is_physical and (one.type, one.source) != (other.type, other.source):
                yield ("field", f"{new.name}.{name}"), f"its type is {other.type}, was {one.type}"

    # -- what is built on what ---------------------------------------------------------------------------------------
    def uses(self, node: Node) -> list[Node]:
        """What a definition of the new model is built on."""
        kind, name = node
        model = self.after.model
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
            return [("metric", model.targets[name].metric)]
        return []

    def constants(self, text: str) -> Iterator[Node]:
        """The constants that a text may name."""
        words = set(re.findall(r"[A-Za-z_]\w*", text))
        yield from (("world", f"constant {name}") for name in self.after.model.constants if name in words)

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
            elif isinstance(node, e.Narrowed):
                for key in node.filter.keys:
                    for child, column in key.columns:
                        yield from self.column_parts(column, child)
            elif isinstance(node, e.AggregateValue):
                yield from self.aggregate_parts(node.aggregate)

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
            for key in aggregate.keys:
                for child, column in key.columns:
                    yield from self.column_parts(column, child)
        for argument in (*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])):
            yield from self.parts(argument, table)

    def column_parts(self, column: e.Column, table: str) -> Iterator[Node]:
        """The field that a path leads to, and the tables on the way."""
        model = self.after.model
        here = table
        for name in column.path:
            yield ("table", here)
            here = model.tables[here].joins[name].to
        if here:
            yield ("field", f"{here}.{column.name}")
