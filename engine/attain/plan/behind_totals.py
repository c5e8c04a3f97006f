"""The plan of a listing: its lines with what their shares follow from, the most telling first.

A line's share follows from the value of its aggregate (of the part that it belongs to), from how many lines count,
and, where only some of them decide, from its place among them, or from how many have the same value.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.cell import CellQuery
from attain.model.durations import number_of
from attain.model.types import Type
from attain.model.units import Unit
from attain.plan.behind_fields import Shown
from attain.plan.behind_lines import Lines, hour_of
from attain.plan.builder import Builder
from attain.plan.frame import period_type
from attain.plan.leaves import OverRows, free
from attain.plan.measures import or_empty
from attain.plan.passes import PASSES
from attain.plan.promises import promises_of
from attain.plan.steps import From, Group, Join, Measure, Numbered, Plan, Rows

#: What stands before the columns for readers: how many lines there are, and how many count; whether this is one; from
#: when to when; the aggregate's value, and how many lines of this part count; the line's place (or how many tie with
#: it); whether it counts.
TECHNICAL = ("lying", "counting", "is_line", "window_start", "window_end", "total", "taken", "place", "counts")

#: A step of one row for each window, and when they begin and end.
Window = tuple[From, e.Expression | None, e.Expression | None]
BY_PLACE = ("median", "percentile", "first", "last", "count_distinct", "approx_count_distinct")
BY_TIES = ("min", "max", "any", "every")
LARGEST_FIRST = ("avg", "max", "any", "stddev", "variance")
SMALLEST_FIRST = ("min", "every")


def plan_of_lines(
    builder: Builder, cell: CellQuery, lines: Lines, leaf: OverRows, unit: Unit, window: Window | None, *,
    every: bool, limit: int | None,
) -> tuple[Plan, Type]:  # fmt: skip
    """The plan, and the type of the aggregate's value."""
    totals = total_step(builder, lines, leaf, ())
    of_parts = total_step(builder, lines, leaf, tuple(slot for _, slot in lines.parts)) if lines.parts else totals
    numbered, place = numbered_step(builder, lines, leaf)
    draft = From(numbered.name, numbered.name)
    joins, start, end = window_join(builder, cell, window)
    joins.append(Join(draft, "left", (), e.TRUE if every else there(draft, lines.counts)))
    if of_parts is not totals:
        keys = [(there(draft, slot), there(of_parts, slot), True) for _, slot in lines.parts]
        joins.append(Join(of_parts, "left", tuple(keys)))
    total = number_of(or_empty(leaf.function, of_parts.slot("total", leaf.type)), unit)
    missing = e.Literal(None, t.DATE)
    technical: list[e.Expression] = [
        totals.slot("lying", t.INTEGER), totals.slot("counting", t.INTEGER),
        e.Not(e.IsMissing(there(draft, lines.counts))), start or missing, end or missing, total,
        of_parts.slot("counting", t.INTEGER), draft.slot(place, t.INTEGER) if place else e.Literal(None, t.INTEGER),
        there(draft, lines.counts),
    ]  # fmt: skip
    columns = dict(zip(TECHNICAL, technical, strict=True))
    taken = set(columns)
    listed = [(name, name, x.type) for name, x in columns.items()]
    for shown, value in readable(lines, draft):
        columns[free(taken, shown.name)] = value
        listed.append((shown.name, list(columns)[-1], value.type))
    order: list[tuple[str, bool, Type]] = []
    for value, down in order_of(lines, leaf, draft, of_parts, place):
        name = free(taken, "order_by")
        columns[name] = value
        order.append((name, down, value.type))
    result = builder.add(Rows(builder.name("listing"), "each line, with what its share follows from", totals,
                              tuple(columns.items()), tuple(joins)))  # fmt: skip
    checks, unique, never = promises_of(builder)
    plan = Plan(tuple(builder.steps), result, tuple(listed), tuple(order), limit=limit, unique=unique, never=never,
                checks=checks, as_of=cell.query.as_of, timezone=builder.model.calendar.timezone)  # fmt: skip
    for optimize in PASSES:
        plan = optimize(plan, builder.model)
    return plan, total.type


def there(source: From, slot: e.Slot) -> e.Slot:
    """The column of the same name in another step."""
    return source.slot(slot.name, slot.type)


def readable(lines: Lines, source: From) -> Iterable[tuple[Shown, e.Expression]]:
    """The columns for readers, over a step that has them."""
    for shown, slot in (*lines.parts, *lines.shown):
        yield shown, there(source, slot)
    for shown, slot in zip(lines.taken, lines.values, strict=False):
        yield shown, number_of(there(source, slot), shown.unit)


