"""Two checked models in, what became of every metric, dimension, table, target and alert out.

The classes are those of language.md, section 9. Equality of values is claimed only where the normal forms are equal;
whatever is not proven equal has changed its meaning.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from attain.base.span import Span
from attain.compare.causes import Causes
from attain.compare.graph import Graph, Node
from attain.compare.meaning import Meaning, Meanings
from attain.compare.sentences import became, edit_to_sentence
from attain.model.alert import Alert
from attain.model.semantic import Dimension, Metric, SemanticModel, Table
from attain.model.target import Target

T = TypeVar("T")
#: All classes, from the one that matters least.
CLASSES = ("unchanged", "cosmetic", "equivalent", "added", "renamed", "interface", "inherited", "meaning", "removed")
VALUE_CLASSES = ("meaning", "inherited")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one definition. `kind` is "metric", "dimension", "table", "target" or "alert"; `name` its new
    name, `was` the old one of what is renamed. `sentence` says what the change is, `because` how it came about, from
    the definition down to the edit. `base` and `head` are the hashes of what gives it its value; "" where it is not
    there. `owner` is whose it is; `affects` what is built on it, at any depth, and `owners` whose any of that is;
    `span` is where it stands in the new version."""

    kind: str
    name: str
    cls: str
    sentence: str = ""
    because: tuple[str, ...] = ()
    was: str = ""
    breaking: bool = False
    owner: str = ""
    affects: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    base: str = ""
    head: str = ""
    span: Span = field(default_factory=Span.none, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every definition of both models with what became of it, by kind and name; and the edits behind it."""

    changes: tuple[Change, ...] = field(default=())
    causes: Causes | None = field(default=None, compare=False, repr=False)

    def of(self, kind: str) -> list[Change]:
        """Those of one kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def changed(self) -> list[Change]:
        """Those that are not what they were."""
        return [change for change in self.changes if change.cls != "unchanged"]


def compare_models(base: SemanticModel, head: SemanticModel) -> Comparison:
    """What became of every definition of `base` in `head`."""
    with deep_recursion():
        before = Meanings(base)
        after = Meanings(head, twin=before)
        cuts = renamed_dimensions(before, after)
        if cuts:
            before = Meanings(base, cuts=cuts)
        renamed = renamed_metrics(before, after)
        if renamed:
            before = Meanings(base, {old: new for new, old in renamed.items()}, cuts=cuts)
        causes = Causes(before, after, renamed)
        changes = [
            *metric_changes(causes),
            *simple_changes("dimension", causes, base.dimensions, head.dimensions, Meanings.dimension),
            *simple_changes("table", causes, base.tables, head.tables, Meanings.table),
            *simple_changes("target", causes, base.targets, head.targets, Meanings.target),
            *simple_changes("alert", causes, base.alerts, head.alerts, Meanings.alert),
        ]
    told = sorted(with_affected(changes, base, head), key=lambda c: (KINDS.index(c.kind), c.name))
    return Comparison(tuple(told), causes)


KINDS = ("metric", "dimension", "table", "target", "alert")


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Towers of definitions may be thousands of levels high."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 200_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def renamed_metrics(before: Meanings, after: Meanings) -> dict[str, str]:
    """New name to old name, of metrics that have the same value, unit and dimensions under another name."""
    gone = {n: before.metric(m) for n, m in before.model.metrics.items() if n not in after.model.metrics}
    found: dict[str, str] = {}
    for name, metric in after.model.metrics.items():
        if name in before.model.metrics:
            continue
        here = after.metric(metric)
        same = [old for old, there in gone.items() if old not in found.values() and is_renamed(there, here)]
        best = sorted(same, key=lambda old: (gone[old].spelled != here.spelled, gone[old].words != here.words, old))
        if best:
            found[name] = best[0]
    return found


def renamed_dimensions(before: Meanings, after: Meanings) -> dict[str, str]:
    """Old name to new name, of dimensions that are the same for every table under another name."""
    base, head = before.model.dimensions, after.model.dimensions
    gone = {name: before.dimension(found).value for name, found in base.items() if name not in head}
    found: dict[str, str] = {}
    for name, dimension in head.items():
        if name not in base:
            value = after.dimension(dimension).value
            was = next((old for old, there in gone.items() if there == value and old not in found), "")
            found |= {was: name} if was else {}
    return found


def is_renamed(old: Meaning, new: Meaning) -> bool:
    """Whether a metric under another name is the same one."""
    return old.value == new.value and old.shape["unit"] == new.shape["unit"]


# -- metrics ---------------------------------------------------------------------------------------------------------
def metric_changes(causes: Causes) -> Iterator[Change]:
    """What became of each metric."""
    before, after, renamed = causes.before, causes.after, causes.renamed
    for name, metric in after.model.metrics.items():
        old = before.model.metrics.get(renamed.get(name, name))
        if old is None:
            yield Change("metric", name, "added", "new", owner=metric.owner, head=after.metric(metric).hash)
        else:
            yield metric_change(causes, old, metric)
    for name, metric in before.model.metrics.items():
        if name not in after.model.metrics and name not in renamed.values():
            yield removed("metric", name, before.metric(metric), metric.owner)


def removed(kind: str, name: str, one: Meaning, owner: str) -> Change:
    """What is there no longer."""
    return Change(kind, name, "removed", "what asks for it fails from now on", (), "", True, owner, base=one.hash)


def hashes(one: Meaning, other: Meaning) -> tuple[str, str]:
    """What both sides are known by: their values, or, where these are the same, all that is written."""
    same = one.hash == other.hash
    return (one.whole, other.whole) if same else (one.hash, other.hash)


def metric_change(causes: Causes, old: Metric, new: Metric) -> Change:
    """What became of a metric that is there in both models."""
    one, other = causes.before.metric(old), causes.after.metric(new)
    base, head = hashes(one, other)
    change = Change("metric", new.name, "unchanged", owner=new.owner, base=base, head=head)
    lost = sorted(set(one.cut) - set(other.cut))
    shape, shape_breaks = shape_sentences(one, other, lost)
    if one.value != other.value:
        below = causes.of_metric(new.name)
        own = one.spelled != other.spelled and (one.own != other.own or not below)
        moved = one.spelled == other.spelled and causes.is_turned(old, new)
        if own or moved:
            sentence = edit_to_sentence(old.text, new.text) if own else ""
            said = "; ".join(part for part in (sentence, *shape) if part)
            return replace(change, cls="meaning", sentence=said, breaking=shape_breaks, because=causes.below(new.name))
        said = "; ".join(
            [f"its own text {'is as it was' if one.spelled == other.spelled else 'says the same'}", *shape]
        )
        return replace(change, cls="inherited", sentence=said, breaking=shape_breaks, because=below)
    turned = sorted(name for name in one.cut if name in other.cut and one.cut[name] != other.cut[name])
    if old.name != new.name:
        change = replace(change, was=old.name, breaking=True)
        if not turned:
            return replace(change, cls="renamed", sentence="; ".join([f"it was `{old.name}`", *shape]))
    if turned:
        said = "; ".join([f"by {', '.join(turned)} its cells hold other rows", *shape])
        because = tuple(line for name in turned for line in causes.of_dimension(name))
        return replace(
            change, cls="inherited", sentence=said, breaking=change.breaking or shape_breaks, because=because
        )
    if shape:
        return replace(change, cls="interface", sentence="; ".join(shape), breaking=shape_breaks)
    if one.spelled != other.spelled:
        return replace(change, cls="equivalent", sentence=became(old.text, new.text))
    words = changed_words(one, other)
    if words or old.text.split() != new.text.split() or old.text != new.text:
        return replace(change, cls="cosmetic", sentence=f"{', '.join(words)} changed" if words else "layout changed")
    return change


def shape_sentences(one: Meaning, other: Meaning, lost: list[str]) -> tuple[list[str], bool]:
    """What its users rely on beside the figures, and whether what they have stops working."""
    found: list[str] = []
    for key in ("unit", "currency", "type", "additivity", "good", "hidden", "deprecated"):
        before, after = one.shape[key], other.shape[key]
        if before != after:
            found.append(f"{key}: {after or 'none'}, was {before or 'none'}")
    breaks = any(one.shape[key] != other.shape[key] for key in ("unit", "currency")) or bool(lost)
    if lost:
        found.append(f"it can no longer be cut by {', '.join(lost)}")
    if one.shape["by"] != other.shape["by"] and not lost:
        more = sorted(set(other.cut) - set(one.cut))
        found.append(f"it can be cut by {', '.join(more)}, too" if more else "by: written otherwise")
    return found, breaks


def changed_words(one: Meaning, other: Meaning) -> list[str]:
    """What carries no value and has changed."""
    return [key for key in one.words if one.words[key] != other.words[key]]


# -- dimensions, tables, targets -------------------------------------------------------------------------------------
def simple_changes(
    kind: str, causes: Causes, base: Mapping[str, T], head: Mapping[str, T],
    meaning: Callable[[Meanings, T], Meaning],
) -> Iterator[Change]:  # fmt: skip
    """What became of each dimension, table or target."""
    old = {name: meaning(causes.before, found) for name, found in base.items()}
    new = {name: meaning(causes.after, found) for name, found in head.items()}
    gone = {name: found for name, found in old.items() if name not in new}
    taken: set[str] = set()
    for name, other in new.items():
        owner = other.words.get("owner", "")
        one = old.get(name)
        if one is None:
            was = next((n for n, found in gone.items() if found.value == other.value and n not in taken), "")
            taken.add(was)
            cls, said = ("renamed", f"it was `{was}`") if was else ("added", "new")
            yield Change(kind, name, cls, said, was=was, breaking=bool(was), owner=owner, head=other.hash)
        else:
            yield simple_change(kind, name, one, other, causes)
    for name, one in gone.items():
        if name not in taken:
            yield removed(kind, name, one, one.words.get("owner", ""))


def simple_change(kind: str, name: str, one: Meaning, other: Meaning, causes: Causes) -> Change:
    """What became of a dimension, table, target or alert that is there in both models."""
    base, head = hashes(one, other)
    change = Change(kind, name, "unchanged", owner=other.words.get("owner", ""), base=base, head=head)
    words = changed_words(one, other)
    lost = [f"`{part}` is gone" for part in sorted(set(one.cut) - set(other.cut))]
    if one.value != other.value:
        own = one.own != other.own
        said = became(one.spelled, other.spelled) if one.spelled != other.spelled else ""
        said = causes.said(name) if kind == "table" else said
        said = causes.edits.get(("target", name), "") if kind == "target" else said
        said = "; ".join([*([said] if said else []), *lost])
        because = causes.of(kind, name)
        default = "what it is made of changed" if not own else "it says something else"
        return replace(
            change, cls="meaning" if own else "inherited", sentence=said or default, because=because,
            breaking=bool(lost),
        )  # fmt: skip
    if one.shape != other.shape:
        keys = sorted({*one.shape, *other.shape})
        turned = [key for key in keys if one.shape.get(key) != other.shape.get(key)]
        said = "; ".join(
            f"{key}: {other.shape.get(key) or 'none'}, was {one.shape.get(key) or 'none'}" for key in turned
        )
        return replace(change, cls="interface", sentence=said)
    if one.own != other.own:
        return replace(change, cls="equivalent", sentence="written otherwise")
    return replace(change, cls="cosmetic", sentence=f"{', '.join(words)} changed") if words else change


def with_affected(changes: list[Change], base: SemanticModel, head: SemanticModel) -> list[Change]:
    """Each change with what is built on it, at any depth: metrics, targets, alerts, dimensions; and whose these are."""
    users: dict[Node, set[Node]] = {}
    owners: dict[Node, str] = {}
    for model in (base, head):
        for used, found in Graph(model).users().items():
            users.setdefault(used, set()).update(found)
        owners |= {("metric", x.name): x.owner for x in model.metrics.values()}
        owners |= {("target", x.name): x.owner for x in model.targets.values()}
        owners |= {("alert", x.name): x.owner for x in model.alerts.values()}
    told: list[Change] = []
    for change in changes:
        if change.cls == "unchanged":
            told.append(change)
            continue
        above = built_on(users, {(change.kind, name) for name in {change.name, change.was} - {""}})
        above = {node for node in above if node[0] != "field"}
        whose = sorted({owners.get(node, "") for node in above} | {change.owner} - {""})
        names = sorted(name if kind == "metric" else f"{kind} {name}" for kind, name in above)
        told.append(replace(change, affects=tuple(names), owners=tuple(x for x in whose if x)))
    places = spans_of(head)
    return [replace(change, span=places.get((change.kind, change.name), change.span)) for change in told]


def spans_of(model: SemanticModel) -> dict[Node, Span]:
    """Where each definition stands."""
    kinds: dict[str, Mapping[str, Metric | Dimension | Table | Target | Alert]] = {
        "metric": model.metrics, "dimension": model.dimensions, "table": model.tables, "target": model.targets,
        "alert": model.alerts,
    }  # fmt: skip
    return {(kind, name): found.span for kind, own in kinds.items() for name, found in own.items()}


def built_on(users: Mapping[Node, set[Node]], start: set[Node]) -> set[Node]:
    """Everything above some definitions."""
    found: set[Node] = set()
    queue = list(start)
    while queue:
        for above in users.get(queue.pop(), ()):
            if above not in found and above not in start:
                found.add(above)
                queue.append(above)
    return found
