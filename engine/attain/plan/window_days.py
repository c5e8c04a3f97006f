"""Rows joined to the windows that they lie in by their day.

A row lies in several windows, and a join by a range compares it with all of them. Windows begin and end with days,
though (not by the hour), and days are few: a small step lists those of every window, and a row is joined by its own,
which every engine does by hashing. Where a window has no beginning (`running`) its days would not end: those rows are
joined by the range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.model.calendar import Grain
from attain.plan.builder import Builder
from attain.plan.frame import Frame, period_type
from attain.plan.leaves import free
from attain.plan.measures import Slots
from attain.plan.steps import From, Group, Join, Measure, Rows, Spine
from attain.plan.windows import lies_in, windows_step

DAY = Grain("day", "day")


@dataclass(frozen=True, slots=True)
class Ends:
    """A step with one row: from when to when all windows are; `start` is None where they have no beginning."""

    source: From
    start: e.Slot | None
    end: e.Slot


def ends_of_windows(builder: Builder, frame: Frame, aggregate: Aggregate, spine: From) -> Ends:
    """From the beginning of the first window to the end of the last, as far as the as-of day leaves them."""
    windows, window = windows_step(builder, frame, spine, aggregate.place.windows)
    assert aggregate.axis is not None
    end = window.end if aggregate.axis.ahead else window.cut
    assert end is not None
    memo = ("ends of windows", windows.name, aggregate.axis.ahead)
    if memo not in builder.memo:
        measures = [Measure("last_end", "max", (end,), None, end.type)]
        if window.start is not None:
            measures.insert(0, Measure("first_start", "min", (window.start,), None, window.start.type))
        there = e.Not(e.IsMissing(end))
        name = builder.name(windows.name, "ends")
        source = builder.add(Group(name, "from the first window to the last", windows, (), tuple(measures), there))
        start = source.slot("first_start", window.start.type) if window.start is not None else None
        builder.memo[memo] = Ends(source, start, source.slot("last_end", end.type))
    return builder.memo[memo]  # type: ignore[return-value]


def by_days(builder: Builder, frame: Frame, aggregate: Aggregate, spine: From | None) -> bool:
    """Whether the rows of an aggregate are joined to its windows by their day."""
    if frame.grain is None or spine is None or aggregate.axis is None or not aggregate.place.windows:
        return False
    _, window = windows_step(builder, frame, spine, aggregate.place.windows)
    return window.is_days and window.start is not None


def why_by_range(builder: Builder, frame: Frame, aggregate: Aggregate, spine: From | None) -> str:
    """Why the rows of an aggregate are joined to its windows by a range."""
    _, window = windows_step(builder, frame, spine, aggregate.place.windows)
    if not window.is_days:
        return "windows begin within days"
    return "windows have no beginning" if window.start is None else "metrics of each row go by the window"


def days_of_windows(builder: Builder, frame: Frame, aggregate: Aggregate, spine: From) -> From:
    """A step with a row for each day of each window, named by its period."""
    assert frame.grain is not None and aggregate.axis is not None
    windows, window = windows_step(builder, frame, spine, aggregate.place.windows)
    memo = ("days of windows", windows.name, aggregate.axis.ahead)
    if memo not in builder.memo:
        ends = ends_of_windows(builder, frame, aggregate, spine)
        assert ends.start is not None
        name = builder.name(windows.name, "days")
        days = builder.add(Spine(name, "every day from the first window to the last", DAY, "day", t.DATE, ends.start,
                                 ends.end, ends.source))  # fmt: skip
        type = period_type(frame.grain, builder.model.calendar)
        day = days.slot("day", t.DATE)
        column = free({"day"}, frame.grain.name)
        columns = (("day", day), (column, windows.slot(frame.grain.name, type)))
        lies = lies_in(day, window, ahead=aggregate.axis.ahead)
        name = builder.name("days_of", windows.name)
        source = builder.add(Rows(name, "the days of each window", days, columns, (Join(windows, "inner", (), lies),)))
        keys = tuple((name, source.slot(name, x.type)) for name, x in columns)
        name = builder.name("each_day_of", windows.name)
        builder.memo[memo] = builder.add(Group(name, "each of them once: few, to be looked up", source, keys, ()))
    return builder.memo[memo]  # type: ignore[return-value]


def in_windows_by_day(
    builder: Builder, frame: Frame, aggregate: Aggregate, spine: From, source: From, slots: Slots,
    extra: Sequence[tuple[str, e.Expression]], day: str,
) -> tuple[From, Slots, list[tuple[str, e.Expression]]]:  # fmt: skip
    """Each row of a step once for each window that holds its `day`: the new step, where its columns are, and its keys
    with the period first."""
    assert frame.grain is not None
    days = days_of_windows(builder, frame, aggregate, spine)
    days = From(days.name, free({source.alias}, days.name))
    type = period_type(frame.grain, builder.model.calendar)
    keys = [(name, source.slot(name, x.type)) for name, x in extra if name != day]
    columns = [(frame.grain.name, days.slot(free({"day"}, frame.grain.name), type)), *keys]
    taken = {name for name, _ in columns}
    names = {key: free(taken, slot.name) for key, slot in slots.items()}
    columns += [(names[key], slot) for key, slot in slots.items()]
    on = ((source.slot(day, t.DATE), days.slot("day", t.DATE), False),)
    words = " ".join(map(str, aggregate.place.windows))
    comment = "each of them in every window that holds its day, looked up by the day, as what is asked does not follow "
    comment += f"from parts: {words}"
    step = builder.add(Rows(builder.name(aggregate.table, "in", words), comment, source, tuple(columns),
                            (Join(days, "inner", on),)))  # fmt: skip
    found = {key: step.slot(names[key], slot.type) for key, slot in slots.items()}
    return step, found, [(name, x) for name, x in columns[: len(keys) + 1]]