def total_step(builder: Builder, lines: Lines, leaf: OverRows, parts: tuple[e.Slot, ...]) -> From:
    """The value of the aggregate, and how many lines there are: in all, or of each part."""
    source = lines.source
    value = Measure("total", leaf.function, () if leaf.function == "count_rows" else lines.values, lines.counts,
                    leaf.type, lines.order, lines.ties, leaf.share)  # fmt: skip
    lying = Measure("lying", "count_rows", (), None, t.INTEGER)
    counting = Measure("counting", "count_rows", (), lines.counts, t.INTEGER)
    keys = tuple((slot.name, slot) for slot in parts)
    comment = "of each part" if parts else "in all"
    return builder.add(Group(builder.name(source.name, "totals"), comment, source, keys, (lying, counting, value)))


def numbered_step(builder: Builder, lines: Lines, leaf: OverRows) -> tuple[From, str]:
    """The lines with their place among those of their part, or with how many of these have the same value; and the
    column that says it. Aggregates in which all lines have a share need neither."""
    if leaf.function not in (*BY_PLACE, *BY_TIES):
        return lines.source, ""
    keys: list[e.Slot] = [*(slot for _, slot in lines.parts), lines.counts]
    order: list[tuple[e.Expression, bool]] = []
    if leaf.function in BY_PLACE:
        down = leaf.function == "last"
        by = [lines.order] if lines.order is not None else list(lines.values)
        if leaf.function in ("count_distinct", "approx_count_distinct"):
            keys, by = [*keys, *lines.values], times_of(lines)
        ties = lines.ties or tuple(slots_by_place(lines))
        order = [(slot, down) for slot in dict.fromkeys([*by, *ties])]
        order = order or [(lines.counts, False)]
    else:
        keys += lines.values
    columns = {slot.name: slot for slot in all_slots(lines)}
    place = free(set(columns), "place")
    comment = "the place of each" if order else "how many have the same value"
    step = Numbered(builder.name(lines.source.name, "placed"), comment, lines.source, tuple(columns.items()),
                    tuple(keys), tuple(order), place)  # fmt: skip
    return builder.add(step), place


def all_slots(lines: Lines) -> list[e.Slot]:
    """Every column of the lines."""
    return [*(slot for _, slot in (*lines.parts, *lines.shown)), *lines.values, lines.counts]


def times_of(lines: Lines) -> list[e.Slot]:
    """What lines lie in time by."""
    return [slot for shown, slot in lines.shown if shown.place == "time"]


def slots_by_place(lines: Lines) -> list[e.Slot]:
    """Times, then keys, then fields: an order that is the same every time."""
    places = ("time", "key", "field") if not any(shown.place == "key" for shown, _ in lines.shown) else ("time", "key")
    return [slot for place in places for shown, slot in lines.shown if shown.place == place]


def order_of(
    lines: Lines, leaf: OverRows, source: From, totals: From, place: str
) -> Iterable[tuple[e.Expression, bool]]:  # fmt: skip
    """By parts; then those that count; then those that tell most: the largest of a sum, the ones that decide."""
    yield from ((there(source, slot), False) for _, slot in lines.parts)
    yield there(source, lines.counts), True
    if leaf.function in ("median", "percentile"):
        yield distance(leaf, source.slot(place, t.INTEGER), totals.slot("counting", t.INTEGER)), False
    if leaf.function in BY_PLACE:
        yield source.slot(place, t.INTEGER), False
    if leaf.function == "sum":
        yield from ((e.Apply("abs", (there(source, slot),), slot.type), True) for slot in lines.values)
    if leaf.function in (*LARGEST_FIRST, *SMALLEST_FIRST):
        yield from ((there(source, slot), leaf.function in LARGEST_FIRST) for slot in lines.values)
    yield from ((there(source, slot), False) for slot in slots_by_place(lines))


def distance(leaf: OverRows, place: e.Slot, counting: e.Slot) -> e.Expression:
    """How far a line is from the place that a percentile asks for, in whole numbers."""
    share = leaf.share if leaf.share is not None else Fraction(1, 2)

    def times(x: e.Slot, factor: int) -> e.Expression:
        before = e.Arithmetic("-", x, e.Literal(Fraction(1), t.INTEGER), t.INTEGER)
        return e.Arithmetic("*", before, e.Literal(Fraction(factor), t.INTEGER), t.INTEGER)

    apart = e.Arithmetic("-", times(place, share.denominator), times(counting, share.numerator), t.INTEGER)
    return e.Apply("abs", (apart,), t.INTEGER)


def window_join(
    builder: Builder, cell: CellQuery, window: Window | None
) -> tuple[list[Join], e.Expression | None, e.Expression | None]:
    """The one window of the cell beside everything, and when it begins and ends."""
    if window is None:
        return [], None, None
    source, start, end = window
    grain = cell.query.grain
    if cell.hour is None or grain is None:
        return [Join(source, "cross")], start, end
    type = period_type(grain, builder.model.calendar)
    here = e.Compare("=", source.slot(grain.name, type), hour_of(cell, type))
    return [Join(source, "inner", (), here)], start, end
