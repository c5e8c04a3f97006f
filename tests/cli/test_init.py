"""`attain init`: the starting project, and definitions guessed from data."""

import json
from pathlib import Path
from textwrap import dedent

import duckdb
import pytest

from attain.cli.commands.schema import MODELINE
from attain.cli.draft import table_name, yaml_text
from attain.cli.guess import ColumnFacts, TableFacts, TableGuess, guess_key, guess_time, is_money
from attain.model.types import DATE, FLOAT, INTEGER, MONEY, TEXT, Type

from .conftest import Run


def table(name: str, *columns: tuple[str, Type, int, int], rows: int = 10) -> TableFacts:
    """A table of columns: name, type, filled, distinct."""
    return TableFacts(name, "file", f"{name}.csv", rows, tuple(ColumnFacts(*column) for column in columns))


@pytest.fixture(autouse=True)
def nothing_there(folder: Path) -> None:
    """An empty working directory."""
    (folder / "metrics.yaml").unlink()


def test_a_starting_project(run: Run, folder: Path) -> None:
    done = run("init", "demo")
    assert (done.status, done.out) == (0, "")
    assert done.err.splitlines() == [
        "wrote demo/metrics.yaml",
        "wrote demo/data/deals.csv",
        "wrote demo/data/reps.csv",
        "wrote demo/attain.schema.json",
        "next: cd demo && attain validate && attain list",
    ]
    assert (folder / "demo/metrics.yaml").read_text().startswith(MODELINE)
    assert json.loads((folder / "demo/attain.schema.json").read_text())["title"] == "Attain definitions"


def test_what_is_written_is_formatted(run: Run, folder: Path) -> None:
    """The starting project, and guesses from files and from a database."""
    (folder / "data").mkdir()
    (folder / "data/deals.csv").write_text("deal_id,rep_id,amount,closed_at\n1,1,10.50,2026-02-01\n2,1,20,2026-01-02\n")
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.execute("create table deals as select * from (values (1, 'a'), (2, 'b')) as t(deal_id, status)")
    for arguments in (["demo"], ["--from", "data"], ["--from", "crm.duckdb"]):
        (folder / "metrics.yaml").unlink(missing_ok=True)
        assert run("init", *arguments).status == 0
        done = run("fmt", "--diff", "demo/metrics.yaml" if arguments == ["demo"] else "metrics.yaml")
        assert (done.status, done.out) == (0, "")


