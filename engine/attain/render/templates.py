"""Operations as a dialect writes them: its templates, parsed by sqlglot, with arguments put in their places."""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.dialect import Dialect

PLACES = "abcdefgh"


class Unsupported(Exception):
    """An operation that the dialect cannot say; `problem` tells the user."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@lru_cache(maxsize=2048)
def _parsed(text: str, dialect: str) -> exp.Expr:
    return sqlglot.parse_one(text, read=dialect or None)


def say(dialect: Dialect, operation: str, *arguments: exp.Expr) -> exp.Expr:
    """An operation over arguments, in the dialect's words. Raises `Unsupported`."""
    template = dialect.templates.get(operation)
    if template is None:
        reason = dialect.unsupported.get(operation, f"{dialect.name} has no way to say `{operation}`")
        problem = Problem("unsupported-in-dialect", f"`{operation}` cannot be compiled for {dialect.name}", Span.none())
        raise Unsupported(problem.hint(reason))
    tree = _parsed(*template).copy()
    places = {f"_{letter}": argument for letter, argument in zip(PLACES, arguments, strict=False)}

    def put(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and not node.table and node.name in places:
            argument = places[node.name].copy()
            return enclosed(argument) if binds(node.parent) else argument
        return node

    return tree.transform(put, copy=False)


def binds(parent: exp.Expr | None) -> bool:
    """Whether an argument below this node needs parentheses around operators."""
    return isinstance(parent, exp.Binary | exp.Unary | exp.AtTimeZone | exp.Collate | exp.Bracket | exp.Escape | exp.Is)


def enclosed(node: exp.Expr) -> exp.Expr:
    """The node, in parentheses where an operator around it could take it apart."""
    loose = (exp.Binary, exp.Unary, exp.Between, exp.In, exp.AtTimeZone, exp.Is, exp.Like)
    if isinstance(node, loose) and not isinstance(node, exp.Paren | exp.Dot | exp.Bracket):
        return exp.Paren(this=node)
    return node
