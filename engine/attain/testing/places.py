"""Where a problem of a query stands in the test that asks it. In: a problem that points into an option. Out: the same
problem at its place in the YAML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from attain.base.problem import Problem
from attain.base.span import Span
from attain.read.shape_of_tests import UserTestShape, WhenShape
from attain.read.text import text_of_scalar
from attain.read.tree import Lines, Scalar

_OPTION = re.compile(r"--(where|by|grain|from|to|as-of|order|limit|top|having|totals|sparse|max-cells)\b")


def place_problem(problem: Problem, shape: UserTestShape) -> Problem:
    """The problem with every place that is one of an option moved into the test."""
    others = tuple(replace(other, span=place_span(other.span, shape)) for other in problem.others)
    hints = tuple(map(keys_for_options, problem.hints))
    message = keys_for_options(problem.message)
    return replace(problem, message=message, span=place_span(problem.span, shape), hints=hints, others=others)


def keys_for_options(text: str) -> str:
    """What is said of options in the words of the YAML: `add grain: month` for `add --grain month`."""
    return _OPTION.sub(lambda match: f"{match[1].replace('-', '_')}:", text)


def place_span(span: Span, shape: UserTestShape) -> Span:
    """The place in the test of a stretch of an option's text; places in files stay what they are."""
    if shape.holds is not None and span.file.startswith("METRIC"):
        return shape.holds.span if span.line < 1 or span.file != "METRIC" else span_in(shape.holds, span)
    if shape.holds is not None and span.file in ("--by", "--grain") and not words_of(span.file, shape):
        return word_in(shape.holds, span)
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
        return when.metrics[number - 1 : number] or when.metrics[:1]
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


def word_in(scalar: Scalar, span: Span) -> Span:
    """The name that a condition is cut by, in the condition: `by region, month`, where the query has `region`."""
    text, _ = text_of_scalar(scalar)
    listed = re.search(r"\bby\s+", text.text, re.IGNORECASE)
    start = listed.end() if listed is not None else 0
    return text.span(min(start + max(span.column, 1) - 1, len(text.text)), start + max(span.end, 2) - 1)
