"""Conditions that hold on the data: `revenue by month >= 0`. In: the text of a condition. Out: what is asked to find
the cells in which it does not hold.

A comparison with a missing side is false in the language; for a test it is neither true nor false. So a condition is
asked for as two, both without missing sides: where it is known to fail, and where it is known to hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from attain.base.problem import Problem
from attain.base.span import Span
from attain.check.draft import Failed
from attain.check.expressions import check_expression
from attain.check.query import draft_of
from attain.check.request import QueryRequest
from attain.check.scope import CellScope
from attain.check.sides import condition
from attain.model.semantic import SemanticModel
from attain.read import syntax as s
from attain.read.expressions import MAX_LENGTH, read_expression
from attain.read.text import ExpressionText, text_of_scalar
from attain.read.written import syntax_to_text
from attain.testing.definitions import Test

_NAME = r'(?:[A-Za-z_]\w*|"[^"]*")'
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"
_BY = re.compile(rf"\s+by\s+({_DOTTED}(?:\s*,\s*{_DOTTED})*)", re.IGNORECASE)
_LITERALS = (s.Number, s.Text, s.Truth, s.Null, s.Day, s.Duration)
_MOST_SHOWN = 6
_NOWHERE = Span.none()


@dataclass(frozen=True, slots=True)
class Asserted:
    """A condition as it is asked for: the query, whose last two columns are where it fails and where it holds."""

    request: QueryRequest
    shown: int  # columns of figures that are shown
    plain: QueryRequest  # the condition alone, as it is written: what is wrong with it is told of this


def read_condition(test: Test, model: SemanticModel) -> tuple[Asserted | None, list[Problem]]:
    """What a test that asserts asks for; None with the problems where its condition is wrong."""
    assert test.shape.holds is not None
    whole, problems = text_of_scalar(test.shape.holds)
    text, names, wrong = without_by(whole)
    if wrong is not None:
        return None, [wrong]
    request, more = cut_by(test, model, names)
    tree, unread = read_expression(text)
    problems += [*more, *unread]
    if tree is None:
        return None, problems
    draft = draft_of(model)
    try:
        condition(draft, tree, check_expression(draft, tree, CellScope()))
    except Failed:
        return None, [*problems, *draft.problems]
    figures = list(dict.fromkeys(map(syntax_to_text, operands(tree))))[:_MOST_SHOWN]
    asked = (*figures, syntax_to_text(fails(tree)), syntax_to_text(holds(tree)))
    plain = replace(request, metrics=(text.text,))
    return Asserted(replace(request, metrics=asked), len(figures), plain), [*problems, *draft.problems]


# -- `by` inside of a condition --------------------------------------------------------------------------------------
def without_by(whole: ExpressionText) -> tuple[ExpressionText, list[str], Problem | None]:
    """The condition with `by region, month` blanked out, and the names that stand there."""
    names: list[str] = []
    text = whole.text
    if len(text) > MAX_LENGTH:  # told where it is read
        return whole, names, None
    outside = outside_of(text)
    for match in list(_BY.finditer(text)):
        if not outside[match.start()]:
            continue
        if names:
            problem = Problem("test-form", "`by` stands here twice", whole.span(match.start(1), match.end(1)))
            return whole, names, problem.hint("all of a condition is looked at by the same: revenue >= costs by month")
        names = [name.strip() for name in match[1].split(",")]
        text = text[: match.start()] + " " * len(match[0]) + text[match.end() :]
    return replace(whole, text=text), names, None


def outside_of(text: str) -> list[bool]:
    """Of each place of an expression whether it is inside of no quotes and no parentheses."""
    depth, quote = 0, ""
    found: list[bool] = []
    for character in text:
        found.append(not quote and depth == 0)
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        else:
            depth += (character == "(") - (character == ")")
    return found


def cut_by(test: Test, model: SemanticModel, names: list[str]) -> tuple[QueryRequest, list[Problem]]:
    """What is asked for, cut by the names that stand in the condition: dimensions, and one grain."""
    request = test.request
    if not names:
        return request, []
    assert test.shape.holds is not None
    if request.by or request.grain:
        problem = Problem("test-form", "`by` stands in the condition and in `when:`", test.shape.holds.span)
        return request, [problem.hint("write all of it in one of them")]
    known = model.calendar.grain_names()
    grains = [name for name in names if name in known]
    if len(grains) > 1:
        problem = Problem("test-form", f"two grains: `{grains[0]}` and `{grains[1]}`", test.shape.holds.span)
        return request, [problem.hint("a condition is looked at in periods of one length")]
    by = tuple(name for name in names if name not in known)
    return replace(request, by=by, grain=grains[0] if grains else ""), []


# -- missing values --------------------------------------------------------------------------------------------------
def fails(node: s.Syntax) -> s.Syntax:
    """Where a condition is known not to hold."""
    if isinstance(node, s.Logic):
        return s.Logic("or" if node.operator == "and" else "and", tuple(map(fails, node.operands)), _NOWHERE)
    if isinstance(node, s.Not):
        return holds(node.operand)
    return all_of(*present(node), s.Not(node, _NOWHERE))


def holds(node: s.Syntax) -> s.Syntax:
    """Where a condition is known to hold."""
    if isinstance(node, s.Logic):
        return s.Logic(node.operator, tuple(map(holds, node.operands)), _NOWHERE)
    if isinstance(node, s.Not):
        return fails(node.operand)
    return all_of(*present(node), node)


def all_of(*nodes: s.Syntax) -> s.Syntax:
    """The conjunction of conditions."""
    return nodes[0] if len(nodes) == 1 else s.Logic("and", nodes, _NOWHERE)


def sides(node: s.Syntax) -> tuple[s.Syntax, ...]:
    """What is compared in a condition that is no `and`, `or`, `not`."""
    match node:
        case s.Binary(left=left, right=right):
            return (left, right)
        case s.InList(operand=operand, items=items):
            return (operand, *items)
        case s.Between(operand=operand, low=low, high=high):
            return (operand, low, high)
        case s.Like(operand=operand, pattern=pattern):
            return (operand, pattern)
        case s.IsNull(operand=operand):
            return (operand,)
        case _:
            return (node,)


def present(node: s.Syntax) -> list[s.Syntax]:
    """That nothing is missing that a condition compares; whether something is missing is always known."""
    if isinstance(node, s.IsNull):
        return []
    return [s.IsNull(side, True, _NOWHERE) for side in sides(node) if not is_literal(side)]


def is_literal(node: s.Syntax) -> bool:
    """Whether it is written down: a number, a text, a day; also a negative number."""
    return isinstance(node, _LITERALS) or (isinstance(node, s.Minus) and is_literal(node.operand))


def operands(node: s.Syntax) -> list[s.Syntax]:
    """The figures that a condition is about, in the order written."""
    if isinstance(node, s.Logic):
        return [found for part in node.operands for found in operands(part)]
    if isinstance(node, s.Not):
        return operands(node.operand)
    return [side for side in sides(node) if not is_literal(side)]
