"""The starting project and guessed definitions through the real pipeline."""

from pathlib import Path

import pytest

from attain.cli import main

pipeline = pytest.importorskip("attain.pipeline", reason="the pipeline is not there yet")
needs_data_checks = pytest.mark.skipif(not hasattr(pipeline, "validate_data"), reason="not there yet")


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The starting project is the working directory."""
    assert main(["init", str(tmp_path / "demo"), "-q"]) == 0
    monkeypatch.chdir(tmp_path / "demo")


@needs_data_checks
def test_the_rows_of_the_starting_project_are_valid(demo: None) -> None:
    assert main(["validate", "--data"]) == 0


def test_the_starting_project_is_valid(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate"]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "2 tables, 2 dimensions, 3 metrics; column types from the data; no problems\n"


def test_the_starting_project_runs(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "revenue", "win_rate", "--by", "region", "--as-of", "2026-04-30"]) == 0
    assert capsys.readouterr().out == "region,revenue,win_rate\nAMER,24500,1\nEMEA,28900.5,0.6\n"


def test_problems_of_each_kind(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "revenu"]) == 2
    assert "did you mean `revenue`?" in capsys.readouterr().err
    assert main(["compile", "revenue", "--where", "regoin = 'EMEA'"]) == 2
    assert "--where:1:1: error[" in capsys.readouterr().err
    assert main(["compile", "revenue", "--dialect", "duckbd"]) == 2
    Path("data/reps.csv").unlink()
    assert main(["run", "revenue", "--by", "region"]) == 3
    Path("metrics.yaml").write_text("metrics: {x: sum(nothing.at_all)}")
    assert main(["validate"]) == 1
    assert main(["run", "x"]) == 1


def test_lock_and_offline(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lock"]) == 0
    assert main(["lock", "--check"]) == 0
    Path("data/deals.csv").unlink()
    Path("data/reps.csv").unlink()
    assert main(["validate", "--offline"]) == 0
    assert "column types from attain.lock" in capsys.readouterr().err
    assert main(["compile", "revenue", "--by", "region", "--dialect", "postgres"]) == 0
    assert "SELECT" in capsys.readouterr().out


def test_guessed_definitions_are_valid(demo: None, capsys: pytest.CaptureFixture[str]) -> None:
    Path("metrics.yaml").unlink()
    assert main(["init", "--from", "data"]) == 0
    assert main(["validate"]) == 0
    capsys.readouterr()
    assert main(["run", "deals_count", "deals_amount", "--by", "region"]) == 0
    assert capsys.readouterr().out == "region,deals_count,deals_amount\nAMER,3,54500\nEMEA,5,51900.5\n"


SEASONS = """
version: 1
calendar: {table: days, date: day, grains: {season: starts}}
tables: {days: {file: days.csv}, sales: {file: sales.csv, time: sold_on}}
metrics: {sold: sum(sales.amount)}
"""


@pytest.fixture
def seasons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two seasons of three days each."""
    (tmp_path / "metrics.yaml").write_text(SEASONS)
    days = [f"2026-01-0{day},2026-01-0{1 if day < 4 else 4}" for day in range(1, 7)]
    (tmp_path / "days.csv").write_text("\n".join(["day,starts", *days, ""]))
    (tmp_path / "sales.csv").write_text("sold_on,amount\n2026-01-03,1\n2026-01-04,2\n")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("as_of", "partial"), [("2026-01-05", "2026-01-04"), ("2026-01-06", ""), ("2026-01-09", "")])
def test_a_period_of_a_calendar_table_is_partial_until_its_last_day(
    seasons: None, capsys: pytest.CaptureFixture[str], as_of: str, partial: str
) -> None:
    assert main(["run", "sold", "--grain", "season", "--as-of", as_of]) == 0
    captured = capsys.readouterr()
    assert captured.out == "season,sold\n2026-01-01,1\n2026-01-04,2\n"
    said = f"* the season of {partial} is partial: it holds the as-of day\n" if partial else ""
    assert captured.err == f"as of {as_of}\ndata up to 2026-01-04\n{said}"


def test_with_totals_the_period_is_marked(seasons: None, capsys: pytest.CaptureFixture[str]) -> None:
    query = ["run", "sold", "--grain", "season", "--as-of", "2026-01-05", "--totals", "--format", "table"]
    assert main([*query, "--color", "never"]) == 0
    assert [line.split()[:3] for line in capsys.readouterr().out.splitlines()[2:]] == [
        ["false", "2026-01-01", "1"], ["false", "2026-01-04", "*"], ["true", "3"],
    ]  # fmt: skip
