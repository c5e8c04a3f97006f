"""Two values that meet: one type, one unit, one measure; conditions and numbers where they are needed."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeGuard

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.check.convert import aligned, comparable, local
from attain.check.draft import Draft
from attain.check.keys import single_quotes
from attain.check.scope import Typed
from attain.check.units import NO_FIXED_LENGTH, is_count, is_time_unit, times_of
from attain.model import expression as e
from attain.model import units as u
from attain.model.durations import resolution_of
from attain.model.types import Kind, Type
from attain.read import syntax as s

Side = tuple[Typed, s.Syntax]
_LARGE_SHARE = 5  # from here on a plain number that meets percent was meant as so many of a hundred


def kind_name(type: Type) -> str:
    """A type in a reader's words."""
    names = {
        Kind.TEXT: "text", Kind.BOOLEAN: "a condition", Kind.DATE: "a day", Kind.TIMESTAMP: "a time",
        Kind.INSTANT: "a time", Kind.DURATION: "a duration", Kind.OTHER: "a column of a type without values",
        Kind.NULL: "null",
    }  # fmt: skip
    return names.get(type.kind, "a number")


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


def condition(draft: Draft, node: s.Syntax, typed: Typed) -> e.Expression:
    """A condition, or the problem that this is none."""
    if typed.type.kind is not Kind.BOOLEAN:
        problem = Problem(
            "not-a-condition", f"a condition belongs here, and this is {kind_name(typed.type)}", node.span
        )
        raise draft.fail(problem.hint("compare it with something: x = 'won', x > 0, x is not null"))
    return typed.expression


def same_unit(draft: Draft, what: str, *sides: Side) -> u.Unit:
    """The unit that all sides have; written numbers take the others'. Records a problem that shows two that differ."""
    known = [side for side in sides if not side[0].unit.literal]
    if not known:
        return next((typed.unit for typed, _ in sides if typed.unit.shown == "percent"), sides[0][0].unit)
    first = known[0]
    for other in known[1:]:
        durations = first[0].type.kind is Kind.DURATION and other[0].type.kind is Kind.DURATION
        if not durations and not first[0].unit.same(other[0].unit):
            raise draft.fail(two_units(what, first, other))
    for side in sides:
        if side[0].unit.literal:
            check_written(draft, what, first, side)
            if side[0].unit.shown == "percent" and first[0].unit.below and not first[0].unit.is_plain:
                return u.PERCENT  # an amount by a constant, which is one of the same then
    shown = [typed.unit for typed, _ in known if typed.unit.shown != "number"]
    return shown[0] if shown and first[0].unit.is_plain else first[0].unit


def two_units(what: str, first: Side, other: Side) -> Problem:
    """The problem of two units that do not go together, with both places."""
    (one, one_node), (two, two_node) = first, other
    where = "in all its values" if what.isalpha() and what not in ("in", "between") else "on both sides"
    message = f"`{what}` needs the same unit {where}: {one.unit} is not {two.unit}"
    problem = Problem("unit-mismatch", message, two_node.span, f"this is {two.unit}")
    return problem.also(one_node.span, f"this is {one.unit}").hint(unit_advice(one.unit, two.unit))


def check_written(draft: Draft, what: str, known: Side, written: Side) -> None:
    """A written number next to a quantity: a percentage is no amount, and 60 is no percentage."""
    unit, value = known[0].unit, written[0].expression
    if written[0].unit.shown == "percent" and not (unit.is_plain or unit.below or is_quotient_of_counts(unit)):
        raise draft.fail(two_units(what, known, written))
    if written[0].unit.shown == "percent" or unit.shown != "percent" or unit.factors:
        return
    if isinstance(value, e.Literal) and isinstance(value.value, Fraction) and abs(value.value) >= _LARGE_SHARE:
        text = f"this is compared with percent, where {number_text(value.value)} is {number_text(value.value * 100)}%"
        hint = f"write {number_text(value.value)}% if that is meant"
        draft.problems.append(warning("hundredfold-percent", text, written[1].span, "", hint))


def number_text(value: Fraction) -> str:
    """A number as people write it."""
    return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.12g}"


