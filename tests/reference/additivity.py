"""Whether what a metric is of parts adds up to what it is of the whole (language.md, section 7)."""

from __future__ import annotations

from .cells import axis_of
from .errors import Unsupported
from .names import is_aggregate, table_of
from .syntax import Binary, Call, Literal, Name, Node, Slice, Unary, walk
from .world import World

ADDITIVE, OVER_ALL_BUT_TIME, NEITHER, CONSTANT = "additive", "over everything but time", "not additive", "constant"
_WEAKEST = (NEITHER, OVER_ALL_BUT_TIME, ADDITIVE)
_UNPLAIN = ("prior", "rolling", "to_date", "running", "all", "target", "coalesce")


def additivity_of(world: World, node: Node) -> str:
    """Of a metric expression; what it is not plain to say of is not covered."""
    match node:
        case Literal():
            return CONSTANT
        case Name():
            metric = world.model.metrics.get(node.text)
            return CONSTANT if metric is None or metric.expression is None else additivity_of(world, metric.expression)
        case Unary("-", operand):
            return additivity_of(world, operand)
        case Slice(metric=inner):
            return additivity_of(world, inner)
        case Binary(sign, left, right) if sign in "+-*/":
            return _of_arithmetic(sign, additivity_of(world, left), additivity_of(world, right))
        case Call() if is_aggregate(node):
            return _of_aggregate(world, node)
        case Call() if node.per or node.function in _UNPLAIN:
            raise Unsupported(f"whether {node.function} adds up")
    return NEITHER


def _of_arithmetic(sign: str, left: str, right: str) -> str:
    if sign in "+-":
        return min(left, right, key=_WEAKEST.index) if CONSTANT not in (left, right) else _constants(left, right)
    if right == CONSTANT:
        return left
    return right if left == CONSTANT and sign == "*" else NEITHER


def _constants(left: str, right: str) -> str:
    return CONSTANT if left == right else NEITHER


def _of_aggregate(world: World, call: Call) -> str:
    if call.function not in ("sum", "count") or call.distinct:
        return NEITHER
    table, inside = table_of(world, call), list(walk((call.where, *call.args)))
    if any(isinstance(n, Call) and n.function in ("period_start", "period_end") for n in inside):
        raise Unsupported("whether what depends on the window adds up")
    names = {node.text for node in inside if isinstance(node, Name)}
    if any(name in world.model.metrics and not world.has_field(table, name) for name in names):
        return NEITHER
    return OVER_ALL_BUT_TIME if call.as_of or axis_of(world, call) is None else ADDITIVE
