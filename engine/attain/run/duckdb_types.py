"""DuckDB's types and ours."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attain.model.types import (
    BOOLEAN,
    DATE,
    FLOAT,
    INSTANT,
    INTEGER,
    LABEL,
    NULL,
    OTHER,
    TEXT,
    TIMESTAMP,
    Kind,
    Type,
)
from attain.run.engine import quote_name, quote_text

_SIMPLE = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "BIGNUM"), INTEGER),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), INTEGER),
    **dict.fromkeys(("FLOAT", "DOUBLE"), FLOAT),
    "VARCHAR": TEXT,
    "UUID": LABEL,
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), TIMESTAMP),
    **dict.fromkeys(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"), INSTANT),
    "BOOLEAN": BOOLEAN,
    "DATE": DATE,
    '"NULL"': NULL,
    "NULL": NULL,
}
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_NAMES = {
    Kind.INTEGER: "BIGINT",
    Kind.FLOAT: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.INSTANT: "TIMESTAMPTZ",
}


def read_duckdb_type(text: str) -> Type:
    """The type that DuckDB calls so. An enumeration is text; lists, structures, times of day .. are "other"."""
    if match := _DECIMAL.fullmatch(text):
        return Type(Kind.DECIMAL, int(match[1]), int(match[2]))
    if text.startswith("ENUM(") and text.endswith(")"):
        return LABEL
    return _SIMPLE.get(text, OTHER)


def duckdb_type(type: Type) -> str:
    """What DuckDB calls a type, for reading files; what has no name there is read as text."""
    if type.kind is Kind.DECIMAL:
        return f"DECIMAL({type.precision}, {type.scale})"
    return _NAMES.get(type.kind, "VARCHAR")


def write_option(value: object) -> str:
    """A value as an argument of a table function."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else quote_text(str(value))


def write_call(function: str, files: list[str], options: Mapping[str, object], columns: Mapping[str, Type]) -> str:
    """`read_csv(['a.csv'], header = true, columns = {'a': 'BIGINT'})`."""
    arguments = ["[" + ", ".join(quote_text(file) for file in files) + "]"]
    arguments += [f"{name} = {write_option(value)}" for name, value in options.items()]
    if columns:
        pairs = ", ".join(f"{quote_text(n)}: {quote_text(duckdb_type(t))}" for n, t in columns.items())
        arguments.append(f"columns = {{{pairs}}}")
    return f"{function}({', '.join(arguments)})"


def without_zone(names: list[str], types: list[str], sql: str) -> str:
    """The same query with its points in time as times in UTC: Python gets the others only with a further package."""
    places = [f"c{number}" for number in range(len(names))]
    shown = [
        f"timezone('UTC', {place})" if type == "TIMESTAMP WITH TIME ZONE" else place
        for place, type in zip(places, types, strict=True)
    ]
    named = ", ".join(f"{text} AS {quote_name(name)}" for text, name in zip(shown, names, strict=True))
    return f"SELECT {named} FROM (\n{sql}\n) AS result({', '.join(places)})"
