"""In which cells something occurs for an expression (language.md, section 1): a part of what it means, since it decides
which rows a result has, and which members an aggregate over parts goes through."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attain.compare.form import Form, form
from attain.compare.scope import HERE, Scope
from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, Place, TargetValue

if TYPE_CHECKING:
    from attain.compare.normal import Normal


class Occurrence:
    """That of the expressions of one model, whose normal forms are `of`."""

    def __init__(self, of: Normal) -> None:
        self.of = of
        self._seen: dict[tuple[str, Place], frozenset[Form]] = {}

    def __call__(self, node: e.Expression, at: Place = HERE) -> frozenset[Form]:
        """The tables, axes and windows of an expression's aggregates."""
        found: set[Form] = set()
        parts = [node]
        while parts:
            part = parts.pop()
            if isinstance(part, e.Moved):  # its aggregates lie in the moved window alone
                found |= self(part.operand, replace(at, windows=(*at.windows, part.operator)))
                continue
            parts += e.children(part)
            if isinstance(part, e.MetricValue):
                found |= self.of_metric(part.name, at)
            elif isinstance(part, e.AggregateValue):
                found.add(self.of_aggregate(part.aggregate, at))
        return frozenset(found)

    def of_metric(self, name: str, at: Place) -> frozenset[Form]:
        """That of another metric."""
        if (name, at) not in self._seen:
            self._seen[name, at] = frozenset()
            self._seen[name, at] = self(self.of.model.metrics[name].expression, at)
        return self._seen[name, at]

    def of_aggregate(self, aggregate: Aggregate | Nested | TargetValue, at: Place) -> Form:
        """That of an aggregate."""
        if isinstance(aggregate, Aggregate):
            axis = self.of.aggregates.axis(aggregate.axis, Scope(aggregate.table))
            return form("rows", self.of.table(aggregate.table), axis, aggregate.instant, at.windows)
        if isinstance(aggregate, TargetValue):
            target = self.of.model.targets[aggregate.target]
            return form("target", self.of.world.target(target, bands=False), at.windows)
        inside = HERE if aggregate.grain is not None else at
        below: set[Form] = set()
        for argument in (*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])):
            below |= self(argument, inside)
        return form("per", aggregate.grain, at.windows, frozenset(below))
