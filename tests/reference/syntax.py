"""Syntax trees of expressions (language.md, section 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

AGGREGATES = frozenset(
    "count sum avg min max median percentile stddev variance any every first last corr approx_count_distinct".split()
)


@dataclass(frozen=True)
class Literal:
    """A number, a text, a boolean, null, a date or a duration."""

    value: object


@dataclass(frozen=True)
class Name:
    """`field`, `join.field`, `table.join.field`, a metric, a dimension, a grain."""

    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """The name as it is written."""
        return ".".join(self.parts)


@dataclass(frozen=True)
class Unary:
    """`-x` or `not x`."""

    operator: str
    operand: Node


@dataclass(frozen=True)
class Binary:
    """Arithmetic, a comparison, `and`, `or`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class In:
    """`x in (a, b)`."""

    operand: Node
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Between:
    """`x between low and high`, both ends included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class IsNull:
    """`x is null`."""

    operand: Node


@dataclass(frozen=True)
class Case:
    """`case when c then v .. else e end`."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(frozen=True)
class Call:
    """A function, an aggregate with its clauses, or a time or slice operator."""

    function: str
    args: tuple[Node, ...]
    distinct: bool = False
    via: tuple[str, ...] | None = None
    where: Node | None = None
    on: Name | None = None
    as_of: str | None = None
    by: Name | None = None
    per: tuple[Name, ...] = ()
    over: tuple[Name, ...] = ()


@dataclass(frozen=True)
class Slice:
    """`(metric where condition)`."""

    metric: Node
    condition: Node


Node = Literal | Name | Unary | Binary | In | Between | IsNull | Case | Call | Slice


def walk(node: object) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    elif isinstance(node, Node):
        yield node
        for field in fields(node):
            yield from walk(getattr(node, field.name))
