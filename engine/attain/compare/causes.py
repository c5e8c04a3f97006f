"""Why a metric's value is another although its own text is not: the way down to each edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from attain.compare.form import form
from attain.compare.graph import Graph, Node
from attain.compare.meaning import Meanings
from attain.compare.sentences import became, edit_to_sentence, exact_text
from attain.compare.terms import terms_to_sentence
from attain.model.calendar import Calendar
from attain.model.semantic import Field, Metric, SemanticModel, Table
from attain.model.types import Kind
from attain.model.units import Unit


class Causes:
    """The edits between two models, and what lies below each metric of the new one."""

    def __init__(self, before: Meanings, after: Meanings, renamed: Mapping[str, str]) -> None:
        self.before, self.after, self.renamed = before, after, renamed
        self.graph = Graph(after.model)
        self.edits: dict[Node, str] = dict(self.all_edits())

    def of_metric(self, name: str) -> tuple[str, ...]:
        """The way to every edit below a metric: `revenue -> deals.won: ..`."""
        found = (*self.found([("metric", name)]), *self.of_world())
        money = self.edits.get(("world", "currency"))
        return found or ((f"currency: {money}",) if money else ())

    def below(self, name: str) -> tuple[str, ...]:
        """The same, of a metric that is itself edited."""
        return tuple(self.found([("metric", name)]))

    def of(self, kind: str, name: str) -> tuple[str, ...]:
        """The same, of any other definition that is there in the new model."""
        start = [(kind, name)]
        if kind == "table":
            start += [("field", f"{name}.{field}") for field in self.after.model.tables[name].fields]
        return (*self.found(start), *(self.of_world() if kind in ("target", "alert") else ()))

    def of_dimension(self, name: str) -> tuple[str, ...]:
        """Why a dimension is another."""
        text = self.edits.get(("dimension", name))
        own = [f"dimension {name}: {text}"] if text else []
        below = [f"dimension {name} -> {line}" for line in self.found([("dimension", name)])]
        return (*own, *below) or (f"dimension {name}",)

    def said(self, table: str) -> str:
        """The edits of a table and of its fields, in words."""
        own = {node: words for node, words in self.edits.items() if node[0] in ("table", "field")}
        return "; ".join(
            words if node[0] == "table" else f"{node[1].removeprefix(f'{table}.')}: {words}"
            for node, words in own.items() if node == ("table", table) or node[1].startswith(f"{table}.")
        )  # fmt: skip

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
            for below in self.graph.uses(node):
                if below not in seen:
                    seen[below] = node
                    queue.append(below)

    def reached(self, start: Iterable[Node]) -> dict[Node, str]:
        """The edits below some definitions of either version, each with its name and what it says."""
        found: dict[Node, str] = {}
        for graph in (self.graph, Graph(self.before.model)):
            below = graph.below(start)
            found |= {node: f"{self.shown(node)}: {said}" for node, said in self.edits.items() if node in below}
        calendar = calendar_tables(self.after.model) | calendar_tables(self.before.model)
        for node, said in self.edits.items():
            outside = node == ("world", "calendar")
            if outside or (node[0] in ("table", "field") and node[1].partition(".")[0] in calendar):
                found.setdefault(node, f"{self.shown(node)}: {said}")
        return found

    def of_world(self) -> Iterator[str]:
        """Edits of what every metric depends on."""
        for node, said in self.edits.items():
            if node[0] == "world" and node[1] in ("calendar", "connections"):
                yield f"{self.shown(node)}: {said}"
            if node[0] in ("table", "field") and node[1].partition(".")[0] in calendar_tables(self.after.model):
                yield f"calendar -> {self.shown(node)}: {said}"

    def shown(self, node: Node) -> str:
        """A definition as a line names it."""
        return node[1] if node[0] in ("metric", "field") else f"{node[0]} {node[1]}" if node[0] != "world" else node[1]

    def is_turned(self, old: Metric, new: Metric) -> bool:
        """Whether a length of time leaves in another unit by the metric's own `unit:`, which turns its figures."""
        return new.type.kind is Kind.DURATION and old.unit != new.unit and not self.unit_from_below(new.name)

    def unit_from_below(self, name: str) -> bool:
        """Whether something that a metric names has another unit than it had, which it takes over."""
        units = [[unit_of(found.model, node) for node in self.graph.uses(("metric", name))] for found in self.sides()]
        return any(one is not None and other is not None and one != other for one, other in zip(*units, strict=True))

    def sides(self) -> tuple[Meanings, Meanings]:
        """Both versions."""
        return self.before, self.after

    # -- edits -------------------------------------------------------------------------------------------------------
    def all_edits(self) -> Iterator[tuple[Node, str]]:
        """Every definition whose own text says something else, with what it says."""
        base, head = self.before.model, self.after.model
        for name, metric in head.metrics.items():
            old = base.metrics.get(self.renamed.get(name, name))
            if old is not None and (old.text, old.unit) != (metric.text, metric.unit):
                one, other = self.before.metric(old), self.after.metric(metric)
                if old.text != metric.text and one.own != other.own and one.value != other.value:
                    yield ("metric", name), edit_to_sentence(old.text, metric.text)
                elif self.is_turned(old, metric):
                    yield ("metric", name), f"its unit is {metric.unit}, was {old.unit}"
        for name, table in head.tables.items():
            was = base.tables.get(name)
            if was is not None:
                yield from self.table_edits(was, table)
        for name, target in head.targets.items():
            previous = base.targets.get(name)
            if previous is not None and self.before.target(previous).own != self.after.target(target).own:
                yield ("target", name), terms_to_sentence(previous, target)
        for name, dimension in head.dimensions.items():
            was_so = base.dimensions.get(name)
            if was_so is not None:
                one, other = self.before.dimension(was_so), self.after.dimension(dimension)
                if one.own != other.own and one.value != other.value:
                    yield ("dimension", name), became(one.spelled, other.spelled)
        if base.currency != head.currency:
            yield ("world", "currency"), f"{head.currency or 'none'}, was {base.currency or 'none'}"
        for key in sorted({*base.constants, *head.constants}):
            if base.constants.get(key) != head.constants.get(key):
                now, was_then = (exact_text(model.constants.get(key)) for model in (head, base))
                yield ("world", f"constant {key}"), f"{now}, was {was_then}"
        if form(base.calendar) != form(head.calendar):
            yield ("world", "calendar"), f"{', '.join(changed_parts(base.calendar, head.calendar))} changed"
        if base.rates != head.rates:
            yield ("world", "rates"), "they changed"
        if form(base.connections) != form(head.connections):
            yield ("world", "connections"), "they changed"

    def table_edits(self, old: Table, new: Table) -> Iterator[tuple[Node, str]]:
        """The edits of a table and of its fields."""
        turned = [(old.origin.text, new.origin.text, "")] if old.origin.text != new.origin.text else []
        turned += [
            (one, other, f"{what}: ") for what, one, other in (
                ("key", ", ".join(old.key), ", ".join(new.key)), ("time", old.time or "none", new.time or "none"),
                ("timezone", old.zone, new.zone), ("lifespan", span_words(old), span_words(new)),
                ("snapshot", snapshot_words(old), snapshot_words(new)),
            ) if one != other
        ]  # fmt: skip
        said = [f"{what}{became(one, other)}" for one, other, what in turned]
        said += [f"the kind of source changed: {new.origin.kind}"] if old.origin.kind != new.origin.kind else []
        for name in sorted({*old.joins, *new.joins}):
            if old.joins.get(name) != new.joins.get(name):
                said.append(f"join `{name}` changed")
        if said:
            yield ("table", new.name), "; ".join(said)
        for name in sorted({*old.fields} & {*new.fields}):
            one, other = old.fields[name], new.fields[name]
            if self.before.field(old, name) == self.after.field(new, name):
                if one.ahead != other.ahead:
                    yield (
                        ("field", f"{new.name}.{name}"),
                        f"ahead: {yes_or_no(other.ahead)}, was {yes_or_no(one.ahead)}",
                    )
                elif one.unit != other.unit and other.type.kind is Kind.DURATION:
                    yield ("field", f"{new.name}.{name}"), f"its unit is {other.unit}, was {one.unit}"
                continue
            if one.text != other.text:
                written = (one.text or "the column", other.text or "the column")
                words = edit_to_sentence(*written) if one.text and other.text else became(*written)
                yield ("field", f"{new.name}.{name}"), words
            elif one.is_physical and other.is_physical and (one.type, one.source) != (other.type, other.source):
                yield ("field", f"{new.name}.{name}"), type_words(one, other)


