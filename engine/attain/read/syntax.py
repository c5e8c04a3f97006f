"""Syntax trees of expressions: what was written, and where. One node a construct, nothing resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from attain.base.span import Span


@dataclass(frozen=True, slots=True)
class Word:
    """An identifier; `quoted` when it stood in double quotes."""

    text: str
    span: Span
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """`12`, `1_000.5`, `60%` (value 3/5, `percent`)."""

    value: Fraction
    text: str
    percent: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """`'text'`."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Truth:
    """`true`, `false`."""

    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Null:
    """`null`."""

    span: Span


@dataclass(frozen=True, slots=True)
class Day:
    """`date '2026-01-31'`."""

    value: date
    span: Span


@dataclass(frozen=True, slots=True)
class Duration:
    """`30 days`: an amount of a unit, the unit in the plural."""

    amount: Fraction
    unit: str
    span: Span


@dataclass(frozen=True, slots=True)
class Name:
    """`field`, `table.field`, `table.join.field`."""

    words: tuple[Word, ...]
    span: Span

    @property
    def text(self) -> str:
        """The name as written, without quotes."""
        return ".".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Minus:
    """`-x`."""

    operand: Syntax
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic and comparisons: `operator` is one of `+ - * / = != < <= > >=`."""

    operator: str
    left: Syntax
    right: Syntax
    span: Span


@dataclass(frozen=True, slots=True)
class Logic:
    """`a and b and c`, `a or b`."""

    operator: str
    operands: tuple[Syntax, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    """`not x`."""

    operand: Syntax
    span: Span


@dataclass(frozen=True, slots=True)
class InList:
    """`x [not] in (a, b)`."""

    operand: Syntax
    items: tuple[Syntax, ...]
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Between:
    """`x [not] between a and b`."""

    operand: Syntax
    low: Syntax
    high: Syntax
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Like:
    """`x [not] like pattern`."""

    operand: Syntax
    pattern: Syntax
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class IsNull:
    """`x is [not] null`."""

    operand: Syntax
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Case:
    """`case when c then v .. else e end`."""

    whens: tuple[tuple[Syntax, Syntax], ...]
    otherwise: Syntax | None
    span: Span


@dataclass(frozen=True, slots=True)
class Clauses:
    """What may stand behind the last argument of a call."""

    where: Syntax | None = None
    on: Name | None = None
    via: Name | None = None
    by: Name | None = None
    per: tuple[Name, ...] = ()
    over: tuple[Name, ...] = ()
    as_of: str = ""
    spans: dict[str, Span] = field(default_factory=dict, compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments clauses)`; `function` is in small letters."""

    function: str
    arguments: tuple[Syntax, ...]
    distinct: bool
    clauses: Clauses
    span: Span
    name: Span


@dataclass(frozen=True, slots=True)
class Narrow:
    """`(m where condition)`."""

    operand: Syntax
    condition: Syntax
    span: Span


Syntax = (
    Number | Text | Truth | Null | Day | Duration | Name | Minus | Binary | Logic | Not | InList | Between | Like
    | IsNull | Case | Call | Narrow
)  # fmt: skip


def children(node: Syntax) -> Iterator[Syntax]:
    """The expressions directly below one."""
    match node:
        case Minus(operand=x) | Not(operand=x) | IsNull(operand=x):
            yield x
        case Binary(left=left, right=right):
            yield from (left, right)
        case Logic(operands=operands):
            yield from operands
        case InList(operand=x, items=items):
            yield from (x, *items)
        case Between(operand=x, low=low, high=high):
            yield from (x, low, high)
        case Like(operand=x, pattern=pattern):
            yield from (x, pattern)
        case Case(whens=whens, otherwise=otherwise):
            for condition, value in whens:
                yield from (condition, value)
            if otherwise is not None:
                yield otherwise
        case Call(arguments=arguments, clauses=clauses):
            yield from arguments
            if clauses.where is not None:
                yield clauses.where
        case Narrow(operand=x, condition=condition):
            yield from (x, condition)
        case _:
            return
