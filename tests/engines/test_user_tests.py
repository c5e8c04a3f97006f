"""`attain test` over a server and over SQLite: conditions and queries by hand run there, given rows in memory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from tests.docs.shell import run_attain

DEALS = [(1, 1, "won", 100.5, "2026-01-20"), (2, 1, "lost", 40, "2026-02-03"), (3, 2, "won", 250, "2026-02-10")]
REPS = [(1, "EMEA"), (2, "AMER")]
#: The table `sales` is the view of the table `deals`; SQL by hand names both.
DEFINITIONS = """\
version: 1
connections: {default: {type: TYPE}}
tables:
  sales:
    source: SCHEMAdeals
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}}
    fields: {amount: {unit: money, type: "decimal(12, 2)"}, closed_at: {type: date}}
  reps: {source: SCHEMAreps, key: rep_id}
dimensions: {region: owner.region}
metrics:
  revenue: sum(sales.amount where status = 'won')
  win_rate: {expr: count(sales where status = 'won') / count(sales), unit: percent}
tests:
  - name: by hand
    when: {metrics: revenue, by: region, grain: year}
    reconcile: |
      WITH won AS (SELECT * FROM sales WHERE status = 'won')
      SELECT '2026-01-01' AS year, region, sum(amount) AS revenue
      FROM won LEFT JOIN reps ON reps.rep_id = won.rep_id GROUP BY region -- AMER 250, EMEA 100.50
  - name: by hand, another name
    when: revenue
    reconcile: SELECT sum(amount) AS revenue FROM SCHEMAdeals WHERE status = 'won'
  - name: a condition
    assert: win_rate between 0% and 100% and revenue >= 0 by month, region
  - name: kept
    when: {metrics: [revenue, win_rate], by: region}
    golden: [{region: EMEA, revenue: 100.50, win_rate: 50%}, {region: AMER, revenue: 250, win_rate: 1}]
  - name: given
    given: {sales: [{deal_id: 9, rep_id: 1, status: won, amount: 0.10}, {deal_id: 8, status: won, amount: 0.20}]}
    when: revenue
    expect: 0.3
"""


def check(folder: Path, kind: str, schema: str = "") -> None:
    """All pass; and a wrong query by hand fails with its rows."""
    text = DEFINITIONS.replace("TYPE", kind).replace("SCHEMA", schema)
    (folder / "metrics.yaml").write_text(text)
    said = run_attain(folder, "attain test")
    assert (said.out, said.err, said.status) == ("", "5 tests: 5 passed\n", 0)
    (folder / "metrics.yaml").write_text(text.replace("sum(amount) AS revenue\n", "sum(amount) + 1 AS revenue\n"))
    said = run_attain(folder, "attain test")
    assert said.status == 1 and "FAIL  metrics.yaml:16:11: by hand\n      2 of 2 rows differ\n" in said.out
    assert "      - 2026-01-01  AMER        251\n      + 2026-01-01  AMER        250\n" in said.out


def test_sqlite(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute(
            "CREATE TABLE deals (deal_id integer, rep_id integer, status text, amount real, closed_at text)"
        )
        database.executemany("INSERT INTO deals VALUES (?, ?, ?, ?, ?)", DEALS)
        database.execute("CREATE TABLE reps (rep_id integer, region text)")
        database.executemany("INSERT INTO reps VALUES (?, ?)", REPS)
    check(tmp_path, "sqlite, path: shop.db")


def test_postgres(tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS user_tests CASCADE")
        connection.execute("CREATE SCHEMA user_tests")
        connection.execute(
            "CREATE TABLE user_tests.deals"
            " (deal_id int, rep_id int, status text, amount numeric(12, 2), closed_at date)"
        )
        connection.execute("CREATE TABLE user_tests.reps (rep_id int, region text)")
        for row in DEALS:
            connection.execute("INSERT INTO user_tests.deals VALUES (%s, %s, %s, %s, %s)", row)
        for rep in REPS:
            connection.execute("INSERT INTO user_tests.reps VALUES (%s, %s)", rep)
    monkeypatch.setenv("ATTAIN_CONNECTION_DEFAULT", postgres_dsn)
    check(tmp_path, "postgres", "user_tests.")
