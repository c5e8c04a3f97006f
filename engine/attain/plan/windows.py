"""The windows of cells: from when to when, moved and stretched by time operators, cut by the as-of day.

A window has a beginning, an end as far as it goes, and the end that the as-of day leaves of it. It is cut first and
moved then, so all three move together; a window of which nothing is left has no cut end, and keeps none when moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import WindowOperator
from attain.model.calendar import Grain
from attain.model.types import Kind
from attain.plan.builder import Builder
from attain.plan.calendars import one_period_back
from attain.plan.frame import (
    Frame,
    at_midnight,
    end_of_today,
    midnight,
    next_period_expression,
    period_type,
    same_clock,
)
from attain.plan.steps import From, Inline, Rows

MONTH = Grain("month", "month")
DAY_LENGTH = t.ELAPSED["days"]


@dataclass(frozen=True, slots=True)
class Window:
    """`[start, end)`; None is no bound. `cut` is the end that the as-of day leaves, missing where it leaves nothing.
    All of one type: days, or times of the calendar's clock."""

    start: e.Expression | None
    end: e.Expression | None
    cut: e.Expression
    whole_months: bool = False  # whether it certainly begins and ends with a month, as far as it goes

    @property
    def is_days(self) -> bool:
        """Whether it begins and ends at midnight."""
        return self.cut.type.kind is Kind.DATE


def cell_window(builder: Builder, frame: Frame, period: e.Expression | None) -> Window:
    """The window of a frame's cell: of its period, else of its range."""
    stop: e.Expression = end_of_today(builder.today)
    if period is not None:
        assert frame.grain is not None
        start: e.Expression | None = period
        end: e.Expression | None = next_period_expression(period, frame.grain)
        stop = at_midnight(period, stop)
    else:
        start, end = frame.since, frame.until
        stop = midnight(stop) if start is not None and start.type.kind is not Kind.DATE else stop
    cut = stop
    if start is not None or end is not None:
        ends = [(end, end)] if end is not None else []
        begins = [(start, stop)] if start is not None else []
        whens = tuple((e.Compare("<", time, stop), value) for time, value in [*ends, *begins])
        cut = e.Choice(whens, stop if start is None else None, stop.type)
    return Window(start, end, cut, frame.grain is not None and frame.grain.unit == "month")


def moved(window: Window, operator: WindowOperator, grain: Grain | None) -> Window:
    """A window after one time operator; `grain` is the one asked for."""
    if operator.by_period:
        assert grain is not None
        if grain.table:
            return moved_by_table(window, grain)
        operator = one_period(grain)
    if operator.microseconds % DAY_LENGTH or (operator.grain is not None and operator.grain.unit == "hour"):
        window = by_the_clock(window)
    if operator.name in ("prior", "before"):
        return moved_back(window, operator)
    if operator.name == "running":
        return replace(window, start=None)
    whole = window.end if window.end is not None else window.cut
    if operator.name == "rolling":
        start = minus(whole, operator)
    else:
        assert operator.grain is not None
        start = first_of(before(whole), operator.grain)
    start = start if window.is_days else midnight(start)
    by_month = operator.grain.unit == "month" if operator.grain is not None else not operator.microseconds
    cut = e.Choice(((e.Compare("<", start, window.cut), window.cut),), None, start.type)
    return Window(start, window.end, cut, window.whole_months and by_month)


def moved_by(builder: Builder, window: Window, operator: WindowOperator, grain: Grain | None) -> Window:
    """A window after one time operator, cut anew where it was moved as a whole."""
    found = moved(window, operator, grain)
    if operator.name != "before" or found.end is None:
        return found
    stop = end_of_today(builder.today)
    stop = stop if found.is_days else midnight(stop)
    whens = [(e.Compare("<=", found.end, stop), found.end)]
    whens += [(e.Compare("<", found.start, stop), stop)] if found.start is not None else []
    return replace(found, cut=e.Choice(tuple(whens), None if found.start is not None else stop, found.cut.type))


