"""Alerts on data that are late: how long no row has come."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from attain.base.problem import Problem
from attain.base.span import Source
from attain.base.suggest import count_of
from attain.check.query import check_query
from attain.check.request import QueryRequest
from attain.model.aggregate import WindowOperator
from attain.model.alert import Alert, Condition, Finding
from attain.model.periods import month_number
from attain.model.result import Result, Value
from attain.pipeline import run_query
from attain.plan.checks import TimedTable, axes_of

if TYPE_CHECKING:
    from attain.project import Project

DAY = 86_400_000_000


def judge_silence(
    project: Project, alert: Alert, condition: Condition, as_of: date, given: bool,
    progress: Callable[[float], None] | None,
) -> tuple[list[Finding], list[Problem], dict[str, Source]]:  # fmt: skip
    """For each time axis of the metric and each slice, whether its last row is too long ago."""
    model = project.model
    assert model is not None
    grain = alert.grain.name if alert.grain is not None else "day"
    query, problems, sources = check_query(model, QueryRequest((alert.metric,), grain=grain), as_of)
    if query is None:
        return [], problems, sources
    found: list[Finding] = []
    for timed in axes_of(model, query):
        request = QueryRequest((latest_of(timed, as_of),), alert.by, where=alert.where, as_of=as_of.isoformat())
        result, problems, sources = run_query(project, request, today=as_of, progress=progress)
        if result is None:
            return [], problems, sources
        found += [judge_last(project, alert, condition, timed, result, row, as_of, given) for row in result.rows]
    return found, [], {}


def latest_of(timed: TimedTable, as_of: date) -> str:
    """The expression for the latest time of an axis up to the as-of day: what lies ahead is no sign of life."""
    from attain.alerts import quoted

    axis = ".".join(quoted(word) for word in (*timed.axis.column.path, timed.axis.column.name))
    table = quoted(timed.table)
    return f"max({table}.{axis} where {table}.{axis} < date '{as_of + timedelta(1)}')"


def judge_last(
    project: Project, alert: Alert, condition: Condition, timed: TimedTable, result: Result, row: tuple[Value, ...],
    as_of: date, given: bool,
) -> Finding:  # fmt: skip
    """Whether the last row of a slice is too long ago."""
    assert project.model is not None and condition.length is not None
    calendar = ZoneInfo(project.model.calendar.timezone)
    column, last = result.columns[-1], row[-1]
    members = tuple(zip(alert.by, row[:-1], strict=True))
    if last is None:
        why = f"there is no row of {timed.table} up to {as_of}"
        return Finding(alert, condition, members, "", None, True, why, "empty", about=timed.table)
    assert isinstance(last, date)
    clock = on_clock(last, ZoneInfo(column.type.zone) if column.type.zone else calendar, calendar)
    shown = clock.isoformat(timespec="minutes") if isinstance(clock, datetime) else clock.isoformat()
    late, since = is_late(clock, condition.length, as_of, given, calendar)
    why = f"the last row of {timed.table} is of {shown}, {since}"
    facts = (("table", timed.table), ("latest", shown))
    return Finding(alert, condition, members, "", shown, late, why, shown, facts, about=timed.table)


def on_clock(value: date, zone: ZoneInfo, calendar: ZoneInfo) -> date:
    """A time as the calendar's clock shows it; a day as it is."""
    if not isinstance(value, datetime):
        return value
    aware = value if value.tzinfo is not None else value.replace(tzinfo=zone)
    return aware.astimezone(calendar).replace(tzinfo=None)


def is_late(last: date, length: WindowOperator, as_of: date, given: bool, calendar: ZoneInfo) -> tuple[bool, str]:
    """Whether so much time has passed, and how much, in words: by days of the calendar, hours by the clock."""
    last_day = last.date() if isinstance(last, datetime) else last
    if length.months or length.microseconds % DAY == 0:
        due = months_after(last_day, length.months) + timedelta(length.microseconds // DAY)
        days = (as_of - last_day).days
        return as_of >= due, "today" if days == 0 else f"{count_of(days, 'day')} ago"
    clock = datetime.now(UTC).astimezone(calendar).replace(tzinfo=None)
    end = datetime.combine(as_of + timedelta(1), time())
    now = min(clock, end) if given else clock
    moment = last if isinstance(last, datetime) else datetime.combine(last + timedelta(1), time())  # a day is over then
    passed = now - moment
    hours = max(passed.total_seconds() / 3600, 0)
    return passed >= timedelta(microseconds=length.microseconds), f"{hours:,.1f} hours ago"


def months_after(day: date, months: int) -> date:
    """A day moved by whole months, clamped to the end of its month."""
    if not months:
        return day
    year, month = divmod(month_number(day) + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
