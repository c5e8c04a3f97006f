"""What `scorecard` asks for: texts of the command line to lines, a period and a slice, or to problems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from attain.base.problem import Problem, has_errors, in_order
from attain.base.span import Source, Span
from attain.base.suggest import did_you_mean, some_of
from attain.check.cell import period_problem
from attain.check.deprecated import deprecated_problem
from attain.check.pace import pace_method
from attain.check.query import check_query
from attain.check.request import CellRequest, QueryRequest, ScorecardRequest
from attain.model.calendar import Grain
from attain.model.periods import next_period, period_start
from attain.model.query import Query
from attain.model.scorecard import Line, ScorecardQuery, Stretch
from attain.model.semantic import Metric, SemanticModel
from attain.model.target import Target
from attain.read.expressions import read_day
from attain.read.periods import read_period

#: Problems that say of one metric that it cannot be cut or filtered like this, while others can.
LEFT_OUT = frozenset("dimension-not-allowed dimension-not-reached no-join-path ambiguous-join-path".split())
#: How many periods a trend has, the one asked for among them.
PERIODS = {"day": 14, "week": 13, "month": 13, "quarter": 8, "fiscal_quarter": 8, "year": 5, "fiscal_year": 5}


@dataclass(slots=True)
class _Check:
    """One scorecard being checked."""

    model: SemanticModel
    request: ScorecardRequest
    today: date
    problems: list[Problem] = field(default_factory=list)
    sources: dict[str, Source] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def fail(self, code: str, message: str, option: str, text: str, label: str = "", *hints: str) -> None:
        self.sources[option] = Source(option, text)
        span = Span(option, 1, 1, len(text) + 1) if text else Span(option, 0, 0, 0)
        self.problems.append(Problem(code, message, span, label, tuple(h for h in hints if h)))


def check_scorecard(
    model: SemanticModel, request: ScorecardRequest, today: date
) -> tuple[ScorecardQuery | None, list[Problem], dict[str, Source]]:
    """The checked scorecard; None with the problems where it is wrong. Also the texts of the options, for messages.
    What is named must be there to see; what is only among all KPIs is left out with a note where it cannot be cut or
    filtered as asked."""
    check = _Check(model, request, today)
    as_of = read_day(request.as_of) if request.as_of else today
    if as_of is None:
        check.fail(
            "date-form", f"`{request.as_of}` is not a day", "--as-of", request.as_of, "", "write it as 2026-01-31"
        )
    stretch = stretch_of(check, as_of or today)
    lines = lines_of(check, as_of or today)
    if has_errors(check.problems) or stretch is None:
        return None, in_order(check.problems), check.sources
    lines = [found for line in lines if (found := asked_line(check, line, stretch)) is not None]
    if not lines and not has_errors(check.problems):
        check.fail("wrong-value", "no metric of the scorecard can be cut and filtered like this", "--by", "")
        check.problems[-1] = check.problems[-1].hint(*check.notes)
    if has_errors(check.problems):
        return None, in_order(check.problems), check.sources
    silent = [line.target.name for line in lines if line.target is not None and not line.target.terms(stretch.as_of)]
    check.notes += [f"no version of the target {name} is in force on {stretch.as_of}" for name in silent]
    query = ScorecardQuery(tuple(lines), stretch, request.by, request.where, tuple(check.notes))
    return query, in_order(check.problems), check.sources


# -- the period --------------------------------------------------------------------------------------------------------
def stretch_of(check: _Check, as_of: date) -> Stretch | None:
    """The period: the one that is named, else the one of the grain (months where none is named) that holds the as-of
    day."""
    request = check.request
    key = read_period(request.period.strip()) if request.period else None
    grain = grain_of(check, request.grain or (key.kind if key is not None else "month"))
    if grain is None:
        return None
    if request.period:
        wrong = period_problem(check.model, CellRequest("", grain=grain.name, period=request.period), key)
        if wrong is not None:
            check.sources["--period"] = Source("--period", request.period)
            check.problems.append(wrong)
            return None
    start = period_start(key.day if key is not None else as_of, grain)
    return Stretch(grain, start, next_period(start, grain), as_of, first_period(start, grain))


def grain_of(check: _Check, name: str) -> Grain | None:
    """The grain, one whose periods can be told without looking at data."""
    grain = check.model.calendar.grain(name)
    if grain is None:
        known = check.model.calendar.grain_names()
        label = did_you_mean(name, known)
        check.fail(
            "unknown-grain", f"there is no grain `{name}`", "--grain", name, label, f"grains: {', '.join(PERIODS)}"
        )
    elif name not in PERIODS:
        option, text = ("--grain", name) if check.request.grain else ("--period", check.request.period)
        hints = (f"a scorecard is of one of: {', '.join(PERIODS)}", "`attain run` takes this grain")
        check.fail("wrong-value", f"a scorecard is not made by {name.replace('_', ' ')}", option, text, "", *hints)
        return None
    return grain


def first_period(start: date, grain: Grain) -> date:
    """The period with which the trend begins."""
    for _ in range(PERIODS[grain.name] - 1):
        start = period_start(start - timedelta(1), grain)
    return start


# -- the lines ---------------------------------------------------------------------------------------------------------
def lines_of(check: _Check, as_of: date) -> list[Line]:
    """The metrics that are asked for, each with the target that it is held against."""
    targets = {target.metric: check.model.targets_of(target.metric)[0] for target in check.model.targets.values()}
    if check.request.metrics:
        named = [named_line(check, name, targets) for name in dict.fromkeys(check.request.metrics)]
        chosen = list({(pair[0].name, pair[1] and pair[1].name): pair for pair in named if pair is not None}.values())
    else:
        metrics = [m for m in check.model.metrics.values() if not m.hidden]
        chosen = [(m, targets.get(m.name)) for m in metrics if check.request.every or m.name in targets]
    lines = [line_of(check.model, metric, target, as_of) for metric, target in chosen]
    found = [line for line in lines if is_wanted(check.request, line)]
    if not found and not has_errors(check.problems):
        nothing_found(check, lines)
    return found


def named_line(check: _Check, name: str, targets: Mapping[str, Target]) -> tuple[Metric, Target | None] | None:
    """A metric with its target, or the metric of a target that is named; a hidden metric gives way to a target."""
    metric = check.model.metrics.get(name)
    if metric is not None and not (metric.hidden and name in check.model.targets):
        if metric.deprecated is not None:
            check.sources["METRIC"] = Source("METRIC", name)
            check.problems.append(deprecated_problem(metric, Span("METRIC", 1, 1, len(name) + 1), check.today))
        return metric, targets.get(name)
    target = check.model.targets.get(name)
    if target is not None:
        return check.model.metrics[target.metric], target
    label = did_you_mean(name, [*check.model.metrics, *check.model.targets])
    hint = f"metrics: {some_of(n for n, m in check.model.metrics.items() if not m.hidden)}"
    check.fail("unknown-metric", f"there is no metric `{name}`", "METRIC", name, label, hint)
    return None


def line_of(model: SemanticModel, metric: Metric, target: Target | None, as_of: date) -> Line:
    """A metric with what its target says on the as-of day."""
    terms = target.terms(as_of) if target is not None else None
    return Line(metric, target, terms, pace_method(model, metric, terms))


def is_wanted(request: ScorecardRequest, line: Line) -> bool:
    """Whether a line is of the categories and owners that are asked for."""
    wanted = ((request.categories, (line.metric.category,)), (request.owners, (line.owner, line.metric.owner)))
    return all(
        not asked or {text.casefold() for text in asked} & {text.casefold() for text in own if text}
        for asked, own in wanted
    )


def nothing_found(check: _Check, lines: list[Line]) -> None:
    """What is said where no metric is asked for."""
    request = check.request
    if not lines:
        hints = ("name metrics, or add --all for every metric", "docs: a metric with a target is a KPI")
        check.fail(
            "wrong-arguments", "no metric has a target yet, so there is no KPI to show", "METRIC", "", "", *hints
        )
        return
    for option, asked, own in (
        ("--category", request.categories, [line.metric.category for line in lines]),
        ("--owner", request.owners, [line.owner for line in lines]),
    ):
        known = sorted({text for text in own if text})
        for text in asked:
            if text.casefold() not in {name.casefold() for name in known}:
                hint = f"there are: {', '.join(known)}" if known else ""
                label = did_you_mean(text, known)
                check.fail("wrong-value", f"no KPI here has the {option[2:]} `{text}`", option, text, label, hint)
    if not has_errors(check.problems):
        check.fail("wrong-value", "no KPI is of this category and of this owner", "--category", "")


# -- cut and filtered --------------------------------------------------------------------------------------------------
def asked_line(check: _Check, line: Line, stretch: Stretch) -> Line | None:
    """A line cut and filtered as asked; None where its metric cannot be: what was named is a problem then, the rest
    is told of and left out, never shown without the filter."""
    request = check.request
    if not request.by and not request.where:
        return line
    asked = QueryRequest(
        (line.metric.name,), request.by, stretch.grain.name, request.where,
        start=stretch.start.isoformat(), end=stretch.end.isoformat(), as_of=stretch.as_of.isoformat(),
    )  # fmt: skip
    query, problems, sources = check_query(check.model, asked, None)
    if query is not None:
        return with_range(check, line, query)
    errors = [problem for problem in problems if has_errors([problem])]
    if request.metrics or any(problem.code not in LEFT_OUT for problem in errors):
        check.problems += [problem for problem in problems if problem not in check.problems]
        check.sources |= sources
    else:
        check.notes.append(f"left out: {line.metric.name} ({errors[0].message})")
    return None


def with_range(check: _Check, line: Line, query: Query) -> Line:
    """A line whose range does not hold where it lacks the dimensions that are asked for: of a filter nowhere, of what
    it is cut by in no slice. (Of a value the query itself says so.)"""
    terms = line.terms
    if terms is None or terms.kind != "between" or terms.by is None:
        return line
    own = {key.name for key in terms.by}
    filtered = [key.name for key in query.filter.keys if key.name not in own] if query.filter is not None else []
    if filtered and line.target is not None:
        check.notes.append(f"the target {line.target.name} is of the whole, not of a {filtered[0]}: it is empty here")
        return replace(line, terms=None)
    return replace(line, slices=all(key.name in own for key in query.keys))