def one_period(grain: Grain) -> WindowOperator:
    """Back by one period of a grain."""
    if grain.unit == "month":
        return WindowOperator("prior", months=grain.step)
    return WindowOperator("prior", microseconds=grain.step * t.ELAPSED["hours" if grain.unit == "hour" else "days"])


def moved_by_table(window: Window, grain: Grain) -> Window:
    """A window in the period of a calendar table before; empty before the first."""
    start, end = (one_period_back(grain, x) if x is not None else None for x in (window.start, window.end))
    cut = one_period_back(grain, window.cut)
    if start is not None:
        cut = e.Choice(((e.Not(e.IsMissing(start)), cut),), None, cut.type)
    return Window(start, end, cut)


def moved_back(window: Window, operator: WindowOperator) -> Window:
    """Whole months move month by month, any other window by its first and its last day."""
    start = minus(window.start, operator) if window.start is not None else None
    end = window.end
    if end is not None:
        end = minus(end, operator) if window.whole_months else end_back(window.start, end, operator)
    by_month = window.whole_months and not operator.microseconds
    return Window(start, end, end_back(window.start, window.cut, operator), by_month)


def end_back(start: e.Expression | None, end: e.Expression, operator: WindowOperator) -> e.Expression:
    """The end of a window that is moved back."""
    if not operator.months:
        return minus(end, operator)
    last_day = after(minus(before(end), operator))
    whole = [is_first_of_month(x) for x in (start, end) if x is not None]
    condition = e.both(*whole)
    assert condition is not None
    return e.Choice(((condition, minus(end, operator)),), last_day, end.type)


def minus(time: e.Expression, operator: WindowOperator) -> e.Expression:
    """A time moved back by the length of an operator."""
    if operator.months:
        time = e.Apply("add_months", (time, e.Literal(Fraction(-operator.months), t.INTEGER)), time.type)
    if not operator.microseconds:
        return time
    return plus(time, -operator.microseconds)


def plus(time: e.Expression, microseconds: int) -> e.Expression:
    """A time moved by a length; of days, by whole days."""
    if time.type.kind is Kind.DATE:
        days = Fraction(microseconds, DAY_LENGTH)
        return e.Apply("add_days", (time, e.Literal(days, t.INTEGER)), t.DATE)
    return e.Apply("add_microseconds", (time, e.Literal(Fraction(microseconds), t.MICROSECONDS)), time.type)


def before(end: e.Expression) -> e.Expression:
    """The last day (or instant) before an end."""
    return plus(end, -DAY_LENGTH if end.type.kind is Kind.DATE else -1)


def after(last: e.Expression) -> e.Expression:
    """The end after a last day (or instant)."""
    return plus(last, DAY_LENGTH if last.type.kind is Kind.DATE else 1)


def is_first_of_month(time: e.Expression) -> e.Expression:
    """Whether a time is the beginning of a month."""
    return e.Compare("=", time, at_midnight(time, e.Truncate(time, MONTH, t.DATE)))


def first_of(time: e.Expression, grain: Grain) -> e.Expression:
    """The beginning of the period that a time lies in."""
    if grain.unit == "hour":
        return e.Truncate(time, grain, time.type)
    return e.Truncate(time, grain, t.DATE)


def by_the_clock(window: Window) -> Window:
    """A window of days as one of times."""
    start = midnight(window.start) if window.start is not None else None
    end = midnight(window.end) if window.end is not None else None
    return Window(start, end, midnight(window.cut), window.whole_months)


