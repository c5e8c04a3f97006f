"""How a unit and an additivity came about: an expression taken apart, each part with what it is and why."""

from __future__ import annotations

from collections.abc import Iterator

from attain.check.additivity import Verdict, verdict
from attain.check.aggregates import is_aggregate, table_of
from attain.check.draft import Draft, Failed, NeedsFirst
from attain.check.expressions import check_expression
from attain.check.names import field_at
from attain.check.query import draft_of
from attain.check.scope import CellScope, RowScope, Scope, Typed
from attain.check.units import shortened
from attain.model import units as u
from attain.model.explanation import Explanation, Part
from attain.model.semantic import Field, Metric, SemanticModel
from attain.read import syntax as s
from attain.read.expressions import read_expression
from attain.read.text import text_of_argument
from attain.read.written import operands, syntax_to_text

MOST_PARTS = 40
WRITTEN = "a number takes the unit of what it meets"
SHARE = "a percentage as written"
LENGTH = "a length written down"
VALUES = "the unit of its values"
#: Functions whose value is in the unit of some of their arguments: where these begin and how many there are.
KEEP = {
    "if": slice(1, 3), "coalesce": slice(None), "nullif": slice(1), "least": slice(None), "greatest": slice(None),
    "abs": slice(1), "round": slice(1), "floor": slice(1), "ceil": slice(1), "mod": slice(1), "prior": slice(1),
    "rolling": slice(1), "to_date": slice(1), "running": slice(1), "all": slice(1), "target": slice(1),
}  # fmt: skip
#: Functions whose value has a unit of its own, or is made of their argument's.
MADE = {
    "sqrt": "the root of it", "power": "a power of it", "ln": "a logarithm is a plain number",
    "days": "a duration as a plain number", "hours": "a duration as a plain number",
    "minutes": "a duration as a plain number", "business_days": "working days", "months": "whole months",
    "business_hours": "working hours", "growth": "a share of what it was before", "attainment": "a share of the target",
    "convert": "an amount in another currency", "corr": "a correlation is a plain number",
}  # fmt: skip


def explain_metric(model: SemanticModel, metric: Metric) -> Explanation:
    """The parts of a metric of a checked model, its inferred unit, and why its additivity is what it is."""
    draft = draft_of(model)
    tree, _ = read_expression(text_of_argument("expression", metric.text))
    typed = typed_of(draft, tree, CellScope()) if tree is not None else None
    if tree is None or typed is None:
        return Explanation((), str(metric.unit), metric.additivity, "")
    parts = list(parts_of(draft, tree, CellScope()))
    unit = u.Unit(typed.unit.factors, typed.unit.shown)
    because = verdict(draft, typed.expression).because
    return Explanation(tuple(parts[:MOST_PARTS]), str(unit), metric.additivity, because, len(parts[MOST_PARTS:]))


def parts_of(draft: Draft, tree: s.Syntax, scope: Scope, level: int = 0) -> Iterator[Part]:
    """The parts of an expression: the operands of a sum or a product side by side, what they are made of below."""
    for joint, node, text in operands(tree):
        if isinstance(node, s.Duration):
            yield Part(level, joint, text, node.unit, LENGTH)
            continue
        typed = typed_of(draft, node, scope)
        if typed is None:
            continue
        unit = str(u.Unit(typed.unit.factors, typed.unit.shown))
        if typed.unit.literal:
            yield Part(level, joint, text, unit, SHARE if typed.unit.shown == "percent" else WRITTEN)
            continue
        added = verdict(draft, typed.expression) if isinstance(scope, CellScope) else Verdict("", "")
        because = "" if isinstance(node, s.Name) else added.because
        yield Part(level, joint, text, unit, origin(draft, node, scope), added.value, because)
        for inner, where in below(draft, node, scope):
            yield from parts_of(draft, inner, where, level + 1)


def typed_of(draft: Draft, node: s.Syntax, scope: Scope) -> Typed | None:
    """A part that was checked before, again, without telling its warnings twice; None where it has no value."""
    said = len(draft.problems)
    try:
        return check_expression(draft, node, scope)
    except (Failed, NeedsFirst):
        return None
    finally:
        del draft.problems[said:]


