"""Syntax trees to typed expressions with units: the dispatch, arithmetic, comparisons and conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.check.aggregates import check_aggregate, is_aggregate
from attain.check.convert import aligned, as_number, clock, common_type, comparable, local, resolution_of
from attain.check.draft import Draft, Failed
from attain.check.functions import check_function
from attain.check.names import check_name
from attain.check.scope import CellScope, RowScope, Scope, Typed
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.types import Kind, Type
from attain.read import syntax as s

TIME_OPERATORS = ("prior", "growth", "rolling", "to_date", "running")


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
            raise draft.fail(not_yet("(m where ..)", node.span))
        case s.Call():
            return check_call(draft, node, scope)


def not_yet(what: str, span: Span) -> Problem:
    """The problem of a construct of the language that this version does not compile."""
    return Problem("not-yet", f"`{what}` is not compiled by this version of Attain", span)


def check_all(draft: Draft, nodes: Iterable[s.Syntax], scope: Scope) -> list[Typed]:
    """Each checked, so that all of their problems are told; fails if one did."""
    found: list[Typed] = []
    failed: Failed | None = None
    for node in nodes:
        try:
            found.append(check_expression(draft, node, scope))
        except Failed as failure:
            failed = failure
    if failed is not None:
        raise failed
    return found


def number(node: s.Number) -> Typed:
    """A number as written: whole, or decimal with its digits."""
    unit = u.Unit(shown="percent", literal=True) if node.percent else u.LITERAL
    return Typed(e.Literal(node.value, type_of_fraction(node.value)), unit)


def type_of_fraction(value: Fraction) -> Type:
    """The type of a constant: whole, decimal where it has finitely many digits, else floating."""
    if value.denominator == 1:
        return t.INTEGER
    for scale in range(1, 19):
        if (value * 10**scale).denominator == 1:
            return Type(Kind.DECIMAL, 38, scale)
    return t.FLOAT


def check_duration(draft: Draft, node: s.Duration) -> Typed:
    """A duration of fixed length in microseconds; months to years have none outside of time +- duration."""
    if node.unit not in t.ELAPSED:
        problem = Problem("calendar-duration", f"a number of {node.unit} has no fixed length here", node.span)
        raise draft.fail(problem.hint("it can be added to a time; to compare durations write days"))
    value = node.amount * t.ELAPSED[node.unit]
    return Typed(e.Literal(value, t.MICROSECONDS), u.counted("days"))


def maybe_not(expression: e.Expression, negated: bool) -> e.Expression:
    """The opposite where asked for."""
    return e.Not(expression) if negated else expression


def require_number(draft: Draft, typed: Typed, node: s.Syntax, operator: str) -> None:
    """Numbers and durations can be calculated with; nothing else can."""
    kind = typed.type.kind
    if typed.type.is_number or kind in (Kind.DURATION, Kind.NULL):
        return
    problem = Problem("type-mismatch", f"`{operator}` needs a number, and this is {kind_name(typed.type)}", node.span)
    if kind is Kind.TEXT:
        problem = problem.hint("declare the column's `type:` if it holds numbers", "to join texts write concat(a, b)")
    if kind is Kind.BOOLEAN:
        problem = problem.hint("to count write count(table where condition); to weigh write if(condition, 1, 0)")
    raise draft.fail(problem)


def kind_name(type: Type) -> str:
    """A type in a reader's words."""
    names = {
        Kind.TEXT: "text", Kind.BOOLEAN: "a condition", Kind.DATE: "a day", Kind.TIMESTAMP: "a time",
        Kind.INSTANT: "a time", Kind.DURATION: "a duration", Kind.OTHER: "a column of a type without values",
        Kind.NULL: "null",
    }  # fmt: skip
    return names.get(type.kind, "a number")


