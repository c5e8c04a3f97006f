"""Typed expressions: one closed union for the rows of a table, for cells, and for the steps of a plan.

Rows have `Column` leaves, cells have `AggregateValue` and `MetricValue` leaves, plans have `Slot` leaves; everything
between is shared. Conditions are two-valued (language.md, section 3): a `Compare` with a missing side is false.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.model import types as t
from attain.model.calendar import Grain
from attain.model.types import Kind, Type

if TYPE_CHECKING:
    from attain.model.aggregate import Aggregate, Filter, Nested, TargetValue, WindowOperator


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written down: Fraction, str, bool, date, or None."""

    value: Fraction | str | bool | date | None
    type: Type


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a row's table, or of the table that `path` (names of joins) leads to."""

    path: tuple[str, ...]
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Member:
    """The value that a cell has for one of the keys that it is cut by (a dimension)."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of one of the inputs of a step of a plan."""

    source: str
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Parameter:
    """`today` (the as-of day), `period_start` or `period_end` (of the cell's window, moved by `windows`)."""

    name: str
    type: Type
    windows: tuple[WindowOperator, ...] = ()


@dataclass(frozen=True, slots=True)
class MetricValue:
    """Another metric in the same cell, by its name."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class AggregateValue:
    """An aggregate over the rows of a table in the cell, or over the cells below it."""

    aggregate: Aggregate | Nested | TargetValue
    type: Type


@dataclass(frozen=True, slots=True)
class RowMetric:
    """A metric for one row: in the cell narrowed to that row. `table` is the row's; `chains` leads from each table
    of the metric to it."""

    value: Expression
    table: str
    chains: tuple[tuple[str, tuple[str, ...]], ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Moved:
    """`prior(m, 1 year)`, `rolling(m, 3 months)`, ..: the operand in another window."""

    operand: Expression
    operator: WindowOperator
    type: Type


@dataclass(frozen=True, slots=True)
class Narrowed:
    """`(m where condition)`: the operand in a narrower slice."""

    operand: Expression
    filter: Filter
    type: Type


@dataclass(frozen=True, slots=True)
class Widened:
    """`all(m)`, `all(m over region)`: the operand in a slice without keys asked for; `over` names them, or is empty
    for all."""

    operand: Expression
    over: tuple[str, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Rate:
    """The exchange rate of a row, from a currency to another one on a day: 1 between equal ones, missing where there
    is none."""

    source: Expression
    target: str
    day: Expression
    type: Type

    @property
    def varies(self) -> bool:
        """Whether rows differ in the currency; else it is written down."""
        return not isinstance(self.source, Literal)

    @property
    def parts(self) -> tuple[Expression, ...]:
        """What it is found by: expressions over the row."""
        return (self.source, self.day)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`+ - * /`; a division by zero is missing."""

    operator: str
    left: Expression
    right: Expression
    type: Type


@dataclass(frozen=True, slots=True)
class Negative:
    """`-x`"""

    operand: Expression
    type: Type


@dataclass(frozen=True, slots=True)
class Compare:
    """`= != < <= > >=`: never missing; `!=` is the exact opposite of `=`."""

    operator: str
    left: Expression
    right: Expression
    type: Type = t.BOOLEAN


@dataclass(frozen=True, slots=True)
class Logic:
    """`and`, `or`"""

    operator: str
    operands: tuple[Expression, ...]
    type: Type = t.BOOLEAN


@dataclass(frozen=True, slots=True)
class Not:
    """The exact opposite: also where the operand is missing."""

    operand: Expression
    type: Type = t.BOOLEAN


@dataclass(frozen=True, slots=True)
class IsMissing:
    """`x is null`"""

    operand: Expression
    type: Type = t.BOOLEAN


@dataclass(frozen=True, slots=True)
class InSet:
    """`x in (a, b)`"""

    operand: Expression
    items: tuple[Expression, ...]
    type: Type = t.BOOLEAN


@dataclass(frozen=True, slots=True)
class Like:
    """`x like 'a%'`: `%` any text, `_` one character, no escape."""

    operand: Expression
    pattern: Expression
    type: Type = t.BOOLEAN


@dataclass(frozen=True, slots=True)
class Choice:
    """`case when c then v .. else e end`; without `else`: missing."""

    whens: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None
    type: Type


@dataclass(frozen=True, slots=True)
class Apply:
    """A function of scalars. Which there are: `attain.model.functions`."""

    function: str
    arguments: tuple[Expression, ...]
    type: Type


@dataclass(frozen=True, slots=True)
class Truncate:
    """The first day (or hour) of the period of `grain` that a local time lies in."""

    operand: Expression
    grain: Grain
    type: Type


@dataclass(frozen=True, slots=True)
class TheOnly:
    """A column of the one row of a step."""

    step: str
    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class PeriodAt:
    """A day of the period of a calendar table that a day lies in: its first, that of the next period or of the one
    before (`column` of the step `periods`). `beyond`: also of the end of the last one."""

    operand: Expression
    grain: Grain
    column: str
    beyond: bool
    type: Type
    periods: str = ""


