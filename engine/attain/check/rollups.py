"""Roll-ups: fields of a parent that aggregate its children."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.check.aggregates import Check, over_rows, table_of
from attain.check.draft import Draft
from attain.check.paths import chains_between, chosen, describe_chains
from attain.check.scope import RowScope
from attain.model import units as u
from attain.model.aggregate import Rollup
from attain.read import syntax as s


def check_rollup(draft: Draft, table: str, name: str, node: s.Call, check: Check) -> tuple[Rollup, u.Unit]:
    """A field of `table` that aggregates its children."""
    if node.clauses.per:
        raise draft.fail(Problem("clause-not-here", "`per` belongs to metrics", node.clauses.spans["per"]))
    child = table_of(draft, node)
    found = [chain for chain in chains_between(draft, child, table) if chain]
    chain = chosen_child(draft, table, child, node, found)
    if not draft.tables[table].key:
        problem = Problem("key-missing", f"children find a row of `{table}` by its key, and it has none", node.span)
        raise draft.fail(problem.hint(f"declare the `key:` of `{table}`"))
    aggregate, unit = over_rows(draft, node, RowScope(child, parent=chain), check, rollup=True)
    return Rollup(aggregate, chain), unit


def chosen_child(draft: Draft, table: str, child: str, node: s.Call, found: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The chain from the child to its parent: by `via`, or the only one."""
    via = node.clauses.via
    if via is not None:
        asked = tuple(word.text for word in via.words)
        if asked in found:
            return asked
        problem = Problem("unknown-join", f"`{via.text}` is no chain of joins from `{child}` to `{table}`", via.span)
        raise draft.fail(
            problem.hint(f"chains: {describe_chains(found)}" if found else f"`{child}` has no join to `{table}`")
        )
    chain = chosen(found)
    if chain is not None:
        return chain
    if not found:
        problem = Problem("no-join-path", f"`{child}` has no chain of joins to `{table}`", node.span)
        raise draft.fail(problem.hint(f"a roll-up aggregates children: declare a join of `{child}` to `{table}`"))
    message = f"`{child}` reaches `{table}` in several ways: {describe_chains(found)}"
    problem = Problem("ambiguous-join-path", message, node.span)
    raise draft.fail(problem.hint(f"say which: {node.function}(.. via {'.'.join(found[0])})"))
