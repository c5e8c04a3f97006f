"""Where a problem of a query stands in the test that asks it. In: a problem that points into an option. Out: the same
problem at its place in the YAML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from attain.base.problem import Problem
from attain.base.span import Span
from attain.read.shape_of_tests import UserTestShape, WhenShape
from attain.read.text import text_of_scalar
from attain.read.tree import Lines, Scalar


def place_problem(problem: Problem, shape: UserTestShape) -> Problem:
    """The problem with every place that is one of an option moved into the test."""
    others = tuple(replace(other, span=place_span(other.span, shape)) for other in problem.others)
    return replace(problem, span=place_span(problem.span, shape), others=others)


def place_span(span: Span, shape: UserTestShape) -> Span:
    """The place in the test of a stretch of an option's text; places in files stay what they are."""
    words = words_of(span.file, shape)
    if words is None:
        return span if span.file else shape.name.span
    for position, word in enumerate(words):
        size = len(text_of_scalar(word)[0].text) + 1
        if len(words) == 1 or span.line < 1 or span.column <= size or position == len(words) - 1:
            return span_in(word, span)
        span = replace(span, column=span.column - size, end=span.end - size)
    return shape.name.span


def words_of(option: str, shape: UserTestShape) -> Sequence[Scalar] | None:
    """What stands in the test for an option of the command line; None where `option` is none."""
    when = shape.when or WhenShape()
    if option.startswith("METRIC"):
        number = int(option.removeprefix("METRIC").strip() or 1)
        metrics = when.metrics or ([shape.holds] if shape.holds is not None else [])
        return metrics[number - 1 : number] or metrics[:1]
    found = {
        "--by": when.by, "--order": when.order, "--grain": when.grain, "--where": when.where, "--having": when.having,
        "--from": when.start, "--to": when.end, "--as-of": when.as_of, "--limit": None, "--top": None,
        "--max-cells": None,
    }  # fmt: skip
    if option not in found:
        return None
    written = found[option]
    return [written] if isinstance(written, Scalar) else (written or [])


def span_in(scalar: Scalar, span: Span) -> Span:
    """A stretch of an expression's text at its place in the file."""
    text, _ = text_of_scalar(scalar)
    starts = Lines("", text.text).starts
    if not 0 < span.line <= len(starts):
        return scalar.span
    start = starts[span.line - 1] + max(span.column, 1) - 1
    return text.span(min(start, len(text.text)), min(start + max(span.end - span.column, 1), len(text.text)))
