"""Columns of text that line up on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from attain.report.paint import Paint
from attain.report.text import clip_text, display_width, escape_text, pad_text

GAP = "  "


def grid_to_text(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool], paint: Paint, width: int = 0
) -> str:
    """A header, a rule, and rows of cells without line ends, in columns as wide as their widest cell.

    `right` says which columns stand at the right; with a `width`, lines are cut to it.
    """
    widths = [max(map(display_width, column)) for column in zip(header, *rows, strict=True)]
    lines = [paint(_line(header, widths, right, width), "strong")]
    lines.append(paint(_line(["-" * w for w in widths], widths, right, width), "frame"))
    lines += [_line(row, widths, right, width) for row in rows]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool], width: int) -> str:
    columns = zip(cells, widths, right, strict=True)
    line = GAP.join(pad_text(cell, w, right=at_right) for cell, w, at_right in columns).rstrip()
    return clip_text(line, width) if width else line


def columns_to_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines that line up, without a header; columns in which nothing stands are left out."""
    cells = [[escape_text(cell) for cell in row] for row in rows]
    kept = [column for column in zip(*cells, strict=True) if any(column)]
    widths = [max(map(display_width, column)) for column in kept]
    lines = zip(*kept, strict=True)
    return [GAP.join(pad_text(c, w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]
