"""What a change of definitions means: for people, for a pull request, and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from attain.base.span import Span
from attain.model.difference import DataComparison
from attain.report.machine import json_text
from attain.report.text import count_of, escape_text

KINDS = ("metric", "dimension", "table", "target", "alert")
#: From the one that matters most.
ORDER = ("removed", "meaning", "inherited", "interface", "renamed", "added", "equivalent", "cosmetic", "unchanged")
#: Of what is built on a definition so many are named; JSON has all.
MOST_NAMED = 12


class Change(Protocol):
    """What became of one definition (attain.compare.classify.Change)."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def cls(self) -> str: ...
    @property
    def sentence(self) -> str: ...
    @property
    def because(self) -> tuple[str, ...]: ...
    @property
    def was(self) -> str: ...
    @property
    def breaking(self) -> bool: ...
    @property
    def owner(self) -> str: ...
    @property
    def affects(self) -> tuple[str, ...]: ...
    @property
    def owners(self) -> tuple[str, ...]: ...
    @property
    def base(self) -> str: ...
    @property
    def head(self) -> str: ...
    @property
    def span(self) -> Span: ...


def in_report_order(changes: Sequence[Change]) -> list[Change]:
    """What matters most first."""
    return sorted(changes, key=lambda c: (KINDS.index(c.kind), ORDER.index(c.cls), c.name))


def changes_to_text(changes: Sequence[Change], accepted: frozenset[str] = frozenset()) -> str:
    """A block for each definition that is not what it was, then how many of each class there are."""
    shown = [change for change in in_report_order(changes) if change.cls != "unchanged"]
    blocks = ["\n".join(lines_of(change, accepted)) for change in shown]
    return "\n\n".join([*blocks, summary(changes)]) + "\n"


def lines_of(change: Change, accepted: frozenset[str]) -> list[str]:
    """The lines of one change."""
    marks = [
        change.cls,
        *(["breaking"] if change.breaking else []),
        *(["agreed"] if f"{change.kind} {change.name}" in accepted else []),
    ]
    lines = [f"{change.kind} {change.name}: {', '.join(marks)}"]
    lines += [f"  {change.sentence}"] if change.sentence else []
    lines += [f"  because {cause}" for cause in change.because]
    lines += [f"  {words}" for words in for_whom(change)]
    return [escape_text(line) for line in lines]


def for_whom(change: Change) -> list[str]:
    """Who has to know of a change: what is built on it, its owner, and the owners of all that."""
    found: list[str] = []
    if change.affects and change.cls in ("removed", "meaning", "inherited", "interface", "renamed"):
        more = len(change.affects) - MOST_NAMED
        named = ", ".join(change.affects[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        found.append(f"used by {named}")
    found += [f"owner {change.owner}"] if change.owner else []
    others = [owner for owner in change.owners if owner != change.owner]
    return found + ([f"concerns {', '.join(others)}"] if others and found and change.cls != "cosmetic" else [])


def summary(changes: Sequence[Change]) -> str:
    """`18 metrics: 1 meaning, 2 inherited, 15 unchanged; 3 dimensions: unchanged`"""
    parts: list[str] = []
    for kind in KINDS:
        own = [change.cls for change in changes if change.kind == kind]
        if not own:
            continue
        counts = [f"{own.count(cls)} {cls}" for cls in ORDER if cls in own]
        said = "unchanged" if counts == [f"{len(own)} unchanged"] else ", ".join(counts)
        parts.append(f"{count_of(len(own), kind)}: {said}")
    return "; ".join(parts) if parts else "nothing is defined on either side"


def changes_to_json(
    changes: Sequence[Change], accepted: frozenset[str] = frozenset(), data: DataComparison | None = None
) -> str:
    """One object: `metrics`, `dimensions`, `tables`, `targets`, `alerts`, each a list of records; `data` where figures
    were compared."""
    found: dict[str, Any] = {}
    for kind in KINDS:
        found[f"{kind}s"] = [record_of(c, accepted) for c in sorted(changes, key=lambda c: c.name) if c.kind == kind]
    if data is not None:
        from attain.report.movement_records import data_record

        found["data"] = data_record(data)
    return json_text(found, 2) + "\n"


def record_of(change: Change, accepted: frozenset[str]) -> dict[str, Any]:
    """One change as a record of plain values."""
    record: dict[str, Any] = {
        "name": change.name, "class": change.cls, "breaking": change.breaking, "sentence": change.sentence,
        "because": list(change.because), "affects": list(change.affects), "owner": change.owner,
        "owners": list(change.owners),
        "base": change.base, "head": change.head,
    }  # fmt: skip
    if change.was:
        record["was"] = change.was
    if change.span.line:
        record |= {"file": change.span.file, "line": change.span.line}
    if f"{change.kind} {change.name}" in accepted:
        record["accepted"] = True
    return record


__all__ = ["changes_to_json", "changes_to_text", "for_whom", "in_report_order", "summary"]
