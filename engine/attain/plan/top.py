"""`--top N`: the N largest slices by themselves, all others together as one slice, computed at its own level."""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model import types as t
from attain.plan.builder import Builder
from attain.plan.cells import plan_facts
from attain.plan.facts import key_columns
from attain.plan.frame import OTHER, Frame, Top
from attain.plan.leaves import leaves_of
from attain.plan.levels import Outputs, plan_level, whole_range
from attain.plan.steps import First, From, Group, Join, Rows, Stack


def top_frame(builder: Builder, frame: Frame, outputs: Outputs, count: int) -> Frame:
    """The cells in which the slices beyond the first `count` are one: those largest by the first metric over the whole
    range, missing values last, ties in the order of the keys."""
    ranked = plan_level(builder, whole_range(builder, frame), outputs, len(outputs), "ranking")
    source, keys = ranked.source, ranked.keys
    value = ranked.values[outputs[0][0]]
    columns = {key: slot.name for key, slot in keys.items()}
    columns_of = [(name, source.slot(name, key.type)) for key, name in columns.items()]
    if builder.has_operators and frame.grain is not None:
        source, value = with_all_slices(builder, frame, outputs, source, columns_of, value)
    order = [(e.Slot(source.alias, value.name, value.type), True)]
    order += [(source.slot(name, slot.type), False) for name, slot in columns_of]
    stays = ("stays", e.Literal(True, t.BOOLEAN))
    listed = tuple((name, source.slot(name, slot.type)) for name, slot in columns_of)
    comment = f"the {count} slices with the most"
    top = builder.add(First(builder.name("top"), comment, source, (*listed, stays), tuple(order), count))
    return replace(frame, keys=(*frame.keys, OTHER), top=Top(top, tuple(columns.items())))


def with_all_slices(
    builder: Builder, frame: Frame, outputs: Outputs, ranked: From, keys: list[tuple[str, e.Slot]], value: e.Slot
) -> tuple[From, e.Slot]:
    """The ranking of every slice of the result: also of those that lie only in some moved window of a period."""
    names = key_columns(frame)
    inputs: list[tuple[From, tuple[e.Expression, ...]]] = [
        (ranked, tuple(ranked.slot(name, slot.type) for name, slot in keys))
    ]
    for fact in plan_facts(builder, frame, leaves_of(builder, outputs)).whole:
        inputs.append((fact.source, tuple(fact.source.slot(column, key.type) for key, column in fact.keys)))
    stacked = builder.add(Stack(builder.name("where_it_occurs"), "every slice", tuple(names), tuple(inputs)))
    own = tuple((name, stacked.slot(name, slot.type)) for name, (_, slot) in zip(names, keys, strict=True))
    slices = builder.add(Group(builder.name("slices"), "every slice of the result", stacked, own, ()))
    alias = From(ranked.name, f"{ranked.name}_of_slices")
    pairs: list[tuple[e.Expression, e.Expression, bool]] = []
    for name, (column, slot) in zip(names, keys, strict=True):
        pairs.append((slices.slot(name, slot.type), alias.slot(column, slot.type), True))
    columns = [(column, slices.slot(name, slot.type)) for name, (column, slot) in zip(names, keys, strict=True)]
    columns.append((value.name, alias.slot(value.name, value.type)))
    step = Rows(builder.name("ranking"), "every slice, and what ranks it", slices, tuple(columns),
                (Join(alias, "left", tuple(pairs)),))  # fmt: skip
    source = builder.add(step)
    return source, source.slot(value.name, value.type)


def label(slot: e.Slot, other: e.Slot) -> e.Expression:
    """What a dimension shows: the member's name, or `other`."""
    text = slot if slot.type == t.TEXT else e.Apply("cast", (slot,), t.TEXT)
    return e.Choice(((other, e.Literal("other", t.TEXT)),), text, t.TEXT)
