"""Windows from partial aggregates: one scan by day, from which every window of a table's sums is put together.

Windows overlap, so a row counts in several. A sum, a count, a least or greatest value follow from those of days (a mean
is a sum by a count): the rows are grouped by day once, by hour where a window begins within a day, by month or week
where all windows are made of whole ones, and each window adds up its parts. What does not follow from parts (a median)
joins its rows to the windows.
"""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import COMBINED_BY, Aggregate, Place, WindowOperator
from attain.model.calendar import Grain
from attain.plan.aligned import whole_part
from attain.plan.builder import Builder
from attain.plan.facts import Fact, key_columns, plan_fact
from attain.plan.frame import Frame, in_range, period_type
from attain.plan.leaves import Leaf, free
from attain.plan.steps import From, Group, Join, Measure, Rows
from attain.plan.windows import DAY_LENGTH, lies_in, windows_step

DAY, HOUR = Grain("day", "day"), Grain("hour", "hour")
HOUR_LENGTH = t.ELAPSED["hours"]

Aggregates = list[tuple[Aggregate, str]]


def follows_from_parts(aggregate: Aggregate) -> bool:
    """Whether an aggregate of a whole follows from those of its parts."""
    return aggregate.function in COMBINED_BY and not e.looks_at_window([*aggregate.arguments, aggregate.where])


def can_be_partial(aggregate: Aggregate, frame: Frame) -> bool:
    """Whether the windows of an aggregate can be put together from days or hours."""
    if frame.grain is None or aggregate.axis is None or aggregate.instant or not follows_from_parts(aggregate):
        return False
    return all(operator.microseconds % HOUR_LENGTH == 0 for operator in aggregate.place.windows)


def atom_of(frame: Frame, windows: list[tuple[WindowOperator, ...]]) -> Grain:
    """The parts that all windows are made of: whole periods where they are, which makes fewer groups, else days, or
    hours where one begins within a day."""
    whole = whole_part(frame, windows)
    if whole is not None:
        return whole
    operators = [operator for chain in windows for operator in chain]
    within = any(o.microseconds % DAY_LENGTH or (o.grain is not None and o.grain.unit == "hour") for o in operators)
    assert frame.grain is not None
    return HOUR if within or frame.grain.unit == "hour" else DAY


def part_of(aggregate: Aggregate) -> Aggregate:
    """What is computed of each day."""
    return replace(aggregate, place=Place())


def plan_partials(builder: Builder, frame: Frame, group: Aggregates) -> Fact:
    """The fact of all parts of some aggregates, by day or hour: every row that any window may hold."""
    names: dict[Aggregate, str] = {}
    taken: set[str] = set()
    for aggregate, name in sorted(group, key=lambda pair: len(pair[0].place.windows)):
        if part_of(aggregate) not in names:
            names[part_of(aggregate)] = free(taken, name)
    atom = atom_of(frame, [aggregate.place.windows for aggregate, _ in group])
    by_atom = replace(frame, grain=atom, start=None, end=None, periods=None)
    fact = plan_fact(builder, by_atom, list(names.items()), None)
    step = builder.steps[-1]
    if isinstance(step, Group):  # one scan; sums and the like of days make those of every window
        builder.steps[-1] = replace(step, comment=f"{step.comment}: the parts that windows are put together from")
    return fact


def facts_of_partials(builder: Builder, frame: Frame, group: Aggregates, base: Fact, spine: From | None) -> list[Fact]:
    """A fact for the aggregates of each chain of windows."""
    chains = dict.fromkeys(aggregate.place.windows for aggregate, _ in group)
    return [
        fact_of_chain(builder, frame, [pair for pair in group if pair[0].place.windows == chain], base, spine)
        for chain in chains
    ]


