"""Markdown for a comment of a pull request or the summary of a job: texts in which nothing is markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attain.base.problem import Problem
from attain.report.problems import place_of, problem_counts
from attain.report.text import clip_text, escape_text

MOST = 60_000  # characters; GitHub takes 65,536 in a comment
MOST_WIDTH = 500  # of a text in a cell
#: What is markup wherever it stands, what is so beside no letter (`_`), and what is so at the beginning of a line.
_MARKUP = re.compile(r"[\\`*|~<>&\[\]@$#]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
#: What notifies people, leads to another issue, or becomes a link by itself, also where it is written as entities.
_LIVE = re.compile(r"((?<!\w)@|#(?=\d)|(?<!\w)[!$%&~](?=\w)|:(?=//)|www(?=\.)|\bGH(?=-\d))", re.IGNORECASE)
_ADDRESS = re.compile(r"(:(?=//)|www(?=\.))", re.IGNORECASE)


def cell(text: str) -> str:
    """Text in which nothing is markup: no link, mention, image, or end of the cell."""
    plain = " ".join(escape_text(text).split())
    return _broken(plain, _LIVE)


def _broken(text: str, live: re.Pattern[str]) -> str:
    """A text in which what would come alive is broken by a space that is not seen."""
    parts = enumerate(live.split(text))
    return "".join(f"{_entities(part)}&#8203;" if number % 2 else _entities(part) for number, part in parts)


def coded(text: str) -> str:
    """The same, cut where it is long; what stands between backquotes is shown as code."""
    parts = clip_text(text, MOST_WIDTH).split("`")
    if len(parts) % 2 == 0:
        return cell("`".join(parts))
    return "".join(_code(part) if number % 2 else _kept(part) for number, part in enumerate(parts)).strip()


def _code(text: str) -> str:
    """A text as code, in which no name is a mention anyway."""
    return f"<code>{_broken(' '.join(escape_text(text).split()), _ADDRESS)}</code>"


def _kept(text: str) -> str:
    """A text as a cell, with the spaces at its ends."""
    head = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return f"{head}{cell(text)}{tail}"


def _entities(text: str) -> str:
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)


def problems_to_markdown(
    problems: Sequence[Problem], summary: str, ignored: Sequence[tuple[Problem, str]] = (), command: str = "validate"
) -> str:
    """A heading, what was looked at, and a table of the problems; begins with the hidden marker of a command's comment,
    by which it is found and updated, and ends with how many are left out where it would be too long. What is ignored
    is counted."""
    counts = problem_counts(problems) or "no problems"
    counts += f", {len(ignored):,} ignored" if ignored else ""
    lines = [f"<!-- attain {command} -->", "", f"### Metric definitions: {counts}", "", cell(summary)]
    if problems:
        lines += ["", "| place | problem | |", "|---|---|---|"]
    size = sum(len(line) + 1 for line in lines)
    for number, problem in enumerate(problems):
        row = _row(problem)
        size += len(row) + 1
        if size > MOST:
            lines += ["", f"The table is cut: {len(problems) - number:,} more."]
            break
        lines.append(row)
    return "\n".join(lines) + "\n"


def _row(problem: Problem) -> str:
    """A row of the table: where, what, and what to do about it."""
    others = [f"{place_of(other.span)}: {other.text}".strip(": ") for other in problem.others]
    hints = [coded(text) for text in (problem.label, *others, *problem.hints) if text]
    kind = f"**{problem.severity.value}** <code>{_entities(problem.code)}</code>"
    return f"| {cell(place_of(problem.span))} | {kind}<br>{coded(problem.message)} | {'<br>'.join(hints)} |"
