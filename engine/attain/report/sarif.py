"""Problems as SARIF 2.1.0, the form in which code scanning and editors take what a tool found."""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from attain.base.codes import CODES
from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.report.machine import json_text
from attain.report.snippet import Lines
from attain.report.text import escape_text

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"
MOST_SNIPPET = 1_000  # characters of a line that are repeated in the file
_FOUND = re.compile(r"did you mean `([^`]+)`\?")
_LONE = re.compile("[\ud800-\udfff]")


class Rule(NamedTuple):
    """A kind of finding: a title of one line, what it means and what to do; `level` is "error", "warning" or "note",
    and "" where each problem says by its severity."""

    title: str
    help: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    """Where findings belong: `folder` is the working directory as seen from the root of the repository ("" the root
    itself), `home` the file, as spans name it, that findings without a place are shown in, `docs` the address of a page
    on which `#CODE` leads to a kind of finding ("": there is none). `category` tells uploads of a commit apart,
    `version` is Attain's.
    """

    folder: str = ""
    home: str = ""
    docs: str = ""
    category: str = "attain-validate"
    version: str = ""


def problems_to_sarif(
    problems: Sequence[Problem], sources: Mapping[str, Source], repository: Repository,
    ignored: Sequence[tuple[Problem, str]] = (), rules: Mapping[str, Rule] | None = None,
) -> str:  # fmt: skip
    """One run of SARIF 2.1.0: a result for each problem, and a suppressed one for each that is ignored, with the
    reason. `rules` tells of codes that the catalogue of problems does not have.

    Files are named as seen from the root of the repository, columns count UTF-16 units. Fingerprints go by the text of
    the line, so they stay when it moves.
    """
    found = [*problems, *(problem for problem, _ in ignored)]
    known = {code: Rule(entry.title, entry.explanation) for code, entry in CODES.items()} | dict(rules or {})
    codes = sorted({problem.code for problem in found})
    writer = _Writer(Lines(sources), repository, codes, known)
    results = [writer.result(problem) for problem in problems]
    results += [writer.result(problem) | {"suppressions": [_suppression(why)]} for problem, why in ignored]
    run = {
        "tool": {"driver": writer.driver(found)},
        "automationDetails": {"id": f"{repository.category}/"},
        "invocations": [{"executionSuccessful": True}],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "utf16CodeUnits",
        "results": results,
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, 2) + "\n"


