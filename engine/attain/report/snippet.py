"""A line of a source with carets under what a problem is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from attain.base.span import Source, Span
from attain.report.paint import Paint
from attain.report.text import CUT, character_widths, display_width, escape_character, escape_text

GUTTER = 5  # digits that line numbers are right-aligned in
TAB = "    "
_NARROWEST = 20


@dataclass(slots=True)
class Lines:
    """The lines of all sources, split once."""

    sources: Mapping[str, Source]
    split: dict[str, list[str]] = field(default_factory=dict)

    def line(self, span: Span) -> str | None:
        """The line that a span lies in, or None where its text is not at hand."""
        if span.line <= 0 or span.file not in self.sources:
            return None
        if span.file not in self.split:
            self.split[span.file] = self.sources[span.file].text.split("\n")
        lines = self.split[span.file]
        return lines[span.line - 1].rstrip("\r") if span.line <= len(lines) else None


def snippet_lines(span: Span, line: str, label: str, severity: str, width: int, paint: Paint) -> list[str]:
    """The line with its number, and below it the carets with the label behind them."""
    number = f"{span.line:>{GUTTER}}"
    blank = " " * len(number)
    text, before, under = cut_line(line, span, max(width - len(number) - 3, _NARROWEST))
    carets = " " * before + paint("^" * under, severity)
    label = f" {paint(escape_text(label), severity)}" if label else ""
    shown = f"{paint(f'{number} |', 'frame')} {text}".rstrip()
    return [shown, f"{paint(f'{blank} |', 'frame')} {carets}{label}"]


def cut_line(line: str, span: Span, room: int) -> tuple[str, int, int]:
    """The part of a line around a span that fits into `room` columns, the columns before the span, and those that
    the span takes."""
    start = min(max(span.column - 1, 0), len(line))
    end = min(max(span.end - 1, start), len(line))
    low = max(start - 2 * room, 0)
    stretch = line[low : start + 2 * room]
    start, end = start - low, min(end - low, len(stretch))
    cells = _cells(stretch)
    widths = [width for _, width in cells]
    is_cut = low > 0 or low + len(stretch) < len(line) or sum(widths) > room
    first, last = _window(widths, start, end, room - 2 * len(CUT)) if is_cut else (0, len(cells))
    head = CUT if low or first else ""
    tail = CUT if last < len(cells) or low + len(stretch) < len(line) else ""
    text = head + "".join(shown for shown, _ in cells[first:last]) + tail
    return text, len(head) + sum(widths[first:start]), max(sum(widths[start : min(end, last)]), 1)


def _cells(text: str) -> list[tuple[str, int]]:
    """Each character as it is shown, with its width."""
    cells: list[tuple[str, int]] = []
    for position, (character, width) in enumerate(zip(text, character_widths(text), strict=True)):
        shown = TAB if character == "\t" else escape_character(character)
        if character == "[" and text[max(position - 2, 0) : position] == "##":  # a command to a runner of workflows
            shown = "\\x5b"
        cells.append((shown, width if shown == character else display_width(shown)))
    return cells


def _window(widths: list[int], start: int, end: int, room: int) -> tuple[int, int]:
    """The first character shown and the one after the last: a third of the room stands before the span, or more
    where the line ends soon after it."""
    first, left = start, room // 3
    while first > 0 and widths[first - 1] <= left:
        first -= 1
        left -= widths[first]
    last, rest = first, room
    while last < len(widths) and widths[last] <= rest:
        rest -= widths[last]
        last += 1
    if last == len(widths):
        while first > 0 and widths[first - 1] <= rest:
            first -= 1
            rest -= widths[first]
    while first < start and widths[first] == 0:  # an accent stays with its letter
        first += 1
    return first, last
