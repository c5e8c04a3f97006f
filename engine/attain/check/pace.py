"""How the pace of a metric is told while its period runs."""

from __future__ import annotations

from collections.abc import Iterator

from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, TargetValue
from attain.model.semantic import Metric, SemanticModel
from attain.model.target import Terms


def pace_method(model: SemanticModel, metric: Metric, terms: Terms | None) -> str:
    """A key of METHODS: how a metric's target is spread over its period, for what adds up over time; "value" for
    everything else (stocks, ratios, medians), and for what is not cut by the as-of day (plans, and targets that a
    metric is made of), since it is whole already."""
    flows = metric.additivity == "additive" and (metric.type.is_number or metric.unit.is_duration)
    if not flows or any(reaches_ahead(aggregate) for aggregate in rows_of(model, metric.expression)):
        return "value"
    return terms.spread.kind if terms is not None else "even"


def reaches_ahead(aggregate: Aggregate | TargetValue) -> bool:
    """Whether rows of a running period may lie after the as-of day, or lie in every period; a target is whole."""
    return isinstance(aggregate, TargetValue) or aggregate.axis is None or aggregate.axis.ahead


def rows_of(model: SemanticModel, expression: e.Expression) -> Iterator[Aggregate | TargetValue]:
    """The aggregates over rows and the targets that a metric's value is made of, at any depth."""
    seen: set[str] = set()
    stack = [expression]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.MetricValue) and node.name not in seen:
                seen.add(node.name)
                stack.append(model.metrics[node.name].expression)
            elif isinstance(node, e.AggregateValue) and isinstance(node.aggregate, Aggregate | TargetValue):
                yield node.aggregate
            elif isinstance(node, e.AggregateValue) and isinstance(node.aggregate, Nested):
                stack += node.aggregate.arguments
