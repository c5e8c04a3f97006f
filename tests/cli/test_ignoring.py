"""`ignore:` and `lint:` through the command line, over real data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attain.cli import main

METRICS = """\
version: 1
tables:
  deals: {file: deals.csv, key: id, time: day, joins: {owner: {to: reps, on: rep_id}}}
  reps: {file: reps.csv, key: rep_id}
metrics:
  signups: {expr: count(deals), unit: money}
"""
#: The owner of a deal is gone (told of rows), and a count is declared as money (told of definitions).
IGNORE = """\
ignore:
  - {code: dangling-reference, name: deals, reason: reps who left are deleted, until: 2099-12-31}
  - {code: unit-unlikely, name: signups, reason: a dollar each, until: 2099-12-31}
"""
FINE = "  - {code: dangling-reference, name: reps, reason: reps who left are deleted, until: 2099-12-31}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Definitions and data."""
    (tmp_path / "deals.csv").write_text("id,rep_id,day\n1,1,2026-01-05\n2,9,2026-01-06\n")
    (tmp_path / "reps.csv").write_text("rep_id\n1\n")
    (tmp_path / "metrics.yaml").write_text(METRICS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[list[str], list[str]]:
    """What is told, and what is ignored."""
    capsys.readouterr()
    main(["validate", "--format", "json", *options])
    found = json.loads(capsys.readouterr().out)
    return [p["code"] for p in found["problems"]], [p["code"] for p in found["ignored"]]


def test_warnings_of_rows_and_of_definitions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert codes(capsys) == (["dangling-reference", "unit-unlikely"], [])
    (folder / "metrics.yaml").write_text(METRICS + IGNORE)
    for _ in range(2):  # the second time from what was kept, if anything was
        assert codes(capsys) == ([], ["unit-unlikely", "dangling-reference"])
    assert main(["validate", "--strict"]) == 0
    assert capsys.readouterr().err.endswith("; no problems, 2 ignored\n")


def test_other_commands_do_not_tell_what_is_ignored(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "signups"])
    assert "unit-unlikely" in capsys.readouterr().err
    (folder / "metrics.yaml").write_text(METRICS + IGNORE)
    main(["run", "signups"])
    assert "unit-unlikely" not in capsys.readouterr().err


def test_an_entry_about_rows_is_unused_only_where_all_rows_were_looked_at(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "metrics.yaml").write_text(METRICS + IGNORE + FINE)
    assert codes(capsys, "--offline")[0] == ["columns-unknown", "columns-unknown"]
    assert codes(capsys)[0] == []
    assert codes(capsys, "--data")[0] == ["ignore-unused"]


def test_rules_of_the_file_and_of_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "metrics.yaml").write_text("lint: {description-missing: error}\n" + METRICS + IGNORE)
    assert codes(capsys)[0] == ["description-missing"]
    assert main(["validate"]) == 1
    assert codes(capsys, "--lint", "none")[0] == []
    assert main(["validate", "--lint", "none"]) == 0
    assert codes(capsys, "--lint", "owner-missing")[0] == ["description-missing", "owner-missing"]
    assert main(["validate", "--lint", "none,owner-missing"]) == 0
    assert main(["validate", "--lint", "none", "--lint", "owner-missing=error"]) == 1
    capsys.readouterr()
    assert main(["run", "signups"]) == 0  # rules are of validate alone
    assert "description-missing" not in capsys.readouterr().err
