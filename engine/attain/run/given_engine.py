"""DuckDB in memory over rows that are handed in: no file, no network, nothing but these tables can be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.types import Type
from attain.run.duckdb_engine import DuckDBEngine
from attain.run.duckdb_types import duckdb_type
from attain.run.engine import RunProblem, Settings, quote_name, quote_text

_AT_ONCE = 1_000  # rows of a statement


class GivenEngine(DuckDBEngine):
    """A DuckDB whose tables are put into it."""

    def __init__(self, root: Path, settings: Settings | None = None) -> None:
        """Opens memory; `root` is only for messages."""
        super().__init__(root, (), settings)

    def put(self, name: str, columns: Mapping[str, Type], rows: Sequence[tuple[str | None, ...]]) -> None:
        """A table with these columns and rows, in place of one of that name. Raises RunProblem."""
        typed = ", ".join(f"{quote_name(column)} {duckdb_type(type)}" for column, type in columns.items())
        statements = [f"CREATE OR REPLACE TABLE {quote_name(name)} ({typed or 'nothing BOOLEAN'})"]
        statements += [
            f"INSERT INTO {quote_name(name)} VALUES {', '.join(map(_row, rows[start : start + _AT_ONCE]))}"
            for start in range(0, len(rows), _AT_ONCE)
        ]
        try:
            for statement in statements:
                self._open.execute(statement)
        except duckdb.Error as error:
            message = f"the rows given for `{name}` cannot be read: {str(error).splitlines()[0]}"
            raise RunProblem(Problem("value-does-not-fit", message, Span.none())) from None


def _row(values: Iterable[str | None]) -> str:
    return f"({', '.join('NULL' if value is None else quote_text(value) for value in values) or 'NULL'})"
