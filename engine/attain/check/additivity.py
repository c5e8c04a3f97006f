"""What may be added up: inferred from an expression, part by part."""

from __future__ import annotations

from attain.check.draft import Draft
from attain.model import expression as e
from attain.model.aggregate import Aggregate

ADDITIVE = "additive"
BUT_TIME = "additive over everything but time"
NOT = "not additive"


def additivity(draft: Draft, expression: e.Expression) -> str:
    """Sums of additive parts, and their multiples by a constant, add up; everything else does not."""
    match expression:
        case e.AggregateValue(aggregate=Aggregate() as aggregate):
            return of_aggregate(aggregate)
        case e.MetricValue(name=name):
            metric = draft.metrics.get(name)
            return metric.additivity if metric is not None else NOT
        case e.Negative(operand=operand):
            return additivity(draft, operand)
        case e.Arithmetic(operator=operator, left=left, right=right) if operator in "+-":
            return weaker(additivity(draft, left), additivity(draft, right))
        case e.Arithmetic(operator="*", left=left, right=right):
            if isinstance(left, e.Literal):
                return additivity(draft, right)
            return additivity(draft, left) if isinstance(right, e.Literal) else NOT
        case e.Arithmetic(operator="/", left=left, right=e.Literal()):
            return additivity(draft, left)
        case _:
            return NOT


def of_aggregate(aggregate: Aggregate) -> str:
    """Counts and sums add up over the slices of their rows, over time where each row lies in one window."""
    if aggregate.function not in ("count_rows", "count", "sum"):
        return NOT
    parts = [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
    leaves = [leaf for part in parts for leaf in e.walk(part)]
    if any(isinstance(leaf, e.RowMetric) for leaf in leaves):
        return NOT
    if any(isinstance(leaf, e.Parameter) and leaf.name != "today" for leaf in leaves):
        return BUT_TIME
    return ADDITIVE if aggregate.axis is not None and not aggregate.instant else BUT_TIME


def weaker(left: str, right: str) -> str:
    """What remains of two additivities."""
    order = (NOT, BUT_TIME, ADDITIVE)
    return order[min(order.index(left), order.index(right))]