def condition(draft: Draft, node: s.Syntax, typed: Typed) -> e.Expression:
    """A condition, or the problem that this is none."""
    if typed.type.kind is not Kind.BOOLEAN:
        problem = Problem(
            "not-a-condition", f"a condition belongs here, and this is {kind_name(typed.type)}", node.span
        )
        raise draft.fail(problem.hint("compare it with something: x = 'won', x > 0, x is not null"))
    return typed.expression


# -- arithmetic ------------------------------------------------------------------------------------------------------
def check_arithmetic(draft: Draft, node: s.Binary, scope: Scope) -> Typed:
    """`+ - * /` between numbers, durations and times."""
    shift = calendar_shift(draft, node, scope)
    if shift is not None:
        return shift
    left, right = check_all(draft, (node.left, node.right), scope)
    if left.type.is_time or right.type.is_time:
        return time_arithmetic(draft, node, left, right)
    require_number(draft, left, node.left, node.operator)
    require_number(draft, right, node.right, node.operator)
    if node.operator in "+-":
        return add(draft, node, left, right)
    return multiply(node.operator, left, right)


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


def time_arithmetic(draft: Draft, node: s.Binary, left: Typed, right: Typed) -> Typed:
    """time - time is a duration, time +- duration is a time."""
    if left.type.is_time and right.type.is_time and node.operator == "-":
        if left.type.kind is Kind.DATE and right.type.kind is Kind.DATE:
            return Typed(e.Apply("days_between", (right.expression, left.expression), t.DAYS), u.counted("days"))
        pair = (as_instant(draft, right.expression), as_instant(draft, left.expression))
        if {x.type.kind for x in pair} == {Kind.TIMESTAMP, Kind.INSTANT}:
            pair = (local(draft, pair[0]), local(draft, pair[1]))
        return Typed(e.Apply("microseconds_between", pair, t.MICROSECONDS), u.counted("days"))
    if left.type.is_time and right.type.kind is Kind.DURATION and node.operator in "+-":
        return shifted(left.expression, right.expression, node.operator)
    if right.type.is_time and left.type.kind is Kind.DURATION and node.operator == "+":
        return shifted(right.expression, left.expression, "+")
    problem = Problem("type-mismatch", f"`{node.operator}` has no meaning between these", node.span)
    problem = problem.hint("time - time is a duration, time + 30 days is a time")
    raise draft.fail(problem)


def as_instant(draft: Draft, expression: e.Expression) -> e.Expression:
    """A time as a point of elapsed time: days begin at midnight, clocks with daylight saving are resolved."""
    if expression.type.kind is Kind.TIMESTAMP and expression.type.zone not in ("", "UTC"):
        return e.Apply("instant", (expression,), t.INSTANT)
    if expression.type.kind is Kind.DATE:
        zoned = Type(Kind.TIMESTAMP, zone=draft.calendar.timezone)
        return as_instant(draft, e.Apply("midnight", (expression,), zoned))
    return expression


def shifted(time: e.Expression, length: e.Expression, operator: str) -> Typed:
    """A time moved by a duration; a day moved by whole days stays a day."""
    if operator == "-":
        length = e.Negative(length, length.type)
    if time.type.kind is Kind.DATE:
        days = whole_days(length)
        if days is not None:
            return Typed(e.Apply("add_days", (time, days), t.DATE), u.TIME)
        time = e.Apply("midnight", (time,), t.TIMESTAMP)
    micro = resolution_of(length, "microseconds")
    return Typed(e.Apply("add_microseconds", (time, micro), time.type), u.TIME)


def whole_days(length: e.Expression) -> e.Expression | None:
    """A duration as a whole number of days, where it certainly is one."""
    sign = 1
    while isinstance(length, e.Negative):
        length, sign = length.operand, -sign
    if isinstance(length, e.Literal) and isinstance(length.value, Fraction):
        days = sign * length.value / t.ELAPSED["days"]
        return e.Literal(days, t.INTEGER) if days.denominator == 1 else None
    if length.type.resolution == "days" and not any(isinstance(x, e.Arithmetic) for x in e.walk(length)):
        return length if sign > 0 else e.Negative(length, length.type)
    return None