def test_nothing_is_overwritten(run: Run, folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/reps.csv").write_text("mine")
    done = run("init")
    assert done.status == 2
    assert done.err.startswith(
        "DIR:1:1: error[file-exists]: there is a `data/reps.csv` already: nothing is overwritten\n"
    )
    assert [path.name for path in folder.iterdir()] == ["data"]
    assert run("init", "data/reps.csv").status == 2


def test_guesses_from_files(run: Run, folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data/Sales Reps.csv").write_text("id,name,region\n1,Ada,EMEA\n2,Grace,AMER\n3,Edsger,EMEA\n")
    (folder / "data/deals.csv").write_text(
        "deal_id,sales_rep_id,mentor_sales_rep_id,amount,on,created_at,closed_at\n"
        "1,1,2,10.50,x,2026-01-01,2026-02-01\n2,1,,20,y,2026-01-02,\n3,2,3,5,x,2026-01-03,2026-02-05\n"
        "4,9,1,7,x,2026-01-03,2026-02-05\n5,3,1,7,x,2026-01-03,2026-02-05\n"
    )
    (folder / "data/.hidden.csv").write_text("a\n1\n")
    (folder / "data/notes.txt").write_text("no table")
    done = run("init", "--from", "data")
    assert (done.status, done.out) == (0, "")
    text = (folder / "metrics.yaml").read_text()
    assert f"name: {yaml_text(folder.name)}\n" in text
    assert text[text.index("tables:") :] == dedent("""\
        tables:
          sales_reps:
            file: "data/Sales Reps.csv"
            key: id                                         # guessed: all 3 values differ

          deals:
            file: data/deals.csv
            key: deal_id                                    # guessed: all 5 values differ
            time: closed_at                                 # guessed: also created_at
            joins:
              sales_rep: {to: sales_reps, on: sales_rep_id} # guessed: 1 of 5 lead nowhere
              mentor_sales_rep: {to: sales_reps, on: mentor_sales_rep_id}  # guessed: every value is found there
            fields:
              amount: {unit: money}                         # guessed: by its name

        dimensions:
          name: {paths: {sales_reps: name}}                 # guessed: few different texts
          region: {paths: {sales_reps: region}}             # guessed: few different texts
          on: {paths: {deals: on}}                          # guessed: few different texts

        metrics:
          sales_reps_count: count(sales_reps)               # guessed
          deals_count: count(deals)                         # guessed
          deals_amount: sum(deals.amount)                   # guessed
        """)


def test_guesses_from_a_database(run: Run, folder: Path) -> None:
    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.execute("CREATE TABLE reps AS SELECT 1 AS rep_id, 'EMEA' AS region")
        connection.execute('CREATE SCHEMA "my crm"')
        connection.execute("CREATE TABLE \"my crm\".deals AS SELECT 7 AS id, 1 AS rep_id, DATE '2026-01-01' AS day")
    assert run("init", "--from", "crm.duckdb").status == 0
    text = (folder / "metrics.yaml").read_text()
    assert "connections:\n  default: {type: duckdb, path: crm.duckdb}\n" in text
    assert "  reps:\n    source: reps\n    key: rep_id " in text
    assert '  deals:\n    source: "\\"my crm\\".deals"\n    key: id ' in text
    assert "      rep: {to: reps, on: rep_id} " in text
    assert "  region: {paths: {reps: region, deals: rep.region}} " in text


def test_data_that_cannot_be_guessed_from(run: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "project").mkdir()
    (folder / "a.csv").write_text("a\n1\n")
    for arguments, status, code in (
        (["--from", "nowhere"], 2, "data-file-missing"),
        (["--from", "a.csv"], 2, "wrong-argument"),
        (["--from", "empty"], 3, "nothing-to-read"),
        (["project", "--from", "empty"], 2, "path-outside"),
    ):
        done = run("init", *arguments)
        assert (done.status, f"error[{code}]" in done.err) == (status, True), done.err
    assert not (folder / "metrics.yaml").exists()


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        (table("deals", ("amount", MONEY, 10, 10), ("deal_id", INTEGER, 10, 10)), "deal_id"),
        (table("deals", ("rep_id", INTEGER, 10, 10), ("id", INTEGER, 10, 10)), "id"),
        (table("deals", ("deal_id", INTEGER, 10, 9)), ""),
        (table("deals", ("deal_id", INTEGER, 9, 9)), ""),
        (table("deals", ("amount", MONEY, 10, 10), ("name", TEXT, 10, 10)), ""),
        (table("plans", ("name", TEXT, 10, 10), ("code", TEXT, 10, 10)), "code"),
        (table("deals", ("deal_id", INTEGER, 0, 0), rows=0), ""),
    ],
)
def test_keys(facts: TableFacts, key: str) -> None:
    assert guess_key(facts) == key


def test_times() -> None:
    facts = table(
        "x", ("updated_at", DATE, 9, 9), ("createdAt", DATE, 9, 9), ("closed_at", DATE, 9, 9), ("due", DATE, 0, 0)
    )
    assert guess_time(facts) == ("closed_at", ["updated_at", "createdAt"])
    assert guess_time(table("x", ("name", TEXT, 9, 9))) == ("", [])
    assert TableGuess(facts).time == ""


def test_money() -> None:
    assert is_money(ColumnFacts("list_price", FLOAT, 1, 1))
    assert not is_money(ColumnFacts("amount", TEXT, 1, 1))
    assert not is_money(ColumnFacts("priced", FLOAT, 1, 1))


def test_names_and_texts() -> None:
    assert table_name("2026 Deals-EU", set()) == "t_2026_deals_eu"
    assert table_name("where", set()) == "t_where"
    assert table_name("deals", {"deals", "deals_2"}) == "deals_3"
    assert table_name("日本", set()) == "table"
    assert [yaml_text(text) for text in ("a.csv", "a b", "null", "x\x1b: #")] == [
        "a.csv",
        '"a b"',
        '"null"',
        '"x\\u001b: #"',
    ]