@dataclass(slots=True)
class _Writer:
    """Writes the results of one run."""

    lines: Lines
    repository: Repository
    codes: list[str]
    rules: Mapping[str, Rule]
    seen: dict[str, int] = field(default_factory=dict)

    def driver(self, found: Sequence[Problem]) -> dict[str, Any]:
        """The tool, with the rules that something was found by."""
        worst = {code: min((self.level(p) for p in found if p.code == code), key=_LEVELS.index) for code in self.codes}
        rules = [_rule(code, self.rules[code], worst[code], self.repository.docs) for code in self.codes]
        version = self.repository.version
        versions = {"version": version, "semanticVersion": version} if version else {}
        return {"name": "Attain", **versions, "rules": rules}

    def level(self, problem: Problem) -> str:
        """How bad a finding is: as its rule says, else by its severity."""
        return self.rules[problem.code].level or problem.severity.value

    def result(self, problem: Problem) -> dict[str, Any]:
        """One finding."""
        home = problem.span if problem.span.is_place else Span(self.repository.home, 1, 1, 1)
        result: dict[str, Any] = {
            "ruleId": problem.code,
            "ruleIndex": self.codes.index(problem.code),
            "level": self.level(problem),
            "message": {"text": self.message(problem)},
            "locations": [self.location(home)] if home.file else [],
            "partialFingerprints": {"attain/v1": self.fingerprint(problem)},
        }
        related = [other for other in problem.others if other.span.is_place]
        if related:
            result["relatedLocations"] = [
                self.location(other.span) | {"id": number, "message": {"text": _said(other.text)}}
                for number, other in enumerate(related, 1)
            ]
        fix = self.fix(problem)
        return result | ({"fixes": [fix]} if fix else {})

    def message(self, problem: Problem) -> str:
        """Everything that is said, a line each; second places are links to them."""
        option = f"{problem.span.file}: " if problem.span.file and not problem.span.is_place else ""
        parts = [
            _said(f"{option}{problem.message}"),
            *(_said(text) for text in (problem.label, *problem.hints) if text),
        ]
        places = [other for other in problem.others if other.span.is_place]
        parts += [f"[{_linked(other.text or 'see here')}]({number})" for number, other in enumerate(places, 1)]
        parts += [_said(other.text) for other in problem.others if not other.span.is_place and other.text]
        return "\n".join(parts)

    def location(self, span: Span) -> dict[str, Any]:
        """A place as SARIF has it."""
        place: dict[str, Any] = {"artifactLocation": self.artifact(span)}
        if span.line > 0:
            place["region"] = self.region(span)
            line = self.line(span)
            if line and len(line) <= MOST_SNIPPET:
                place["contextRegion"] = {"startLine": span.line, "snippet": {"text": _whole(line)}}
        return {"physicalLocation": place}

    def artifact(self, span: Span) -> dict[str, str]:
        """The file of a place, as seen from the root of the repository."""
        path = posixpath.normpath(posixpath.join(self.repository.folder, span.file))
        return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/~"), "uriBaseId": ROOT}

    def region(self, span: Span) -> dict[str, Any]:
        """The stretch of a line, counted in UTF-16 units."""
        line = self.line(span)
        start, end = span.column, max(span.end, span.column)
        region: dict[str, Any] = {
            "startLine": span.line,
            "startColumn": _units(line, start),
            "endColumn": _units(line, end),
        }
        text = line[start - 1 : end - 1]
        return region | ({"snippet": {"text": _whole(text)}} if 0 < len(text) <= MOST_SNIPPET else {})

    def line(self, span: Span) -> str:
        """The line of a place; empty where it is not at hand."""
        line = self.lines.line(span) or ""
        return line.removeprefix("\ufeff") if span.line == 1 else line

    def fingerprint(self, problem: Problem) -> str:
        """A hash of what was found, in which file, on what line (its text, not its number), and which of equal ones."""
        file = self.artifact(problem.span)["uri"] if problem.span.is_place else problem.span.file
        parts = [problem.code, file, problem.message, self.line(problem.span).strip()]
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        self.seen[digest] = self.seen.get(digest, 0) + 1
        return f"{digest}:{self.seen[digest]}"

    def fix(self, problem: Problem) -> dict[str, Any] | None:
        """The replacement that a "did you mean" is, where the word itself is marked."""
        match = _FOUND.fullmatch(problem.label)
        span = problem.span
        text = self.line(span)[span.column - 1 : span.end - 1]
        if match is None or not text or f"`{text}`" not in problem.message or not _can_replace(text, match[1]):
            return None
        region = self.region(span)
        region.pop("snippet", None)
        replacement = {"deletedRegion": region, "insertedContent": {"text": match[1]}}
        change = {"artifactLocation": self.artifact(span), "replacements": [replacement]}
        return {"description": {"text": f"Write {match[1]}"}, "artifactChanges": [change]}


_LEVELS = ("error", "warning", "note")


def _rule(code: str, rule: Rule, level: str, docs: str) -> dict[str, Any]:
    severity = "recommendation" if level == "note" else level
    found: dict[str, Any] = {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.help},
        "help": {"text": rule.help, "markdown": rule.help},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["metrics"], "precision": "very-high", "problem.severity": severity},
    }
    return found | ({"helpUri": f"{docs}#{code}"} if docs else {})


def _can_replace(text: str, word: str) -> bool:
    """Whether a word may stand where another stood as it is: a name for a name, a code for a code."""
    return word.isidentifier() or ("-" in text and word.replace("-", "_").isidentifier())


def _suppression(reason: str) -> dict[str, str]:
    return {"kind": "inSource", "status": "accepted", "justification": escape_text(reason, keep="\n")}


def _units(line: str, column: int) -> int:
    """A column in UTF-16 units, counted from 1, of one that counts characters."""
    return column + sum(character > "\uffff" for character in line[: column - 1])


def _whole(text: str) -> str:
    """The text, in which bytes that are no UTF-8 are marked as such."""
    return _LONE.sub("\ufffd", text)


def _said(text: str) -> str:
    """A text in which nothing is read as a link."""
    plain = escape_text(text, keep="\n")
    return _brackets(plain) if "](" in plain else plain


def _linked(text: str) -> str:
    """A text as that of a link."""
    return _brackets(escape_text(text))


def _brackets(text: str) -> str:
    return text.replace("[", "\\[").replace("]", "\\]")
