"""Too much of something."""

from __future__ import annotations

import time
from pathlib import Path

from tests.limits.conftest import Run

from attain.project import open_project


def test_a_file_of_ten_megabytes(run: Run) -> None:
    done = run("validate", definitions="# " + "x" * 10_000_000)
    assert (done.status, done.codes) == (1, ["file-too-large"])


def test_a_folder_of_too_many_files(tmp_path: Path) -> None:
    for number in range(2_001):
        (tmp_path / f"f{number}.yaml").write_text("metrics:\n  m: count(x)\n")
    project = open_project(tmp_path)
    assert [problem.code for problem in project.problems] == ["file-too-large"]  # and not 2,000 doubled names


def test_fifty_thousand_brackets(run: Run) -> None:
    done = run("validate", metrics="  a: " + "[" * 50_000 + "\n")
    assert (done.status, done.codes) == (1, ["yaml-too-deep"])


def test_two_hundred_parentheses(run: Run) -> None:
    done = run("validate", metrics="  a: " + "(" * 200 + "1" + ")" * 200 + "\n")
    assert (done.status, done.codes) == (1, ["expression-too-deep"])


def test_two_hundred_parentheses_on_the_command_line(run: Run) -> None:
    done = run("run", "(" * 200 + "revenue" + ")" * 200)
    assert (done.status, done.codes) == (2, ["expression-too-deep"])


def test_a_sum_of_a_thousand_terms(run: Run) -> None:
    done = run("run", " + ".join(["revenue"] * 1_000), "--as-of", "2026-01-01")
    assert (done.status, done.codes) == (2, ["expression-too-deep"])


def test_ten_thousand_metrics(run: Run) -> None:
    lines = "".join(f"  m{n}: sum(deals.amount where id = {n})\n" for n in range(10_000))
    begun = time.perf_counter()
    done = run("validate", metrics=lines)
    assert (done.status, done.codes) == (0, [])
    assert time.perf_counter() - begun < 60


def test_thirty_doublings(run: Run) -> None:
    """m30 is 2^30 times m0, in SQL that grows with the number of metrics, not of their uses."""
    lines = "  m0: sum(deals.amount)\n" + "".join(f"  m{n + 1}: m{n} + m{n}\n" for n in range(30))
    done = run("run", "m30", metrics=lines)
    assert (done.status, done.out) == (0, f"m30\n{12 * 2**30}\n")
    assert len(run("compile", "m30").out) < 10_000


def test_a_chain_of_three_thousand_metrics(run: Run) -> None:
    lines = "  m0: sum(deals.amount)\n" + "".join(f"  m{n + 1}: m{n} + 1\n" for n in range(3_000))
    done = run("validate", metrics=lines)
    assert (done.status, done.codes) == (0, [])
    assert run("run", "m3000").out == "m3000\n3012\n"


def test_a_tower_of_fields(run: Run) -> None:
    """f40 is 2^40 times the amount."""
    fields = "".join(f"      f{n + 1}: f{n} + f{n}\n" for n in range(1, 40))
    table = "  deals:\n    file: deals.csv\n    key: id\n    time: day\n    fields:\n      f1: amount + amount\n"
    done = run("run", "total", definitions=f"version: 1\ntables:\n{table}{fields}metrics: {{total: sum(deals.f40)}}\n")
    assert (done.status, done.out) == (0, f"total\n{12 * 2**40}\n")
    assert len(run("compile", "total").out) < 20_000


def test_a_cycle_is_shown(run: Run) -> None:
    done = run("validate", metrics="  a: b + 1\n  b: c + 1\n  c: a + 1\n")
    assert (done.status, done.codes) == (1, ["cycle"])
    assert "a" in done.said and "b" in done.said and "c" in done.said


def test_a_cycle_of_a_thousand(run: Run) -> None:
    lines = "".join(f"  m{n}: m{(n + 1) % 1000} + 1\n" for n in range(1_000))
    done = run("validate", metrics=lines)
    assert (done.status, done.codes) == (1, ["cycle"])


def test_a_limit_below_one_cell(run: Run) -> None:
    done = run("run", "revenue", "--grain", "day", "--max-cells", "1", "--as-of", "2026-01-01")
    assert (done.status, done.codes) == (2, ["too-many-cells"])


def test_a_grain_of_hours_over_a_millennium(run: Run) -> None:
    done = run(
        "run", "revenue", "--grain", "hour", "--from", "1900-01-01", "--to", "2999-01-01", "--as-of", "2998-01-01"
    )
    assert (done.status, done.codes) == (2, ["too-many-cells"])
