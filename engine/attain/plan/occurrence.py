"""Where something occurs: the slices and periods in which a row of an aggregate's table lies, its own condition aside.

Inside `per month`, rows occur where they lie, not where the periods of `per` begin; what is moved there, and stocks,
occur in each period of `per`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Key, Nested, Place, TargetValue
from attain.plan.builder import Builder
from attain.plan.facts import Fact, key_columns
from attain.plan.frame import Frame, period_type, same_clock
from attain.plan.leaves import Leaf, leaves_of, row_count
from attain.plan.places import placed_metric_value
from attain.plan.steps import Group, Join, Measure, Rows
from attain.plan.target_keys import has_key
from attain.plan.targets import is_fixed, no_fact, target_facts, terms_of


def nested_leaves(builder: Builder, nested: Nested) -> dict[Leaf, str]:
    """The aggregates inside one over parts."""
    return leaves_of(builder, nested_outputs(nested))


def nested_outputs(nested: Nested) -> list[tuple[str, e.Expression]]:
    """What is computed for each part, under names for its columns."""
    named = [
        (argument.name if isinstance(argument, e.MetricValue) else f"value_{i}" if i else "value", argument)
        for i, argument in enumerate(nested.arguments)
    ]
    return [*named, *([("kept", nested.where)] if nested.where is not None else [])]


def aggregates_inside(builder: Builder, leaf: Leaf) -> list[Aggregate]:
    """Counts of the rows of every aggregate inside one, at any depth, conditions and time operators aside."""
    found: dict[Aggregate, None] = {}
    stack = [leaf]
    while stack:
        here = stack.pop()
        if isinstance(here, Nested):
            stack += nested_leaves(builder, here)
        elif isinstance(here, TargetValue):
            stack += metric_leaves(builder, here)
        else:
            found[row_count(here)] = None
    return list(found)


def metric_leaves(builder: Builder, target: TargetValue) -> dict[Leaf, str]:
    """The aggregates of the metric that a target is of."""
    return leaves_of(builder, [(target.metric, placed_metric_value(builder, target.metric, Place()))])


def occurs_in(builder: Builder, frame: Frame, leaf: Leaf, *, still: bool = True) -> list[Fact]:
    """Where the rows inside an aggregate lie, as facts of a frame; without `still`, only of those that are moved, and
    of stocks."""
    from attain.plan.cells import whole_facts

    if isinstance(leaf, Aggregate):
        if not still and not leaf.place.windows and not leaf.instant:
            return []
        return whole_facts(builder, frame, {row_count(leaf, leaf.place): "occurs"})
    if isinstance(leaf, TargetValue):
        own = replace(leaf, place=replace(leaf.place, dropped=()))
        return target_facts(builder, frame, own, "occurs")
    found: list[Fact] = []
    for inside in nested_leaves(builder, leaf):
        if isinstance(inside, TargetValue) and lacks_a_key(builder, inside, leaf.keys):
            found.append(no_fact(builder, frame, inside, "occurs"))
            continue
        if leaf.grain is None:
            found += occurs_in(builder, frame, inside, still=still)
            continue
        if still or leaf.place.windows:
            counts: dict[Leaf, str] = {row_count(a, leaf.place): "occurs" for a in still_inside(builder, inside)}
            found += whole_facts(builder, frame, counts)
        found += in_each_period(builder, frame, leaf, inside)
    return found


def lacks_a_key(builder: Builder, leaf: TargetValue, keys: tuple[Key, ...]) -> bool:
    """Whether no member of a key has a target of its own, so that it says of none of them that they are there."""
    terms = terms_of(builder, leaf)
    if terms is None or is_fixed(builder, leaf):
        return False
    return not all(has_key(builder, terms, key) for key in keys)


def narrowed_parts(builder: Builder, frame: Frame, leaves: Iterable[Leaf]) -> list[Fact]:
    """Where the rows inside aggregates over parts occur, if a condition around these hides some: it says nothing of
    which cells there are. As facts without aggregates."""
    found: list[Fact] = []
    for leaf in leaves:
        if isinstance(leaf, Nested) and leaf.place.filters and (frame.keys or frame.grain is not None):
            bare = replace(leaf, place=replace(leaf.place, filters=()))
            found += [replace(fact, columns={}) for fact in occurs_in(builder, frame, bare)]
    return found


def still_inside(builder: Builder, leaf: Leaf) -> list[Aggregate]:
    """The aggregates inside one, at any depth, whose window is that of the part."""
    if isinstance(leaf, Aggregate):
        return [leaf] if not leaf.place.windows and not leaf.instant else []
    if isinstance(leaf, TargetValue):
        return []
    return [found for inside in nested_leaves(builder, leaf) for found in still_inside(builder, inside)]


def in_each_period(builder: Builder, frame: Frame, nested: Nested, inside: Leaf) -> list[Fact]:
    """Where what is moved, or a stock, occurs in the periods of `per`, told by the cells that these belong to."""
    from attain.plan.spines import periods_of_parts

    if isinstance(inside, Aggregate) and not inside.place.windows and not inside.instant:
        return []
    assert nested.grain is not None
    inner = replace(frame, grain=nested.grain, start=None, end=None, periods=periods_of_parts(builder, frame, nested))
    return [to_cells(builder, frame, nested, fact) for fact in occurs_in(builder, inner, inside, still=False)]


def to_cells(builder: Builder, frame: Frame, nested: Nested, fact: Fact) -> Fact:
    """A fact by the periods of `per` as one by the cells that they begin in."""
    from attain.plan.spines import part_window

    if frame.has_window and not fact.dated:
        return fact
    columns: list[tuple[str, e.Expression]] = []
    joins: tuple[Join, ...] = ()
    names = key_columns(frame)
    if frame.has_window:
        windows, start, limit = part_window(builder, frame, nested)
        began = fact.source.slot(fact.period, fact.period_type)
        lies = [same_clock(">=", began, start)] if start is not None else []
        lies += [same_clock("<", began, limit)] if limit is not None else []
        joins = (Join(windows, "inner", (), e.both(*lies)),)
        if frame.grain is not None:
            type = period_type(frame.grain, builder.model.calendar)
            columns.append((frame.grain.name, windows.slot(frame.grain.name, type)))
    columns += [
        (name, fact.source.slot(column, key.type)) for name, (key, column) in zip(names, fact.keys, strict=True)
    ]
    one = ("one", e.Literal(Fraction(1), t.INTEGER))
    step = builder.add(Rows(builder.name(fact.source.name, "in_cells"), "where it occurs, by cells", fact.source,
                            tuple(columns) or (one,), joins))  # fmt: skip
    keys = tuple((name, step.slot(name, x.type)) for name, x in columns)
    count = Measure("occurs", "count_rows", (), None, t.INTEGER)
    source = builder.add(Group(builder.name(fact.source.name, "by_cells"), "each cell once", step, keys, (count,)))
    period = frame.grain.name if frame.grain is not None else ""
    of_period = columns[0][1].type if period else fact.period_type
    columns_of: dict[Leaf, str] = {nested: "occurs"}
    return Fact(source, tuple(zip(frame.keys, names, strict=True)), columns_of, period, fact.table, of_period)
