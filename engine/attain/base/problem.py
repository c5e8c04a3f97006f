"""Problems: what a stage says of a user's mistake. A mistake is a value, never an exception."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from attain.base.span import Span


class Severity(StrEnum):
    """How bad it is: an error stops, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that a problem is about, and what stands there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `code` is a kebab-case fact of the catalogue, `message` says what was found, `label` stands under the caret,
    `hints` say why it is wrong or what to write, `others` are the further places it is about.
    """

    code: str
    message: str
    span: Span
    label: str = ""
    hints: tuple[str, ...] = ()
    others: tuple[Label, ...] = ()
    severity: Severity = Severity.ERROR

    def hint(self, *texts: str) -> Problem:
        """The same problem with more hints; empty texts are passed over."""
        return replace(self, hints=(*self.hints, *(text for text in texts if text)))

    def also(self, span: Span, text: str) -> Problem:
        """The same problem with one more place."""
        return replace(self, others=(*self.others, Label(span, text)))


def warning(code: str, message: str, span: Span, label: str = "", *hints: str) -> Problem:
    """A problem that does not stop anything."""
    return Problem(code, message, span, label, tuple(h for h in hints if h), (), Severity.WARNING)


def has_errors(problems: list[Problem]) -> bool:
    """Whether one of them stops the work."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def in_order(problems: list[Problem]) -> list[Problem]:
    """Each problem once, errors of one place before its warnings, by file, line and column."""
    unique = list(dict.fromkeys(problems))
    return sorted(unique, key=lambda p: (p.span.file, p.span.line, p.span.column, p.severity, p.code, p.message))
