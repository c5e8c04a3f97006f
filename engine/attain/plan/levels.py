"""The levels of a result: the cells asked for, the total of each period, the grand total; each computed at its own
level, in the same statement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Key, TargetValue
from attain.plan.builder import Builder
from attain.plan.cells import Cells, plan_cells, values_over
from attain.plan.frame import Frame, next_period_expression, period_type
from attain.plan.leaves import Leaf, leaves_of
from attain.plan.occurrence import occurs_in
from attain.plan.ranges import spine_of
from attain.plan.steps import From, Group, Measure, Rows

#: The name that the period's column has until the result.
PERIOD = "period"

Outputs = list[tuple[str, e.Expression]]


@dataclass(frozen=True, slots=True)
class Level:
    """A step with a row for each cell of one level: its period, its keys, the values of what was wanted by name, and
    the condition that a row is kept."""

    cells: Cells
    source: From
    period: e.Slot | None
    keys: dict[Key, e.Slot]
    values: dict[str, e.Slot]
    keep: e.Expression | None


def plan_level(
    builder: Builder, frame: Frame, wanted: Outputs, asked: int, name: str, also: From | None = None
) -> Level:
    """The cells of a frame with the values of expressions; the first `asked` of them say which cells there are, beside
    the slices of `also`. One called `kept` is a condition on rows."""
    sparse = builder.query.sparse
    called = [(re.sub(r"^\d+ ", "", label), x) for label, x in wanted]
    leaves = leaves_of(builder, called[:asked])
    more = {leaf: label for leaf, label in leaves_of(builder, called).items() if leaf not in leaves}
    cells = plan_cells(builder, frame, leaves, fill=not sparse, more=more, also=also)
    alone = sparse and not frame.keys and frame.grain is None
    named = [*wanted, *([("occurs", occurs(builder, frame, leaves))] if alone else [])]
    source, slots = values_over(builder, frame, cells, named, name, "the metrics in each cell")
    period = None
    if cells.period and frame.grain is not None:
        period = source.slot(cells.period, period_type(frame.grain, builder.model.calendar))
    keys = {key: source.slot(column, key.type) for key, column in cells.keys}
    keep = e.both(*(slots[label] for label in ("kept", "occurs") if label in slots))
    return Level(cells, source, period, keys, slots, keep)


def occurs(builder: Builder, frame: Frame, leaves: Mapping[Leaf, str]) -> e.Expression:
    """Whether any row lies, or any target exists, in the one cell of a level without keys and grain, for `--sparse`."""
    zero = e.Literal(Fraction(0), t.INTEGER)
    facts = {fact.source.name: next(iter(fact.columns.items())) for leaf in leaves
             for fact in occurs_in(builder, frame, leaf)}  # fmt: skip
    some: list[e.Expression] = []
    for name, (leaf, column) in facts.items():
        if isinstance(leaf, TargetValue):
            some.append(e.Not(e.IsMissing(e.TheOnly(name, column, leaf.type))))
        else:
            some.append(e.Compare(">", e.TheOnly(name, column, t.INTEGER), zero))
    return some[0] if len(some) == 1 else e.Logic("or", tuple(some))


def whole_range(builder: Builder, frame: Frame) -> Frame:
    """The same cells over the whole range, rounded out to its periods, in one window."""
    if frame.grain is None:
        return frame
    memo = ("whole range", frame.grain)
    if memo not in builder.memo:
        spine = spine_of(builder, frame)
        type = period_type(frame.grain, builder.model.calendar)
        slot = spine.slot(frame.grain.name, type)
        first, last = (
            Measure("first_period", "min", (slot,), None, type),
            Measure("last_period", "max", (slot,), None, type),
        )
        ends = builder.add(Group(builder.name("range"), "the first and the last period", spine, (), (first, last)))
        after = next_period_expression(ends.slot("last_period", type), frame.grain)
        columns = (("range_start", ends.slot("first_period", type)), ("range_end", after))
        step = builder.add(Rows(builder.name("whole_range"), "from the first period to the last", ends, columns))
        builder.memo[memo] = e.TheOnly(step.name, "range_start", type)
    start = builder.memo[memo]
    assert isinstance(start, e.TheOnly)
    end = replace(start, name="range_end")
    return replace(frame, grain=None, start=start, end=end, periods=None, asked=frame.grain)
