"""The periods of `per month`: those that begin in the windows of the cells around."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Nested
from attain.model.calendar import Grain
from attain.plan.builder import Builder
from attain.plan.calendars import table_spine
from attain.plan.frame import Frame, midnight, period_type
from attain.plan.occurrence import aggregates_inside, nested_leaves
from attain.plan.ranges import bounds_of, build_spine, dated, spine_of
from attain.plan.steps import From, Group, Join, Measure, Rows, Spine
from attain.plan.windows import before, windows_step


def any_ahead(builder: Builder, nested: Nested) -> bool:
    """Whether an aggregate inside lies on an axis that goes beyond the as-of day."""
    return any(count.axis is not None and count.axis.ahead for count in aggregates_inside(builder, nested))


def part_window(
    builder: Builder, frame: Frame, nested: Nested
) -> tuple[From, e.Expression | None, e.Expression | None]:
    """The windows in which the periods of `per` begin: their step, beginning and end."""
    spine = spine_of(builder, frame) if frame.grain is not None else None
    source, window = windows_step(builder, frame, spine, nested.place.windows)
    return source, window.start, window.end if any_ahead(builder, nested) else window.cut


def periods_of_parts(builder: Builder, frame: Frame, nested: Nested) -> From:
    """Every period of `per` that begins in one of the windows; without windows, in the range that the metric has."""
    assert nested.grain is not None
    memo = ("periods of parts", replace(frame, keys=()), nested)
    if memo not in builder.memo:
        inner = replace(frame, grain=nested.grain, start=None, end=None, periods=None)
        if not frame.has_window:
            until = None if any_ahead(builder, nested) else builder.today
            builder.memo[memo] = build_spine(builder, inner, nested_leaves(builder, nested), until)
        else:
            builder.memo[memo] = periods_in_windows(builder, frame, inner, nested)
    return builder.memo[memo]  # type: ignore[return-value]


def periods_in_windows(builder: Builder, frame: Frame, inner: Frame, nested: Nested) -> From:
    """The periods from the beginning of the first window to the end of the last."""
    assert nested.grain is not None
    type = period_type(nested.grain, builder.model.calendar)
    windows, start, limit = part_window(builder, frame, nested)
    if start is None and limit is None:  # running, of what goes on after the as-of day, without an end: all there is
        return build_spine(builder, inner, nested_leaves(builder, nested))
    measures = [Measure("first_time", "min", (start,), None, start.type)] if start is not None else []
    measures += [Measure("end_time", "max", (limit,), None, limit.type)] if limit is not None else []
    there = e.Not(e.IsMissing(limit)) if limit is not None else None
    comment = "from the first window to the last"
    ends = builder.add(Group(builder.name("range"), comment, windows, (), tuple(measures), there))
    first: e.Expression | None = ends.slot("first_time", start.type) if start is not None else None
    last: e.Expression | None = None
    if limit is not None:
        last = last_of(ends.slot("end_time", limit.type), nested.grain)
    joins: tuple[Join, ...] = ()
    since = first
    if first is None or nested_is_open(frame):
        bounds = bounds_of(builder, nested.grain, dated(builder, inner, nested_leaves(builder, nested)), type)
        joins = (Join(bounds, "cross"),)
        first = first if first is not None else bounds.slot("first_period", type)
        since = since if since is not None else first
        if nested_is_open(frame):
            own = bounds.slot("last_period", type)
            last = earlier(last, own) if last is not None else own
    assert last is not None and since is not None
    columns = (("first_time", first), ("last_time", last))
    source = builder.add(Rows(builder.name("range_of", nested.grain.name), comment, ends, columns, joins))
    begins, ends_with = source.slot("first_time", first.type), source.slot("last_time", last.type)
    if nested.grain.table:
        # the first time that something occurs lies in a period, which may begin before it
        return table_spine(builder, nested.grain, begins, ends_with, source, begins if start is not None else None)
    name = builder.name(f"{nested.grain.name}s")
    words = f"every {nested.grain.name} that begins in the range"
    from_first = e.Truncate(begins, nested.grain, type)
    step = Spine(name, words, nested.grain, nested.grain.name, type, from_first, ends_with, source, begins, None)
    return builder.add(step)


def nested_is_open(frame: Frame) -> bool:
    """Whether the window of the cells has no end of its own: a range without `--to`."""
    return frame.grain is None and frame.end is None


def last_of(end: e.Expression, grain: Grain) -> e.Expression:
    """A time in the last period that begins before an end."""
    if grain.unit == "hour":
        length = e.Literal(Fraction(-t.ELAPSED["hours"]), t.MICROSECONDS)
        return e.Apply("add_microseconds", (midnight(end), length), t.TIMESTAMP)
    last = before(end)
    return last if last.type == t.DATE else e.Truncate(last, Grain("day", "day"), t.DATE)


def earlier(left: e.Expression, right: e.Expression) -> e.Expression:
    """The earlier of two times."""
    if left.type != right.type:
        left, right = midnight(left), midnight(right)
    return e.Apply("least", (left, right), left.type)
