"""Edits of an expression at random: some leave its value as it is, some look as if they did, some do not."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

from tests.properties.draws import Draw

from attain.base.span import Span
from attain.read import syntax as s
from attain.read.expressions import read_expression
from attain.read.text import text_of_argument
from attain.read.written import syntax_to_text

NOWHERE = Span.none()
OPPOSITE = {">": "<=", "<=": ">", "<": ">=", ">=": "<", "=": "!=", "!=": "="}
EDITED = (s.Binary, s.Logic, s.Not, s.InList, s.Between, s.IsNull, s.Like, s.Call)
TURNED = {">": "<", "<": ">", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def edited(draw: Draw, text: str) -> str:
    """An expression with one to three edits; as it is where it cannot be read."""
    tree, _ = read_expression(text_of_argument("", text))
    if tree is None:
        return text
    for _ in range(1 + draw.below(3)):
        nodes = [node for node in every(tree) if isinstance(node, EDITED)] or [tree]
        target = draw.one(nodes)
        tree = put(tree, target, edit(draw, target))
    return syntax_to_text(tree)


def every(node: s.Syntax) -> list[s.Syntax]:
    """A tree and all below it."""
    return [node, *(below for child in s.children(node) for below in every(child))]


def put(tree: s.Syntax, old: s.Syntax, new: s.Syntax) -> s.Syntax:
    """The tree with one of its nodes, that very one, replaced."""
    if tree is old:
        return new
    changed = {}
    for field in fields(tree):
        value = getattr(tree, field.name)
        put_in = put_value(value, old, new)
        if put_in is not value:
            changed[field.name] = put_in
    return replace(tree, **changed) if changed else tree


def put_value(value: object, old: s.Syntax, new: s.Syntax) -> object:
    """The same in a field of a node."""
    if isinstance(value, s.Syntax | s.Clauses):
        return put(value, old, new)  # type: ignore[arg-type]
    if isinstance(value, tuple):
        found = tuple(put_value(item, old, new) for item in value)
        return found if any(a is not b for a, b in zip(found, value, strict=True)) else value
    return value


def edit(draw: Draw, node: s.Syntax) -> s.Syntax:
    """One node, written otherwise."""
    match node:
        case s.Binary(operator=operator) if operator in TURNED:
            return edit_comparison(draw, node)
        case s.Binary():
            return edit_arithmetic(draw, node)
        case s.Logic(operator=operator, operands=operands):
            other = "or" if operator == "and" else "and"
            turned = s.Not(s.Logic(other, tuple(s.Not(x, NOWHERE) for x in operands), NOWHERE), NOWHERE)
            choices = [replace(node, operands=operands[::-1]), turned, replace(node, operator=other), operands[0]]
            return draw.one(choices)
        case s.Not(operand=s.Not(operand=inside)):
            return inside
        case s.Not(operand=s.Binary() as inside) if inside.operator in OPPOSITE:
            return replace(inside, operator=OPPOSITE[inside.operator])
        case s.Not() | s.IsNull() | s.Like():
            return s.Not(s.Not(node, NOWHERE), NOWHERE)
        case s.InList(operand=x, items=items, negated=False):
            either = tuple(s.Binary("=", x, item, NOWHERE) for item in items)
            written = s.Logic("or", either, NOWHERE) if len(either) > 1 else either[0]
            return draw.one([replace(node, items=items[::-1]), written, replace(node, items=items[:1])])
        case s.Between(operand=x, low=low, high=high, negated=False):
            limits = (s.Binary(">=", x, low, NOWHERE), s.Binary("<=", x, high, NOWHERE))
            wrong = s.Binary(">", x, low, NOWHERE)
            return draw.one([s.Logic("and", limits, NOWHERE), s.Logic("and", (wrong, limits[1]), NOWHERE)])
        case s.Call():
            return edit_call(draw, node)
        case s.Number(value=value):
            more = s.Number(value + 1, str(value + 1), False, NOWHERE)
            return more if value.denominator == 1 else node
        case _:
            return node


def edit_comparison(draw: Draw, node: s.Binary) -> s.Syntax:
    """`a > b`: turned round, as the opposite of its opposite (which it is not where something is missing), wider."""
    turned = s.Binary(TURNED[node.operator], node.right, node.left, NOWHERE)
    opposite = s.Not(replace(node, operator=OPPOSITE[node.operator]), NOWHERE)
    return draw.one([turned, opposite, s.Not(s.Not(node, NOWHERE), NOWHERE), replace(node, operator="=")])


def edit_arithmetic(draw: Draw, node: s.Binary) -> s.Syntax:
    """`a + b`, `a * b`: in another order, with a factor on both sides, cancelled."""
    two = s.Number(Fraction(2), "2", False, NOWHERE)
    turned = replace(node, left=node.right, right=node.left)
    doubled = s.Binary("/", s.Binary("*", two, node, NOWHERE), two, NOWHERE)
    if node.operator == "/":
        inverse = s.Binary("/", s.Number(Fraction(1), "1", False, NOWHERE), node.right, NOWHERE)
        squared = s.Binary("*", node.right, node.right, NOWHERE)
        cancelled = s.Binary("/", s.Binary("*", node.left, node.right, NOWHERE), squared, NOWHERE)
        less = s.Binary("/", s.Binary("-", node.left, node.right, NOWHERE), node.right, NOWHERE)
        ones = s.Binary("/", node.left, node.left, NOWHERE)
        other = s.Binary("+", less, draw.one([s.Number(Fraction(1), "1", False, NOWHERE), ones]), NOWHERE)
        return draw.one([s.Binary("*", node.left, inverse, NOWHERE), doubled, turned, cancelled, other, other])
    return draw.one([turned, doubled, turned])


def edit_call(draw: Draw, node: s.Call) -> s.Syntax:
    """An aggregate or a function: its condition as a `case` of what it aggregates, a mean as a sum by a count, without
    its condition, as another aggregate."""
    where = node.clauses.where
    choices: list[s.Syntax] = []
    if node.function == "avg" and len(node.arguments) == 1:
        total, count = replace(node, function="sum"), replace(node, function="count")
        choices.append(s.Binary("/", total, count, NOWHERE) if not node.clauses.per else node)
    if where is not None:
        choices.append(replace(node, clauses=replace(node.clauses, where=None)))
        twice = s.Logic("and", (where, s.Logic("or", (where, s.Not(where, NOWHERE)), NOWHERE)), NOWHERE)
        choices += [replace(node, clauses=replace(node.clauses, where=twice))] * 3
        if node.function in ("sum", "avg", "min", "max") and len(node.arguments) == 1 and not node.clauses.per:
            zero = s.Case(((where, node.arguments[0]),), s.Number(Fraction(0), "0", False, NOWHERE), NOWHERE)
            bare = s.Case(((where, node.arguments[0]),), None, NOWHERE)
            for value in (zero, bare) if isinstance(node.arguments[0], s.Name) else ():
                choices.append(replace(node, arguments=(value,), clauses=replace(node.clauses, where=None)))
    if node.function == "count" and len(node.arguments) == 1 and not (node.distinct or node.clauses.per):
        there = s.IsNull(node.arguments[0], True, NOWHERE)
        both = there if where is None else s.Logic("and", (where, there), NOWHERE)
        choices += [replace(node, clauses=replace(node.clauses, where=both))] * 2
    if node.function in ("count", "sum", "max") and not node.clauses.per:
        zero_of = s.Number(Fraction(0), "0", False, NOWHERE)
        choices.append(s.Call("coalesce", (node, zero_of), False, s.Clauses(), NOWHERE, NOWHERE))
    if node.function in ("coalesce", "least", "greatest"):
        choices.append(replace(node, arguments=node.arguments[::-1]))
    if is_flow(node):
        double = s.Binary("*", node.arguments[0], s.Number(Fraction(2), "2", False, NOWHERE), NOWHERE)
        half = s.Number(Fraction(1, 2), "0.5", False, NOWHERE)
        choices += [s.Binary("*", half, replace(node, arguments=(double,)), NOWHERE)] * 2
    if node.function == "growth" and len(node.arguments) == 2:
        before = replace(node, function="prior")
        one = s.Number(Fraction(1), "1", False, NOWHERE)
        choices.append(s.Binary("-", s.Binary("/", node.arguments[0], before, NOWHERE), one, NOWHERE))
    if node.function in ("sum", "max"):
        choices.append(replace(node, function={"sum": "max", "max": "sum"}[node.function]))
    return draw.one(choices or [node])


def is_flow(node: s.Call) -> bool:
    """Whether a call is the sum of a field of rows."""
    return node.function == "sum" and isinstance(node.arguments[0], s.Name) and not node.clauses.per
