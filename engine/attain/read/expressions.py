"""The text of an expression to its syntax tree."""

from __future__ import annotations

import re
from datetime import date

from attain.base.problem import Problem
from attain.base.span import Span
from attain.read import syntax as s
from attain.read.text import ExpressionText

RESERVED = frozenset("null true false where and or not in is like between case distinct".split())
UNITS = ("seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years")
MAX_NESTING = 100
MAX_LENGTH = 20_000


#: Trees that were read already, by the text they stand in and where.
_KNOWN: dict[tuple[int, int, str], tuple[ExpressionText, s.Syntax]] = {}
_MOST_KNOWN = 50_000


def read_expression(text: ExpressionText) -> tuple[s.Syntax | None, list[Problem]]:
    """One expression as a tree, or the problems that keep it from being one."""
    key = (id(text.lines), text.start, text.text)
    known = _KNOWN.get(key)
    if known is not None and known[0].lines is text.lines:
        return known[1], []
    from attain.read.grammar import parse_expression

    tree, problems = parse_expression(text)
    if tree is not None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = (text, tree)
    return tree, problems


def too_deep(tree: s.Syntax) -> Span | None:
    stack = [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        if depth > MAX_NESTING:
            return node.span
        stack.extend((child, depth + 1) for child in s.children(node))
    return None


def nested(span: Span) -> Problem:
    message = f"this expression is nested more than {MAX_NESTING} levels deep"
    return Problem("expression-too-deep", message, span).hint("give its parts names of their own")


def read_day(text: str) -> date | None:
    """The day that `2026-01-31` names, or None."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