def add(draft: Draft, node: s.Binary, left: Typed, right: Typed) -> Typed:
    """Sums and differences need the same unit."""
    unit = same_unit(draft, node.operator, (left, node.left), (right, node.right))
    a, b = aligned(left, right)
    type = common_type([a.type, b.type])
    return Typed(e.Arithmetic(node.operator, a, b, type), unit)


def same_unit(draft: Draft, what: str, *sides: tuple[Typed, s.Syntax]) -> u.Unit:
    """The unit that all sides have; written numbers take the others'. Records a problem that shows two that differ."""
    known = [(typed, node) for typed, node in sides if not typed.unit.literal]
    if not known:
        return next((typed.unit for typed, _ in sides if typed.unit.shown == "percent"), sides[0][0].unit)
    first, first_node = known[0]
    for other, node in known[1:]:
        durations = first.type.kind is Kind.DURATION and other.type.kind is Kind.DURATION
        if not durations and not first.unit.same(other.unit):
            message = f"`{what}` needs the same unit on both sides: {first.unit} is not {other.unit}"
            problem = Problem("unit-mismatch", message, node.span, f"this is {other.unit}")
            problem = problem.also(first_node.span, f"this is {first.unit}")
            raise draft.fail(problem.hint(unit_advice(first.unit, other.unit)))
    shown = [typed.unit for typed, _ in known if typed.unit.shown != "number"]
    return shown[0] if shown and first.unit.is_plain else first.unit


def unit_advice(first: u.Unit, other: u.Unit) -> str:
    """What to do about two units that do not go together."""
    if first.is_plain or other.is_plain:
        named = other if first.is_plain else first
        return f"if the plain one is {named}, declare it: below `fields:` or at the metric, `unit: {named}`"
    return "quantities of different units can be multiplied and divided, not added or compared"


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


# -- conditions ------------------------------------------------------------------------------------------------------
Side = tuple[Typed, s.Syntax]


def compare(draft: Draft, operator: str, left: Side, right: Side, span: Span) -> Typed:
    """A comparison of two values of one type and unit."""
    a, b = comparable_sides(draft, operator, left, right, span)
    return Typed(e.Compare(operator, a, b), u.BOOLEAN)


def comparable_sides(
    draft: Draft, operator: str, left: Side, right: Side, span: Span
) -> tuple[e.Expression, e.Expression]:
    """Both sides as values that can be compared, or the problem that they cannot."""
    (a, a_node), (b, b_node) = left, right
    if not comparable(a.type, b.type):
        message = f"{kind_name(a.type)} cannot be compared with {kind_name(b.type)}"
        problem = Problem("type-mismatch", message, b_node.span, f"this is {kind_name(b.type)}")
        problem = problem.also(a_node.span, f"this is {kind_name(a.type)}")
        raise draft.fail(problem.hint(comparison_advice(a.type, b.type)))
    if a.type.kind is Kind.BOOLEAN and operator not in ("=", "!="):
        raise draft.fail(Problem("type-mismatch", "conditions have no order", span))
    if a.type.is_number or a.type.kind is Kind.DURATION or b.type.kind is Kind.DURATION:
        same_unit(draft, operator, left, right)
        return aligned(a, b)
    if a.type.is_time and {a.type.kind, b.type.kind} != {Kind.DATE}:
        if a.type == b.type:
            return a.expression, b.expression
        return local(draft, a.expression), local(draft, b.expression)
    if operator in ("<", "<=", ">", ">=") and any(
        isinstance(x, s.Text) and x.value[:4].isdigit() for x in (a_node, b_node)
    ):
        text = "texts are compared letter by letter here"
        hint = "declare the column's `type:`, and write date '2026-01-31' or a plain number"
        draft.problems.append(warning("text-order", text, span, "", hint))
    return a.expression, b.expression