def below(draft: Draft, node: s.Syntax, scope: Scope) -> list[tuple[s.Syntax, Scope]]:
    """What a part is made of, where that is more than a name."""
    match node:
        case s.Binary(operator=operator) if operator in "+-*/":
            return [(node, scope)]
        case s.Minus(operand=inner) | s.Narrow(operand=inner):
            found, where = [inner], scope
        case s.Case(whens=whens, otherwise=otherwise):
            found, where = [value for _, value in whens], scope
            found += [otherwise] if otherwise is not None else []
            return [(x, where) for x in found]
        case s.Call(function=function, arguments=arguments) if is_aggregate(function):
            found, where = list(arguments[: 2 if function == "corr" else 1]), inside(draft, node)
        case s.Call(function=function, arguments=arguments) if function in KEEP:
            found, where = list(arguments[KEEP[function]]), scope
        case s.Call(function=function, arguments=arguments) if function in MADE:
            found, where = list(arguments[:1]), scope
        case _:
            return []
    return [(x, where) for x in found if len(found) > 1 or not isinstance(x, s.Name)]


def inside(draft: Draft, node: s.Call) -> Scope:
    """Where the arguments of an aggregate stand."""
    return CellScope() if node.clauses.per else RowScope(table_of(draft, node))


# -- where a unit comes from -----------------------------------------------------------------------------------------
def origin(draft: Draft, node: s.Syntax, scope: Scope) -> str:
    """Why a part has its unit, in a few words; empty where the parts below it say so."""
    match node:
        case s.Name():
            return origin_of_name(draft, node, scope)
        case s.Call(function="count"):
            return origin_of_count(draft, node)
        case s.Call(function="approx_count_distinct"):
            return "so many distinct values"
        case s.Call(function="variance", arguments=(first, *_)):
            return f"the square of the unit of {named(draft, node, first)}"
        case s.Call(function=function) if function in MADE:
            return MADE[function]
        case s.Call(function=function, arguments=(first, *_)) if is_aggregate(function):
            return f"the unit of {named(draft, node, first)}"
        case s.Call(function=function, arguments=arguments) if function in KEEP:
            first = arguments[KEEP[function]][0]
            return VALUES if len(arguments[KEEP[function]]) > 1 else kept(draft, first, scope)
        case s.Narrow(operand=operand) | s.Minus(operand=operand):
            return kept(draft, operand, scope)
        case s.Case():
            return VALUES
        case _:
            return ""


def kept(draft: Draft, node: s.Syntax, scope: Scope) -> str:
    """The unit of what stands inside, which is told here if it is a name."""
    return f"the unit of {node.text}, {origin_of_name(draft, node, scope)}" if isinstance(node, s.Name) else ""


def named(draft: Draft, node: s.Call, first: s.Syntax) -> str:
    """The argument of an aggregate, with where its unit comes from."""
    text = syntax_to_text(first)
    return f"{text}, {origin_of_name(draft, first, inside(draft, node))}" if isinstance(first, s.Name) else text


def origin_of_name(draft: Draft, name: s.Name, scope: Scope) -> str:
    """What a metric or a derived field is; a column's unit is declared."""
    field = field_of(draft, name, scope)
    if field is None:
        metric = draft.metrics.get(name.text)
        return f"which is {one_line(metric.text)}" if metric is not None else "a constant"
    if not field.is_physical:
        return f"which is {one_line(field.text)}"
    if field.unit.is_plain and field.unit.shown == "number":
        return "a column without a unit"
    return f"a column of type {field.type}" if field.unit.is_word else "declared so"


def one_line(text: str) -> str:
    """An expression as it stands in the definitions, on one line."""
    tree, _ = read_expression(text_of_argument("expression", text))
    return shortened(syntax_to_text(tree) if tree is not None else " ".join(text.split()))


def field_of(draft: Draft, name: s.Name, scope: Scope) -> Field | None:
    """The field that a name stands for in a row; None where it is a metric or a constant."""
    if not isinstance(scope, RowScope):
        return None
    words = name.words[1:] if len(name.words) > 1 and name.words[0].text == scope.table else name.words
    if len(words) == 1 and words[0].text not in draft.tables[scope.table].field_names:
        return None
    from attain.check.paths import end_of
    from attain.model.expression import Column

    column = field_at(draft, scope.table, (), words).expression
    assert isinstance(column, Column)
    return draft.fields.get((end_of(draft, scope.table, column.path), column.name))


def origin_of_count(draft: Draft, node: s.Call) -> str:
    """A count is in what it counts."""
    if node.clauses.per:
        return "so many parts of the cell"
    table = table_of(draft, node)
    return f"a count of distinct {syntax_to_text(node.arguments[0])}" if node.distinct else f"a count of {table}"
