"""What alerts find: each is one query, and its conditions are judged slice by slice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from attain import pipeline
from attain.alert_rules import judge_value
from attain.base.problem import Problem, has_errors
from attain.base.span import Source, Span
from attain.base.suggest import did_you_mean, some_of
from attain.check.request import QueryRequest
from attain.model.alert import Alert, Condition, Finding, Series
from attain.model.calendar import Grain
from attain.model.periods import next_period, period_start
from attain.model.result import Result, Value
from attain.read.expressions import read_day

if TYPE_CHECKING:
    from attain.model.semantic import SemanticModel
    from attain.model.target import Terms
    from attain.project import Project

Progress = Callable[[float], None]
#: How many periods before the one that is judged are looked at: for slices in which nothing occurs any more.
BACK = 12
#: How many the history has that something is unusual against.
HISTORY = {"day": 182, "week": 260, "month": 72, "quarter": 40, "fiscal_quarter": 40}
OTHER_HISTORY = 60
UNUSUAL = ("unusual", "low", "high")


@dataclass(frozen=True, slots=True)
class Day:
    """The as-of day, the last day that is over (with the as-of day given that day, else yesterday), and whether it was
    given."""

    as_of: date
    over: date
    given: bool


def look_at_alerts(
    project: Project, names: Sequence[str], as_of: str = "", progress: Progress | None = None
) -> tuple[list[Finding], list[Problem], dict[str, Source]]:
    """What the alerts of these names (none: all) find, in the order of the definitions; problems where one of them
    cannot be asked for. Raises RunProblem where the connection or a statement fails."""
    model = project.model
    assert model is not None
    problems = unknown_names(model, names)
    given = read_day(as_of) if as_of else None
    if as_of and given is None:
        problem = Problem("date-form", f"`{as_of}` is not a day", Span("--as-of", 1, 1, len(as_of) + 1))
        problems.append(problem.hint("write it as 2026-01-31"))
    if problems:
        return [], problems, {"--as-of": Source("--as-of", as_of)}
    today = pipeline.current_day(model)
    day = Day(given or today, given or today - timedelta(1), given is not None)
    found: list[Finding] = []
    for alert in model.alerts.values():
        if names and alert.name not in names:
            continue
        findings, more, sources = look_at_alert(project, alert, day, progress)
        if has_errors(more):
            return [], more, {**project.sources, **sources}
        found += findings
    return found, [], {}


def unknown_names(model: SemanticModel, names: Sequence[str]) -> list[Problem]:
    """The problem of each name that is no alert's."""
    problems = []
    for name in names:
        if name not in model.alerts:
            label = did_you_mean(name, model.alerts)
            problem = Problem("unknown-alert", f"there is no alert `{name}`", Span("ALERT", 0, 0, 0), label)
            hint = f"alerts: {some_of(model.alerts)}" if model.alerts else "the definitions have no `alerts:`"
            problems.append(problem.hint(hint))
    return problems


def look_at_alert(
    project: Project, alert: Alert, day: Day, progress: Progress | None
) -> tuple[list[Finding], list[Problem], dict[str, Source]]:
    """What one alert finds: of each of its conditions, for every slice. Conditions that need a long history are asked
    for by themselves: the slices of long ago are not looked at for the others."""
    found: list[Finding] = []
    for conditions in grouped(alert.conditions):
        if conditions[0].kind == "silent":
            from attain.alert_silence import judge_silence

            more, problems, sources = judge_silence(project, alert, conditions[0], day.as_of, day.given, progress)
        else:
            more, problems, sources = judge_values(project, alert, conditions, day, progress)
        if has_errors(problems):
            return [], problems, sources
        found += more
    return sorted(found, key=lambda finding: alert.conditions.index(finding.condition)), [], {}


def grouped(conditions: Sequence[Condition]) -> list[list[Condition]]:
    """Conditions that one query answers: on values, on values with their history, and each on late data."""
    late = [[condition] for condition in conditions if condition.kind == "silent"]
    unusual = [condition for condition in conditions if condition.kind in UNUSUAL]
    others = [condition for condition in conditions if condition.kind not in (*UNUSUAL, "silent")]
    return [group for group in (others, unusual, *late) if group]


def judge_values(
    project: Project, alert: Alert, conditions: list[Condition], day: Day, progress: Progress | None
) -> tuple[list[Finding], list[Problem], dict[str, Source]]:
    """What conditions on values find."""
    asked = columns_of(project, alert, conditions, day)
    period = last_period(project, alert.grain, day) if alert.grain is not None else None
    request = request_of(alert, asked, period, history_of(alert, conditions), day)
    result, problems, sources = pipeline.run_query(project, request, today=day.as_of, progress=progress)
    if result is None:
        return [], problems, sources
    return judge_result(project, alert, conditions, asked, result, period, day), [], {}


