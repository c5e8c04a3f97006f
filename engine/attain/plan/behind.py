"""The rows behind a cell: for each aggregate of a metric, at any depth, the rows of its table that lie in the cell (for
one over parts: the parts), each with what the aggregate takes of it.

Which rows lie where is what the facts of a query say: the same steps, before they are grouped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from attain.base.problem import Problem
from attain.model import expression as e
from attain.model.aggregate import Aggregate, Nested, TargetValue
from attain.model.cell import CellQuery
from attain.model.semantic import SemanticModel
from attain.model.types import Type
from attain.model.units import NUMBER, Unit
from attain.plan.behind_fields import Shown, time_words
from attain.plan.behind_lines import Level, lines_of_parts, lines_of_rows
from attain.plan.behind_totals import Window, plan_of_lines
from attain.plan.builder import Builder, TooLarge
from attain.plan.frame import Frame
from attain.plan.leaves import Leaf, OverRows, free, leaves_of
from attain.plan.occurrence import nested_leaves
from attain.plan.parts import inner_frame
from attain.plan.places import place_outputs
from attain.plan.ranges import query_frame, spine_of
from attain.plan.spines import part_window
from attain.plan.steps import Plan
from attain.plan.stocks import instants
from attain.plan.windows import windows_step

L = TypeVar("L", bound=Aggregate | Nested)

#: Functions whose value is in the unit of what they take of each row.
KEEPS_UNIT = ("sum", "avg", "min", "max", "median", "percentile", "first", "last", "stddev", "any", "every")


@dataclass(frozen=True, slots=True)
class Inside:
    """An aggregate of a metric: its name, and the aggregates over parts that it lies in, outermost first, with the
    names of these."""

    name: str
    leaf: OverRows
    around: tuple[Nested, ...] = ()
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """The plan of the rows behind one aggregate. Its columns: those of `TECHNICAL`, then `shown`. `time` says in words
    what puts its rows into the cell; `window` is "closed" or "open" where they lie in one window; `unit` is that of its
    value."""

    inside: Inside
    time: str
    window: str
    type: Type
    unit: Unit
    shown: tuple[Shown, ...]
    plan: Plan


def plan_behind(
    model: SemanticModel, cell: CellQuery, *, every: bool, limit: int | None
) -> tuple[list[Listing], list[Problem]]:
    """The plans for all aggregates of a metric, those inside others after them. With `every` the rows that do not
    count, too; `limit` is the most rows of each."""
    try:
        found = list(insides(start(model, cell)))
        return [plan_listing(model, cell, inside, every=every, limit=limit) for inside in found], []
    except TooLarge as error:
        return [], [error.problem]


def start(model: SemanticModel, cell: CellQuery) -> Builder:
    """A builder that knows what the query asks for, every aggregate at its place."""
    builder = Builder(model, cell.query)
    asked = [(output.name, output.expression) for output in cell.query.outputs]
    builder.outputs = place_outputs(builder, asked, whole_means=True)
    return builder


def insides(builder: Builder) -> Iterator[Inside]:
    """All aggregates of the metric, at any depth, each with a name of its own."""
    taken: set[str] = set()
    found = leaves_of(builder, builder.outputs).items()
    waiting = [Inside(name, leaf) for leaf, name in found if not isinstance(leaf, TargetValue)]
    while waiting:
        inside = waiting.pop(0)
        inside = replace(inside, name=free(taken, inside.name))
        yield inside
        if isinstance(inside.leaf, Nested):
            around, within = (*inside.around, inside.leaf), (*inside.within, inside.name)
            below = nested_leaves(builder, inside.leaf).items()
            waiting[:0] = [
                Inside(own_name(inside.name, name), leaf, around, within)
                for leaf, name in below
                if not isinstance(leaf, TargetValue)
            ]


def own_name(above: str, name: str) -> str:
    """The name of an aggregate inside another one; where it has none of its own, after the other."""
    return f"{above}_{name}" if name.partition("_")[0] in ("value", "kept") else name


def plan_listing(
    model: SemanticModel, cell: CellQuery, inside: Inside, *, every: bool, limit: int | None
) -> Listing:  # fmt: skip
    """The plan of the rows behind one aggregate."""
    builder = start(model, cell)
    levels, frame, beside = levels_of(builder, inside.around)
    frame = frame.without(inside.leaf.place.dropped)
    leaf = undropped(inside.leaf)
    unit = unit_of(builder, inside)
    taken = unit if leaf.function in KEEPS_UNIT else NUMBER
    if isinstance(leaf, Aggregate):
        lines = lines_of_rows(builder, cell, frame, leaf, inside.name, levels, taken)
    else:
        lines = lines_of_parts(builder, cell, frame, leaf, inside.name, levels, taken, beside)
    window = window_of(builder, frame, leaf, levels)
    plan, type = plan_of_lines(builder, cell, lines, leaf, unit, window, every=every, limit=limit)
    shown = (*(said for said, _ in (*lines.parts, *lines.shown)), *lines.taken)
    kind = "" if window is None else "open" if window[2] is None else "closed"
    return Listing(inside, time_words(leaf), kind, type, unit, shown, plan)


def undropped(leaf: L) -> L:
    """An aggregate in cells that are already without the keys that it drops."""
    return replace(leaf, place=replace(leaf.place, dropped=()))


def levels_of(builder: Builder, around: tuple[Nested, ...]) -> tuple[list[Level], Frame, Mapping[Leaf, str]]:
    """The cells of each aggregate over parts that one lies in; the cells inside the last; all aggregates of these."""
    frame = query_frame(builder)
    beside: Mapping[Leaf, str] = leaves_of(builder, builder.outputs)
    levels: list[Level] = []
    for nested in around:
        outer, plain = frame.without(nested.place.dropped), undropped(nested)
        frame = inner_frame(builder, outer, plain)
        levels.append(Level(outer, plain, frame, beside))
        beside = nested_leaves(builder, nested)
    return levels, frame, beside


def unit_of(builder: Builder, inside: Inside) -> Unit:
    """The unit of an aggregate; where a metric is nothing but that aggregate, the metric's."""
    for (name, _), label in builder.placed.items():
        definition = builder.definitions.get(label)
        if isinstance(definition, e.AggregateValue) and definition.aggregate == inside.leaf:
            return builder.model.metrics[name].unit
    return inside.leaf.unit


def window_of(builder: Builder, frame: Frame, leaf: OverRows, levels: list[Level]) -> Window | None:
    """From when to when an aggregate's rows lie (of a stock: the end is its instant); None where that is not one
    window."""
    if not frame.has_window or any(level.nested.grain is not None for level in levels):
        return None
    spine = spine_of(builder, frame) if frame.grain is not None else None
    if isinstance(leaf, Nested):
        if leaf.grain is not None:
            return part_window(builder, frame, leaf)
        source, window = windows_step(builder, frame, spine, ())
        return source, window.start, window.cut
    if leaf.instant:
        instant_source, instant = instants(builder, frame, leaf, spine)
        return (instant_source, None, instant) if instant_source is not None else None
    if leaf.axis is None:
        return None
    source, window = windows_step(builder, frame, spine, leaf.place.windows)
    return source, window.start, window.end if leaf.axis.ahead else window.cut
