"""Results for people: a table on a terminal, a table in Markdown, and what must be said with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attain.model.result import Result, ResultColumn
from attain.report.grid import grid_to_text
from attain.report.paint import painter
from attain.report.text import escape_text
from attain.report.values import is_right_aligned, is_short, iso_day, value_to_text

PARTIAL = "*"
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKS = re.compile(r"[\\|`*\[\]~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|^[#+-](?=\s)")


def result_to_table(result: Result, currency: str, *, color: bool) -> str:
    """Columns that line up, numbers at the right, values by their units; a partial period is marked with `*`
    (`result_notes` says so in words)."""
    header = [escape_text(column.name) for column in result.columns]
    right = [is_right_aligned(column) for column in result.columns]
    return grid_to_text(header, list(_shown_rows(result, currency)), right, painter(color))


def result_to_markdown(result: Result, currency: str) -> str:
    """A table of GitHub-flavoured Markdown with the same values as the table for a terminal; nothing in a cell is
    read as Markdown or HTML."""
    return markdown_table(result.columns, _shown_rows(result, currency))


def markdown_table(columns: Sequence[ResultColumn], rows: Iterable[Sequence[str]]) -> str:
    """Columns and rows of texts as a table of Markdown."""
    header = [markdown_cell(column.name) for column in columns]
    rule = ["---:" if is_right_aligned(column) else "---" for column in columns]
    escaped = [[markdown_cell(cell) for cell in row] for row in rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in [header, rule, *escaped])


def result_notes(result: Result) -> list[str]:
    """What is to be said with a result, a line each: its notes, and which periods are not over."""
    return [*map(escape_text, result.notes), *_partial_note(result)]


def markdown_cell(text: str) -> str:
    """A text as a cell of a Markdown table."""
    escaped = _MARKS.sub(lambda match: f"\\{match[0]}", escape_text(text))
    return "".join(_HTML.get(character, character) for character in escaped)


def _shown_rows(result: Result, currency: str) -> Iterator[list[str]]:
    """The rows as texts for people."""
    partial = set(result.partial)
    marked = next((i for i, column in enumerate(result.columns) if column.role == "period"), None)
    short = [is_short((row[i] for row in result.rows), column) for i, column in enumerate(result.columns)]
    for position, row in enumerate(result.rows):
        triples = zip(row, result.columns, short, strict=True)
        cells = [value_to_text(value, column, currency, short=brief) for value, column, brief in triples]
        if marked is not None and position in partial:
            cells[marked] += f" {PARTIAL}"
        yield cells


def _partial_note(result: Result) -> list[str]:
    period = next((i for i, column in enumerate(result.columns) if column.role == "period"), None)
    if period is None or not result.partial:
        return []
    days = dict.fromkeys(iso_day(result.rows[position][period]) for position in result.partial)
    name = escape_text(result.columns[period].name)
    return [f"{PARTIAL} the {name} of {', '.join(days)} is partial: it holds the as-of day"]