def unit_of(model: SemanticModel, node: Node) -> Unit | None:
    """The unit of a metric or a field; None where there is no such one."""
    kind, name = node
    table, _, field = name.partition(".")
    found: Metric | Field | None = model.metrics.get(name) if kind == "metric" else None
    if kind == "field" and table in model.tables:
        found = model.tables[table].fields.get(field)
    return found.unit if found is not None else None


def type_words(old: Field, new: Field) -> str:
    """What of a column's type is another."""
    if str(old.type) != str(new.type):
        return f"its type is {new.type}, was {old.type}"
    if old.type.zone != new.type.zone:
        return f"its time zone is {new.type.zone or 'none'}, was {old.type.zone or 'none'}"
    if old.type.resolution != new.type.resolution:
        return f"its unit is {new.unit}, was {old.unit}"
    return f"the source's type is {new.source or new.type}, was {old.source or old.type}"


def yes_or_no(value: bool) -> str:
    """A switch, as definitions write it."""
    return "true" if value else "false"


def changed_parts(base: Calendar, head: Calendar) -> list[str]:
    """What of a calendar is another, by the names of its keys."""
    names = {"fiscal_start": "fiscal_year_start"}
    return [
        names.get(f.name, f.name) for f in fields(base) if form(getattr(base, f.name)) != form(getattr(head, f.name))
    ]


def calendar_tables(model: SemanticModel) -> set[str]:
    """The tables in which a calendar lies."""
    holidays = model.calendar.holidays
    return {model.calendar.table, holidays.table if holidays is not None else ""} - {""}


def span_words(table: Table) -> str:
    """The lifespan of a table."""
    return f"from {table.lifespan[0]} to {table.lifespan[1]}" if table.lifespan is not None else "none"


def snapshot_words(table: Table) -> str:
    """The snapshots of a table."""
    if table.snapshot is None:
        return "none"
    column, per = table.snapshot
    return f"{column} per {', '.join(per)}" if per else column