def fact_of_chain(builder: Builder, frame: Frame, group: Aggregates, base: Fact, spine: From | None) -> Fact:
    """The parts in each window, put together."""
    first = group[0][0]
    assert frame.grain is not None
    names = key_columns(frame)
    time = base.source.slot(base.period, base.period_type)
    where: e.Expression | None = None
    period: e.Expression
    if first.place.windows:
        source, period = in_windows(builder, frame, group, base, spine)
    else:
        source, period = base.source, e.Truncate(time, frame.grain, period_type(frame.grain, builder.model.calendar))
        where = e.both(*in_range(frame, time))
        if frame.grain.table:
            source, period = with_periods(builder, base, frame, period, where)
            where = None
    columns: list[tuple[str, e.Expression]] = [(frame.grain.name, period)]
    columns += [
        (name, source.slot(column, key.type)) for name, (key, column) in zip(names, base.keys, strict=True)
    ]  # fmt: skip
    taken = {name for name, _ in columns}
    measures: dict[Leaf, Measure] = {}
    for aggregate, name in group:
        slot = source.slot(base.columns[part_of(aggregate)], aggregate.type)
        measures[aggregate] = Measure(free(taken, name), COMBINED_BY[aggregate.function], (slot,), None, aggregate.type)
    words = " ".join(map(str, first.place.windows))
    by = "_".join(name for name, _ in columns)
    comment = f"{first.table} by {', '.join(name for name, _ in columns)}, put together from its {base.period}s"
    if base.period not in (DAY.name, HOUR.name):
        comment += ", which windows are made of"
    elif base.period == DAY.name != frame.grain.name:
        comment += f", since windows may begin or end within a {frame.grain.name.replace('_', ' ')}"
    name = builder.name(first.table, words, "by", by)
    total = builder.add(Group(name, comment, source, tuple(columns), tuple(measures.values()), where))
    found = {aggregate: measure.name for aggregate, measure in measures.items()}
    keys = tuple(zip(frame.keys, names, strict=True))
    return Fact(total, keys, found, frame.grain.name, first.table, period.type)


def in_windows(
    builder: Builder, frame: Frame, group: Aggregates, base: Fact, spine: From | None
) -> tuple[From, e.Expression]:
    """The parts once for each window that they lie in, and the period of that window."""
    first = group[0][0]
    assert frame.grain is not None and first.axis is not None
    windows, window = windows_step(builder, frame, spine, first.place.windows)
    time = base.source.slot(base.period, base.period_type)
    type = period_type(frame.grain, builder.model.calendar)
    needed = dict.fromkeys(base.columns[part_of(aggregate)] for aggregate, _ in group)
    types = {column: leaf.type for leaf, column in base.columns.items()}
    taken = {column for _, column in base.keys} | set(needed)
    period = free(taken, frame.grain.name)
    columns: list[tuple[str, e.Expression]] = [(period, windows.slot(frame.grain.name, type))]
    columns += [(column, base.source.slot(column, key.type)) for key, column in base.keys]
    columns += [(column, base.source.slot(column, types[column])) for column in needed]
    words = " ".join(map(str, first.place.windows))
    comment = f"each {base.period} of {first.table} in every window that it lies in: {words}"
    step = Rows(builder.name(first.table, words), comment, base.source, tuple(columns),
                (Join(windows, "inner", (), lies_in(time, window, ahead=first.axis.ahead)),))  # fmt: skip
    source = builder.add(step)
    return source, source.slot(period, type)


def with_periods(
    builder: Builder, base: Fact, frame: Frame, period: e.Expression, where: e.Expression | None
) -> tuple[From, e.Slot]:
    """The parts with the period of a calendar table that each lies in."""
    assert frame.grain is not None
    columns = [(frame.grain.name, period)]
    columns += [(column, base.source.slot(column, key.type)) for key, column in base.keys]
    columns += [(column, base.source.slot(column, leaf.type)) for leaf, column in base.columns.items()]
    name, comment = builder.name(base.source.name, "in", frame.grain.name), f"each {base.period} and its period"
    step = Rows(name, comment, base.source, tuple(columns), (), where)
    source = builder.add(step)
    return source, source.slot(frame.grain.name, period.type)
