"""From what drivers hand over to the values of the language, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from attain.model.result import ResultColumn, Value
from attain.model.types import Kind

Convert = Callable[[Any], Value]


def convert_rows(rows: Iterable[tuple[Any, ...]], columns: tuple[ResultColumn, ...]) -> list[tuple[Value, ...]]:
    """Rows of a driver as rows of a result, each value of its column's type."""
    converts = [_CONVERT[column.type.kind] for column in columns]
    return [tuple(convert(value) for convert, value in zip(converts, row, strict=True)) for row in rows]


def to_finite(value: Any) -> Value:
    """A number without NaN and the infinities, which the language does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return value if value.is_finite() else None
    return to_plain(value)


def to_integer(value: Any) -> Value:
    """A whole number; one that has a fraction is left as it is."""
    if isinstance(value, bool):
        return int(value)
    number = to_finite(value)
    return int(number) if isinstance(number, (float, Decimal)) and number == int(number) else number


def to_decimal(value: Any) -> Value:
    """A decimal; of a float, the shortest one that reads as it."""
    number = to_finite(value)
    if isinstance(number, float):
        return Decimal(repr(number))
    return Decimal(number) if isinstance(number, int) and not isinstance(number, bool) else number


def to_float(value: Any) -> Value:
    """A floating number."""
    number = to_finite(value)
    return float(number) if isinstance(number, (int, Decimal)) and not isinstance(number, bool) else number


def to_boolean(value: Any) -> Value:
    """True or false, also of engines that say 1 and 0."""
    return bool(value) if isinstance(value, int) else to_plain(value)


def to_text(value: Any) -> Value:
    """A text; of anything else, as it is written."""
    return value if value is None or isinstance(value, str) else str(value)


def to_date(value: Any) -> Value:
    """A day, also of engines that say it as text or as midnight."""
    if isinstance(value, datetime):
        return value.date()
    return date.fromisoformat(value[:10]) if isinstance(value, str) else to_plain(value)


def to_timestamp(value: Any) -> Value:
    """A time without a zone."""
    moment = _to_datetime(value)
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        return moment.astimezone(UTC).replace(tzinfo=None)
    return moment


def to_instant(value: Any) -> Value:
    """A time in UTC."""
    moment = _to_datetime(value)
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment


def _to_datetime(value: Any) -> Value:
    if isinstance(value, str):
        return datetime.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)
    return to_plain(value)


def to_plain(value: Any) -> Value:
    """A value of the language as it is, anything else as text."""
    if value is None or isinstance(value, (int, float, Decimal, str, date)):
        return value
    return str(value)


_CONVERT: dict[Kind, Convert] = {
    Kind.TEXT: to_text,
    Kind.INTEGER: to_integer,
    Kind.DECIMAL: to_decimal,
    Kind.FLOAT: to_float,
    Kind.BOOLEAN: to_boolean,
    Kind.DATE: to_date,
    Kind.TIMESTAMP: to_timestamp,
    Kind.INSTANT: to_instant,
    Kind.DURATION: to_finite,
    Kind.NULL: to_finite,
    Kind.OTHER: to_text,
}
