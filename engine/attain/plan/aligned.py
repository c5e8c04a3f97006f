"""Windows that begin and end with whole periods of a grain, as far as the as-of day does not cut them: their rows can
be taken by such periods instead of by days.

Of months and their multiples: windows that are as long as whole periods, or go back to the beginning of one. Of weeks:
as long as whole weeks. A window that is moved back is cut where the as-of day was, within a period, and is none; one
that is only stretched ends with the period asked for, and the cut leaves out nothing but rows after the as-of day.
"""

from __future__ import annotations

from collections.abc import Iterable

from attain.model import types as t
from attain.model.aggregate import WindowOperator
from attain.model.calendar import Grain
from attain.plan.frame import Frame

MONTH = Grain("month", "month")


def is_aligned(grain: Grain, operator: WindowOperator) -> bool:
    """Whether an operator takes windows of whole periods of a grain to such windows, the cut by the as-of day aside;
    these windows then follow each other without gaps."""
    if operator.name == "running" or operator.by_period:
        return not grain.table
    if operator.grain is not None:
        whole = operator.grain.unit == grain.unit == "month" and operator.grain.step % grain.step == 0
        return whole and (operator.grain.offset - grain.offset) % grain.step == 0
    if grain.unit == "month":
        return not operator.microseconds and operator.months > 0 and operator.months % grain.step == 0
    length = grain.step * t.ELAPSED["days"]
    return grain.unit == "day" and not operator.months and operator.microseconds % length == 0


def without_gaps(frame: Frame, windows: tuple[WindowOperator, ...]) -> bool:
    """Whether the windows of consecutive periods leave no day between them."""
    return frame.grain is not None and all(is_aligned(frame.grain, operator) for operator in windows)


def whole_part(frame: Frame, chains: Iterable[tuple[WindowOperator, ...]]) -> Grain | None:
    """The periods that all windows are made of: months for months and their multiples, else the grain asked for; None
    where a window may begin or end within one."""
    grain = frame.grain
    if grain is None or grain.table or grain.unit not in ("day", "month"):
        return None
    part = MONTH if grain.unit == "month" else grain
    stretched = all(o.name != "prior" and is_aligned(part, o) for chain in chains for o in chain)
    return part if stretched else None
