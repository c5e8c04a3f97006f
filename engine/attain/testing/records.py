"""Rows as they are written in a test: CSV text, a list of rows, a file. In: a node of YAML. Out: cells that know their
place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.read.definitions import below_root
from attain.read.text import ExpressionText, text_of_scalar
from attain.read.tree import Lines, Scalar
from attain.run.files import csv_delimiter, find_path

MAX_BYTES = 8_000_000
MAX_ROWS = 50_000
MAX_COLUMNS = 1_000
#: What ends a value that is not quoted.
ENDS = {delimiter: re.compile(f"[{re.escape(delimiter)}\n]") for delimiter in (",", ";", "\t", "|")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is written; None where it is missing."""

    text: str | None
    span: Span


@dataclass(slots=True)
class Records:
    """Columns and rows. `file` is where they stand if not in the definitions, with its text in `sources`."""

    columns: list[Cell] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    file: str = ""
    sources: dict[str, Source] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.text or "" for column in self.columns]


@dataclass(frozen=True, slots=True)
class Folder:
    """Where files are looked for: below the project's root, relative to the folder of the definitions' file."""

    root: Path
    folder: str


class Unreadable(Exception):
    """Rows that cannot be read, with the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_records(node: Any, place: Span, folder: Folder) -> Records:
    """The rows of a node: CSV text, a list of rows, or `{file: ..}`. Raises Unreadable."""
    if isinstance(node, list):
        return records_of_list(node)
    if isinstance(node, dict):
        return read_file(node["file"], folder)
    if node.is_null:
        return Records()
    text, _ = text_of_scalar(node)
    return records_of_csv(text, ",")


def records_of_list(rows: list[dict[Scalar, Scalar]]) -> Records:
    """Rows that are written as blocks of names and values; a name that a row lacks is a missing value."""
    if len(rows) > MAX_ROWS:
        raise Unreadable(too_many(next(iter(rows[0])).span if rows[0] else Span.none()))
    columns: dict[str, Cell] = {}
    for row in rows:
        for name in row:
            columns.setdefault(str(name), Cell(str(name), name.span))
    return Records(list(columns.values()), [[cell_of(row, name) for name in columns] for row in rows])


def cell_of(row: dict[Scalar, Scalar], name: str) -> Cell:
    """The value of a name in a row."""
    value = row.get(Scalar(name))
    if value is None:
        return Cell(None, next((key.span for key in row), Span.none()))
    return Cell(None if value.is_null else str(value), value.span)


def too_many(span: Span) -> Problem:
    """More rows than a test may have."""
    return Problem("test-rows", f"more than {MAX_ROWS:,} rows in a test", span).hint(
        "a test shows what is meant with a few rows"
    )


def read_file(written: Scalar, folder: Folder) -> Records:
    """The rows of a CSV file below the project's folder."""
    name, problem = below_root(folder.folder, written)
    if problem is not None:
        raise Unreadable(problem)
    path, reason = find_path(folder.root, name)
    if path is None:
        raise Unreadable(Problem("path-not-allowed", f"`{written}` cannot be read: {reason}", written.span))
    if path.suffix.lower() not in (".csv", ".tsv"):
        problem = Problem("test-rows", f"`{written}` is not a CSV file", written.span)
        raise Unreadable(problem.hint("rows of a test stand in files that end in .csv or .tsv"))
    if not path.is_file():
        raise Unreadable(Problem("data-file-missing", f"there is no file `{name}`", written.span))
    text = text_of_file(path, written)
    found = records_of_csv(ExpressionText(text, Lines(name, text)), csv_delimiter(path))
    found.file, found.sources = name, {name: Source(name, text)}
    return found


