"""Operators on metrics: those that move a window (prior, growth, rolling, to_date, running), and those that change a
slice (`(m where ..)`, `all(m)`)."""

from __future__ import annotations

from fractions import Fraction

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.aggregates import Check
from attain.check.convert import as_number
from attain.check.draft import Draft
from attain.check.keys import resolve_key
from attain.check.scope import CellScope, KeyScope, RowScope, Scope, Typed
from attain.check.sides import condition, require_number
from attain.check.tables_of import tables_of
from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.aggregate import Filter, WindowOperator
from attain.read import syntax as s
from attain.read.written import syntax_to_text

#: name: (fewest arguments, most arguments, how to write it)
FORMS = {
    "prior": (1, 2, "prior(revenue, 1 year), or prior(revenue): one period of the grain asked for"),
    "growth": (1, 2, "growth(revenue, 1 year), or growth(revenue): over one period of the grain asked for"),
    "rolling": (2, 2, "rolling(revenue, 3 months)"),
    "to_date": (2, 2, "to_date(revenue, year)"),
    "running": (1, 1, "running(revenue)"),
    "all": (1, 1, "all(revenue), or all(revenue over region)"),
}
#: How many `growth` may stand inside each other: each takes its metric twice.
MOST_GROWTHS = 5
#: Months in the units of length that follow the calendar.
MONTHS = {"months": 1, "quarters": 3, "years": 12}


def is_operator(function: str) -> bool:
    """Whether a call takes a metric in another window or slice."""
    return function in FORMS


def check_operator(draft: Draft, node: s.Call, scope: Scope, check: Check) -> Typed:
    """A call of an operator on a metric."""
    if not isinstance(scope, CellScope):
        raise draft.fail(misplaced(node, scope))
    refuse_clauses(draft, node)
    fewest, most, form = FORMS[node.function]
    if not fewest <= len(node.arguments) <= most or node.distinct:
        few = f"{fewest}" if fewest == most else f"{fewest} or {most}"
        message = f"`{node.function}` takes {few}, not {len(node.arguments)}, arguments"
        raise draft.fail(Problem("wrong-arguments", message, node.span).hint(f"write {form}"))
    operand = check(draft, node.arguments[0], scope)
    if node.function == "all":
        return widened(draft, node, operand)
    require_metric(draft, node, operand)
    operator = operator_of(draft, node)
    if node.function == "growth":
        return growth(draft, node, operand, operator)
    return Typed(e.Moved(operand.expression, operator, operand.type), stripped(operand.unit))


def misplaced(node: s.Call, scope: Scope) -> Problem:
    """An operator inside an aggregate, or in a condition over dimensions."""
    if isinstance(scope, RowScope):
        message = f"`{node.function}` belongs around a metric, not inside an aggregate"
        problem = Problem("metric-operator-in-row", message, node.name)
        return problem.hint(f"define a metric first, then write {FORMS[node.function][2].partition(', or')[0]}")
    message = f"`{node.function}` has no meaning in a condition over dimensions"
    problem = Problem("clause-not-here", message, node.name)
    return problem.hint("a condition over metrics is --having")


def refuse_clauses(draft: Draft, node: s.Call) -> None:
    """An operator takes no clauses of aggregates; only `all` takes `over`."""
    for clause, span in node.clauses.spans.items():
        if clause == "over" and node.function == "all":
            continue
        word = clause.replace("_", " ")
        problem = Problem("clause-not-here", f"`{word}` has no meaning in `{node.function}`", span)
        if clause == "where":
            problem = problem.hint("narrow the metric in its own parentheses: prior((revenue where channel = 'web'))")
        raise draft.fail(problem)


def require_metric(draft: Draft, node: s.Call, operand: Typed) -> None:
    """What is moved aggregates something."""
    if not tables_of(draft, operand.expression):
        problem = Problem("wrong-arguments", f"there is no metric in this `{node.function}`", node.arguments[0].span)
        raise draft.fail(problem.hint(f"write {FORMS[node.function][2]}"))


def stripped(unit: u.Unit) -> u.Unit:
    """A unit that is no longer that of a number written down."""
    return u.Unit(unit.factors, unit.shown)


def growths_in(node: s.Syntax) -> int:
    """How many `growth` stand inside each other, at most."""
    inside = max((growths_in(child) for child in s.children(node)), default=0)
    return inside + (isinstance(node, s.Call) and node.function == "growth")


