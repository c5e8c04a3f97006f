"""What time and slice operators make of a cell: its window moved or stretched, its slice widened (section 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .cells import Cell, needs_window
from .errors import Wrong
from .evaluate import grain_name
from .periods import MONTHS_OF, Window, before, move_back, stretch
from .syntax import Call, Literal, Name, Node
from .values import Duration
from .world import World


def without_dims(cell: Cell, over: tuple[Name, ...]) -> Cell:
    """The cell without dimensions asked for: all of them, or those named."""
    among = cell.among.without(over) if cell.among is not None and over else None
    return replace(cell, dims=tuple((n, v) for n, v in cell.dims if over and n not in over), among=among)


def moved_cell(world: World, node: Call, cell: Cell) -> Cell:
    """The cell in whose window a time operator takes its metric."""
    cell = replace(cell, by_days=cell.by_days or not keeps_periods(world, node, cell.grain))
    if node.function == "running" and cell.window is None:
        return cell
    window, now = needs_window(cell, node.function)
    if node.function in ("prior", "growth"):
        move = _mover(world, node, cell)
        return replace(cell, window=move(window), cut=move(now))
    whole = window if window.end is not None else now
    if whole.end is None:  # both are empty: before the first period of a calendar's table
        return cell
    begin = _beginning(world, node, whole)
    return replace(cell, window=begin(window), cut=begin(now))


def keeps_periods(world: World, node: Call, grain: str | None) -> bool:
    """Whether an operator takes windows of whole periods of a grain to such windows, whichever they are."""
    if node.function == "running" or len(node.args) < 2:
        return True
    if node.function == "to_date":
        return grain is None or world.grains.nests(grain, grain_name(node.args[1]))
    by = _duration(node.args[1])
    rest = by.days * 86400 + by.seconds
    if grain in MONTHS_OF:
        return rest == 0 and by.months % MONTHS_OF[grain] == 0
    return not by.months and grain in ("day", "week") and rest % (604800 if grain == "week" else 86400) == 0


def _mover(world: World, node: Call, cell: Cell) -> Callable[[Window], Window]:
    if len(node.args) > 1:
        by = _duration(node.args[1])
        return lambda window: move_back(window, by)
    grain = cell.grain
    if grain is None:
        raise Wrong(f"{node.function} needs a grain, or how far to go back")
    return lambda window: world.grains.one_back(window, grain)


def _beginning(world: World, node: Call, whole: Window) -> Callable[[Window], Window]:
    """How rolling, to_date and running stretch a window; where it starts is the whole period's business."""
    if node.function == "running":
        return lambda window: stretch(window, None)
    if node.function == "to_date":
        start = world.grains.start_of_last(grain_name(node.args[1]), whole)
        return lambda window: Window(window.end, window.end, empty=True) if start is None else stretch(window, start)
    assert whole.end is not None
    first = before(whole.end, _duration(node.args[1]))
    return lambda window: stretch(window, first)


def _duration(node: Node) -> Duration:
    if isinstance(node, Literal) and isinstance(node.value, Duration):
        return node.value
    raise Wrong("expected a duration, such as 1 year")
