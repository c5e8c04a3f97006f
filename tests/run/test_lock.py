"""The lock: the same tables give the same bytes, and staleness can be told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.run.tools import file, open_duckdb, query, write

from attain.model.types import TEXT, Kind, Type
from attain.run.engine import RunProblem
from attain.run.lock import KeyedTable, fingerprint, measure, read_lock, write_lock

LOCK = """{
  "dialect": "duckdb",
  "tables": {
    "deals": {
      "columns": [
        [
          "id",
          "integer"
        ],
        [
          "amount",
          "decimal(12, 2)"
        ]
      ],
      "fingerprint": "FINGERPRINT",
      "key": [
        "id"
      ],
      "keys": 2,
      "origin": {
        "kind": "file",
        "text": "deals.csv"
      },
      "rows": 3
    }
  },
  "version": 1
}
"""


def test_the_lock_of_a_table(tmp_path: Path) -> None:
    write(tmp_path, "deals.csv", "id,amount\n1,10.5\n2,\n2,3\n")
    asked = file("deals.csv", {"amount": Type(Kind.DECIMAL, 12, 2)}, "deals")
    with open_duckdb(tmp_path, "deals.csv") as engine:
        data, problems = measure(engine, [KeyedTable(asked, ("id",))])
    assert problems == []
    text = write_lock(data)
    assert text == LOCK.replace("FINGERPRINT", data["tables"]["deals"]["fingerprint"])
    assert read_lock(text) == data
    assert write_lock(read_lock(text)) == text


def test_a_table_without_a_known_key_has_no_number_of_keys(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as engine:
        tables = [KeyedTable(query("SELECT 1 AS a", "one")), KeyedTable(query("SELECT 1 AS a"), ("b",))]
        data, _ = measure(engine, tables)
    assert [data["tables"][name]["keys"] for name in ("one", "t")] == [None, None]


def test_a_table_that_cannot_be_read_is_a_problem_and_the_others_are_measured(tmp_path: Path) -> None:
    with open_duckdb(tmp_path) as engine:
        data, problems = measure(engine, [KeyedTable(file("none.csv")), KeyedTable(query("SELECT 1 AS a", "one"))])
    assert list(data["tables"]) == ["one"]
    assert [problem.code for problem in problems] == ["data-file-missing"]


def test_the_fingerprint_changes_with_origin_declared_types_and_columns() -> None:
    columns = {"a": TEXT}
    told = {
        fingerprint(file("a.csv"), columns),
        fingerprint(file("b.csv"), columns),
        fingerprint(file("a.csv", {"a": TEXT}), columns),
        fingerprint(file("a.csv"), {"a": Type(Kind.DECIMAL, 12, 2)}),
        fingerprint(file("a.csv"), {"a": TEXT, "b": TEXT}),
    }
    assert len(told) == 5
    assert fingerprint(file("a.csv", name="one"), columns) == fingerprint(file("a.csv", name="two"), columns)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 99, "tables": {}}', "<<<<<<< HEAD"])
def test_what_is_no_lock(text: str) -> None:
    with pytest.raises(RunProblem) as caught:
        read_lock(text)
    assert (caught.value.problem.code, caught.value.status) == ("lock-unreadable", 1)