def comparison_advice(left: Type, right: Type) -> str:
    """What to write instead of a comparison between kinds."""
    if left.is_time or right.is_time:
        return "a day is written date '2026-01-31'"
    if Kind.BOOLEAN in (left.kind, right.kind):
        return "a condition needs no comparison: write `won`, not `won = 'true'`"
    if Kind.TEXT in (left.kind, right.kind):
        return "texts stand in single quotes; declare the column's `type:` if it holds numbers"
    return ""


def check_in(draft: Draft, node: s.InList, scope: Scope) -> Typed:
    """`x in (a, b)`: every item must be comparable with x."""
    operand, *items = check_all(draft, (node.operand, *node.items), scope)
    left: e.Expression = operand.expression
    values: list[e.Expression] = []
    for typed, item in zip(items, node.items, strict=True):
        left, value = comparable_sides(draft, "=", (operand, node.operand), (typed, item), item.span)
        values.append(value)
    return Typed(maybe_not(e.InSet(left, tuple(values)), node.negated), u.BOOLEAN)


def check_between(draft: Draft, node: s.Between, scope: Scope) -> Typed:
    """`x between a and b`: both ends included."""
    operand, low, high = check_all(draft, (node.operand, node.low, node.high), scope)
    side = (operand, node.operand)
    above = compare(draft, ">=", side, (low, node.low), node.span).expression
    below = compare(draft, "<=", side, (high, node.high), node.span).expression
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


def same_values(draft: Draft, what: str, sides: list[Side]) -> tuple[list[e.Expression], u.Unit]:
    """Values that stand for each other (branches of a case, arguments of coalesce): one type, one unit."""
    first = next((side for side in sides if side[0].type.kind is not Kind.NULL), sides[0])
    for typed, node in sides:
        if not comparable(first[0].type, typed.type):
            message = f"`{what}` gives {kind_name(first[0].type)} here and {kind_name(typed.type)} there"
            raise draft.fail(Problem("type-mismatch", message, node.span).also(first[1].span, kind_name(first[0].type)))
    if first[0].type.is_time:
        kinds = {typed.type for typed, _ in sides if typed.type.kind is not Kind.NULL}
        if len(kinds) > 1:
            return [local(draft, typed.expression) for typed, _ in sides], u.TIME
        return [typed.expression for typed, _ in sides], u.TIME
    if first[0].type.is_number or first[0].type.kind is Kind.DURATION:
        valued = [side for side in sides if side[0].type.kind is not Kind.NULL]
        unit = same_unit(draft, what, *valued)
        target = next((typed for typed, _ in sides if typed.type.kind is Kind.DURATION), None)
        if target is not None:
            return [
                aligned(typed, Typed(resolution_of(target.expression, "microseconds"), unit))[0] for typed, _ in sides
            ], unit
        return [typed.expression for typed, _ in sides], unit
    return [typed.expression for typed, _ in sides], first[0].unit


# -- calls -----------------------------------------------------------------------------------------------------------
def check_call(draft: Draft, node: s.Call, scope: Scope) -> Typed:
    """An aggregate, an operator on metrics, or a function of scalars."""
    if is_aggregate(node.function):
        return check_aggregate(draft, node, scope, check_expression)
    if node.function in (*TIME_OPERATORS, "all", "target", "attainment", "convert"):
        if isinstance(scope, RowScope):
            message = f"`{node.function}` belongs around a metric, not inside an aggregate"
            raise draft.fail(Problem("metric-operator-in-row", message, node.name))
        raise draft.fail(not_yet(f"{node.function}(..)", node.name))
    return check_function(draft, node, scope, check_all)


Check = Callable[[Draft, s.Syntax, Scope], Typed]
__all__ = ["CellScope", "Check", "check_expression", "condition", "same_unit"]
