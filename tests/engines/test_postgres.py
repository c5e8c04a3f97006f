"""Every case on PostgreSQL, which lacks nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engines.answers import check_rows, compile_asked, in_postgres, run_on
from tests.engines.asked import Asked, all_asked

from attain.read.dialects import read_dialect


def test_nothing_is_unsupported() -> None:
    """Everything that DuckDB says."""
    postgres, duckdb = read_dialect("postgres"), read_dialect("duckdb")
    assert postgres is not None and duckdb is not None
    assert not postgres.unsupported
    assert set(duckdb.templates) <= set(postgres.templates)


@pytest.mark.parametrize("asked", all_asked())
def test_rows(asked: Asked, tmp_path: Path, cases_dsn: str) -> None:
    """The rows that the page expects."""
    compiled, data = compile_asked(asked, tmp_path, "postgres")
    assert not [problem for problem in compiled.problems if problem.severity.value == "error"], compiled.problems
    with in_postgres(cases_dsn, data) as engine:
        check_rows(asked, run_on(engine, compiled), compiled)