# -- as steps ----------------------------------------------------------------------------------------------------------
def windows_step(
    builder: Builder, frame: Frame, spine: From | None, operators: tuple[WindowOperator, ...]
) -> tuple[From, Window]:
    """A step with the window of every period of the spine (of a frame without a grain: of the range, in one row) after
    some operators, and the columns of the window in it. Each operator is a step of its own."""
    memo = ("windows", spine.name if spine is not None else (frame.start, frame.end), operators)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    if operators:
        below, window = windows_step(builder, frame, spine, operators[:-1])
        found = window_columns(
            builder, frame, below, moved_by(builder, window, operators[-1], frame.grain or frame.asked), operators
        )
    elif spine is not None:
        assert frame.grain is not None
        period = spine.slot(frame.grain.name, period_type(frame.grain, builder.model.calendar))
        found = window_columns(builder, frame, spine, cell_window(builder, frame, period), ())
    else:
        found = range_step(builder, cell_window(builder, frame, None))
    builder.memo[memo] = found
    return found


def window_columns(
    builder: Builder, frame: Frame, source: From, window: Window, operators: tuple[WindowOperator, ...]
) -> tuple[From, Window]:
    """A step with the window of each row of another."""
    columns: list[tuple[str, e.Expression]] = []
    if frame.grain is not None:
        type = period_type(frame.grain, builder.model.calendar)
        columns.append((frame.grain.name, source.slot(frame.grain.name, type)))
    named = [("window_start", window.start), ("window_end", window.end), ("window_cut", window.cut)]
    columns += [(name, x) for name, x in named if x is not None]
    words = " of ".join(map(str, operators))
    of = f"each {frame.grain.name.replace('_', ' ')}" if frame.grain is not None else "the range"
    step = Rows(builder.name("windows", *map(str, operators)), f"the window of {of}{': ' if words else ''}{words}",
                source, tuple(columns))  # fmt: skip
    return builder.add(step), over_columns(step.name, window)


def over_columns(name: str, window: Window) -> Window:
    """A window as the columns of its step."""
    source = From(name, name)
    start = source.slot("window_start", window.start.type) if window.start is not None else None
    end = source.slot("window_end", window.end.type) if window.end is not None else None
    return Window(start, end, source.slot("window_cut", window.cut.type), window.whole_months)


def range_step(builder: Builder, window: Window) -> tuple[From, Window]:
    """The range of a query without a grain, in one row."""
    named = [("window_start", window.start), ("window_end", window.end), ("window_cut", window.cut)]
    columns = [(name, x) for name, x in named if x is not None]
    step = Inline(builder.name("windows"), "the range", tuple((name, x.type) for name, x in columns),
                  (tuple(x for _, x in columns),))  # fmt: skip
    return builder.add(step), over_columns(step.name, window)


def lies_in(clock: e.Expression, window: Window, *, ahead: bool) -> e.Expression:
    """The condition that a time lies in a window, as far as it goes for an axis that may lie ahead; in one without any
    bound every time does."""
    end = window.end if ahead else window.cut
    parts = [same_clock(">=", clock, window.start)] if window.start is not None else []
    parts += [same_clock("<", clock, end)] if end is not None else []
    return e.both(*parts) or e.Not(e.IsMissing(clock))


def window_bound(builder: Builder, frame: Frame, node: e.Parameter, period: e.Expression | None) -> e.Expression:
    """`period_start()` and `period_end()` of a cell's window, cut at the as-of day; missing where nothing is left."""
    window = cell_window(builder, frame, period)
    for operator in node.windows if frame.has_window else ():
        window = moved_by(builder, window, operator, frame.grain or frame.asked)
    return bound_in(window, node)


def bound_in(window: Window, node: e.Parameter) -> e.Expression:
    """`period_start()` or `period_end()` of a window; missing where nothing is left of it."""
    bound = window.cut if node.name == "period_end" else window.start
    if bound is None:
        return e.Literal(None, node.type)
    if bound.type.kind is Kind.DATE:
        bound = e.Apply("midnight", (bound,), node.type)
    there = e.Not(e.IsMissing(window.cut))
    return e.Choice(((there, bound),), None, node.type)
