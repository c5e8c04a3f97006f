"""What cells are: the keys they are cut by, the window they lie in, the filters in force."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import EVERY_KEY, Axis, Filter, Key
from attain.model.calendar import Calendar, Grain
from attain.model.types import Kind, Type
from attain.plan.steps import From

#: The key that tells the slices of `--top` from all others.
OTHER = Key("other", t.BOOLEAN, ())


@dataclass(frozen=True, slots=True)
class Top:
    """The slices that stay by themselves: a step with their keys, the column of each; all others are one."""

    source: From
    keys: tuple[tuple[Key, str], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """`keys` x periods of `grain` within `[start, end)`. `periods` is the step that lists them where they are not the
    query's own: those of `per month`."""

    keys: tuple[Key, ...]
    grain: Grain | None = None
    start: date | e.Expression | None = None
    end: date | e.Expression | None = None
    filters: tuple[Filter, ...] = ()
    periods: From | None = None
    asked: Grain | None = None  # where there is none of its own, the one that `prior(m)` goes by
    top: Top | None = None
    slices: From | None = None  # of the parts of cells: those that there are, known from around them
    occurring: bool = False  # only cells in which something occurs are asked for

    @property
    def since(self) -> e.Expression | None:
        """The first day of the range, or its first instant."""
        return e.Literal(self.start, t.DATE) if isinstance(self.start, date) else self.start

    @property
    def until(self) -> e.Expression | None:
        """The first day, or instant, after the range."""
        return e.Literal(self.end, t.DATE) if isinstance(self.end, date) else self.end

    @property
    def has_window(self) -> bool:
        """Whether cells are bounded in time."""
        return self.grain is not None or self.start is not None or self.end is not None

    def cut_by(self, keys: tuple[Key, ...]) -> Frame:
        """The same cells, cut by more keys."""
        return replace(self, keys=(*self.keys, *keys))

    def without(self, dropped: tuple[str, ...]) -> Frame:
        """The same cells without keys that are dropped; a row that a condition is about is none of them."""
        kept = tuple(key for key in self.keys if not is_dropped(key, dropped))
        if self.top is not None and not any(key in kept for key, _ in self.top.keys):
            kept = tuple(key for key in kept if key != OTHER)
        return self if len(kept) == len(self.keys) else replace(self, keys=kept)


def is_dropped(key: Key, dropped: tuple[str, ...]) -> bool:
    """Whether a key that cells are cut by is among those dropped."""
    return not key.is_row and (EVERY_KEY in dropped or key.name in dropped)


def period_type(grain: Grain, calendar: Calendar) -> Type:
    """Periods are named by their first day; hours by their beginning."""
    return Type(Kind.TIMESTAMP, zone=calendar.timezone) if grain.unit == "hour" else t.DATE


def clock_of(axis: Axis, calendar: Calendar, column: e.Expression) -> e.Expression:
    """A time axis as the calendar's clock shows it."""
    zone = Type(Kind.TIMESTAMP, zone=calendar.timezone)
    if column.type.kind is Kind.INSTANT:
        return e.Localize(column, "", calendar.timezone, zone)
    if column.type.kind is Kind.TIMESTAMP and axis.zone != calendar.timezone:
        return e.Localize(column, axis.zone, calendar.timezone, zone)
    return column


def midnight(day: e.Expression) -> e.Expression:
    """The beginning of a day."""
    return day if day.type.kind is not Kind.DATE else e.Apply("midnight", (day,), t.TIMESTAMP)


def period_of(frame: Frame, calendar: Calendar, clock: e.Expression) -> e.Expression | None:
    """The period of the frame that a time lies in."""
    if frame.grain is None:
        return None
    if frame.grain.unit == "hour":
        clock = midnight(clock)
    return e.Truncate(clock, frame.grain, period_type(frame.grain, calendar))


def end_of_today(today: e.Expression) -> e.Expression:
    """The first day after the as-of day."""
    if isinstance(today, e.Literal) and isinstance(today.value, date):
        return e.Literal(today.value + timedelta(1), t.DATE)
    return e.Apply("add_days", (today, e.Literal(Fraction(1), t.INTEGER)), t.DATE)


def in_window(frame: Frame, axis: Axis, clock: e.Expression, today: e.Expression) -> e.Expression | None:
    """The condition that a row lies in one of the frame's windows: in the range, and not after the as-of day."""
    if not frame.has_window:
        return None
    parts: list[e.Expression] = []
    parts += in_range(frame, clock)
    if not axis.ahead:
        parts.append(before_end(clock, today))
    if not parts:
        return e.Not(e.IsMissing(clock))
    return e.both(*parts)


def in_range(frame: Frame, clock: e.Expression) -> list[e.Expression]:
    """The conditions that a time lies in the range; of a calendar table in one of the periods that touch it."""
    parts: list[e.Expression] = []
    if frame.grain is not None and frame.grain.table:
        from attain.plan.calendars import end_of_period, first_of_period

        first, after = first_of_period(frame.grain, clock), end_of_period(frame.grain, clock)
        parts.append(e.Compare("<", first, frame.until) if frame.until is not None else e.Not(e.IsMissing(first)))
        parts += [e.Compare(">", after, frame.since)] if frame.since is not None else []
        return parts
    parts += [same_clock(">=", clock, frame.since)] if frame.since is not None else []
    parts += [same_clock("<", clock, frame.until)] if frame.until is not None else []
    return parts


def same_clock(operator: str, left: e.Expression, right: e.Expression) -> e.Expression:
    """Two times compared, days as their first instant where the other is a time."""
    if {left.type.kind, right.type.kind} != {Kind.DATE}:
        left, right = midnight(left), midnight(right)
    return e.Compare(operator, left, right)


def before_end(clock: e.Expression, today: e.Expression) -> e.Expression:
    """Not after the as-of day."""
    if clock.type.kind is Kind.DATE:
        return e.Compare("<=", clock, today)
    return e.Compare("<", clock, midnight(end_of_today(today)))


def at_midnight(clock: e.Expression, day: e.Expression) -> e.Expression:
    """A day as it compares with a clock."""
    return day if clock.type.kind is Kind.DATE else midnight(day)


def next_period_expression(start: e.Expression, grain: Grain) -> e.Expression:
    """The beginning of the period after the one that begins at `start`."""
    if grain.table:
        from attain.plan.calendars import end_of_period

        return end_of_period(grain, start)
    if grain.unit == "month":
        return e.Apply("add_months", (start, e.Literal(Fraction(grain.step), t.INTEGER)), start.type)
    if grain.unit == "hour":
        length = e.Literal(Fraction(t.ELAPSED["hours"]), t.MICROSECONDS)
        return e.Apply("add_microseconds", (start, length), start.type)
    return e.Apply("add_days", (start, e.Literal(Fraction(grain.step), t.INTEGER)), t.DATE)
