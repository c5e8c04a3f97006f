"""What holds the data, and who runs the statement, changes no number: rows and files, parquet, threads, sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given
from tests.engines.answers import in_postgres, in_sqlite, read_data, run_on
from tests.engines.conftest import cases_dsn, postgres_dsn
from tests.properties.answers import SEEDS, Answer, answer_of_reference, many, same_answers
from tests.properties.blocks import Case, Model, case_to_page, model_to_yaml, table_to_csv, tables_to_csv
from tests.properties.draws import Draw
from tests.properties.game import COMPILED
from tests.properties.laws import Broken, Failed, answer, holds, law
from tests.properties.queries import batch
from tests.support.commands import read_command
from tests.support.engine import TODAY, inside, load_pipeline, write_project
from tests.support.values import rows_to_table, value_to_cell

#: Settings of a session that somebody may have when they run a statement of ours.
SESSIONS = {
    "duckdb": [
        ["SET threads = 1"],
        ["SET threads = 8", "SET preserve_insertion_order = false"],
        ["SET TimeZone = 'Asia/Kolkata'", "SET Calendar = 'japanese'"],
        ["SET integer_division = true"],
        ["SET default_null_order = 'nulls_first'"],
        ["SET default_order = 'DESC'"],
    ],
    "postgres": [
        ["SET TimeZone = 'Asia/Kolkata'", "SET DateStyle = 'SQL, DMY'"],
        ["SET IntervalStyle = 'sql_standard'", "SET TimeZone = 'America/St_Johns'"],
        ["SET max_parallel_workers_per_gather = 4", "SET enable_hashagg = off", "SET jit = off"],
    ],
}
__all__ = ["cases_dsn", "postgres_dsn"]


@law
def test_the_order_of_rows_changes_nothing(case: Case) -> None:
    """The rows of every file the other way round."""
    turned = case.model.with_rows({name: table.rows[::-1] for name, table in case.model.tables.items()})
    _same(answer(Case(turned, case.query)), answer(case))


@law
def test_several_files_are_one(case: Case) -> None:
    """Every table in three files, one of them perhaps empty."""
    text = model_to_yaml(case.model)
    files: dict[str, str] = {}
    for name, table in case.model.tables.items():
        text = text.replace(f"file: {name}.csv", f'file: "{name}.*.csv"')
        files |= {f"{name}.{n}.csv": table_to_csv(replace(table, rows=table.rows[n::3])) for n in range(3)}
    _same(_answer_of_files(case, text, files), answer(case))


@law
def test_parquet_is_as_good_as_csv(case: Case) -> None:
    """The same values in the same types."""
    text = model_to_yaml(case.model).replace(".csv", ".parquet")
    with TemporaryDirectory() as folder:
        for name, table in case.model.tables.items():
            (Path(folder) / f"{name}.csv").write_text(table_to_csv(table))
            types = ", ".join(f"'{c}': '{_in_duckdb(t)}'" for c, t in table.columns.items())
            read = f"read_csv('{folder}/{name}.csv', header = true, auto_detect = false, columns = {{{types}}})"
            duckdb.sql(f"COPY (FROM {read}) TO '{folder}/{name}.parquet' (FORMAT parquet)")
        files = {f"{name}.parquet": (Path(folder) / f"{name}.parquet").read_bytes() for name in case.model.tables}
    _same(_answer_of_files(case, text, files), answer(case))


@law
def test_settings_of_a_session_change_nothing_in_duckdb(case: Case) -> None:
    """The statement as it is compiled, run by somebody else."""
    with _compiled(case.model, "duckdb") as (compile_one, folder), inside(folder):
        compiled = compile_one(case.query.text)
        expected = _answer_of_duckdb(compiled, [])
        for settings in (one for one in SESSIONS["duckdb"] if all(map(COMPILED.has, one))):
            found = _answer_of_duckdb(compiled, settings)
            holds(
                same_answers(found, expected), f"{settings}: {rows_to_table(*found)}\nnot\n{rows_to_table(*expected)}"
            )
    _same(expected, answer(case))


@many(0.1)
@given(SEEDS)
def test_settings_of_a_session_change_nothing_in_postgres(cases_dsn: str, seed: int) -> None:
    """The statement as it is compiled, run by somebody else, over tables of the same types."""
    import psycopg

    made = batch(Draw(seed), COMPILED)
    with _compiled(made.model, "postgres") as (compile_one, _), in_postgres(cases_dsn, compile_one.data):
        for case in made.cases[:3]:
            compiled = compile_one(case.query.text)
            if compiled is None:
                continue
            found = []
            for settings in [[], *SESSIONS["postgres"]]:
                with psycopg.connect(cases_dsn, autocommit=True) as connection:
                    for statement in ["SET search_path = cases", *settings]:
                        connection.execute(statement)
                    rows = connection.execute(compiled.sql).fetchall()
                found.append(([c.name for c in compiled.columns], _cells(rows)))
            assert all(same_answers(other, found[0]) for other in found), case_to_page(case, compiled.sql)


@many(0.1)
@given(SEEDS)
def test_postgres_equals_reference(cases_dsn: str, seed: int) -> None:
    """The rows of every query that PostgreSQL can be asked."""
    made = batch(Draw(seed), COMPILED)
    with _compiled(made.model, "postgres") as (compile_one, _), in_postgres(cases_dsn, compile_one.data) as engine:
        _check(made.cases, compile_one, engine)


@many(0.1)
@given(SEEDS)
def test_sqlite_equals_reference(seed: int) -> None:
    """The rows of every query that SQLite can be asked."""
    made = batch(Draw(seed), COMPILED)
    with _compiled(made.model, "sqlite") as (compile_one, folder), in_sqlite(folder, compile_one.data) as engine:
        top = [case for case in made.cases if "top" in dict(case.query.options) and "flag" in case.query.by]
        skipped = [] if COMPILED.has("SQLite: --top by a boolean") else top
        _check([case for case in made.cases if case not in skipped], compile_one, engine)


def _check(cases: Sequence[Case], compile_one: Any, engine: Any) -> None:
    for case in cases:
        compiled = compile_one(case.query.text)
        if compiled is not None:
            found = [column.name for column in compiled.columns], run_on(engine, compiled)
            expected = answer_of_reference(case)
            page = case_to_page(case, rows_to_table(*expected))
            assert same_answers(found, expected), (
                f"{page}\n\nthe engine says:\n\n{rows_to_table(*found)}\n{compiled.sql}"
            )


class _Compiling:
    """Compiles queries of a project for a dialect; `data` are its tables."""

    def __init__(self, pipeline: Any, project: Any, folder: Path, dialect: str) -> None:
        self.pipeline, self.project, self.folder, self.dialect = pipeline, project, folder, dialect
        with inside(folder):
            self.data = read_data(project)

    def __call__(self, query: str) -> Any:
        """The compiled query; nothing where the dialect, or the engine, cannot."""
        command = read_command(query)
        request = self.pipeline.QueryRequest(metrics=command.metrics, **command.options)
        with inside(self.folder):
            compiled = self.pipeline.compile_query(self.project, request, dialect=self.dialect, today=TODAY)
        return None if any(problem.severity.value == "error" for problem in compiled.problems) else compiled


@contextmanager
def _compiled(model: Model, dialect: str) -> Iterator[tuple[_Compiling, Path]]:
    pipeline = load_pipeline()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, model_to_yaml(model), tables_to_csv(model))
        with inside(folder):
            project = pipeline.open_project(Path("metrics.yaml"), today=TODAY)
        try:
            if project.model is None:
                raise Failed(str(project.problems))
            yield _Compiling(pipeline, project, folder, dialect), folder
        finally:
            project.close()


def _answer_of_duckdb(compiled: Any, settings: list[str]) -> Answer:
    if compiled is None:
        raise Failed("it does not compile")
    with duckdb.connect() as connection:
        for statement in ["SET TimeZone = 'UTC'", *settings]:
            connection.execute(statement)
        return [column.name for column in compiled.columns], _cells(connection.execute(compiled.sql).fetchall())


def _answer_of_files(case: Case, text: str, files: dict[str, Any]) -> Answer:
    """The engine's rows over other files."""
    pipeline = load_pipeline()
    command = read_command(case.query.text)
    with TemporaryDirectory() as folder:
        (Path(folder) / "metrics.yaml").write_text(text)
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        with inside(Path(folder)):
            project = pipeline.open_project(Path("metrics.yaml"), today=TODAY)
            try:
                request = pipeline.QueryRequest(metrics=command.metrics, **command.options)
                result, problems, _ = pipeline.run_query(project, request, today=TODAY)
            finally:
                project.close()
    if result is None:
        raise Broken(str(problems))
    return [column.name for column in result.columns], _cells(result.rows)


def _cells(rows: Sequence[Sequence[object]]) -> list[list[str | None]]:
    return [[value_to_cell(value) for value in row] for row in rows]


def _in_duckdb(type: str) -> str:
    return {"integer": "BIGINT", "text": "VARCHAR", "boolean": "BOOLEAN"}.get(type, type.upper())


def _same(left: Answer, right: Answer) -> None:
    holds(same_answers(left, right), f"{rows_to_table(*left)}\nnot\n{rows_to_table(*right)}")


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is compiled anew."""
    monkeypatch.setenv("ATTAIN_CACHE", "off")
