"""Aggregates over the parts of a cell: `AGG(metric per X, month)`."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.check.aggregates import Check, function_of, measured, outcome, refuse_misplaced, wrong_count
from attain.check.draft import Draft
from attain.check.keys import resolve_key
from attain.check.scope import CellScope, Typed
from attain.check.tables_of import tables_of
from attain.model import expression as e
from attain.model import units as u
from attain.model.aggregate import Key, Nested
from attain.model.calendar import Grain
from attain.read import syntax as s
from attain.read.written import syntax_to_text


def check_nested(draft: Draft, node: s.Call, scope: CellScope, check: Check) -> Typed:
    """`AGG(metric per X, Y)`: for each member (or period) inside the cell, then aggregated."""
    refuse_misplaced(draft, node, rollup=False)
    if node.clauses.on is not None or (
        node.function in ("first", "last", "any", "every") and node.clauses.by is not None
    ):
        raise draft.fail(Problem("clause-not-here", "`on` has no meaning with `per`", node.span))
    ordered = len(node.clauses.per) == 1 and draft.calendar.grain(node.clauses.per[0].text) is not None
    if node.function in ("first", "last") and not ordered:
        problem = Problem("clause-not-here", f"`{node.function}` has no meaning with `per`", node.name)
        raise draft.fail(problem.hint("members have no order: write first(m per month), or max, min, avg, median"))
    inner = CellScope()
    needed = 2 if node.function in ("percentile", "corr") else 1
    if len(node.arguments) != needed:
        problem = wrong_count(node, needed)
        raise draft.fail(
            problem.hint("`per` stands last, once for all arguments: corr(a, b per month)" if needed == 2 else "")
        )
    nodes = node.arguments[:1] if node.function == "percentile" else node.arguments
    arguments = [check(draft, argument, inner) for argument in nodes]
    where = None
    if node.clauses.where is not None:
        from attain.check.sides import condition

        where = condition(draft, node.clauses.where, check(draft, node.clauses.where, inner))
    function, share = function_of(draft, node, arguments)
    function = "count" if function == "count_rows" else function
    tables = sorted({table for typed in arguments for table in tables_of(draft, typed.expression)}
                    | (tables_of(draft, where) if where is not None else set()))  # fmt: skip
    if not tables:
        raise draft.fail(Problem("wrong-arguments", "there is no metric in here", node.span))
    keys, grain = parts_of(draft, node, tables)
    type, unit = outcome(draft, node, function, arguments, tables[0])
    if function in ("count", "count_distinct"):
        unit = u.counted(
            keys[0].name.rpartition(".")[2].removesuffix("_id") if keys else grain.name if grain else "part"
        )
    values = tuple(measured(function, typed) for typed in arguments)
    nested = Nested(function, values, where, keys, grain, type, share, text=syntax_to_text(node), unit=unit)
    return Typed(e.AggregateValue(nested, type), unit)


def parts_of(draft: Draft, node: s.Call, tables: list[str]) -> tuple[tuple[Key, ...], Grain | None]:
    """The members and the grain that `per` names. A grain's name means the grain."""
    keys: list[Key] = []
    grain: Grain | None = None
    for name in node.clauses.per:
        found = draft.calendar.grain(name.text)
        if found is not None:
            if grain is not None:
                raise draft.fail(Problem("wrong-arguments", "one grain, not two, says which periods", name.span))
            grain = found
            continue
        key = resolve_key(draft, name, tables)
        if key.name in {k.name for k in keys}:
            raise draft.fail(Problem("wrong-arguments", f"`{key.name}` stands here twice", name.span))
        keys.append(key)
    return tuple(keys), grain
