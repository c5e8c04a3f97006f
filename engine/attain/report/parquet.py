"""Results as a Parquet file, through pyarrow where it is installed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.result import Result, ResultColumn, Value
from attain.model.types import Kind
from attain.report.values import value_to_raw

_INT64 = 2**63


def result_to_parquet(result: Result) -> tuple[bytes, list[Problem]]:
    """The bytes of a file with a typed column for each of the result's, its unit in the column's metadata; a problem
    where pyarrow is missing."""
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        problem = Problem("missing-package", "writing Parquet needs the package `pyarrow`", Span.none())
        hints = "install it with `pip install 'attain[arrow]'`", "or take another format: csv, json, jsonl"
        return b"", [problem.hint(*hints)]
    sink = arrow.BufferOutputStream()
    parquet.write_table(result_to_arrow(result), sink)
    return sink.getvalue().to_pybytes(), []


def result_to_arrow(result: Result) -> Any:
    """A pyarrow.Table with a typed column for each of the result's, its unit and role in the column's metadata.
    Raises ImportError where pyarrow is not installed."""
    import pyarrow as arrow

    arrays, fields = [], []
    for position, column in enumerate(result.columns):
        values = [row[position] for row in result.rows]
        kind, plain = _arrow_column(arrow, column, values)
        arrays.append(arrow.array(plain, type=kind))
        fields.append(arrow.field(column.name, kind, metadata={"unit": str(column.unit), "role": column.role}))
    return arrow.Table.from_arrays(arrays, schema=arrow.schema(fields))


def _arrow_column(arrow: Any, column: ResultColumn, values: list[Value]) -> tuple[Any, list[Value]]:
    """The Arrow type of a column, and its values as that type takes them."""
    match column.type.kind:
        case Kind.BOOLEAN:
            return arrow.bool_(), values
        case Kind.DATE:
            return arrow.date32(), values
        case Kind.TIMESTAMP:
            return arrow.timestamp("us"), values
        case Kind.INSTANT:
            return arrow.timestamp("us", tz="UTC"), [_in_utc(value) for value in values]
        case Kind.INTEGER | Kind.DECIMAL | Kind.FLOAT | Kind.DURATION:
            return _number_column(arrow, column, values)
        case Kind.NULL if all(value is None for value in values):
            return arrow.null(), values
        case _:
            return arrow.string(), [None if value is None else value_to_raw(value) for value in values]


def _number_column(arrow: Any, column: ResultColumn, values: list[Value]) -> tuple[Any, list[Value]]:
    """Whole numbers of 64 bits where all fit, decimals with the digits that are needed, else floating numbers."""
    numbers = [value for value in values if isinstance(value, int | float | Decimal)]
    if column.type.kind is Kind.FLOAT or any(isinstance(number, float) for number in numbers):
        return arrow.float64(), [None if value is None else float(str(value)) for value in values]
    whole = all(isinstance(number, int) for number in numbers) and column.type.kind is not Kind.DECIMAL
    if whole and all(-_INT64 <= number < _INT64 for number in numbers):
        return arrow.int64(), values
    decimals = [None if value is None else Decimal(str(value)) for value in values]
    scale = max([column.type.scale, *(_scale(value) for value in decimals if value is not None)])
    before = [value.adjusted() + 1 for value in decimals if value]
    precision = max([column.type.precision, *(digits + scale for digits in before), scale, 1])
    kind = arrow.decimal128 if precision <= 38 else arrow.decimal256
    return kind(min(precision, 76), scale), [*decimals]


def _scale(value: Decimal) -> int:
    """The digits after the point."""
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _in_utc(value: Value) -> Value:
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo is not None else value
