"""What a `sql:` source, a path or a value of the definitions must not reach."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.limits.conftest import Run

SOURCE = """version: 1
tables:
  deals:
    sql: |
      {sql}
    key: id
metrics: {{n: count(deals)}}
"""
REFUSED = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('secret.txt')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'secret.csv'",
    'SELECT * FROM "secret.csv"',
    'SELECT * FROM "/etc/passwd"',
    "SELECT * FROM glob('*')",
    "SELECT * FROM (SELECT * FROM read_parquet('x.parquet'))",
    "WITH a AS (SELECT * FROM read_json('x.json')) SELECT * FROM a",
    "COPY deals TO 'out.csv'",
    "COPY (SELECT 1) TO 'out.csv'",
    "ATTACH 'other.duckdb'",
    "INSTALL httpfs",
    "PRAGMA database_list",
    "SET enable_external_access = true",
    "SELECT 1 AS id; DROP TABLE deals",
    "SELECT 1 AS id; SELECT 2 AS id",
    "SELECT 1 AS id) AS x; ATTACH 'other.duckdb' --",
    "SELECT 1 AS id /* */; /* */ COPY (SELECT 1) TO 'out.csv'",
    "DELETE FROM deals",
    "CREATE TABLE x AS SELECT 1 AS id",
    "INSERT INTO deals VALUES (1)",
    "UPDATE deals SET id = 1",
    "SELECT getenv('HOME') AS id",
    "SELECT getvariable('x') AS id",
    "SELECT content AS id FROM read_blob('secret.txt')",
    "SELECT * FROM query('SELECT 1 AS id')",
    "SELECT * FROM query_table('deals')",
    "SELECT current_setting('home_directory') AS id",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM pragma_database_list()",
    "SELECT (SELECT content FROM read_text('secret.txt')) AS id",
    "SELECT 1 AS id INTO OUTFILE 'x'",
    "SUMMARIZE deals",
    "DESCRIBE deals",
    "CALL pragma_version()",
    "EXPLAIN ANALYZE SELECT 1",
    "LOAD 'x'",
]


@pytest.mark.parametrize("sql", REFUSED)
def test_refused(run: Run, folder: Path, sql: str) -> None:
    """It is refused by its text, before anything is opened."""
    (folder / "secret.txt").write_text("secret")
    (folder / "secret.csv").write_text("id\n1\n")
    for command in (("validate",), ("run", "n")):
        done = run(*command, definitions=SOURCE.format(sql=sql))
        assert (done.status, done.codes) == (1, ["source-sql"]), (done.out, done.err)
    assert sorted(path.name for path in folder.iterdir()) == ["deals.csv", "metrics.yaml", "secret.csv", "secret.txt"]


@pytest.mark.parametrize(
    "sql", ["SELECT 1 AS id -- a comment", "SELECT 1 AS id;", "SELECT 1 AS id /* ) */", "SELECT 1 AS id --\n"]
)
def test_comments_and_a_semicolon_stay_inside(run: Run, sql: str) -> None:
    """What stands behind a comment is not swallowed."""
    done = run("run", "n", definitions=SOURCE.format(sql=sql))
    assert (done.status, done.out) == (0, "n\n1\n"), done.err


FILE = "version: 1\ntables: {{deals: {{file: '{path}', key: id}}}}\nmetrics: {{n: count(deals)}}\n"


@pytest.mark.parametrize(
    "path",
    [
        "../outside.csv",
        "x/../../outside.csv",
        "/etc/passwd",
        "~/x.csv",
        "file:///etc/passwd",
        "http://localhost/x.csv",
        "C:\\x.csv",
        "..\\outside.csv",
    ],
)
def test_paths_that_leave_the_folder(run: Run, folder: Path, path: str) -> None:
    (folder.parent / "outside.csv").write_text("id\n1\n")
    done = run("run", "n", definitions=FILE.format(path=path))
    assert done.status in (1, 3) and done.codes[0] in ("path-outside", "path-not-allowed"), done.err


def test_a_link_that_leaves_the_folder(run: Run, folder: Path) -> None:
    (folder.parent / "outside.csv").write_text("id\n1\n")
    (folder / "link.csv").symlink_to(folder.parent / "outside.csv")
    done = run("run", "n", definitions=FILE.format(path="link.csv"))
    assert done.codes == ["path-not-allowed"], done.err
    assert run("run", "n", definitions=FILE.format(path="l*.csv")).codes == ["path-not-allowed"]


def test_an_include_that_leaves_the_folder(run: Run, folder: Path) -> None:
    (folder.parent / "more.yaml").write_text("metrics: {n: 1}")
    assert run("validate", definitions="version: 1\ninclude: [../more.yaml]\n").codes == ["path-outside"]
    (folder / "link.yaml").symlink_to(folder.parent / "more.yaml")
    assert run("validate", definitions="version: 1\ninclude: [link.yaml]\n").codes == ["file-missing"]


@pytest.mark.parametrize(
    "path", ["$SECRET.csv", "${SECRET}.csv", "{{ env.SECRET }}.csv", "%SECRET%.csv", "$(echo deals).csv"]
)
def test_variables_are_not_substituted(run: Run, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """A value of the definitions is what stands there."""
    monkeypatch.setenv("SECRET", "deals")
    done = run("run", "n", definitions=FILE.replace("{{", "{").replace("}}", "}").replace("{path}", path))
    assert (done.status, done.codes) == (3, ["data-file-missing"]), done.said
    assert f"`{path}`" in done.said


def test_a_table_name_that_is_a_file(run: Run, folder: Path) -> None:
    """`source:` names tables: DuckDB's own reading of files by their name is off."""
    definitions = "version: 1\ntables: {deals: {source: 'deals.csv', key: id}}\nmetrics: {n: count(deals)}\n"
    done = run("run", "n", definitions=definitions)
    assert done.status in (1, 3) and done.codes == ["unknown-source"], done.err
    quoted = definitions.replace("'deals.csv'", "'\"deals.csv\"'")
    assert run("run", "n", definitions=quoted).codes == ["unknown-source"]