def is_quotient_of_counts(unit: u.Unit) -> bool:
    """Deals per lead, and the like: what may be shown as a percentage."""
    signs = {power > 0 for _, power in unit.factors}
    return len(signs) == 2 and not any(u.is_currency(name) or is_time_unit(name) for name, _ in unit.factors)


def unit_advice(first: u.Unit, other: u.Unit) -> str:
    """What to do about two units that do not go together."""
    if first.is_plain or other.is_plain:
        plain, named = (first, other) if first.is_plain else (other, first)
        if plain.shown != "number":
            return f"a {plain.shown} is a share of something: multiply it by what it is a share of, in {named}"
        return f"if the plain one is {named}, declare it: below `fields:` or at the metric, `unit: {named}`"
    currencies = [{name for name, _ in unit.factors if u.is_currency(name)} for unit in (first, other)]
    if all(currencies) and currencies[0] != currencies[1]:
        return "money in two currencies is not added or compared: convert one of them first"
    per = u.combine(first, other, -1)
    if len(per.factors) == 1 and abs(per.factors[0][1]) == 1 and not u.is_currency(per.factors[0][0]):
        thing, price = u.plural(per.factors[0][0]), first if per.factors[0][1] < 0 else other
        return f"{price} is so much for each: multiply it by a number of {thing}"
    if times_of(first) and times_of(other) and times_of(first) != times_of(other):
        return NO_FIXED_LENGTH
    if is_count(first) and is_count(other):
        return f"to add them up, declare both metrics alike: the same `unit:`; to relate them, divide: {per}"
    if len(first.factors) == len(other.factors) == 1 and len(per.factors) == 2:
        quotient = u.combine(other, first, -1) if other.is_money else per
        return f"amounts of different things can be divided, not added or compared: {quotient}"
    return "quantities of different units can be multiplied and divided, not added or compared"


def compare(draft: Draft, operator: str, left: Side, right: Side, span: Span, written: str = "") -> Typed:
    """A comparison of two values of one type and unit; `written` is the word for it, where it is no operator."""
    a, b = comparable_sides(draft, operator, left, right, span, written)
    return Typed(e.Compare(operator, a, b), u.BOOLEAN)


def comparable_sides(
    draft: Draft, operator: str, left: Side, right: Side, span: Span, written: str = ""
) -> tuple[e.Expression, e.Expression]:
    """Both sides as values that can be compared, or the problem that they cannot."""
    (a, a_node), (b, b_node) = left, right
    if not comparable(a.type, b.type):
        message = f"{kind_name(a.type)} cannot be compared with {kind_name(b.type)}"
        problem = Problem("type-mismatch", message, b_node.span, f"this is {kind_name(b.type)}")
        problem = problem.also(a_node.span, f"this is {kind_name(a.type)}")
        if quoted := next((x for x in (a_node, b_node) if is_quoted(x)), None):
            raise draft.fail(problem.hint(single_quotes(quoted.text)))
        raise draft.fail(problem.hint(comparison_advice(a.type, b.type)))
    if a.type.kind is Kind.BOOLEAN and operator not in ("=", "!="):
        raise draft.fail(Problem("type-mismatch", "conditions have no order", span))
    if a.type.is_number or a.type.kind is Kind.DURATION or b.type.kind is Kind.DURATION:
        same_unit(draft, written or operator, left, right)
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


def is_quoted(node: s.Syntax) -> TypeGuard[s.Name]:
    """Whether a name stands in double quotes, where a text may be meant."""
    return isinstance(node, s.Name) and len(node.words) == 1 and node.words[0].quoted


def comparison_advice(left: Type, right: Type) -> str:
    """What to write instead of a comparison between kinds."""
    if left.is_time or right.is_time:
        return "a day is written date '2026-01-31'"
    if Kind.BOOLEAN in (left.kind, right.kind):
        return "a condition needs no comparison: write `won`, not `won = 'true'`"
    if Kind.TEXT in (left.kind, right.kind):
        return "texts stand in single quotes; declare the column's `type:` if it holds numbers"
    return ""


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


def maybe_not(expression: e.Expression, negated: bool) -> e.Expression:
    """The opposite where asked for."""
    return e.Not(expression) if negated else expression
