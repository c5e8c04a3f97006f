"""Deprecated metrics, where they are used."""

from __future__ import annotations

from datetime import date

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.check.draft import Draft
from attain.model.semantic import Metric
from attain.read.expressions import read_day


def check_deprecated(draft: Draft, today: date) -> None:
    """A deprecated metric that others are built on: a warning, after its last day an error."""
    for metric in draft.metrics.values():
        for name in metric.uses if metric is not None else ():
            used = draft.metrics.get(name)
            if metric is not None and used is not None and used.deprecated is not None:
                span = draft.metric_syntax[metric.name].span
                draft.problems.append(deprecated_problem(used, span, today))


def deprecated_problem(metric: Metric, span: Span, today: date) -> Problem:
    """What is said where a deprecated metric is used."""
    assert metric.deprecated is not None
    use, until = metric.deprecated
    hint = f"use `{use}` instead" if use else ""
    last = read_day(until) if until else None
    if last is not None and today > last:
        return Problem("deprecated-metric", f"`{metric.name}` was to be used until {until}", span).hint(hint)
    text = f"`{metric.name}` is deprecated" + (f" and goes after {until}" if until else "")
    return warning("deprecated-metric", text, span, "", hint)
