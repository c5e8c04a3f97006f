"""Problems for people: where, what, the line itself with carets under it, why, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attain.base.problem import Label, Problem, Severity
from attain.base.span import Source, Span
from attain.report.paint import Paint, painter
from attain.report.snippet import GUTTER, Lines, snippet_lines
from attain.report.text import count_of, escape_text


def problems_to_text(problems: Sequence[Problem], sources: Mapping[str, Source], *, color: bool, width: int) -> str:
    """All problems in the order given, then how many there are; nothing at all where there are none.

    `sources` holds the texts that the spans point into, by the names that the spans give (for the command line the
    name of an option); a span whose text is missing has no snippet. Lines of a source are cut to `width` columns.
    """
    if not problems:
        return ""
    lines, paint = Lines(sources), painter(color)
    blocks = ["\n".join(_problem_lines(problem, lines, width, paint)) for problem in problems]
    return "\n\n".join([*blocks, problem_counts(problems)]) + "\n"


def problem_counts(problems: Sequence[Problem]) -> str:
    """`2 errors, 1 warning`"""
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    counts = [count_of(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return ", ".join(counts)


def place_of(span: Span) -> str:
    """`metrics.yaml:41:21`, the file alone where there is no line, nothing where there is no file."""
    file = escape_text(span.file)
    return f"{file}:{span.line}:{span.column}" if span.line > 0 and file else file


def _problem_lines(problem: Problem, lines: Lines, width: int, paint: Paint) -> list[str]:
    severity = problem.severity.value
    place = place_of(problem.span)
    kind = paint(f"{severity}[{problem.code}]:", severity)
    head = f"{paint(f'{place}:', 'place')} {kind}" if place else kind
    found = [f"{head} {paint(escape_text(problem.message), 'strong')}"]
    found += _place_lines(Label(problem.span, problem.label), severity, lines, width, paint)
    for other in problem.others:
        arrow = paint(f"{'':>{GUTTER - 2}}-->", "frame")
        text = "" if lines.line(other.span) is not None else f": {escape_text(other.text)}"
        where = place_of(other.span)
        found.append(f"{arrow} {where}{text}" if where else f"{arrow} {escape_text(other.text)}")
        if lines.line(other.span) is not None:
            found += _place_lines(other, "frame", lines, width, paint)
    for hint in problem.hints:
        found += _hint_lines(hint, paint)
    return found


def _place_lines(place: Label, style: str, lines: Lines, width: int, paint: Paint) -> list[str]:
    """The snippet of a place, or its text as a hint where there is no snippet."""
    line = lines.line(place.span)
    if line is None:
        return _hint_lines(place.text, paint) if place.text else []
    return snippet_lines(place.span, line, place.text, style, width, paint)


def _hint_lines(hint: str, paint: Paint) -> list[str]:
    """`   = hint`; the further lines of a hint stand below its first."""
    first, *rest = [escape_text(line) for line in hint.split("\n")]
    return [f"{paint('   =', 'frame')} {first}", *(f"     {line}".rstrip() for line in rest)]
