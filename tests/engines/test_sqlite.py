"""Every case on SQLite: the same rows, or the problem that it cannot say an operation, never another number."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engines.answers import check_rows, compile_asked, in_sqlite, run_on
from tests.engines.asked import Asked, all_asked

from attain.read.dialects import read_dialect

#: What SQLite cannot say: all of it, so that it does not grow unseen.
UNSUPPORTED = """
add_microseconds add_months_time approx_count_distinct corr first last like ln lower median percentile power
spine_hour sqrt stddev to_instant to_local today upper variance
""".split()


def test_unsupported() -> None:
    """Exactly these operations, each with a reason, and no template beside it."""
    sqlite, duckdb = read_dialect("sqlite"), read_dialect("duckdb")
    assert sqlite is not None and duckdb is not None
    assert sorted(sqlite.unsupported) == UNSUPPORTED
    assert all(sqlite.unsupported.values())
    assert set(duckdb.templates) <= set(sqlite.templates) | set(UNSUPPORTED)
    assert not set(sqlite.templates) & set(UNSUPPORTED)


@pytest.mark.parametrize("asked", all_asked())
def test_rows(asked: Asked, tmp_path: Path) -> None:
    """The rows that the page expects, or `unsupported-in-dialect`."""
    compiled, data = compile_asked(asked, tmp_path, "sqlite")
    errors = [problem for problem in compiled.problems if problem.severity.value == "error"]
    if errors:
        assert {problem.code for problem in errors} == {"unsupported-in-dialect"}, errors
        assert errors[0].message.split("`")[1] in UNSUPPORTED
        pytest.skip(errors[0].message)
    with in_sqlite(tmp_path, data) as engine:
        check_rows(asked, run_on(engine, compiled), compiled)
