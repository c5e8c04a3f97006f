"""Tests on the data: conditions, results that are kept, queries by hand. The data: EMEA won 100.50 in January and lost
one in February; AMER won 250 in February; one open deal of AMER without a day."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.shell import run_attain

from .conftest import DEALS, Run


def test_a_condition_holds_in_every_cell(run: Run) -> None:
    said = run("  - name: x\n    assert: win_rate by region, month between 0% and 100%\n")
    assert (said.out, said.err, said.status) == ("", "1 test: 1 passed\n", 0)


def test_the_cells_in_which_it_fails_are_shown(run: Run) -> None:
    said = run("  - name: x\n    assert: revenue > 0 and largest < 200 by month, region\n    when: {to: 2026-03-01}\n")
    # EMEA has no revenue in February, AMER none in January; AMER's deal of February is larger than 200
    assert said.out == (
        "FAIL  tests.yaml:2:11: x\n"
        "      it does not hold in 3 of 4 cells\n"
        "        month       region  revenue  largest\n"
        "        2026-01-01  AMER          0     null\n"
        "        2026-02-01  AMER        250      250\n"
        "        2026-02-01  EMEA          0       40\n"
    )
    assert said.status == 1


def test_a_missing_value_neither_holds_nor_fails(run: Run) -> None:
    # in January AMER has no win rate; in February EMEA has 0 and AMER 1
    said = run("  - name: x\n    assert: win_rate >= 50%\n    when: {by: region, grain: month}\n")
    assert "it does not hold in 1 of 4 cells; 1 cell has no value" in said.out
    assert "        2026-02-01  EMEA           0" in said.out
    for condition in ("win_rate is not null", "not win_rate is null"):
        said = run(f"  - name: x\n    assert: {condition}\n    when: {{by: region, grain: month}}\n")
        assert "it does not hold in 1 of 4 cells" in said.out and "AMER        null" in said.out


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        # without deals: largest is missing
        ("largest > 5", 0), ("not largest > 5", 0), ("largest != 5", 0), ("largest in (1, 2)", 0),
        ("largest not between 1 and 2", 0), ("largest > 5 or revenue = 1", 0), ("largest > 5 and revenue = 1", 1),
        ("largest > 5 or revenue = 0", 0), ("not (largest > 5 or revenue = 0)", 1), ("largest is null", 0),
        ("largest is not null", 1), ("coalesce(largest, 0) > 5", 1), ("revenue = 0", 0), ("revenue > 0", 1),
    ],
)  # fmt: skip
def test_conditions_with_missing_values_are_those_of_three_values(run: Run, condition: str, status: int) -> None:
    assert run(f"  - name: x\n    assert: {condition}\n    when: {{where: region = 'nowhere'}}\n").status == status


def test_a_condition_that_no_cell_can_fail_is_told(run: Run) -> None:
    said = run("  - name: x\n    assert: largest > 5\n    when: {where: region = 'nowhere'}\n")
    assert said.status == 0
    assert "it was looked at in no cell that has a value, so it says nothing" in said.out


@pytest.mark.parametrize(
    ("condition", "head"),
    [
        ("win_rate by regoin, month > 0", "3:25: error[unknown-dimension]"),
        ("revenue + 3", "3:13: error[not-a-condition]"),
        ("revenue by month > largest by month", "3:43: error[test-form]"),
        ("revenue by month, year > 0", "error[test-form]"),
        ("growth(revenue) > 3", "3:13: error[needs-window]"), ("revenu > 3", "3:13: error[unknown-metric]"),
        ("revenue > ", "error[syntax]"), ("revenue > 30%", "error["),
    ],
)  # fmt: skip
def test_wrong_conditions(run: Run, condition: str, head: str) -> None:
    said = run(f"  - name: x\n    assert: {condition}\n", "attain validate")
    assert head in said.out and said.status == 1


def test_what_has_no_place_in_a_condition(run: Run) -> None:
    said = run("  - name: x\n    assert: revenue > 0\n    when: {limit: 3}\n", "attain validate")
    assert "`limit:` has no place in a test that asserts" in said.out
    said = run("  - name: x\n    assert: revenue > 0 by month\n    when: {by: region}\n", "attain validate")
    assert "`by` stands in the condition and in `when:`" in said.out


def test_a_result_that_is_kept(run: Run) -> None:
    kept = (
        "  - name: x\n    when: {metrics: revenue, by: region, as_of: 2026-06-30}\n    golden: |\n"
        "      region,revenue\n      EMEA,100.50\n      AMER,%s\n"
    )
    assert run(kept % "250").status == 0
    said = run(kept % "249")
    assert said.status == 1 and "1 of 2 rows differs" in said.out and "+ AMER        250" in said.out
    assert run(kept % "249" + "    tolerance: 1\n").status == 0


def test_a_kept_result_that_is_not_there_yet(run: Run) -> None:
    said = run("  - name: x\n    when: revenue\n    golden: {file: kept/revenue.csv}\n")
    assert said.status == 1 and "there is no file `kept/revenue.csv` yet" in said.out


BY_HAND = """\
  - name: x
    when: {metrics: [revenue, deals_won], by: region, grain: month}
    reconcile: |
      WITH won AS (SELECT * FROM deals WHERE status = 'won')
      SELECT date_trunc('month', closed_at) AS month, region, %s AS revenue, count(*) AS deals_won
      FROM won LEFT JOIN reps ON won.rep_id = reps.rep_id
      GROUP BY 1, 2 ORDER BY 1 -- the end
