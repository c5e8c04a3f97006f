"""`--top N`: the N largest slices by themselves, all others together as one slice, computed at its own level."""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Nested, TargetValue
from attain.plan.builder import Builder
from attain.plan.cells import plan_facts
from attain.plan.facts import key_columns
from attain.plan.frame import OTHER, Frame, Top
from attain.plan.leaves import Leaf, leaves_of
from attain.plan.levels import Outputs, plan_level, whole_range
from attain.plan.occurrence import nested_leaves
from attain.plan.steps import First, From, Group, Stack


def top_frame(builder: Builder, frame: Frame, outputs: Outputs, count: int) -> Frame:
    """The cells in which the slices beyond the first `count` are one: those largest by the first metric over the whole
    range, missing values last, ties in the order of the keys."""
    also = None
    if frame.grain is not None and (builder.has_operators or any_stock(builder, outputs)):
        also = all_slices(builder, frame, outputs)
    ranked = plan_level(builder, whole_range(builder, frame), outputs, len(outputs), "ranking", also)
    source, keys = ranked.source, ranked.keys
    value = ranked.values[outputs[0][0]]
    columns = {key: slot.name for key, slot in keys.items()}
    columns_of = [(name, source.slot(name, key.type)) for key, name in columns.items()]
    order = [(e.Slot(source.alias, value.name, value.type), True)]
    order += [(source.slot(name, slot.type), False) for name, slot in columns_of]
    stays = ("stays", e.Literal(True, t.BOOLEAN))
    listed = tuple((name, source.slot(name, slot.type)) for name, slot in columns_of)
    comment = f"the {count} slices with the most"
    top = builder.add(First(builder.name("top"), comment, source, (*listed, stays), tuple(order), count))
    return replace(frame, keys=(*frame.keys, OTHER), top=Top(top, tuple(columns.items())))


def any_stock(builder: Builder, outputs: Outputs) -> bool:
    """Whether anything is taken at an instant, or is a target that holds within its own periods alone: then a slice may
    be there in a period, and not in the whole range."""
    waiting = list(leaves_of(builder, outputs))
    while waiting:
        leaf = waiting.pop()
        if isinstance(leaf, Nested):
            waiting += nested_leaves(builder, leaf)
        elif lies_in_periods_alone(builder, leaf):
            return True
    return False


def lies_in_periods_alone(builder: Builder, leaf: Leaf) -> bool:
    """Whether an aggregate or a target of a period may be in no longer window."""
    if isinstance(leaf, TargetValue):
        return not builder.model.targets[leaf.target].adds_up
    return isinstance(leaf, Aggregate) and bool(leaf.instant)


def all_slices(builder: Builder, frame: Frame, outputs: Outputs) -> From:
    """Every slice of the result: also those that lie only in some period's moved window, or at its instant."""
    names = key_columns(replace(frame, grain=None))
    inputs: list[tuple[From, tuple[e.Expression, ...]]] = []
    for fact in plan_facts(builder, frame, leaves_of(builder, outputs)):
        inputs.append((fact.source, tuple(fact.source.slot(column, key.type) for key, column in fact.keys)))
    stacked = builder.add(Stack(builder.name("where_it_occurs"), "every slice", tuple(names), tuple(inputs)))
    own = tuple((name, stacked.slot(name, key.type)) for name, key in zip(names, frame.keys, strict=True))
    return builder.add(Group(builder.name("slices"), "every slice of the result", stacked, own, ()))


def label(slot: e.Slot, other: e.Slot) -> e.Expression:
    """What a dimension shows: the member's name, or `other`."""
    text = slot if slot.type == t.TEXT else e.Apply("cast", (slot,), t.TEXT)
    return e.Choice(((other, e.Literal("other", t.TEXT)),), text, t.TEXT)
