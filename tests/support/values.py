"""Cells of a result as CSV holds them, and when two of them are the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

Cell = str | None  # None is a missing value, "" an empty text
Rows = list[list[Cell]]


def value_to_cell(value: object) -> Cell:
    """A value of any of ours (engine, interpreter, DuckDB, YAML) as the text that CSV has for it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Fraction, float)):
        return f"{float(value):.12g}"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def values_to_rows(rows: Sequence[Sequence[object]]) -> Rows:
    """Rows of values as rows of cells."""
    return [[value_to_cell(value) for value in row] for row in rows]


def same_cell(left: Cell, right: Cell) -> bool:
    """Numbers to nine digits, everything else exactly."""
    if left == right:
        return True
    if left is None or right is None:
        return False
    try:
        return math.isclose(float(left), float(right), rel_tol=1e-9, abs_tol=1e-9)
    except ValueError:
        return False


def same_rows(left: Rows, right: Rows) -> bool:
    """Cell by cell, in order."""
    return len(left) == len(right) and all(
        len(a) == len(b) and all(map(same_cell, a, b)) for a, b in zip(left, right, strict=True)
    )


def in_any_order(rows: Rows) -> Rows:
    """Rows sorted by what does not differ between two engines."""
    return sorted(rows, key=lambda row: [_sort_key(cell) for cell in row])


def _sort_key(cell: Cell) -> str:
    try:
        return "" if cell is None else f"{float(cell):.6g}"
    except ValueError:
        return str(cell)


def rows_to_table(columns: Sequence[str], rows: Rows) -> str:
    """An aligned table, as the pages have it."""
    lines = [list(columns), *[[_cell_to_text(cell) for cell in row] for row in rows]]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    texts = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    return "\n".join([texts[0], "|" + "|".join("-" * (max(width, 1) + 2) for width in widths) + "|", *texts[1:]])


def _cell_to_text(cell: Cell) -> str:
    return "" if cell is None else '""' if cell == "" else cell.replace("|", "\\|")


def table_to_rows(text: str) -> tuple[list[str], Rows]:
    """The header and the rows of a `table` block: an aligned table whose lines start with `|`, else CSV."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError("an empty table: its header is missing")
    if lines[0].startswith("|"):
        found = [_split_aligned(line) for line in lines if not _is_rule(line)]
    else:
        found = [_split_csv(line) for line in lines]
    header, rows = [cell or "" for cell in found[0]], found[1:]
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells below a header of {len(header)}: {row}")
    return header, rows


def _is_rule(line: str) -> bool:
    return "--" in line and set(line) <= set("|-: ")


def _split_aligned(line: str) -> list[Cell]:
    inner = line.removeprefix("|").removesuffix("|").replace("\\|", "\0")
    cells = [cell.strip().replace("\0", "|") for cell in inner.split("|")]
    return [None if cell == "" else "" if cell == '""' else cell for cell in cells]


def _split_csv(line: str) -> list[Cell]:
    """One line of CSV: an empty field is a missing value, `""` an empty text."""
    cells: list[Cell] = [None]
    quoted = False
    for place, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
            doubled = quoted and place > 0 and line[place - 1] == '"'
            cells[-1] = (cells[-1] or "") + ('"' if doubled and cells[-1] else "")
        elif letter == "," and not quoted:
            cells.append(None)
        else:
            cells[-1] = (cells[-1] or "") + letter
    return cells
