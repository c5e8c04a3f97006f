"""The target of a metric in a cell, and for which cells there is one (language.md, section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from .additivity import ADDITIVE, NEITHER, additivity_of
from .cells import Cell, bound_of
from .clock import midnight
from .definitions import Metric
from .entries import Entry, has_dimensions, in_its_names, is_one_member, matches
from .errors import Unsupported, Wrong
from .evaluate import evaluate
from .periods import Window, cut, move_back
from .rows import RowScope
from .spread import covers, days_in, overlap, part_of
from .syntax import Call, Name
from .targets import Source, Target, week_of
from .values import Duration, Value, arithmetic, is_number, number_to_duration, with_unit
from .world import World


def metric_of(world: World, call: Call) -> Metric:
    """The metric whose target is asked for."""
    named = call.args[0]
    if not isinstance(named, Name) or named.text not in world.model.metrics:
        raise Wrong(f"{call.function}: expected a metric")
    return world.model.metrics[named.text]


def target_of(world: World, call: Call) -> Target | None:
    """The version in force of the target that is named, of the only one, or of the default one."""
    metric = metric_of(world, call)
    mine = [versions for versions in world.model.targets.values() if versions[0].metric == metric.name]
    if len(call.args) > 1:
        wanted = call.args[1]
        mine = [versions for versions in mine if isinstance(wanted, Name) and versions[0].name == wanted.text]
    elif len(mine) > 1:
        mine = [versions for versions in mine if versions[0].default]
    if len(mine) != 1:
        raise Wrong(f"{call.function}({metric.name}): {len(mine)} targets")
    return next((version for version in mine[0] if version.holds_on(world.as_of)), None)


def is_fixed(world: World, call: Call) -> bool:
    """Whether a target is one value for all cells, a range, or in force in no version."""
    target = target_of(world, call)
    if target is None or (target.value is None and target.growth is None and not target.values and not target.source):
        return True
    return target.value is not None and additivity_of(world, Name((target.metric,))) != ADDITIVE


def target_value(world: World, call: Call, cell: Cell) -> Value:
    """The target in a cell, in the unit of its metric."""
    metric, target = metric_of(world, call), target_of(world, call)
    if target is None:
        return None
    cell = in_its_names(world, target, cell)
    if target.by is not None and not has_dimensions(world, target, cell):
        return None
    number = _value(world, target, cell)
    return with_unit(number, metric.unit)


def attainment(value: Value, target: Value, world: World) -> Value:
    """A metric by its target; a plain number takes the unit of what it meets."""
    if isinstance(value, Duration) and is_number(target):
        target = number_to_duration(target, value.unit)
    return arithmetic("/", value, target, world.clock)


def _value(world: World, target: Target, cell: Cell) -> Value:
    how = additivity_of(world, Name((target.metric,)))
    if target.growth is not None:
        return _of_growth(world, target, cell, how)
    if target.value is not None:
        return _of_constant(world, target, cell, how)
    if target.by is not None and how == NEITHER and not is_one_member(world, target, cell):
        return None
    found = [e for e in entries_of(world, target) if e.value is not None and matches(world, target, e, cell)]
    if how == NEITHER and len({(e.window, e.members) for e in found}) != len(found):
        raise Wrong(f"{target.name}: two targets for the same")
    values = [_of_entry(world, target, e, cell, how) for e in found]
    present = [value for value in values if value is not None]
    return sum(present[1:], present[0]) if present else None


def _of_entry(world: World, target: Target, entry: Entry, cell: Cell, how: str) -> Value:
    """A part of it, or more than it: of what adds up. It holds as it is within its period: of anything else."""
    if how != ADDITIVE:
        inside = entry.window is None or (cell.window is not None and covers(entry.window, cell.window))
        return entry.value if inside else None
    if entry.window is None:
        raise Unsupported("a target without a grain, of what adds up")
    if cell.window is None:
        return entry.value
    assert target.by is not None
    own = Cell(dims=tuple(zip(target.by, entry.members, strict=True)), grain=cell.grain)
    return _part(world, target, entry.value, entry.window, cell, own)


def _part(world: World, target: Target, value: Value, period: Window, cell: Cell, shape: Cell) -> Value:
    """The part of a period's target that falls into the cell's window; `shape` is the slice of `like`."""

    def weigh(part: Window) -> Value:
        if target.spread == "business_days":
            assert part.start is not None and part.end is not None
            return world.functions.working.days_between(part.start, part.end)
        if target.like is None:
            return days_in(part)
        before = move_back(part, target.like)
        found = _measure(world, target, replace(shape, window=before, cut=cut(before, world.as_of_end)))
        found = found.number if isinstance(found, Duration) else found
        return max(0, found or 0)

    assert cell.window is not None
    return part_of(value, period, cell.window, None if cell.by_days else cell.grain, world.grains, weigh)


def _of_constant(world: World, target: Target, cell: Cell, how: str) -> Value:
    """The same in every period of its grain; without one, in every window."""
    if target.by and how != NEITHER:
        raise Unsupported("one value for each member, of what adds up")
    if target.grain is None:
        if how == ADDITIVE:
            raise Unsupported("a target without a grain, of what adds up")
        return target.value
    if cell.window is None or cell.window.empty:
        return None
    window = _bounded(world, target, cell.window)
    entries = [] if window.empty else [Entry(p, (), target.value) for p in _periods(world, target, window)]
    values = [_of_entry(world, target, e, cell, how) for e in entries]
    present = [value for value in values if value is not None]
    return sum(present[1:], present[0]) if present else None


def _of_growth(world: World, target: Target, cell: Cell, how: str) -> Value:
    """What the metric was in the periods before, in the same slice, and so much more."""
    assert target.over is not None
    if how == ADDITIVE and (cell.window is None or cell.window.empty):
        return _grown(target, _measure(world, target, cell))
    if cell.window is None or cell.window.empty:
        return None
    found = None
    window = _bounded(world, target, cell.window)
    for period in _periods(world, target, window) if not window.empty else ():
        if how != ADDITIVE and not covers(period, cell.window):
            continue
        value = _grown(target, _measure(world, target, _base(world, target, cell, period)))
        if value is not None and how == ADDITIVE:
            value = _part(world, target, value, period, cell, cell)
        if value is not None:
            found = value if found is None else found + value
    if window.empty and how == ADDITIVE:  # on the open side nothing occurs: what the metric is of nothing, grown
        return _grown(target, _measure(world, target, replace(cell, window=window, cut=window)))
    return found


def growth_cells(world: World, target: Target, cell: Cell) -> list[Cell]:
    """The cells in which a growth target takes its metric, for a cell; of what does not add up, that of the one period
    in which its window lies.
    """
    adds_up = additivity_of(world, Name((target.metric,))) == ADDITIVE
    if cell.window is None or cell.window.empty:
        return [cell] if cell.window is None and adds_up else []
    window = _bounded(world, target, cell.window)
    periods = [] if window.empty else _periods(world, target, window)
    return [_base(world, target, cell, p) for p in periods if adds_up or covers(p, cell.window)]


def _bounded(world: World, target: Target, window: Window) -> Window:
    """An open window from the first or up to the last period of the target in which something of the metric occurs."""
    from .occurs import span_of

    if window.start is not None and window.end is not None:
        return window
    if target.grain is None:
        raise Unsupported("a growth target without a grain")
    span = span_of(world, (Name((target.metric,)),))
    if span is None:
        return Window(window.end, window.end, empty=True)
    first, last = (world.grains.period(target.grain, when) for when in (span[0], span[1] - timedelta(microseconds=1)))
    start = window.start or (first.start if first else span[0])
    end = window.end or (last.end if last else span[1])
    return Window(start, end, empty=window.empty or (start is not None and end is not None and start >= end))


def _base(world: World, target: Target, cell: Cell, period: Window) -> Cell:
    """The cell in which a growth target takes its metric."""
    assert target.over is not None
    before = move_back(period, target.over)
    return replace(cell, window=before, cut=cut(before, world.as_of_end), grain=target.grain)


def _measure(world: World, target: Target, cell: Cell) -> Value:
    """The metric itself (of whose parts a target is one, so its module is the later one)."""
    from .metrics import CellScope, metric_in

    return metric_in(CellScope(world, cell), target.metric)


def _grown(target: Target, value: Value) -> Value:
    if isinstance(value, Duration):
        value = value.number
    return None if value is None else value * (1 + target.growth)


def _periods(world: World, target: Target, window: Window) -> list[Window]:
    if target.grain is None:
        raise Unsupported("a growth target without a grain")
    assert window.start is not None and window.end is not None
    return [p for p in world.grains.between(target.grain, window.start, window.end) if overlap(window, p)]


def entries_of(world: World, target: Target) -> list[Entry]:
    """What is written in `values:`, or stands in the table of `source:`."""

    def find() -> list[Entry]:
        if target.source is not None:
            return list(_from_table(world, target, target.source))
        return [
            Entry(_period(world, target, day), _typed(world, target, members), value)
            for day, members, value in target.values
        ]

    return world.remember(("target", target.name, target.valid_from), find)


def _period(world: World, target: Target, day: object) -> Window | None:
    if day is None or target.grain is None:
        return None
    start = week_of(day, world.grains.first_weekday) if target.grain == "week" else day  # type: ignore[arg-type]
    period = world.grains.period(target.grain, midnight(start))  # type: ignore[arg-type]
    if period is None or period.start != midnight(start):  # type: ignore[arg-type]
        raise Wrong(f"{day} is not the first day of a {target.grain}")
    return period


def _from_table(world: World, target: Target, source: Source) -> Iterator[Entry]:
    """The rows of a table of targets: those of one period and the same members together."""
    assert target.grain is not None
    found: dict[tuple[Window, tuple[Value, ...]], Value] = {}
    bound = bound_of(world, Cell())
    for index in range(len(world.rows(source.table))):
        row = RowScope(world, source.table, index, bound)
        when, value = row.name(source.period), evaluate(source.value, row)
        if when is None or value is None:
            continue
        period = world.grains.period(target.grain, world.clock.local(when))
        if period is None:
            continue
        members = tuple(evaluate(node, row) for node in source.by)
        share = _ramped(world, source, row, period)
        if (period, members) in found and additivity_of(world, Name((target.metric,))) == NEITHER:
            raise Wrong(f"{target.name}: two targets for the same")
        found[period, members] = found.get((period, members), 0) + value * share
    yield from (Entry(period, members, value) for (period, members), value in found.items())


def _ramped(world: World, source: Source, row: RowScope, period: Window) -> Value:
    """The share of the n-th month, from the one in which `since` lies (and before it); after the last one the whole."""
    since = row.name(source.since) if source.since else None
    if since is None:
        return 1
    first = world.clock.local(since)
    assert period.start is not None
    month = (period.start.year - first.year) * 12 + period.start.month - first.month
    return source.months[max(0, month)] if month < len(source.months) else 1


def _typed(world: World, target: Target, members: tuple[str, ...]) -> tuple[Value, ...]:
    """Members as the data have them: what is written as a text may be a number there."""
    from .occurs import members_of

    known = [members_of(world, Name((target.metric,)), name) for name in target.by or ()]
    return tuple(_as(text, values) for text, values in zip(members, known, strict=True))


def _as(text: str, known: list[Value]) -> Value:
    for value in known:
        if value is not None and str(value) == text:
            return value
    if any(is_number(value) for value in known):
        return Fraction(text)
    return text
