"""Whether expressions lie in time, and time operators of a query that have no window to move."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from attain.model import expression as e
from attain.model.aggregate import Nested, TargetValue, WindowOperator
from attain.model.periods import month_number, period_start
from attain.model.query import Query
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


def windows_not_begun(model: SemanticModel, query: Query, end: date, as_of: date) -> list[str]:
    """What must be said of the period that is not over and ends before `end`: of windows that end with it, and begin
    after the as-of day, there is nothing yet."""
    seen: set[str] = set()
    found: dict[str, None] = {}
    stack = [output.expression for output in query.outputs]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.MetricValue) and node.name not in seen:
                seen.add(node.name)
                stack.append(model.metrics[node.name].expression)
            elif isinstance(node, e.Moved):
                start = beginning(node.operator, end)
                if start is not None and start > as_of:
                    found[str(node.operator)] = None
    return [
        f"`{words}` of the period that is not over begins after the as-of day: it holds nothing yet" for words in found
    ]


def beginning(operator: WindowOperator, end: date) -> date | None:
    """The day on which a window that ends before `end` begins; None where no operator says so by days."""
    if operator.name == "to_date" and operator.grain is not None and not operator.grain.table:
        return period_start(end - timedelta(1), operator.grain)
    if operator.name != "rolling":
        return None
    year, month = divmod(month_number(end) - operator.months, 12)
    day = date(year, month + 1, min(end.day, monthrange(year, month + 1)[1])) if year > 0 else date.min
    return day - timedelta(microseconds=operator.microseconds) if year > 0 else day


def has_axis(model: SemanticModel, expression: e.Expression, *, stocks: bool = True) -> bool:
    """Whether any aggregate of an expression lies in time: by an axis, or, with `stocks`, at an instant."""
    seen: set[str] = set()
    stack = [expression]
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.MetricValue) and node.name not in seen:
                seen.add(node.name)
                stack.append(model.metrics[node.name].expression)
            elif isinstance(node, e.AggregateValue):
                aggregate = node.aggregate
                if isinstance(aggregate, TargetValue):
                    stack.append(model.metrics[aggregate.metric].expression)
                elif isinstance(aggregate, Nested):
                    stack += aggregate.arguments
                elif aggregate.axis is not None or (stocks and aggregate.instant):
                    return True
    return False
