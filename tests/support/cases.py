"""A test of a page against the engine and against the reference interpreter."""

from __future__ import annotations

import difflib
import os
import shlex
import subprocess
import sys
from pathlib import Path

from tests.support.engine import TODAY, WIDTH, Outcome, ask, compile_text, write_project
from tests.support.pages import Ask, Block, Case
from tests.support.values import Rows, in_any_order, rows_to_table, same_rows, table_to_rows, values_to_rows

Updates = dict[int, str] | None


class Mismatch(AssertionError):
    """What was expected and what came."""


def check_with_engine(case: Case, folder: Path, updates: Updates) -> str:
    """Every expected block of a case; gives the message of what is not compiled yet, if that is why there are none."""
    write_project(folder, case.definitions, case.tables, case.files)
    for asked in case.asks:
        outcome = run_command(folder, asked.command) if asked.command else ask(folder, asked.query)
        expects_problems = any(block.kind == "problems" for block in asked.outputs)
        if outcome.not_yet and not expects_problems:
            return outcome.not_yet
        for block in asked.outputs:
            _check_block(case, folder, asked, outcome, block, updates)
    return ""


def _check_block(case: Case, folder: Path, asked: Ask, outcome: Outcome, block: Block, updates: Updates) -> None:
    if block.kind == "problems":
        _check_text(block, outcome.text, updates)
        return
    if outcome.codes:
        raise Mismatch(f"line {block.line}: rows were expected, problems came\n{outcome.text}")
    if block.kind == "table":
        check_table(block, outcome.columns, outcome.rows, updates)
    elif block.kind == "check":
        _check_sql(case, folder, block, outcome, "--order" in asked.query)
    elif block.kind == "sql":
        _check_text(block, compile_text(folder, asked.query, block.name).sql, updates)
    else:
        _check_text(block, compile_text(folder, asked.query, "duckdb").plan, updates)


def check_with_reference(case: Case, updates: Updates) -> None:
    """Every expected table of a case against the interpreter; its answer to a `check` is compared with the SQL's."""
    from tests.reference import interpret

    for asked in case.asks:
        if not any(block.kind in ("table", "check") for block in asked.outputs):
            continue
        answer = interpret(case.definitions, case.tables, asked.query, today=TODAY)
        outcome = Outcome(list(answer.columns), values_to_rows(answer.rows))
        for block in asked.outputs:
            if block.kind == "table":
                check_table(block, outcome.columns, outcome.rows, updates)
            elif block.kind == "check":
                _check_sql(case, None, block, outcome, answer.ordered)


def check_table(block: Block, columns: list[str], rows: Rows, updates: Updates) -> None:
    """The header and the rows, in order."""
    try:
        header, expected = table_to_rows(block.text)
    except ValueError as error:
        if updates is None:
            raise Mismatch(f"line {block.line}: {error}") from error
        header, expected = [], []
    if header == columns and same_rows(expected, rows):
        return
    found = rows_to_table(columns, rows)
    if updates is None:
        raise Mismatch(f"line {block.line}:\n{_diff(rows_to_table(header, expected), found)}")
    updates[block.line] = found


def _check_text(block: Block, found: str, updates: Updates) -> None:
    found = found.rstrip("\n")
    if found == block.text.rstrip("\n"):
        return
    if updates is None:
        raise Mismatch(f"line {block.line}:\n{_diff(block.text, found)}")
    updates[block.line] = found


def _check_sql(case: Case, folder: Path | None, block: Block, outcome: Outcome, ordered: bool) -> None:
    """The rows of hand-written SQL, over the CSV tables as views."""
    expected = rows_of_sql(case.tables, block.text)
    rows = outcome.rows if ordered else in_any_order(outcome.rows)
    if not same_rows(expected if ordered else in_any_order(expected), rows):
        shown = in_any_order(expected) if not ordered else expected
        columns = [f"{place}" for place in range(len(shown[0]))] if shown else outcome.columns
        raise Mismatch(
            f"line {block.line}: the SQL gives other rows\n"
            + _diff(rows_to_table(columns, shown), rows_to_table(outcome.columns, rows))
        )


def rows_of_sql(tables: dict[str, str], sql: str) -> Rows:
    """What DuckDB answers to SQL over CSV texts."""
    from tempfile import TemporaryDirectory

    import duckdb

    with TemporaryDirectory() as name, duckdb.connect() as connection:
        for table, text in tables.items():
            file = Path(name) / f"{table}.csv"
            file.write_text(text.rstrip("\n") + "\n")
            source = f"read_csv('{file}', header = true)"
            connection.execute(f'create view "{table}" as select * from {source}')
        return values_to_rows(connection.execute(sql).fetchall())


def run_command(folder: Path, command: str) -> Outcome:
    """A whole command line, such as `attain validate --offline`, in a process of its own: what it says to people."""
    words = [sys.executable, "-m", "attain", *shlex.split(command)[1:]]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ATTAIN_")}
    environment = {**kept, "COLUMNS": str(WIDTH), "NO_COLOR": "1"}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return Outcome(text=done.stdout + done.stderr, status=done.returncode)


def _diff(expected: str, found: str) -> str:
    lines = difflib.unified_diff(expected.splitlines(), found.splitlines(), "expected", "found", lineterm="", n=100)
    return "\n".join(lines) or "(the same but for white space)"
