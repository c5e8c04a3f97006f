"""`validate --data` for metrics: each executed, those that fail or are empty told, and a few lines that sum it up."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from attain.base.problem import Problem, warning
from attain.base.suggest import count_of, some_of
from attain.model import expression as e
from attain.model.semantic import Metric, SemanticModel
from attain.probes.additivity import probe_additivity
from attain.probes.answers import TOLD, Answers, Cells, Clock, ask
from attain.probes.columns import Seen, check_columns
from attain.probes.outcome import grouped
from attain.probes.questions import Questions, questions_of
from attain.probes.sampling import DEFAULT_SAMPLE, Sample, sample_of
from attain.probes.units import probe_units
from attain.probes.words import strange_words

if TYPE_CHECKING:
    from attain.project import Project

#: Seconds that one statement may take, and all of them together.
STATEMENT, TOGETHER = 60.0, 600.0
MOST_LOOKED = 20  # empty metrics whose conditions are compared with the data
MOST_NAMED = 5  # metrics that fail alike, shown by themselves


def check_metrics(project: Project, today: date, most: int | None = None) -> tuple[list[Problem], list[str]]:
    """What trying all metrics on the data finds, and what was done, a line each. At most about `most` rows of each
    table are taken (0: all of them). Raises RunProblem where the connection fails."""
    model = project.model
    assert model is not None
    limit_time(project)
    clock = Clock(time.monotonic() + TOGETHER)
    seen = check_columns(project, model, today, clock)
    questions = questions_of(model, today)
    sample = sample_of(project, model, DEFAULT_SAMPLE if most is None else most, today)
    answers = ask(project, model, questions.queries, clock, sample.changed(model))
    problems = [*seen.problems, *failures(model, answers.failed, seen)]
    problems += empty_metrics(project, model, answers.cells, seen)
    notes = [executed_text(questions, answers, sample)]
    if project.engine().dialect != "duckdb":
        return problems, [*notes, "units and additivity not probed: that needs DuckDB"]
    queries, change = list(questions.queries), sample.changed(model)
    for probe in (probe_units, probe_additivity):
        outcome = probe(project, model, queries, answers, clock, change)
        problems += outcome.problems
        notes += [outcome.text] if outcome.text else []
    return problems, notes


def limit_time(project: Project) -> None:
    """Statements of this connection are stopped after a while, if they are not already."""
    if project.settings.timeout is None:
        project.close()
        project.settings = replace(project.settings, timeout=STATEMENT)


# -- what fails --------------------------------------------------------------------------------------------------------
def failures(model: SemanticModel, failed: dict[str, Problem], seen: Seen) -> list[Problem]:
    """A problem for each reason that metrics fail for, at the first of these; reasons that are told at a table (a key
    that is not unique, values that do not fit) are left out."""
    alike: dict[tuple[str, str], list[str]] = {}
    for name, problem in failed.items():
        unfit = problem.code == "value-does-not-fit" and seen.unfit & set(model.metrics[name].tables)
        if problem.code not in TOLD and not unfit:
            alike.setdefault((problem.code, problem.message), []).append(name)
    return [failure([model.metrics[name] for name in names], failed[names[0]]) for names in alike.values()]


def failure(metrics: list[Metric], why: Problem) -> Problem:
    """The problem of metrics that cannot be computed, for one reason."""
    first, others = metrics[0], metrics[1:]
    problem = Problem("metric-fails", f"`{first.name}` cannot be computed: {why.message}", first.span)
    for metric in others[:MOST_NAMED]:
        problem = problem.also(metric.span, f"nor can `{metric.name}`")
    rest = [metric.name for metric in others[MOST_NAMED:]]
    problem = problem.hint(f"nor can {some_of(rest)}" if rest else "", *why.hints)
    return problem.also(why.span, "the data are named here") if why.span.line and why.span != first.span else problem


# -- what is empty -----------------------------------------------------------------------------------------------------
def empty_metrics(project: Project, model: SemanticModel, cells: dict[str, Cells], seen: Seen) -> list[Problem]:
    """A warning for each metric without a value anywhere, or that is 0 everywhere; of those that build on such a
    metric only the one at the bottom is told, and none over a table without rows."""
    found = {name: what for name, values in cells.items() if (what := nothing_in(values)) is not None}
    found = {name: what for name, what in found.items() if what != "0" or not is_difference(model.metrics[name])}
    told = [
        name
        for name in found
        if not any(used in found for used in model.metrics[name].uses)
        and not seen.bare & set(model.metrics[name].tables)
    ]
    words = {name: strange_words(project, model, model.metrics[name]) for name in told[:MOST_LOOKED]}
    return [empty_metric(model.metrics[name], cells[name], found[name], words.get(name, "")) for name in told]


def nothing_in(values: Cells) -> str | None:
    """ "no value" or "0" where that is all there is in the cells of a metric; None where there is more."""
    if all(value is None for value in values.values()):
        return "no value"
    return "0" if all(value in (None, 0) and value is not False for value in values.values()) else None


def is_difference(metric: Metric) -> bool:
    """Whether a metric takes one figure from another: then it may well be 0 everywhere."""
    return any(isinstance(node, e.Arithmetic) and node.operator == "-" for node in e.walk(metric.expression))


def empty_metric(metric: Metric, values: Cells, what: str, words: str) -> Problem:
    """The warning of a metric in which there is nothing; `words` says which words of its conditions the data lack."""
    periods = sorted(key[-1] for key in values if key and key[-1] is not None)
    where = "in total"
    if periods:
        months = count_of(len(periods), "month")
        span = f" from {periods[0]:%Y-%m} to {periods[-1]:%Y-%m}" if len(periods) > 1 else f", {periods[0]:%Y-%m}"
        where = (
            f"in {'each' if what == '0' else 'any'} of {months}{span}"
            if len(periods) > 1
            else f"in the only month{span}"
        )
    has = "is 0" if what == "0" else "has no value"
    problem = warning("empty-metric", f"`{metric.name}` {has} {where}", metric.span)
    if words:
        return problem.hint(words)
    if what == "0":
        return problem.hint("if there should be something, compare the words in its conditions with those in the data")
    if any(isinstance(node, e.Moved) for node in e.walk(metric.expression)):
        return problem.hint("the data may not reach back far enough for what it is compared with")
    return problem.hint("nothing in the data meets its conditions, or what it is computed from is never filled")


# -- what was done -----------------------------------------------------------------------------------------------------
def executed_text(questions: Questions, answers: Answers, sample: Sample) -> str:
    """`127 metrics executed on every row, by month and in total`"""
    text = f"{count_of(len(answers.cells), 'metric')} executed on {sample.text}"
    parts = [text]
    if answers.failed:
        parts.append(f"{len(answers.failed):,} failed")
    if answers.late:
        parts.append(
            f"{count_of(len(answers.late), 'metric')} not tried, since no time was left: {some_of(answers.late)}"
        )
    for reason, names in grouped({name: problem.message for name, problem in questions.refused.items()}):
        parts.append(f"not asked: {some_of(names)} ({reason})")
    return "; ".join(parts)
