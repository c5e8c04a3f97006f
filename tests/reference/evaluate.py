"""What an expression means, whatever its names stand for: those, and aggregates, are the scope's business."""

from __future__ import annotations

from typing import Protocol

from .errors import Unsupported, Wrong
from .syntax import AGGREGATES, Between, Binary, Call, Case, In, IsNull, Literal, Name, Node, Slice, Unary
from .values import Duration, Value, arithmetic, compare, is_number, truth
from .world import World

TIME_OPERATORS = frozenset(("prior", "growth", "rolling", "to_date", "running"))
_SPECIAL = AGGREGATES | TIME_OPERATORS | {"all", "target", "attainment"}


class Scope(Protocol):
    """Where an expression stands."""

    @property
    def world(self) -> World:
        """What the query is answered in."""

    def name(self, node: Name) -> Value:
        """The value of a name."""

    def special(self, node: Call) -> Value:
        """The value of an aggregate, a time operator, `all`."""

    def slice(self, node: Slice) -> Value:
        """The value of `(metric where condition)`."""

    def bound(self, which: str) -> Value:
        """`period_start` or `period_end`."""


def evaluate(node: Node, scope: Scope) -> Value:
    """The value of an expression in a scope."""
    match node:
        case Literal(value):
            return value
        case Name():
            return scope.name(node)
        case Unary("not", operand):
            return not truth(evaluate(operand, scope))
        case Unary(_, operand):
            return _minus(evaluate(operand, scope))
        case Binary("and", left, right):
            return truth(evaluate(left, scope)) and truth(evaluate(right, scope))
        case Binary("or", left, right):
            return truth(evaluate(left, scope)) or truth(evaluate(right, scope))
        case Binary(sign, left, right):
            values = evaluate(left, scope), evaluate(right, scope)
            if sign not in ("*", "/"):
                _refuse_length((left, right), values)
            return _binary(sign, *values, scope)
        case Slice():
            return scope.slice(node)
        case Call():
            return _call(node, scope)
    return _other(node, scope)


def _other(node: Node, scope: Scope) -> Value:
    clock = scope.world.clock
    match node:
        case In(operand, items):
            value = evaluate(operand, scope)
            return any(compare("=", value, evaluate(item, scope), clock) for item in items)
        case Between(operand, low, high):
            value = evaluate(operand, scope)
            _refuse_length((operand, low), (value, evaluate(low, scope)))
            above = compare(">=", value, evaluate(low, scope), clock)
            return compare("<=", value, evaluate(high, scope), clock) and above
        case IsNull(operand):
            return evaluate(operand, scope) is None
        case Case(branches, otherwise):
            for condition, value_node in branches:
                if truth(evaluate(condition, scope)):
                    return evaluate(value_node, scope)
            return evaluate(otherwise, scope)
    raise Unsupported(type(node).__name__)


def _refuse_length(nodes: tuple[Node, Node], values: tuple[Value, Value]) -> None:
    """A length written down beside a number of hours or months is such a number, too; which of them the number
    counts is said by units, which are not inferred here."""
    for node, other, value in ((nodes[0], nodes[1], values[1]), (nodes[1], nodes[0], values[0])):
        written = isinstance(node, Literal) and isinstance(node.value, Duration)
        if written and is_number(value) and not isinstance(other, Literal):
            raise Unsupported("a length beside a number of a unit of time")


def _minus(value: Value) -> Value:
    if value is None:
        return None
    if isinstance(value, Duration):
        return Duration(-value.months, -value.days, -value.seconds, value.unit)
    return -value


def _binary(sign: str, left: Value, right: Value, scope: Scope) -> Value:
    if sign in ("+", "-", "*", "/"):
        return arithmetic(sign, left, right, scope.world.clock)
    return compare(sign, left, right, scope.world.clock)


def _call(node: Call, scope: Scope) -> Value:
    if node.function in _SPECIAL:
        return scope.special(node)
    if node.function == "if":
        condition, yes, no = node.args
        return evaluate(yes if truth(evaluate(condition, scope)) else no, scope)
    if node.function == "today":
        return scope.world.as_of
    if node.function in ("period_start", "period_end"):
        return scope.bound(node.function)
    if node.function == "convert":
        written = isinstance(node.args[1], Literal)
        return scope.world.exchange.convert(*(evaluate(a, scope) for a in node.args), written=written)
    if node.function == "trunc":
        return scope.world.functions.trunc(evaluate(node.args[0], scope), grain_name(node.args[1]))
    return scope.world.functions.call(node.function, [evaluate(a, scope) for a in node.args])


def grain_name(node: Node) -> str:
    """The name of a grain, where one is an argument."""
    if not isinstance(node, Name):
        raise Wrong("expected the name of a grain")
    return node.text
