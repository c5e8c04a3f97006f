"""What tests came to, for machines and for pull requests: JSON, JUnit, workflow commands of GitHub, Markdown."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attain.base.problem import Label, Problem
from attain.base.span import Source
from attain.model.test import ERROR, FAILED, PASSED, SKIPPED, UPDATED, Outcome
from attain.model.test_coverage import Coverage
from attain.report.junit import Case, cases_to_junit, problem_text
from attain.report.machine import json_text, place_record, problem_record, problems_to_github, workflow_text
from attain.report.markdown import MOST, cell, coded
from attain.report.paint import painter
from attain.report.problems import place_of
from attain.report.tests import outcome_lines, summary_of

#: A signature that finds our own comment of a pull request again.
MARKER = "<!-- attain test -->"
_WIDTH = 160


def outcomes_to_json(outcomes: Sequence[Outcome], others: Sequence[Problem], coverage: Coverage | None) -> str:
    """One object: how many tests `passed`, `failed`, have an `error`, were `skipped` or `updated`; `tests`, each with
    its name, kind, status, place, why, hints, problems, and of rows that differ `columns` and `rows` (mark `-` for
    what was expected, `+` for what came; `different` are places of cells); `problems` of what is no test at all; and
    `coverage`, where it was asked for."""
    counts = {status: sum(o.status == status for o in outcomes) for status in (PASSED, FAILED, ERROR, SKIPPED, UPDATED)}
    found: dict[str, Any] = {**counts, "tests": [outcome_record(outcome) for outcome in outcomes]}
    found["problems"] = [problem_record(problem) for problem in others]
    if coverage is not None:
        from attain.report.coverage import coverage_record

        found["coverage"] = coverage_record(coverage)
    return json_text(found, 2) + "\n"


def outcome_record(outcome: Outcome) -> dict[str, Any]:
    """One test as a record of plain values."""
    place = place_record(Label(outcome.span, ""))
    record: dict[str, Any] = {
        "name": outcome.name, "kind": outcome.kind, "status": outcome.status,
        **{key: value for key, value in place.items() if key != "text"},
        "description": outcome.description, "why": outcome.why, "updated": outcome.updated,
        "hints": list(outcome.hints), "problems": [problem_record(problem) for problem in outcome.problems],
    }  # fmt: skip
    if outcome.comparison is not None:
        record["columns"] = list(outcome.comparison.columns)
        record["rows"] = [
            {"mark": row.mark, "cells": list(row.cells), "different": list(row.different)}
            for row in outcome.comparison.rows
        ]
        record["hidden"] = outcome.comparison.hidden
    return record


def outcomes_to_junit(
    outcomes: Sequence[Outcome], sources: Mapping[str, Source], others: Sequence[Problem], coverage: Coverage | None
) -> str:
    """A suite for each file, a case for each test; what is no test at all is a case that failed."""
    cases = [outcome_case(outcome, sources) for outcome in outcomes]
    cases += [
        Case(f"{problem.code}: {problem.message}", problem.span.file, "failed", problem.message, problem_text(problem),
             problem.code, file=problem.span.file, line=problem.span.line)
        for problem in others
    ]  # fmt: skip
    return cases_to_junit(cases, "attain test")


def outcome_case(outcome: Outcome, sources: Mapping[str, Source]) -> Case:
    """One test as a case of JUnit; one whose expectations were written anew has passed."""
    status = {FAILED: "failed", ERROR: "error", SKIPPED: "skipped"}.get(outcome.status, "passed")
    lines = outcome_lines(outcome, sources, painter(False), False, _WIDTH)
    kind = outcome.problems[0].code if outcome.problems else "different"
    said = "\n".join((outcome.why, *outcome.hints)) if status == "passed" and outcome.why else ""
    text = "\n".join(lines) if status in ("failed", "error") else ""
    return Case(outcome.name, outcome.span.file, status, outcome.why if status != "passed" else "", text,  # type: ignore[arg-type]
                kind, said, outcome.span.file, outcome.span.line, outcome.seconds)  # fmt: skip


def outcomes_to_github(
    outcomes: Sequence[Outcome], sources: Mapping[str, Source], others: Sequence[Problem], coverage: Coverage | None
) -> str:
    """A workflow command for each test that failed, which shows it at its line of a pull request."""
    lines = [annotation(o, sources) for o in outcomes if o.status in (FAILED, ERROR) or (o.status == PASSED and o.why)]
    return "".join(f"{line}\n" for line in lines) + problems_to_github(others)


def annotation(outcome: Outcome, sources: Mapping[str, Source]) -> str:
    """One workflow command."""
    level = "warning" if outcome.status == PASSED else "error"
    place = {"file": outcome.span.file, "line": str(outcome.span.line), "col": str(outcome.span.column)}
    properties = {**place, "title": f"test {outcome.status}: {outcome.name}"}
    written = ",".join(f"{key}={workflow_text(value, ',:')}" for key, value in properties.items())
    text = "\n".join(outcome_lines(outcome, sources, painter(False), False, _WIDTH)[1:])
    return f"::{level} {written}::{workflow_text(text)}"


def outcomes_to_markdown(
    outcomes: Sequence[Outcome], sources: Mapping[str, Source], others: Sequence[Problem], coverage: Coverage | None
) -> str:
    """A heading with the counts, then each test that failed with its rows; begins with a hidden marker, by which a
    comment is found and updated."""
    parts = [MARKER, "", f"### Metric tests: {summary_of(outcomes).partition(': ')[2] or 'no tests'}"]
    size = sum(map(len, parts))
    blocks = [failed_block(outcome, sources) for outcome in outcomes if outcome.status in (FAILED, ERROR)]
    blocks += [f"**{cell(place_of(problem.span))}** {coded(problem.message)}" for problem in others]
    if coverage is not None:
        from attain.report.coverage import coverage_to_markdown

        blocks.insert(0, coverage_to_markdown(coverage))
    for number, block in enumerate(blocks):
        size += len(block) + 2
        if size > MOST:
            parts += ["", f"The list is cut: {len(blocks) - number:,} more."]
            break
        parts += ["", block]
    return "\n".join(parts) + "\n"


def failed_block(outcome: Outcome, sources: Mapping[str, Source]) -> str:
    """One test that failed: its name and place, and the rows as they are shown to people."""
    head = f"**{cell(outcome.name)}** ({cell(place_of(outcome.span))}): {coded(outcome.why)}"
    lines = outcome_lines(outcome, sources, painter(False), False, _WIDTH)[2:]
    if not lines:
        return head
    shown = "\n".join(line.removeprefix("      ") or " " for line in lines)
    return f"{head}\n\n<pre>\n{html.escape(shown, quote=False)}\n</pre>"


Write = Callable[[Sequence[Outcome], Mapping[str, Source], Sequence[Problem], Coverage | None], str]
FORMS: dict[str, Write] = {
    "json": lambda outcomes, sources, others, coverage: outcomes_to_json(outcomes, others, coverage),
    "junit": outcomes_to_junit, "github": outcomes_to_github, "markdown": outcomes_to_markdown,
}  # fmt: skip