def text_of_file(path: Path, written: Scalar) -> str:
    """What a file of rows holds. Raises Unreadable."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            problem = Problem("test-rows", f"`{written}` is larger than {MAX_BYTES:,} bytes", written.span)
            raise Unreadable(problem.hint("a test shows what is meant with a few rows"))
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Unreadable(Problem("data-file-unreadable", f"`{written}` is not UTF-8 text", written.span)) from None
    except OSError as error:
        problem = Problem("data-file-unreadable", f"`{written}` cannot be read: {error.strerror}", written.span)
        raise Unreadable(problem) from None


# -- CSV ---------------------------------------------------------------------------------------------------------------
def records_of_csv(text: ExpressionText, delimiter: str) -> Records:
    """CSV text: the first line holds the names; an empty value and `null` are missing, `""` is the empty text; white
    space around a value that is not quoted does not count. Raises Unreadable."""
    found = Records()
    for line in csv_lines(text, delimiter):
        if not found.columns:
            found.columns = named(line)
        elif len(line) != len(found.columns):
            values = "1 value" if len(line) == 1 else f"{len(line)} values"
            message = f"this row has {values}, and the header {len(found.columns)}"
            span = line[0].span.to(line[-1].span)
            raise Unreadable(Problem("test-rows", message, span).hint("a value that holds a comma stands in quotes"))
        else:
            found.rows.append(line)
        if len(found.rows) > MAX_ROWS:
            raise Unreadable(too_many(line[0].span))
    return found


def named(line: list[Cell]) -> list[Cell]:
    """The header, each name once."""
    seen: dict[str, Cell] = {}
    for cell in line:
        if not cell.text:
            raise Unreadable(Problem("test-rows", "a column without a name", cell.span))
        if cell.text in seen:
            problem = Problem("test-rows", f"the column `{cell.text}` stands here twice", cell.span, "the second")
            raise Unreadable(problem.also(seen[cell.text].span, "the first"))
        seen[cell.text] = cell
    return line


def csv_lines(text: ExpressionText, delimiter: str) -> Iterator[list[Cell]]:
    """The records of a text; empty lines are passed over. Raises Unreadable."""
    whole, at, size = text.text, 0, len(text.text)
    line: list[Cell] = []
    while at <= size:
        cell, at = read_cell(text, at, delimiter)
        line.append(cell)
        if len(line) > MAX_COLUMNS:
            raise Unreadable(Problem("test-rows", f"more than {MAX_COLUMNS:,} columns", line[0].span))
        if at < size and whole[at] == delimiter:
            at += 1
            continue
        if len(line) > 1 or line[0].text is not None:
            yield line
        line = []
        at += 1


def read_cell(text: ExpressionText, start: int, delimiter: str) -> tuple[Cell, int]:
    """The value that begins at an offset, and the offset of what ends it (a delimiter, a line end, the end)."""
    whole, size = text.text, len(text.text)
    at = start
    while at < size and whole[at] in " \t" and whole[at] != delimiter:
        at += 1
    if at < size and whole[at] == '"':
        return quoted_cell(text, at, delimiter)
    found = ENDS[delimiter].search(whole, at)
    end = found.start() if found is not None else size
    value = whole[at:end].rstrip(" \t\r")
    refuse_control(value, text.span(at, at + len(value)))
    return Cell(None if value in ("", "null") else value, text.span(at, at + max(len(value), 1))), end


def quoted_cell(text: ExpressionText, start: int, delimiter: str) -> tuple[Cell, int]:
    """As `read_cell`, of a value in quotes."""
    whole, size, at = text.text, len(text.text), start + 1
    parts: list[str] = []
    while True:
        end = whole.find('"', at)
        if end < 0:
            raise Unreadable(Problem("test-rows", "a quote that is never closed", text.span(start, start + 1)))
        parts.append(whole[at:end])
        if whole[end + 1 : end + 2] != '"':
            break
        at = end + 2
    after = end + 1
    while after < size and whole[after] in " \t\r" and whole[after] != delimiter:
        after += 1
    if after < size and whole[after] not in (delimiter, "\n"):
        problem = Problem("test-rows", "text behind a closing quote", text.span(after, after + 1))
        raise Unreadable(problem.hint('a quote inside a value in quotes is written twice: ""'))
    value = '"'.join(parts)
    refuse_control(value, text.span(start, end + 1))
    return Cell(value, text.span(start, end + 1)), after


def refuse_control(value: str, span: Span) -> None:
    """No value holds the character that ends texts in databases."""
    if "\0" in value:
        raise Unreadable(Problem("test-rows", "a value that holds a null character", span))
