"""Time operators of a query that have no window to move."""

from __future__ import annotations

from attain.model import expression as e
from attain.model.aggregate import Nested, WindowOperator
from attain.model.semantic import SemanticModel


def missing_window(
    model: SemanticModel, expression: e.Expression, has_window: bool, has_grain: bool
) -> WindowOperator | None:
    """The first time operator of an expression, at any depth, that has no window (or, going back by one period, no
    grain); None where all have. `per month` gives what is inside a window and a grain."""
    seen: set[tuple[str, bool, bool]] = set()
    stack: list[tuple[e.Expression, bool, bool]] = [(expression, has_window or has_grain, has_grain)]
    while stack:
        root, window, grain = stack.pop()
        for node in e.walk(root):
            if isinstance(node, e.Moved):
                running = node.operator.name == "running"
                if (not window and not running) or (node.operator.by_period and not grain):
                    return node.operator
            elif isinstance(node, e.RowMetric):
                stack.append((node.value, window, grain))
            elif isinstance(node, e.MetricValue) and (node.name, window, grain) not in seen:
                seen.add((node.name, window, grain))
                stack.append((model.metrics[node.name].expression, window, grain))
            elif isinstance(node, e.AggregateValue):
                aggregate = node.aggregate
                inside = isinstance(aggregate, Nested) and aggregate.grain is not None
                parts = [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
                stack += [(part, window or inside, grain or inside) for part in parts]
    return None
