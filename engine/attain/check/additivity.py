"""What may be added up: inferred from an expression, part by part, with the reason.

A metric is additive if its values for the parts of any division of a cell, by groups or into periods, add up to its
value for the cell. That holds for sums and counts, since each row lies in one group and in one period, and for sums,
differences and multiples of these. Where rows lie in several periods, it holds over everything but time.
"""

from __future__ import annotations

from typing import NamedTuple

from attain.check.draft import Draft
from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, TargetValue, WindowOperator

ADDITIVE = "additive"
BUT_TIME = "additive over everything but time"
NOT = "not additive"
_ORDER = (NOT, BUT_TIME, ADDITIVE)
#: Why the windows of the parts are no division of the window of the whole.
OVERLAP = {
    "prior": "moved by months or years, periods may overlap or miss a day, since these differ in length",
    "rolling": "the window of each period reaches back over those before it",
    "to_date": "the window of each period begins where that of the one before began",
    "running": "the window of each period holds all those before it",
}


class Verdict(NamedTuple):
    """An additivity, and why."""

    value: str
    because: str


def additivity(draft: Draft, expression: e.Expression) -> str:
    """Sums of additive parts, and their multiples by a constant, add up; everything else does not."""
    return verdict(draft, expression).value


def verdict(draft: Draft, node: e.Expression) -> Verdict:
    """The additivity of a value of cells, with the reason."""
    match node:
        case e.AggregateValue(aggregate=Aggregate() as aggregate):
            return of_aggregate(aggregate)
        case e.AggregateValue(aggregate=Nested() as nested):
            return of_nested(draft, nested)
        case e.AggregateValue(aggregate=TargetValue(target=name)):
            return of_target(draft, name)
        case e.MetricValue(name=name):
            metric = draft.metrics.get(name)
            return Verdict(metric.additivity if metric is not None else NOT, f"so is {name}")
        case e.Negative(operand=operand):
            return verdict(draft, operand)
        case e.Arithmetic():
            return of_arithmetic(draft, node)
        case e.Moved(operand=operand, operator=operator):
            return of_moved(verdict(draft, operand), operator)
        case e.Narrowed(operand=operand):
            return verdict(draft, operand)
        case e.Widened():
            return Verdict(NOT, "each group has the figure of all of them together")
        case e.Apply(function="coalesce", arguments=(first, *_)) if additivity(draft, first) != NOT:
            return verdict(draft, first)  # sums and counts are never missing
        case e.Apply(function=function):
            return Verdict(NOT, f"{function} of the whole is no sum of the parts'")
        case e.Choice():
            return Verdict(NOT, "which of its values is taken may differ between the parts and the whole")
        case _:
            return Verdict(NOT, "it is the same in every part")


def of_arithmetic(draft: Draft, node: e.Arithmetic) -> Verdict:
    """Of a sum, a multiple, a product or a quotient."""
    left, right = node.left, node.right
    if node.operator in "+-":
        one, two = verdict(draft, left), verdict(draft, right)
        if is_constant(left) or is_constant(right):
            figure = two if is_constant(left) else one
            return figure if figure.value == NOT else Verdict(NOT, "a fixed number would be added once for each part")
        if one.value == two.value:
            return one if one.value == NOT else Verdict(one.value, "so are all of its parts")
        return Verdict(weaker(one.value, two.value), "one of its parts is no more than that")
    if is_constant(right):
        return verdict(draft, left)
    if node.operator == "*":
        if is_constant(left):
            return verdict(draft, right)
        return Verdict(NOT, "a product: those of the parts do not add up to that of the whole")
    return Verdict(NOT, "a quotient: those of the parts do not add up to that of the whole")


def of_aggregate(aggregate: Aggregate) -> Verdict:
    """Counts and sums add up over the slices of their rows, over time where each row lies in one window."""
    function, table = aggregate.function, aggregate.table
    if function in ("count_distinct", "approx_count_distinct"):
        return Verdict(NOT, "what stands in several groups or periods counts once in the whole")
    if function not in ("count_rows", "count", "sum"):
        return Verdict(NOT, f"{function} of the whole is no sum of the parts'")
    parts = [*aggregate.arguments, *([aggregate.where] if aggregate.where is not None else [])]
    leaves = [leaf for part in parts for leaf in e.walk(part)]
    if any(isinstance(leaf, e.RowMetric) for leaf in leaves):
        return Verdict(NOT, "the metric in its condition has another value in each part")
    if any(isinstance(leaf, e.Parameter) and leaf.name != "today" for leaf in leaves):
        return Verdict(BUT_TIME, "it looks at where the period begins or ends")
    if aggregate.instant:
        return Verdict(BUT_TIME, f"a stock: a row of {table} is counted in every period in which it is there")
    if aggregate.axis is None:
        return Verdict(BUT_TIME, f"{table} has no time axis: its rows lie in every period")
    axis = ".".join([*aggregate.axis.column.path, aggregate.axis.column.name])
    return Verdict(ADDITIVE, f"each row of {table} lies in one group and, by {axis}, one period")


def of_nested(draft: Draft, nested: Nested) -> Verdict:
    """A sum over members of what adds up is the same as without them; over periods, each is taken whole."""
    if nested.function != "sum":
        return Verdict(NOT, f"{nested.function.replace('_', ' ')} of the whole is no sum of the parts'")
    if nested.where is not None:
        return Verdict(NOT, "which members meet the condition may differ between the parts and the whole")
    inside = verdict(draft, nested.arguments[0])
    if inside.value == NOT:
        return Verdict(NOT, "what it adds up is not additive: a member has another share in each part")
    if nested.grain is not None:
        return Verdict(BUT_TIME, f"each {nested.grain.name} is taken whole, wherever the period begins and ends")
    return Verdict(inside.value, "so is what it adds up, and each row belongs to one member")


def of_target(draft: Draft, name: str) -> Verdict:
    """Targets of what adds up do so, too; every other one is given for its own cells."""
    target = draft.targets.get(name)
    if target is None or not target.adds_up:
        return Verdict(NOT, f"{name} holds for its own periods and members, and adds up to nothing")
    if any(terms.kind == "growth" for terms in target.versions):
        return Verdict(BUT_TIME, f"{name} is what was there before, and periods differ in length")
    return Verdict(ADDITIVE, f"the parts of {name} are those of its metric")


def of_moved(inside: Verdict, operator: WindowOperator) -> Verdict:
    """Of a metric in another window: groups still share out its rows, periods only where they move by whole days."""
    if inside.value == NOT:
        return inside
    if operator.name == "prior" and operator.microseconds and not operator.months:
        return Verdict(inside.value, "so is what is moved, and days and weeks are all of one length")
    return Verdict(BUT_TIME, OVERLAP.get(operator.name, "its windows may overlap"))


def is_constant(node: e.Expression) -> bool:
    """Whether a value is made of numbers that are written down alone."""
    return all(isinstance(x, e.Literal | e.Arithmetic | e.Negative) for x in e.walk(node))


def weaker(left: str, right: str) -> str:
    """What remains of two additivities."""
    return _ORDER[min(_ORDER.index(left), _ORDER.index(right))]
