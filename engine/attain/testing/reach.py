"""What a query is made of, down to the fields. In: a checked query and its model. Out: the metrics and fields that its
value follows from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from attain.model import expression as e
from attain.model.aggregate import Aggregate, Filter, Key, Nested, TargetValue
from attain.model.query import Query
from attain.model.semantic import SemanticModel

Owner = tuple[str, ...]


def owners_of(query: Query, model: SemanticModel) -> set[Owner]:
    """("metric", name) and ("field", table, name) of all that a query is made of."""
    reach = Reach(model)
    reach.cells(output.expression for output in query.outputs)
    reach.cells(order.expression for order in query.order if order.expression is not None)
    reach.cells([query.having] if query.having is not None else [])
    reach.keys(query.keys)
    reach.filters([query.filter] if query.filter is not None else [])
    return reach.found


@dataclass(slots=True)
class Reach:
    """What was found so far; `waiting` are expressions: of cells (no table), or of the rows of a table."""

    model: SemanticModel
    found: set[Owner] = field(default_factory=set)
    waiting: list[tuple[str, e.Expression]] = field(default_factory=list)

    def cells(self, expressions: Iterable[e.Expression]) -> None:
        """Goes through expressions over cells, and all that they name."""
        self.waiting += [("", expression) for expression in expressions]
        while self.waiting:
            table, expression = self.waiting.pop()
            for node in e.walk(expression):
                self.node(table, node)

    def node(self, table: str, node: e.Expression) -> None:
        """One part of an expression."""
        match node:
            case e.MetricValue(name=name):
                self.metric(name)
            case e.AggregateValue(aggregate=aggregate):
                self.aggregate(aggregate)
            case e.RowMetric(value=value):
                self.waiting.append(("", value))
            case e.Column():
                self.column(table, node)
            case e.Rate():
                self.waiting += [(table, part) for part in node.parts]
            case e.Narrowed(filter=found):
                self.filters([found])
            case _:
                pass

    def metric(self, name: str) -> None:
        """A metric, and what it is made of."""
        known = self.model.metrics.get(name)
        if known is not None and ("metric", name) not in self.found:
            self.found.add(("metric", name))
            self.waiting.append(("", known.expression))

    def aggregate(self, aggregate: Aggregate | Nested | TargetValue) -> None:
        """An aggregate's arguments, its condition, and what it goes by."""
        if isinstance(aggregate, TargetValue):
            return
        self.filters(aggregate.place.filters)
        inside = [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
        if isinstance(aggregate, Nested):
            self.keys(aggregate.keys)
            self.waiting += [("", expression) for expression in inside]
            return
        inside += [aggregate.order] if aggregate.order is not None else []
        inside += [aggregate.axis.column] if aggregate.axis is not None else []
        self.waiting += [(aggregate.table, expression) for expression in inside]

    def column(self, table: str, column: e.Column) -> None:
        """A field, of a row's table or of one that its joins reach, and what it is worked out from."""
        for join in column.path:
            table = self.model.tables[table].joins[join].to
        known = self.model.tables[table].fields.get(column.name)
        if known is None or ("field", table, column.name) in self.found:
            return
        self.found.add(("field", table, column.name))
        if known.expression is not None:
            self.waiting.append((table, known.expression))
        if known.rollup is not None:
            self.aggregate(known.rollup.aggregate)

    def keys(self, keys: Iterable[Key]) -> None:
        """The columns of what cells are cut by."""
        self.waiting += [(table, column) for key in keys for table, column in key.columns]

    def filters(self, filters: Iterable[Filter]) -> None:
        """The columns of what conditions over dimensions name."""
        for found in filters:
            self.keys(found.keys)
