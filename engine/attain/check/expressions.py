"""Syntax trees to typed expressions with units: the dispatch, arithmetic, comparisons and conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from attain.base.problem import Problem
from attain.check.aggregates import check_aggregate, is_aggregate
from attain.check.convert import aligned, as_number, clock, common_type
from attain.check.draft import Draft, Failed
from attain.check.functions import check_function
from attain.check.lengths import in_unit_met, length_beside, length_times
from attain.check.names import check_name
from attain.check.operators import check_narrowed, check_operator, is_operator
from attain.check.rates import check_convert
from attain.check.scope import Scope, Typed
from attain.check.sides import (
    comparable_sides,
    compare,
    condition,
    kind_name,
    maybe_not,
    require_number,
    same_unit,
    same_values,
)
from attain.check.target_calls import check_target_call, is_target_call
from attain.check.times import time_arithmetic
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.durations import resolution_of
from attain.model.types import Kind, Type
from attain.read import syntax as s


def check_expression(draft: Draft, node: s.Syntax, scope: Scope) -> Typed:
    """The typed form of a tree. Raises `Failed` when a problem was recorded, `NeedsFirst` for what must come first."""
    match node:
        case s.Number():
            return number(node)
        case s.Text(value=value):
            return Typed(e.Literal(value, t.TEXT), u.TEXT)
        case s.Truth(value=value):
            return Typed(e.Literal(value, t.BOOLEAN), u.BOOLEAN)
        case s.Null():
            return Typed(e.Literal(None, t.NULL), u.LITERAL)
        case s.Day(value=value):
            return Typed(e.Literal(value, t.DATE), u.TIME)
        case s.Duration():
            return check_duration(draft, node)
        case s.Name():
            return check_name(draft, node, scope)
        case s.Minus(operand=operand):
            inner = check_expression(draft, operand, scope)
            require_number(draft, inner, operand, "-")
            return Typed(e.Negative(inner.expression, inner.type), inner.unit)
        case s.Binary(operator=operator) if operator in "+-*/":
            return check_arithmetic(draft, node, scope)
        case s.Binary():
            left, right = check_all(draft, (node.left, node.right), scope)
            return compare(draft, node.operator, (left, node.left), (right, node.right), node.span)
        case s.Logic(operator=operator, operands=operands):
            parts = [
                condition(draft, x, typed) for x, typed in zip(operands, check_all(draft, operands, scope), strict=True)
            ]
            return Typed(e.Logic(operator, tuple(parts)), u.BOOLEAN)
        case s.Not(operand=operand):
            inner = check_expression(draft, operand, scope)
            return Typed(e.Not(condition(draft, operand, inner)), u.BOOLEAN)
        case s.IsNull(operand=operand, negated=negated):
            inner = check_expression(draft, operand, scope)
            return Typed(maybe_not(e.IsMissing(inner.expression), negated), u.BOOLEAN)
        case s.InList():
            return check_in(draft, node, scope)
        case s.Between():
            return check_between(draft, node, scope)
        case s.Like():
            return check_like(draft, node, scope)
        case s.Case():
            return check_case(draft, node, scope)
        case s.Narrow():
            return check_narrowed(draft, node, scope, check_expression)
        case s.Call():
            return check_call(draft, node, scope)


def check_all(draft: Draft, nodes: Iterable[s.Syntax], scope: Scope) -> list[Typed]:
    """Each checked, so that all of their problems are told; fails if one did. Lengths that are written down come last:
    beside a number of hours or months they are such numbers, too."""
    nodes = list(nodes)
    found: dict[int, Typed] = {}
    failed: Failed | None = None
    for i in sorted(range(len(nodes)), key=lambda i: isinstance(nodes[i], s.Duration)):
        try:
            found[i] = length_among(nodes[i], found.values()) or check_expression(draft, nodes[i], scope)
        except Failed as failure:
            failed = failure
    if failed is not None:
        raise failed
    return [found[i] for i in range(len(nodes))]


def length_among(node: s.Syntax, others: Iterable[Typed]) -> Typed | None:
    """A length written down as a number in the unit of the first of the others; None where it is none of these."""
    first = next(iter(others), None)
    return length_beside(node, first) if isinstance(node, s.Duration) and first is not None else None


def number(node: s.Number) -> Typed:
    """A number as written: whole, or decimal with its digits."""
    unit = u.Unit(shown="percent", literal=True) if node.percent else u.LITERAL
    return Typed(e.Literal(node.value, t.type_of_number(node.value)), unit)


def check_duration(draft: Draft, node: s.Duration) -> Typed:
    """A duration of fixed length in microseconds; months to years have none outside of time +- duration."""
    if node.unit not in t.ELAPSED:
        problem = Problem("calendar-duration", f"a number of {node.unit} has no fixed length here", node.span)
        raise draft.fail(problem.hint("it can be added to a time; to compare durations write days"))
    value = node.amount * t.ELAPSED[node.unit]
    return Typed(e.Literal(value, t.MICROSECONDS), u.counted("days"))


# -- arithmetic ------------------------------------------------------------------------------------------------------
def check_arithmetic(draft: Draft, node: s.Binary, scope: Scope) -> Typed:
    """`+ - * /` between numbers, durations and times."""
    shift = calendar_shift(draft, node, scope)
    if shift is not None:
        return shift
    if node.operator in "*/":
        left, right = factors(draft, node, scope)
    else:
        left, right = check_all(draft, (node.left, node.right), scope)
    if left.type.is_time or right.type.is_time:
        return time_arithmetic(draft, node, left, right)
    require_number(draft, left, node.left, node.operator)
    require_number(draft, right, node.right, node.operator)
    if node.operator in "+-":
        return add(draft, node, left, right)
    return multiply(node.operator, left, right)


def factors(draft: Draft, node: s.Binary, scope: Scope) -> tuple[Typed, Typed]:
    """Both sides of a product or a quotient, lengths of time in the unit of time that the other side is counted by."""
    sides = (node.left, node.right)
    for length, other in (sides, sides[::-1]):
        if isinstance(length, s.Duration) and not isinstance(other, s.Duration):
            beside = check_expression(draft, other, scope)
            number = length_times(length, beside) or check_expression(draft, length, scope)
            return (number, beside) if length is node.left else (beside, number)
    left, right = check_all(draft, sides, scope)
    return in_unit_met(left, right), in_unit_met(right, left)


def calendar_shift(draft: Draft, node: s.Binary, scope: Scope) -> Typed | None:
    """A time plus or minus months, quarters or years: by the calendar, clamped to the end of the month."""
    if not isinstance(node.right, s.Duration) or node.right.unit in t.ELAPSED or node.operator not in "+-":
        return None
    left = check_expression(draft, node.left, scope)
    if not left.type.is_time:
        raise draft.fail(
            Problem("calendar-duration", f"{node.right.unit} can only be added to a time", node.right.span)
        )
    months = node.right.amount * {"months": 1, "quarters": 3, "years": 12}[node.right.unit]
    moved = e.Literal(months if node.operator == "+" else -months, t.INTEGER)
    time = clock(draft, left.expression)
    return Typed(e.Apply("add_months", (time, moved), time.type), u.TIME)


def add(draft: Draft, node: s.Binary, left: Typed, right: Typed) -> Typed:
    """Sums and differences need the same unit."""
    unit = same_unit(draft, node.operator, (left, node.left), (right, node.right))
    a, b = aligned(left, right)
    type = common_type([a.type, b.type])
    return Typed(e.Arithmetic(node.operator, a, b, type), unit)


def multiply(operator: str, left: Typed, right: Typed) -> Typed:
    """Products and quotients combine units; a duration times a number stays one."""
    sign = 1 if operator == "*" else -1
    unit = u.combine(left.unit, right.unit, sign)
    durations = (left.type.kind is Kind.DURATION, right.type.kind is Kind.DURATION)
    if durations == (True, False) and right.unit.is_plain:
        kept = resolution_of(left.expression, "microseconds")
        return Typed(e.Arithmetic(operator, kept, right.expression, kept.type), left.unit)
    if durations == (False, True) and left.unit.is_plain and operator == "*":
        kept = resolution_of(right.expression, "microseconds")
        return Typed(e.Arithmetic(operator, left.expression, kept, kept.type), right.unit)
    if all(durations):
        a, b = aligned(left, right)
        return Typed(e.Arithmetic(operator, a, b, t.FLOAT), u.RATIO if operator == "/" else unit)
    a, b = as_number(left), as_number(right)
    type = t.FLOAT if operator == "/" else product_type(a.type, b.type)
    return Typed(e.Arithmetic(operator, a, b, type), unit)


def product_type(left: Type, right: Type) -> Type:
    """Exact as long as the digits behind the point stay within reason."""
    type = common_type([left, right])
    if type.kind is not Kind.DECIMAL:
        return type
    scale = left.scale + right.scale
    return Type(Kind.DECIMAL, 38, scale) if scale <= 18 else t.FLOAT


def check_in(draft: Draft, node: s.InList, scope: Scope) -> Typed:
    """`x in (a, b)`: every item must be comparable with x."""
    operand, *items = check_all(draft, (node.operand, *node.items), scope)
    left: e.Expression = operand.expression
    values: list[e.Expression] = []
    for typed, item in zip(items, node.items, strict=True):
        left, value = comparable_sides(draft, "=", (operand, node.operand), (typed, item), item.span, "in")
        values.append(value)
    return Typed(maybe_not(e.InSet(left, tuple(values)), node.negated), u.BOOLEAN)


def check_between(draft: Draft, node: s.Between, scope: Scope) -> Typed:
    """`x between a and b`: both ends included."""
    operand, low, high = check_all(draft, (node.operand, node.low, node.high), scope)
    side = (operand, node.operand)
    above = compare(draft, ">=", side, (low, node.low), node.span, "between").expression
    below = compare(draft, "<=", side, (high, node.high), node.span, "between").expression
    return Typed(maybe_not(e.Logic("and", (above, below)), node.negated), u.BOOLEAN)


def check_like(draft: Draft, node: s.Like, scope: Scope) -> Typed:
    """`x like pattern`, between texts."""
    operand, pattern = check_all(draft, (node.operand, node.pattern), scope)
    for typed, part in ((operand, node.operand), (pattern, node.pattern)):
        if typed.type.kind not in (Kind.TEXT, Kind.NULL):
            raise draft.fail(
                Problem("type-mismatch", f"`like` needs text, and this is {kind_name(typed.type)}", part.span)
            )
    return Typed(maybe_not(e.Like(operand.expression, pattern.expression), node.negated), u.BOOLEAN)


def check_case(draft: Draft, node: s.Case, scope: Scope) -> Typed:
    """`case`: conditions, and values of one type and unit."""
    conditions = check_all(draft, (c for c, _ in node.whens), scope)
    wheres = [condition(draft, c, typed) for (c, _), typed in zip(node.whens, conditions, strict=True)]
    nodes = [value for _, value in node.whens] + ([node.otherwise] if node.otherwise is not None else [])
    values, unit = same_values(draft, "case", list(zip(check_all(draft, nodes, scope), nodes, strict=True)))
    whens = tuple(zip(wheres, values, strict=False))
    otherwise = values[len(whens)] if node.otherwise is not None else None
    return Typed(e.Choice(whens, otherwise, common_type([v.type for v in values])), unit)


# -- calls -----------------------------------------------------------------------------------------------------------
def check_call(draft: Draft, node: s.Call, scope: Scope) -> Typed:
    """An aggregate, an operator on metrics, or a function of scalars."""
    if is_aggregate(node.function):
        return check_aggregate(draft, node, scope, check_expression)
    if is_operator(node.function):
        return check_operator(draft, node, scope, check_expression)
    if is_target_call(node.function):
        return check_target_call(draft, node, scope)
    if node.function == "convert":
        return check_convert(draft, node, scope, check_all)
    return check_function(draft, node, scope, check_all)


Check = Callable[[Draft, s.Syntax, Scope], Typed]