def growth(draft: Draft, node: s.Call, operand: Typed, operator: WindowOperator) -> Typed:
    """`m / prior(m) - 1`, a percent."""
    require_number(draft, operand, node.arguments[0], "growth")
    if growths_in(node) > MOST_GROWTHS:
        problem = Problem("expression-too-deep", f"`growth` stands in itself more than {MOST_GROWTHS} times", node.name)
        raise draft.fail(problem.hint("each doubles what is computed; give the inner ones names, as metrics"))
    value = as_number(operand)
    before = e.Moved(value, operator, value.type)
    share = e.Arithmetic("/", value, before, t.FLOAT)
    return Typed(e.Arithmetic("-", share, e.Literal(Fraction(1), t.INTEGER), t.FLOAT), u.PERCENT)


# -- how far -----------------------------------------------------------------------------------------------------------
def operator_of(draft: Draft, node: s.Call) -> WindowOperator:
    """What a call does to the window."""
    if node.function == "to_date":
        return to_date(draft, node)
    name = "prior" if node.function == "growth" else node.function
    if len(node.arguments) == 1:
        return WindowOperator(name)
    length = node.arguments[1]
    if not isinstance(length, s.Duration):
        raise draft.fail(no_length(draft, node, length))
    if length.amount <= 0:
        raise draft.fail(Problem("wrong-arguments", f"`{node.function}` needs a length above zero", length.span))
    if length.unit in MONTHS:
        months = length.amount * MONTHS[length.unit]
        if months.denominator != 1:
            raise draft.fail(
                Problem("duration-form", "months are whole", length.span).hint("write 30 days, or 1 month")
            )
        return WindowOperator(name, months=int(months))
    return WindowOperator(name, microseconds=round(length.amount * t.ELAPSED[length.unit]))


def no_length(draft: Draft, node: s.Call, length: s.Syntax) -> Problem:
    """Something else where a length of time is written down: a number alone, a grain, a negative length."""
    called = f"{node.function}({syntax_to_text(node.arguments[0])}, "
    if isinstance(length, s.Minus) and isinstance(length.operand, s.Duration):
        message = f"`{node.function}` goes back already: its length has no minus"
        problem = Problem("wrong-arguments", message, length.span)
        return problem.hint(f"write {called}{syntax_to_text(length.operand)}); nothing looks ahead")
    if isinstance(length, s.Number) and not length.percent:
        amount = f"{length.text} month{'' if length.value == 1 else 's'}"
        message = f"`{node.function}` needs a duration, such as `{amount}`"
        return Problem("wrong-arguments", message, length.span).hint(f"write {called}{amount})")
    example = "1 year" if node.function != "rolling" else "3 months"
    if isinstance(length, s.Name) and draft.calendar.grain(length.text) is not None:
        example = f"1 {length.text}"
    message = f"`{node.function}` needs a duration that is written down, such as `{example}`"
    return Problem("wrong-arguments", message, length.span).hint(f"write {called}{example})")


def to_date(draft: Draft, node: s.Call) -> WindowOperator:
    """`to_date(m, year)`: any grain."""
    place = node.arguments[1]
    grain = draft.calendar.grain(place.text) if isinstance(place, s.Name) else None
    if grain is None:
        known = draft.calendar.grain_names()
        label = did_you_mean(place.text, known) if isinstance(place, s.Name) else ""
        problem = Problem("unknown-grain", "`to_date` needs the grain that the window begins with", place.span, label)
        raise draft.fail(problem.hint(f"write {FORMS['to_date'][2]}; grains: {', '.join(known)}"))
    return WindowOperator("to_date", grain=grain)


# -- slices ------------------------------------------------------------------------------------------------------------
def widened(draft: Draft, node: s.Call, operand: Typed) -> Typed:
    """`all(m)`, `all(m over region)`: without keys asked for."""
    require_metric(draft, node, operand)
    tables = sorted(tables_of(draft, operand.expression))
    over = tuple(dict.fromkeys(resolve_key(draft, name, tables).name for name in node.clauses.over))
    return Typed(e.Widened(operand.expression, over, operand.type), stripped(operand.unit))


def check_narrowed(draft: Draft, node: s.Narrow, scope: Scope, check: Check) -> Typed:
    """`(m where condition)`: the condition is over dimensions that every table of the metric reaches."""
    if not isinstance(scope, CellScope):
        problem = Problem("metric-operator-in-row", "`(.. where ..)` narrows a metric", node.span)
        raise draft.fail(problem.hint("inside an aggregate a condition stands behind the last argument, once"))
    operand = check(draft, node.operand, scope)
    tables = sorted(tables_of(draft, operand.expression))
    if not tables:
        problem = Problem("wrong-arguments", "there is no metric in front of this `where`", node.operand.span)
        raise draft.fail(problem.hint("write (revenue where channel = 'web')"))
    keys = KeyScope(tuple(tables))
    typed = check(draft, node.condition, keys)
    text = syntax_to_text(node.condition)
    narrow = Filter(condition(draft, node.condition, typed), tuple(keys.found.values()), text)
    return Typed(e.Narrowed(operand.expression, narrow, operand.type), stripped(operand.unit))
