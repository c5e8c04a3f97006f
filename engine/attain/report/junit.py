"""Outcomes as JUnit XML, the form in which GitLab, Jenkins and most others show what passed and what failed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from attain.base.problem import Problem, Severity
from attain.report.problems import place_of
from attain.report.text import escape_text

Outcome = Literal["passed", "failed", "error", "skipped"]
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS = {"failed": "failure", "error": "error", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class Case:
    """One test: its name, the suite that it belongs to, and how it came out.

    `message` is one line of why, `text` all of it, `kind` what sort of failure it is ("unknown-field"), `output` what
    is said of a test that passed. `file` and `line` are where it stands; `seconds` is None where it was not timed.
    """

    name: str
    suite: str
    outcome: Outcome = "passed"
    message: str = ""
    text: str = ""
    kind: str = ""
    output: str = ""
    file: str = ""
    line: int = 0
    seconds: float | None = None


def cases_to_junit(cases: Sequence[Case], name: str) -> str:
    """The cases as one document, suites in the order of their first case. Two cases of one suite and name, of which
    most readers would show the first alone, are told apart by a number."""
    suites: dict[str, list[Case]] = {}
    for case in cases:
        suites.setdefault(case.suite, []).append(case)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{_attributes(name=name, **_counts(cases))}>"]
    for suite, members in suites.items():
        parts.append(f"  <testsuite{_attributes(name=suite, **_counts(members))}>")
        parts += [_case(case) for case in _told_apart(members)]
        parts.append("  </testsuite>")
    return "\n".join([*parts, "</testsuites>"]) + "\n"


def problems_to_junit(
    problems: Sequence[Problem], files: Iterable[str], ignored: Sequence[tuple[Problem, str]] = ()
) -> str:
    """A suite for each file: a failed case for each error, a skipped one for each problem that is ignored, with the
    reason; a passed one says the warnings, and that there are no errors. Names hold no numbers of lines, so that a case
    is the same one after lines have moved."""
    by_file: dict[str, list[Problem]] = {file: [] for file in files}
    for problem in problems:
        by_file.setdefault(problem.span.file or "command line", []).append(problem)
    cases = [case for file, found in by_file.items() for case in _file_cases(file, found)]
    cases += [_problem_case(problem, problem.span.file, "skipped", f"ignored: {why}") for problem, why in ignored]
    return cases_to_junit(cases, "attain validate")


def _file_cases(file: str, problems: list[Problem]) -> list[Case]:
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    warnings = [problem for problem in problems if problem.severity is not Severity.ERROR]
    said = "\n\n".join(problem_text(problem) for problem in warnings)
    cases = [_problem_case(problem, file, "failed", problem.message) for problem in errors]
    passed = [Case("warnings" if cases else "definitions", file, output=said, file=file)] if said or not cases else []
    return [*cases, *passed]


def _problem_case(problem: Problem, suite: str, outcome: Outcome, message: str) -> Case:
    """A problem as a case that did not pass."""
    name, place = f"{problem.code}: {problem.message}", problem.span
    return Case(name, suite, outcome, message, problem_text(problem), problem.code, "", place.file, place.line)


def problem_text(problem: Problem) -> str:
    """Everything that is said of a problem, without the snippet."""
    place = place_of(problem.span)
    head = f"{place}: {problem.severity.value}[{problem.code}]: {problem.message}"
    others = [f"{place_of(other.span)}: {other.text}".strip(": ") for other in problem.others]
    return "\n".join(part for part in (head.removeprefix(": "), problem.label, *others, *problem.hints) if part)


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    """The numbers that stand at a suite; the time where all was timed."""
    outcomes = [case.outcome for case in cases]
    counts = {"tests": len(cases), "failures": outcomes.count("failed"), "errors": outcomes.count("error")}
    counts |= {"skipped": outcomes.count("skipped")}
    times = [case.seconds for case in cases if case.seconds is not None]
    return {key: str(count) for key, count in counts.items()} | ({"time": f"{sum(times):.3f}"} if times else {})


def _told_apart(cases: Sequence[Case]) -> list[Case]:
    seen: dict[str, int] = {}
    found: list[Case] = []
    for case in cases:
        seen[case.name] = seen.get(case.name, 0) + 1
        found.append(replace(case, name=f"{case.name} ({seen[case.name]})") if seen[case.name] > 1 else case)
    return found


def _case(case: Case) -> str:
    """One testcase."""
    where = {"file": case.file} if case.file else {}
    where |= {"line": str(case.line)} if case.file and case.line > 0 else {}
    time = {"time": f"{case.seconds:.3f}"} if case.seconds is not None else {}
    head = f"    <testcase{_attributes(name=case.name, classname=case.suite, **where, **time)}"
    element = _ELEMENTS.get(case.outcome)
    lines = []
    if element is not None:
        kind = {"type": case.kind or case.outcome} if element != "skipped" else {}
        body = _escaped(case.text, "\n\t")
        lines.append(f"      <{element}{_attributes(message=case.message, **kind)}>{body}</{element}>")
    if case.output:
        lines.append(f"      <system-out>{_escaped(case.output, chr(10) + chr(9))}</system-out>")
    return "\n".join([f"{head}>", *lines, "    </testcase>"]) if lines else f"{head}/>"


def _attributes(**values: str) -> str:
    return "".join(f' {key}="{_escaped(value)}"' for key, value in values.items())


def _escaped(text: str, keep: str = "") -> str:
    """A text that XML can hold: what it cannot, and what hides or reorders, is written out."""
    plain = _ILLEGAL.sub("\ufffd", escape_text(text, keep))
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