@dataclass(frozen=True, slots=True)
class Localize:
    """A time as the clock of `zone` shows it; `source` is the zone of a timestamp without one."""

    operand: Expression
    source: str
    zone: str
    type: Type = t.TIMESTAMP


Expression = (
    Literal | Column | Member | Slot | Parameter | MetricValue | AggregateValue | RowMetric | Rate | Arithmetic
    | Negative | Compare | Logic | Not | IsMissing | InSet | Like | Choice | Apply | Truncate | Localize | Moved
    | Narrowed | Widened | PeriodAt | TheOnly
)  # fmt: skip

TRUE = Literal(True, t.BOOLEAN)


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions directly below one (those inside an aggregate, a row's metric or a rate are not)."""
    match node:
        case Arithmetic(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case Negative(operand=x) | Not(operand=x) | IsMissing(operand=x) | Truncate(operand=x) | Localize(operand=x):
            return (x,)
        case Moved(operand=x) | Narrowed(operand=x) | Widened(operand=x) | PeriodAt(operand=x):
            return (x,)
        case Logic(operands=operands):
            return operands
        case InSet(operand=x, items=items):
            return (x, *items)
        case Like(operand=x, pattern=pattern):
            return (x, pattern)
        case Choice(whens=whens, otherwise=otherwise):
            return tuple(e for pair in whens for e in pair) + ((otherwise,) if otherwise is not None else ())
        case Apply(arguments=arguments):
            return arguments
        case _:
            return ()


def rebuild(node: Expression, parts: tuple[Expression, ...]) -> Expression:
    """The same node over other children, given in the order of `children`."""
    match node:
        case Arithmetic() | Compare():
            return replace(node, left=parts[0], right=parts[1])
        case Negative() | Not() | IsMissing() | Truncate() | Localize() | Moved() | Narrowed() | Widened() | PeriodAt():
            return replace(node, operand=parts[0])
        case Logic():
            return replace(node, operands=parts)
        case InSet():
            return replace(node, operand=parts[0], items=parts[1:])
        case Like():
            return replace(node, operand=parts[0], pattern=parts[1])
        case Choice(whens=whens, otherwise=otherwise):
            pairs = tuple((parts[2 * i], parts[2 * i + 1]) for i in range(len(whens)))
            return replace(node, whens=pairs, otherwise=parts[-1] if otherwise is not None else None)
        case Apply():
            return replace(node, arguments=parts)
        case _:
            return node


def local(expression: Expression, zone: str) -> Expression:
    """A time as the clock of `zone` shows it: a timestamp without a zone of its own."""
    type = Type(Kind.TIMESTAMP, zone=zone)
    if expression.type.kind is Kind.DATE:
        return Apply("midnight", (expression,), type)
    if expression.type.kind is Kind.INSTANT:
        return Localize(expression, "", zone, type)
    if expression.type.kind is Kind.TIMESTAMP and expression.type.zone not in ("", zone):
        return Localize(expression, expression.type.zone, zone, type)
    return expression


def calendar_day(expression: Expression, zone: str) -> Expression:
    """The day on which a time lies, by the clock of `zone`."""
    if expression.type.kind is Kind.DATE:
        return expression
    return Truncate(local(expression, zone), Grain("day", "day"), t.DATE)


def walk(node: Expression) -> Iterator[Expression]:
    """A node and all below it, parents first."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        stack.extend(reversed(children(current)))


def looks_at_window(parts: Iterable[Expression | None]) -> bool:
    """Whether expressions over rows depend on the cell's window."""
    nodes = (node for part in parts if part is not None for node in walk(part))
    return any(isinstance(n, RowMetric) or (isinstance(n, Parameter) and n.name != "today") for n in nodes)


def transform(node: Expression, change: Callable[[Expression], Expression | None]) -> Expression:
    """The expression with every node for which `change` gives another one replaced by it, from the top down."""
    changed = change(node)
    if changed is not None:
        return changed
    below = children(node)
    parts = tuple(transform(child, change) for child in below)
    return node if all(a is b for a, b in zip(below, parts, strict=True)) else rebuild(node, parts)


def fields_in(node: Expression) -> Iterator[Column | Rate]:
    """The fields that an expression over a row names, and the exchange rates that it needs."""
    return (found for found in walk(node) if isinstance(found, Column | Rate))


def depth(node: Expression) -> int:
    """How many levels an expression has."""
    deepest, stack = 0, [(node, 1)]
    while stack:
        current, level = stack.pop()
        deepest = max(deepest, level)
        stack.extend((child, level + 1) for child in children(current))
    return deepest


def both(*conditions: Expression | None) -> Expression | None:
    """The conjunction of those that are there; None where there is none."""
    found: list[Expression] = []
    for condition in conditions:
        if isinstance(condition, Logic) and condition.operator == "and":
            found += condition.operands
        elif condition is not None:
            found.append(condition)
    return found[0] if len(found) == 1 else Logic("and", tuple(found)) if found else None
