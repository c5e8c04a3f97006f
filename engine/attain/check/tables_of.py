"""Which tables' rows an expression over cells aggregates, at any depth of references."""

from __future__ import annotations

from attain.check.draft import Draft
from attain.model import expression as e
from attain.model.aggregate import Aggregate, TargetValue


def tables_of(draft: Draft, expression: e.Expression) -> set[str]:
    """The tables of all aggregates in an expression, of the metrics that it names, and of metrics in row conditions."""
    found: set[str] = set()
    stack: list[e.Expression] = [expression]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.MetricValue):
                metric = draft.metrics.get(node.name)
                found |= set(metric.tables) if metric is not None else set()
            elif isinstance(node, e.RowMetric):
                stack.append(node.value)
            elif isinstance(node, e.AggregateValue):
                aggregate = node.aggregate
                if isinstance(aggregate, TargetValue):  # it counts as its metric
                    metric = draft.metrics.get(aggregate.metric)
                    found |= set(metric.tables) if metric is not None else set()
                    continue
                stack += aggregate.arguments
                if aggregate.where is not None:
                    stack.append(aggregate.where)
                if isinstance(aggregate, Aggregate):
                    found.add(aggregate.table)
    return found


def metrics_of(expression: e.Expression) -> tuple[str, ...]:
    """The metrics that an expression names, in order, each once."""
    found: dict[str, None] = {}
    stack: list[e.Expression] = [expression]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.MetricValue):
                found[node.name] = None
            elif isinstance(node, e.RowMetric):
                stack.append(node.value)
            elif isinstance(node, e.AggregateValue) and isinstance(node.aggregate, TargetValue):
                found[node.aggregate.metric] = None
            elif isinstance(node, e.AggregateValue):
                stack += [
                    *node.aggregate.arguments,
                    *([node.aggregate.where] if node.aggregate.where is not None else []),
                ]
    return tuple(found)
