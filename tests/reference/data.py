"""CSV text to typed rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from .definitions import Table
from .errors import Wrong
from .values import duration_unit, with_unit

Row = dict[str, Any]
_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?")
_ZONED = re.compile(r"(.{16,}?) ?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)")


def read_rows(table: Table, text: str, types: dict[str, str], calendar_zone: str) -> list[Row]:
    """The rows of a table, typed: as declared, else as the types given say, else by the look of the values."""
    lines = list(csv.reader(io.StringIO(text.strip("\n"))))
    header, body = lines[0], [line for line in lines[1:] if line]
    rows: list[Row] = [{} for _ in body]
    for place, column in enumerate(header):
        texts = [line[place] if place < len(line) else "" for line in body]
        said = table.fields.get(column)
        declared = (said.type if said and said.expression is None else None) or types.get(column)
        unit = said.unit if said and said.expression is None else None
        read = _reader(declared, texts)
        for row, value in zip(rows, texts, strict=True):
            row[column] = _finish(read(value), unit, table.timezone, calendar_zone) if value != "" else None
    return rows


def _finish(value: Any, unit: str | None, zone: str | None, calendar_zone: str) -> Any:
    """Numbers with a unit of time are durations; timestamps of another zone than the calendar's keep it."""
    if isinstance(value, datetime) and value.tzinfo is None and zone and zone != calendar_zone:
        return value.replace(tzinfo=ZoneInfo(zone))
    return with_unit(value, unit) if duration_unit(unit) else value


def _reader(declared: str | None, texts: list[str]) -> Callable[[str], Any]:
    if declared:
        kind = declared.split("(")[0].strip().lower()
        if kind not in _READERS:
            raise Wrong(f"unknown type {declared}")
        return _READERS[kind]
    present = [text for text in texts if text != ""]
    for looks, read in _SNIFFED:
        if present and all(looks(text) for text in present):
            return read
    return str


def _read_number(text: str) -> int | Fraction:
    number = Fraction(text)
    return int(number) if number.denominator == 1 else number


def _read_timestamp(text: str) -> datetime:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise Wrong(f"not a timestamp: {text}")
    return datetime.fromisoformat(f"{match[1]}T{_padded(match[2] or '00:00')}")


def _padded(clock: str) -> str:
    """Fractions of a second with six digits."""
    if "." not in clock:
        return clock
    whole, fraction = clock.split(".")
    return f"{whole}.{fraction:0<6}"


def _read_zoned(text: str) -> datetime:
    match = _ZONED.fullmatch(text)
    if match is None:
        return _read_timestamp(text).replace(tzinfo=UTC)
    offset = timedelta(hours=int(match[4] or 0), minutes=int(match[5] or 0))
    zone = timezone(-offset if match[3] == "-" else offset)
    return _read_timestamp(match[1]).replace(tzinfo=zone).astimezone(UTC)


def _is_zoned(text: str) -> bool:
    match = _ZONED.fullmatch(text)
    return match is not None and _TIMESTAMP.fullmatch(match[1]) is not None and ":" in match[1]


def _read_boolean(text: str) -> bool:
    if text.lower() in ("true", "t", "1"):
        return True
    if text.lower() in ("false", "f", "0"):
        return False
    raise Wrong(f"not a boolean: {text}")


_READERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "integer": int,
    "decimal": _read_number,
    "float": _read_number,
    "boolean": _read_boolean,
    "date": date.fromisoformat,
    "timestamp": _read_timestamp,
    "timestamptz": _read_zoned,
}
_SNIFFED: list[tuple[Callable[[str], object], Callable[[str], Any]]] = [
    (_INTEGER.fullmatch, int),
    (_DECIMAL.fullmatch, _read_number),
    (lambda t: t.lower() in ("true", "false"), _read_boolean),
    (_DATE.fullmatch, date.fromisoformat),
    (_TIMESTAMP.fullmatch, _read_timestamp),
    (_is_zoned, _read_zoned),
]
