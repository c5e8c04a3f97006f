"""Results for machines: CSV, JSON, JSON lines. Plain values, exactly; percent as a fraction."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal

from attain.model.result import Result, Value
from attain.report.machine import json_text
from attain.report.values import value_to_raw

_QUOTED = frozenset(',"\n\r')


def result_to_csv(result: Result) -> str:
    """A header and rows, quoted as RFC 4180 says, lines ended by LF. A missing value is empty, an empty text is `""`;
    so is a missing value that is the whole row, since an empty line would be passed over. Texts are the data as they
    are: those that a spreadsheet would take for a formula are not altered."""
    lines = [",".join(csv_cell(column.name) for column in result.columns)]
    lines += [",".join(map(csv_cell, row)) or '""' for row in result.rows]
    return "\n".join(lines) + "\n"


def csv_cell(value: Value) -> str:
    """One value as a field of CSV."""
    text = value_to_raw(value)
    if isinstance(value, str) and (not text or not _QUOTED.isdisjoint(text)):
        return '"' + text.replace('"', '""') + '"'
    return text


def result_to_json(result: Result) -> str:
    """A list of objects, one a line, keyed by the columns' names in their order."""
    records = list(_records(result))
    return "[\n  " + ",\n  ".join(records) + "\n]\n" if records else "[]\n"


def result_to_jsonl(result: Result) -> str:
    """An object a line."""
    return "".join(f"{record}\n" for record in _records(result))


def _records(result: Result) -> Iterator[str]:
    names = [json_text(column.name) for column in result.columns]
    for row in result.rows:
        yield "{" + ", ".join(f"{n}: {json_value(v)}" for n, v in zip(names, row, strict=True)) + "}"


def json_value(value: Value) -> str:
    """One value of JSON: numbers with all their digits; null for a missing one, and for infinities, which JSON does
    not have."""
    if value is None or (isinstance(value, float | Decimal) and not math.isfinite(value)):
        return "null"
    raw = value_to_raw(value)
    return raw if isinstance(value, bool | int | float | Decimal) else json_text(raw)