# -- the query ---------------------------------------------------------------------------------------------------------
def quoted(name: str) -> str:
    """A name as an expression has it."""
    from attain.read.expressions import RESERVED

    plain = name.isascii() and name.isidentifier() and name.lower() not in RESERVED
    return name if plain else '"' + name.replace('"', '""') + '"'


def terms_of(project: Project, alert: Alert, day: Day) -> Terms | None:
    """What the target of an alert says on the as-of day; None where there is none in force."""
    assert project.model is not None
    target = project.model.targets.get(alert.target)
    return target.terms(day.as_of) if target is not None else None


def columns_of(project: Project, alert: Alert, conditions: list[Condition], day: Day) -> dict[str, int]:
    """What is asked for, with the place of each: the metric, and what conditions compare it with."""
    metric = quoted(alert.metric)
    wanted = [alert.metric, *(beside(project, alert, metric, condition, day) for condition in conditions)]
    return {text: place for place, text in enumerate(dict.fromkeys(text for text in wanted if text))}


def beside(project: Project, alert: Alert, metric: str, condition: Condition, day: Day) -> str:
    """What a condition needs beside the metric; empty where it needs nothing."""
    if condition.kind in ("change", "drop", "rise"):
        length = condition.length
        if length is None:
            return f"prior({metric})"
        months, days = length.months, length.microseconds // 86_400_000_000
        return f"prior({metric}, {months} months)" if months else f"prior({metric}, {days} days)"
    terms = terms_of(project, alert, day) if condition.kind == "band" or condition.of_target else None
    share = terms is not None and (condition.of_target or terms.judged != "value")
    return f"attainment({metric}, {quoted(alert.target)})" if share else ""


def history_of(alert: Alert, conditions: list[Condition]) -> int:
    """How many periods before the one that is judged are asked for."""
    if alert.grain is None or not any(condition.kind in UNUSUAL for condition in conditions):
        return BACK
    return HISTORY.get(alert.grain.name, OTHER_HISTORY)


def last_period(project: Project, grain: Grain, day: Day) -> tuple[date, date] | None:
    """The last period that is over: its first day, and the first day after it; None where there is none."""
    if grain.table:
        return last_of_table(project, grain, day.over)
    start = period_start(day.over, grain)
    if next_period(start, grain) - day.over > timedelta(1):
        start = period_start(start - timedelta(1), grain)
    return start, next_period(start, grain)


def last_of_table(project: Project, grain: Grain, over: date) -> tuple[date, date] | None:
    """As `last_period`, of a calendar table."""
    from attain.data_checks import period_of

    first, after = period_of(project, grain, over)
    if first is not None and after is not None and after - over > timedelta(1):
        first, after = period_of(project, grain, first - timedelta(1))
    return (first, after) if first is not None and after is not None else None


def request_of(
    alert: Alert, asked: dict[str, int], period: tuple[date, date] | None, back: int, day: Day
) -> QueryRequest:
    """The query of an alert: its periods up to the one that is judged."""
    request = QueryRequest(tuple(asked), alert.by, where=alert.where, as_of=day.as_of.isoformat())
    if alert.grain is None or period is None:
        return request
    start = period[0]
    if alert.grain.table:
        start -= (period[1] - period[0]) * back
    else:
        for _ in range(back):
            start = period_start(start - timedelta(1), alert.grain)
    return replace(request, grain=alert.grain.name, start=start.isoformat(), end=period[1].isoformat())


# -- its rows ----------------------------------------------------------------------------------------------------------
def judge_result(
    project: Project, alert: Alert, conditions: list[Condition], asked: dict[str, int], result: Result,
    period: tuple[date, date] | None, day: Day,
) -> list[Finding]:  # fmt: skip
    """What each condition says of each slice in the period that is judged."""
    assert project.model is not None
    if alert.grain is not None and period is None:
        return []
    judged = period[0].isoformat() if period is not None and alert.grain is not None else ""
    metric, terms = quoted(alert.metric), terms_of(project, alert, day)
    found: list[Finding] = []
    for condition in conditions:
        place = asked.get(beside(project, alert, metric, condition, day), 0)
        for series in series_of(alert, result):
            if not series.periods or (judged and series.periods[-1] != judged):
                continue
            column = result.columns[len(result.columns) - len(asked)]
            found.append(judge_value(project.model, alert, condition, series, place, column, terms))
    return found


def series_of(alert: Alert, result: Result) -> list[Series]:
    """The rows of a result by slice, in the order of the slices."""
    first = int(alert.grain is not None)
    width = len(alert.by)
    found: dict[tuple[Value, ...], Series] = {}
    for row in result.rows:
        members = row[first : first + width]
        series = found.setdefault(members, Series(tuple(zip(alert.by, members, strict=True)), [], []))
        series.periods.append(str(row[0]) if first else "")
        series.values.append(row[first + width :])
    return list(found.values())
