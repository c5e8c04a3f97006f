"""Whether the values of a column fit the type that it is converted to: of columns whose source has another one."""

from __future__ import annotations

from collections.abc import Mapping

from attain.model.types import Kind, Type
from attain.run.duckdb_types import duckdb_type
from attain.run.engine import quote_name

#: So far apart, as a share, may a floating number and its decimal be: they are the same number.
NEAR = "1e-12"


def misfits_query(text: str, columns: Mapping[str, tuple[Type, Type]]) -> str:
    """For each column, given with the type of its source and the one that it is converted to: how many of its values
    cannot be converted or are changed by it, and the least and greatest of these as texts."""
    parts: list[str] = []
    for name, (source, type) in columns.items():
        column, bad = quote_name(name), misfit(quote_name(name), source, type)
        shown = f"CAST({column} AS VARCHAR)"
        parts += [f"count(*) FILTER (WHERE {bad})", *(f"{end}({shown}) FILTER (WHERE {bad})" for end in ("min", "max"))]
    return f"SELECT {', '.join(parts)} FROM {text}"


def misfit(column: str, source: Type, type: Type) -> str:
    """The condition that a value does not fit."""
    converted = f"TRY_CAST({column} AS {duckdb_type(type)})"
    there = f"isfinite({column})" if source.kind is Kind.FLOAT else f"{column} IS NOT NULL"
    lost = f"{converted} IS NULL"
    if source.is_number and type.kind in (Kind.INTEGER, Kind.DECIMAL):
        apart = f"abs(CAST({converted} AS DOUBLE) - CAST({column} AS DOUBLE))"
        lost = f"({lost} OR {apart} > {NEAR} * abs(CAST({column} AS DOUBLE)))"
    return f"{there} AND {lost}"
