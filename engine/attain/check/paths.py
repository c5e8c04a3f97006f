"""Chains of joins between tables: none, one, or several (language.md, section 5)."""

from __future__ import annotations

from attain.base.suggest import listed
from attain.check.draft import Draft

MAX_CHAINS = 50
MAX_STEPS = 20_000
MAX_LENGTH = 8


def chains_between(draft: Draft, start: str, target: str) -> list[tuple[str, ...]]:
    """All chains of joins from `start` to `target`, shortest first, none passing a join twice. () is the table itself.
    Cut off at MAX_CHAINS: more than one is ambiguous anyway."""
    known = draft.paths.get((start, target))
    if known is not None:
        return known
    found: list[tuple[str, ...]] = [()] if start == target else []
    queue: list[tuple[str, tuple[str, ...], frozenset[tuple[str, str]]]] = [(start, (), frozenset())]
    steps = 0
    while queue and len(found) < MAX_CHAINS and steps < MAX_STEPS:
        table, chain, passed = queue.pop(0)
        for name, join in draft.tables[table].joins.items():
            steps += 1
            if (table, name) in passed or join.to not in draft.tables or len(chain) >= MAX_LENGTH:
                continue
            longer = (*chain, name)
            if join.to == target:
                found.append(longer)
            queue.append((join.to, longer, passed | {(table, name)}))
    draft.paths[start, target] = found
    return found


def chosen(chains: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    """The chain that is used: the table itself, the only one, or the only one of a single join; None where there is
    none or where several remain."""
    if not chains:
        return None
    if chains[0] == () or len(chains) == 1:
        return chains[0]
    direct = [chain for chain in chains if len(chain) == 1]
    return direct[0] if len(direct) == 1 else None


def reason(chains: list[tuple[str, ...]], chain: tuple[str, ...]) -> str:
    """Why that chain was used, for `show` and `--plan`."""
    if not chain:
        return "its own column"
    return "the only path" if len(chains) == 1 else "the only single join"


def end_of(draft: Draft, table: str, chain: tuple[str, ...]) -> str:
    """The table that a chain of joins from `table` leads to."""
    for name in chain:
        table = draft.tables[table].joins[name].to
    return table


def describe_chains(chains: list[tuple[str, ...]], most: int = 5) -> str:
    """`owner`, `sdr` and `owner.manager`: the chains as people write them."""
    shown = listed(".".join(chain) for chain in chains[:most])
    return f"{shown} and {len(chains) - most} more" if len(chains) > most else shown
