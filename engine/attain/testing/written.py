"""Rows of a result as a test has them: CSV, and blocks of YAML. In: a result, and how rows stand there. Out: text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attain.model.result import Result, Value
from attain.read.tree import Mapping, Node, Scalar
from attain.read.tree import Sequence as Listing
from attain.report.text import escape_text
from attain.report.values import value_to_raw
from attain.testing.compare import Close, Row, actual_row, expected_rows, matched_columns, paired, unequal
from attain.testing.definitions import Test

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./()-]*(?: [A-Za-z0-9_./()-]+)*")
_WORDS = frozenset("null true false yes no on off y n".split())
_QUOTED = re.compile(r'[",\n\r]|^\s|\s$')


class Kept(Exception):
    """What a test expects is left as it is; the message says why."""


# -- CSV --------------------------------------------------------------------------------------------------------------
def csv_text(result: Result, columns: list[str]) -> str:
    """A result as CSV, its columns in an order where that has all of them."""
    return "".join(f"{line}\n" for line in csv_lines(result, columns))


def indented_csv(result: Result, columns: list[str], body: str) -> str:
    """A result as CSV where some stood before, indented as that. Raises Kept."""
    indent = body[: len(body) - len(body.lstrip(" "))]
    if not body.strip():
        raise Kept("nothing stands there by which its place could be told")
    return "\n".join(f"{indent}{line}" for line in csv_lines(result, columns))


def csv_lines(result: Result, columns: list[str]) -> Iterator[str]:
    """The lines of CSV. Raises Kept."""
    names = [column.name for column in result.columns]
    order = columns if sorted(columns) == sorted(names) else names
    places = [names.index(name) for name in order]
    yield ",".join(csv_value(name, False) for name in order)
    for row in result.rows:
        yield ",".join(csv_value(row[place], len(names) == 1) for place in places)


def csv_value(value: Value, alone: bool) -> str:
    """A value as a field of CSV; a missing one is empty, and `null` where it stands alone in its row. Raises Kept."""
    if value is None:
        return "null" if alone else ""
    text = value_to_raw(value)
    if not isinstance(value, str):
        return text
    if escape_text(text) != text:
        raise Kept("a text in it holds characters that cannot be seen")
    return '"' + text.replace('"', '""') + '"' if text in ("", "null") or _QUOTED.search(text) else text


# -- YAML -------------------------------------------------------------------------------------------------------------
def yaml_value(value: Value) -> str:
    """A value as YAML, also between braces. Raises Kept."""
    if value is None:
        return "null"
    text = value_to_raw(value)
    if not isinstance(value, str):
        return text
    if escape_text(text) != text:
        raise Kept("a text in it holds characters that cannot be seen")
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return "'" + text.replace("'", "''") + "'"


def edits_of_rows(node: Node, test: Test, result: Result) -> list[tuple[int, int, str]]:
    """What is to change in rows that are written as blocks: single values where the rows are the same ones, else all
    of them. Raises Kept."""
    blocks: list[Node] = node.items if isinstance(node, Listing) else [node]
    if isinstance(node, Listing) and not blocks:
        return [(node.start, node.end, flow_rows(result))]
    if single := edits_of_cells(blocks, test, result):
        return single
    if not isinstance(node, Listing):
        raise Kept("one row was expected, and others came: write them below `|`, with their names")
    return [edit_of_list(node, result)]


def edits_of_cells(blocks: list[Node], test: Test, result: Result) -> list[tuple[int, int, str]]:
    """The values that differ, at their places; none where rows or columns are others."""
    assert test.expected is not None and test.expected.records is not None
    columns, wrong = matched_columns(result.columns, test.expected.records)
    rows, unfit = expected_rows(result.columns, test.expected.records, columns) if not wrong else ([], wrong)
    if unfit or not rows:
        return []
    actual = [actual_row(row) for row in result.rows]
    close = Close(test.tolerance, test.tolerances)
    edits: list[tuple[int, int, str]] = []
    for left, right in paired(result.columns, rows, actual, close):
        if left is None or right is None or (test.request.order and rows.index(left) != actual.index(right)):
            return []
        block = blocks[place_of_row(rows, left)]
        assert isinstance(block, Mapping)
        for place in unequal(result.columns, left, right, close):
            cell = block.items.get(Scalar(result.columns[place].name))
            if not isinstance(cell, Scalar) or cell.start == cell.end:
                return []
            edits.append((cell.start, cell.end, yaml_value(result.rows[place_of_row(actual, right)][place])))
    return edits


def place_of_row(rows: list[Row], row: Row) -> int:
    """Where a row stands, itself and not one like it."""
    return next(place for place, other in enumerate(rows) if other is row)


def edit_of_list(node: Listing, result: Result) -> tuple[int, int, str]:
    """A whole list written anew: rows between braces, a line each or all on one. Raises Kept."""
    last = node.items[-1]
    assert isinstance(last, Mapping)
    text = node.lines.text
    if text[node.start] == "[":
        end, new = node.end, flow_rows(result)
    else:
        if not all(isinstance(row, Mapping) and row.flow for row in node.items):
            raise Kept("rows came or went, and they are not written between braces: write them below `|`, as CSV")
        column = node.start - (text.rfind("\n", 0, node.start) + 1)
        end, new = last.end, f"\n{' ' * column}".join(f"- {row}" for row in flow_lines(result)) or "[]"
    if "#" in text[node.start : end]:
        raise Kept("rows came or went, and there are comments between them")
    return node.start, end, new


def flow_rows(result: Result) -> str:
    """All rows on one line."""
    return f"[{', '.join(flow_lines(result))}]"


def flow_lines(result: Result) -> list[str]:
    """Each row between braces."""
    names = [yaml_value(column.name) for column in result.columns]
    return ["{" + ", ".join(f"{n}: {yaml_value(v)}" for n, v in zip(names, row, strict=True)) + "}"
            for row in result.rows]  # fmt: skip
