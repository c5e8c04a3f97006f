"""Metric expressions in a cell: names, aggregates, `per`, time and slice operators."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .aggregates import combine
from .attaining import attainment, target_value
from .cells import Cell, bound_of, rows_in
from .errors import Unsupported, Wrong
from .evaluate import TIME_OPERATORS, evaluate
from .occurs import member_cells, per_args
from .operators import moved_cell, without_dims
from .rows import reduce_rows
from .syntax import AGGREGATES, Call, Name, Slice
from .values import Value, arithmetic, with_unit
from .world import World


@dataclass(frozen=True)
class CellScope:
    """A cell, in which names are metrics."""

    world: World
    cell: Cell

    def name(self, node: Name) -> Value:
        """A metric, else a constant."""
        if len(node.parts) == 1 and node.text in self.world.model.metrics:
            return metric_in(self, node.text)
        if len(node.parts) == 1 and node.text in self.world.model.constants:
            return self.world.model.constants[node.text]
        raise Wrong(f"unknown metric {node.text}")

    def special(self, node: Call) -> Value:
        """Aggregates, time operators, `all`, targets."""
        if node.function in AGGREGATES:
            return per_value(self, node) if node.per else aggregate(self, node)
        if node.function == "all":
            return evaluate(node.args[0], replace(self, cell=without_dims(self.cell, node.over)))
        if node.function in TIME_OPERATORS:
            return time_operator(self, node)
        if node.function == "target":
            return target_value(self.world, node, self.cell)
        if node.function == "attainment":
            return attainment(evaluate(node.args[0], self), target_value(self.world, node, self.cell), self.world)
        raise Unsupported(node.function)

    def slice(self, node: Slice) -> Value:
        """`(metric where condition)` narrows the slice."""
        cell = replace(self.cell, filters=(*self.cell.filters, node.condition))
        return evaluate(node.metric, replace(self, cell=cell))

    def bound(self, which: str) -> Value:
        """`period_start()`, `period_end()`."""
        return bound_of(self.world, self.cell)(which)


def metric_in(scope: CellScope, name: str) -> Value:
    """A metric by its name, in its declared unit of time if it has one."""
    metric = scope.world.model.metrics[name]
    if metric.expression is None:
        raise Wrong(f"metric {name} has no expression")
    return with_unit(evaluate(metric.expression, scope), metric.unit)


def aggregate(scope: CellScope, call: Call) -> Value:
    """The rows of its table that lie in the cell."""
    fraction = evaluate(call.args[1], scope) if call.function == "percentile" else None
    return reduce_rows(call, list(rows_in(scope.world, call, scope.cell)), scope.world, fraction)


def time_operator(scope: CellScope, node: Call) -> Value:
    """A value in another window."""
    here = evaluate(node.args[0], scope) if node.function == "growth" else None
    moved = evaluate(node.args[0], replace(scope, cell=moved_cell(scope.world, node, scope.cell)))
    if node.function != "growth":
        return moved
    clock = scope.world.clock
    return arithmetic("-", arithmetic("/", here, moved, clock), 1, clock)


def per_value(scope: CellScope, call: Call) -> Value:
    """The metric for each member inside the cell, then an aggregate of those."""
    if call.where or call.on or call.by or call.as_of or call.via:
        raise Unsupported("a clause beside `per`")
    fraction = evaluate(call.args[1], scope) if call.function == "percentile" else None
    cells = member_cells(scope.world, call, scope.cell)
    values = [tuple(evaluate(arg, CellScope(scope.world, c)) for arg in per_args(call)) for c in cells]
    if call.function in ("first", "last"):
        if any(not scope.world.grains.is_grain(n.text) for n in call.per):
            raise Wrong(f"{call.function} per member: members have no order")
        present = [v for (v,) in values if v is not None]
        return (present[0] if call.function == "first" else present[-1]) if present else None
    return combine(call.function, values, call.distinct, fraction, scope.world.clock)