"""


def test_a_query_by_hand_gives_the_same(run: Run) -> None:
    """In the SQL, slices in which nothing was won have no row; in the result they have zeros."""
    assert run(BY_HAND % "sum(amount)").status == 0
    said = run(BY_HAND % "sum(amount + 1)")
    assert said.status == 1
    assert said.out.split("\n")[1:9] == [
        "      2 of 2 rows differ",
        "        month       region  revenue  deals_won",
        "      - 2026-01-01  EMEA      101.5          1",
        "      + 2026-01-01  EMEA      100.5          1",
        "                              ^^^^^",
        "      - 2026-02-01  AMER        251          1",
        "      + 2026-02-01  AMER        250          1",
        "                                ^^^",
    ]
    assert run(BY_HAND % "sum(amount + 1)" + "    tolerance: {revenue: 1}\n").status == 0
    assert run(BY_HAND % "sum(amount + 1)" + "    tolerance: {deals_won: 1}\n").status == 1


def test_rows_that_a_query_by_hand_lacks_are_zeros_and_nothing_else(run: Run) -> None:
    said = run((BY_HAND % "sum(amount)").replace("status = 'won'", "status = 'won' AND rep_id = 1"))
    assert "1 row was not expected" in said.out and "+ 2026-02-01  AMER        250" in said.out
    said = run((BY_HAND % "sum(amount)").replace("status = 'won'", "status <> 'open'"))
    assert "1 of 3 rows differs" in said.out and "- 2026-02-01  EMEA         40" in said.out


def test_columns_of_a_query_by_hand(run: Run) -> None:
    said = run("  - name: x\n    when: revenue\n    reconcile: SELECT sum(amount) AS revenu FROM deals\n")
    assert "error[test-columns]: the query by hand lacks `revenue`, and has `revenu`" in said.out


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'", "DELETE FROM deals",
        "SELECT 1; SELECT 2",
        "COPY deals TO 'x.csv'", "SELECT getenv('HOME') AS revenue", "WITH RECURSIVE x AS (SELECT 1) SELECT * FROM x",
        "SELECT current_setting('home_directory') AS revenue", "SELECT 1) AS a; SELECT (2", "ATTACH 'x.db'",
    ],
)  # fmt: skip
def test_a_query_by_hand_reads_named_tables_alone(folder: Path, run: Run, sql: str) -> None:
    said = run(f'  - name: x\n    when: revenue\n    reconcile: "{sql}"\n')
    assert said.status == 1 and "error[source-sql]" in said.out
    assert not (folder / "x.csv").exists() and not (folder / "x.db").exists()


def test_a_query_by_hand_over_another_table_of_that_name(folder: Path, run: Run) -> None:
    """A table whose query reads a table of the same name; what it derives is not there."""
    import duckdb

    with duckdb.connect(str(folder / "shop.duckdb")) as database:
        database.execute(f"CREATE TABLE reps AS SELECT * FROM '{folder / 'reps.csv'}'")
        database.execute(f"CREATE TABLE deals AS SELECT * FROM '{folder / 'deals.csv'}'")
    text = """\
version: 1
connections: {default: {type: duckdb, path: shop.duckdb}}
tables:
  deals: {sql: "SELECT deal_id AS id, amount FROM deals WHERE status = 'won'", key: id}
metrics: {revenue: sum(deals.amount)}
tests:
  - {name: x, when: revenue, reconcile: SELECT sum(amount) AS revenue FROM deals}
  - name: y
    when: revenue
    reconcile: SELECT sum(amount) AS revenue FROM main.deals WHERE status = 'won'
  - {name: z, when: revenue, reconcile: SELECT sum(amount) AS revenue FROM deals WHERE status = 'won'}
"""
    (folder / "metrics.yaml").write_text(text)
    said = run_attain(folder, "attain test")
    assert said.err == "3 tests: 2 passed, 1 could not be run\n"  # the query has no column `status`
    assert "ERROR metrics.yaml:" in said.out and said.status == 3


def test_offline_runs_only_what_gives_its_own_rows(folder: Path, run: Run) -> None:
    tests = (
        "  - {name: a, assert: revenue > 0}\n  - {name: b, when: revenue, golden: 350.5}\n"
        "  - {name: c, given: {deals: []}, when: revenue, expect: 0}\n"
    )
    assert run(tests).err == "3 tests: 3 passed\n"
    assert run_attain(folder, "attain lock").status == 0
    (folder / "deals.csv").unlink()
    said = run_attain(folder, "attain test --offline --all")
    assert (said.err, said.status) == ("3 tests: 1 passed, 2 skipped\n", 0)
    assert "skip  tests.yaml:2:12: a\n      it needs the data, which --offline leaves alone\n" in said.out
    said = run_attain(folder, "attain test")
    assert (said.err, said.status) == ("3 tests: 1 passed, 2 could not be run\n", 3)
    assert "ERROR tests.yaml:2:12: a" in said.out and "data-file-missing" in said.out


def test_a_test_that_fails_counts_more_than_one_that_cannot_be_run(folder: Path, run: Run) -> None:
    tests = "  - {name: a, assert: revenue > 0}\n  - {name: c, given: {deals: []}, when: revenue, expect: 1}\n"
    run(tests)
    assert run_attain(folder, "attain lock").status == 0
    (folder / "deals.csv").unlink()
    assert run_attain(folder, "attain test").status == 1


def test_data_are_read_as_they_are_now(folder: Path, run: Run) -> None:
    tests = "  - {name: a, assert: revenue < 400}\n"
    assert run(tests).status == 0
    (folder / "deals.csv").write_text(DEALS + "5,1,won,100,2026-03-01\n")
    assert run_attain(folder, "attain test").status == 1
