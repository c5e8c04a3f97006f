"""What tests came to, for people: what failed, with the rows that were expected and those that came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attain.base.span import Source
from attain.model.test import ERROR, FAILED, PASSED, SKIPPED, UPDATED, Comparison, Outcome
from attain.report.paint import Paint, painter
from attain.report.problems import place_of, problems_to_text
from attain.report.text import clip_text, count_of, display_width, escape_text, pad_text

_MARKS = {PASSED: ("ok", "good"), FAILED: ("FAIL", "error"), ERROR: ("ERROR", "error"), SKIPPED: ("skip", "dim"),
          UPDATED: ("new", "good")}  # fmt: skip
_INDENT = "      "
_GAP = "  "
_WIDEST = 60  # columns of a cell


def outcomes_to_text(
    outcomes: Sequence[Outcome], sources: Mapping[str, Source], *, every: bool, color: bool, width: int
) -> str:
    """What failed or could not be run; with `every` also what passed and what was skipped. `sources` are the texts of
    the definitions."""
    paint = painter(color)
    shown = [
        outcome for outcome in outcomes if every or outcome.status in (FAILED, ERROR, UPDATED) or is_warned(outcome)
    ]
    blocks = [outcome_lines(outcome, sources, paint, color, width) for outcome in shown]
    lines: list[str] = []
    for before, block in zip([[], *blocks], blocks, strict=False):
        lines += ["", *block] if lines and len(block) + len(before) > 2 else block
    return "".join(f"{line}\n" for line in lines)


def is_warned(outcome: Outcome) -> bool:
    """Whether there is something to be said of a test that passed."""
    return outcome.status == PASSED and bool(outcome.why)


def outcome_lines(outcome: Outcome, sources: Mapping[str, Source], paint: Paint, color: bool, width: int) -> list[str]:
    """One test: its mark, place and name, then why."""
    word, style = _MARKS[outcome.status]
    name = paint(escape_text(outcome.name), "strong")
    lines = [f"{paint(pad_text(word, 5), style)} {place_of(outcome.span)}: {name}"]
    if outcome.status in (FAILED, ERROR) and outcome.description:
        lines.append(paint(f"{_INDENT}{escape_text(outcome.description)}", "dim"))
    lines += [f"{_INDENT}{escape_text(text)}" for text in (outcome.why, outcome.updated) if text]
    if outcome.comparison is not None:
        lines += [f"{_INDENT}{line}" for line in comparison_lines(outcome.comparison, paint, width - len(_INDENT))]
    lines += [f"{_INDENT}= {escape_text(hint)}" for hint in outcome.hints]
    if outcome.problems:
        text = problems_to_text(outcome.problems, sources, color=color, width=max(width - len(_INDENT), 40))
        written = text.rstrip("\n").split("\n")[:-2]  # without the line that counts
        lines += [f"{_INDENT}{line}".rstrip() for line in written]
    return lines


def comparison_lines(comparison: Comparison, paint: Paint, width: int) -> list[str]:
    """Columns that line up; `-` was expected, `+` came, and below a row that came `^` under what differs."""
    header = [clip_text(escape_text(name), _WIDEST) for name in comparison.columns]
    cells = [[clip_text(escape_text(cell), _WIDEST) for cell in row.cells] for row in comparison.rows]
    widths = [max(map(display_width, column)) for column in zip(header, *cells, strict=True)]
    lines = [paint(clipped("  ", header, widths, comparison.right, width), "strong")]
    for row, texts in zip(comparison.rows, cells, strict=True):
        line = clipped(f"{row.mark} ", texts, widths, comparison.right, width)
        lines.append(paint(line, {"-": "bad", "+": "good"}[row.mark]) if row.mark != " " else line)
        if row.different and row.mark == "+":
            carets = ["^" * display_width(text) if place in row.different else "" for place, text in enumerate(texts)]
            lines.append(paint(clipped("  ", carets, widths, comparison.right, width), "error"))
    if comparison.hidden:
        lines.append(f"  and {count_of(comparison.hidden, 'row')} more")
    return lines


def clipped(mark: str, cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], width: int) -> str:
    """A row of cells in their columns."""
    padded = (pad_text(cell, size, right=at) for cell, size, at in zip(cells, widths, right, strict=True))
    line = (mark + _GAP.join(padded)).rstrip()
    return clip_text(line, width) if width > 0 else line


def summary_of(outcomes: Sequence[Outcome]) -> str:
    """`12 tests: 10 passed, 1 failed, 1 could not be run`"""
    words = {PASSED: "passed", UPDATED: "updated", FAILED: "failed", ERROR: "could not be run", SKIPPED: "skipped"}
    counts = [(sum(outcome.status == status for outcome in outcomes), word) for status, word in words.items()]
    parts = [f"{number:,} {word}" for number, word in counts if number]
    return f"{count_of(len(outcomes), 'test')}: {', '.join(parts)}" if outcomes else "no tests"
