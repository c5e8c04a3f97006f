"""Problems and other records for machines: JSON that is safe to print, annotations of a continuous integration."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from attain.base.problem import Label, Problem, Severity
from attain.report.text import escape_text

#: What JSON lets stand as it is, and a terminal or a lone encoder does not.
_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON in which control characters, terminal escapes and reordering characters are written as `\\uXXXX`, and what a
    runner of workflows takes for a command wherever it stands."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False).replace("##[", "##\\u005b")
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def problems_to_json(problems: Sequence[Problem], ignored: Sequence[tuple[Problem, str]] | None = None) -> str:
    """One object: `errors` and `warnings` (counts), and `problems`, each with code, severity, message, file, line,
    column, end, label, hints (texts) and others (places with file, line, column, end, text). Lines and columns count
    from 1, 0 is none; `end` is exclusive. With `ignored`, what was not told: such records with their `reason`."""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    records = [problem_record(problem) for problem in problems]
    found: dict[str, Any] = {"errors": errors, "warnings": len(problems) - errors, "problems": records}
    if ignored is not None:
        found["ignored"] = [{**problem_record(problem), "reason": reason} for problem, reason in ignored]
    return json_text(found, 2) + "\n"


def problem_record(problem: Problem) -> dict[str, Any]:
    """A problem as a record of plain values."""
    place = place_record(Label(problem.span, ""))
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        **{key: value for key, value in place.items() if key != "text"},
        "label": problem.label,
        "hints": list(problem.hints),
        "others": [place_record(other) for other in problem.others],
    }


def place_record(place: Label) -> dict[str, Any]:
    """A place as a record of plain values."""
    span = place.span
    return {"file": span.file, "line": span.line, "column": span.column, "end": span.end, "text": place.text}


def problems_to_github(problems: Sequence[Problem]) -> str:
    """A workflow command of GitHub Actions for each problem, which shows it at its line of a pull request."""
    return "".join(f"{_annotation(problem)}\n" for problem in problems)


def _annotation(problem: Problem) -> str:
    span = problem.span
    place = {"file": span.file} if span.file else {}
    if span.file and span.line > 0:
        place |= {"line": str(span.line), "col": str(span.column), "endColumn": str(max(span.end, span.column))}
    properties = ",".join(
        f"{key}={workflow_text(value, ',:')}" for key, value in {**place, "title": problem.code}.items()
    )
    text = "\n".join(part for part in (problem.message, problem.label, *problem.hints) if part)
    return f"::{problem.severity.value} {properties}::{workflow_text(text)}"


def workflow_text(text: str, more: str = "") -> str:
    """Text as GitHub wants it: `%`, line ends and the characters of `more` as `%XX`."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for character in more:
        text = text.replace(character, f"%{ord(character):02X}")
    return escape_text(text)
