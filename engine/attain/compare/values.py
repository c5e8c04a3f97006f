"""What normal forms need to know of expressions and values by themselves: literals in, forms out; and which tables an
expression looks at."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from attain.compare import algebra, logic
from attain.compare.algebra import Terms
from attain.compare.form import Form, form
from attain.compare.logic import Truth
from attain.model import expression as e
from attain.model.aggregate import Aggregate, TargetValue
from attain.model.semantic import SemanticModel

MISSING = form("missing")


def tables_inside(model: SemanticModel, expressions: list[e.Expression]) -> set[str]:
    """The tables whose rows are aggregated, at any depth."""
    found: set[str] = set()
    seen: set[str] = set()
    stack = list(expressions)
    while stack:
        for node in e.walk(stack.pop()):
            if isinstance(node, e.MetricValue) and node.name not in seen:
                seen.add(node.name)
                stack.append(model.metrics[node.name].expression)
            elif isinstance(node, e.RowMetric):
                stack.append(node.value)
            elif isinstance(node, e.AggregateValue):
                if isinstance(node.aggregate, Aggregate):
                    found.add(node.aggregate.table)
                elif isinstance(node.aggregate, TargetValue):
                    stack.append(e.MetricValue(node.aggregate.metric, node.type))
                stack += [*node.aggregate.arguments]
                stack += [node.aggregate.where] if node.aggregate.where is not None else []
    return found


def literal(value: Fraction | str | bool | date | None) -> Form | Terms:
    """A value written down."""
    if value is None:
        return MISSING
    if isinstance(value, Fraction):
        return algebra.constant(value)
    if isinstance(value, bool):
        return logic.form_of(logic.ALWAYS if value else logic.NEVER)
    return form("literal", value)


def is_missing(value: Form | Terms) -> Truth:
    """Whether a value is missing: a number where anything that it is made of is."""
    if isinstance(value, Form):
        return logic.ALWAYS if value == MISSING else logic.atom(form("is missing", value))
    return logic.disjunction([logic.atom(form("is missing", part)) for part in sorted(algebra.factors_of(value))])


def value_form(value: Form | Terms) -> Form:
    """The form of a value that may be a number."""
    return value if isinstance(value, Form) else algebra.number_form(value)


def number_of(value: Form | Terms) -> Terms:
    """A value as a number."""
    return algebra.unknown(value) if isinstance(value, Form) else value
