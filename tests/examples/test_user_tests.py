"""The tests that stand beside the first example pass, and reach all of it."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.docs.shell import run_attain

ROOT = Path(__file__).parents[2]


def test_the_first_example(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "first", tmp_path / "first")
    said = run_attain(tmp_path / "first", "attain test --fail-under 100")
    assert said.status == 0 and said.err == "9 tests: 9 passed\n"
    assert said.out == "coverage 100.0%: 15 of 15 metrics; of 9 conditions 9 met and 9 not met by some row\n"


def test_a_changed_metric_fails_them(tmp_path: Path) -> None:
    """Win rate over all deals, also the open ones: that is what the tests are for."""
    folder = tmp_path / "first"
    shutil.copytree(ROOT / "examples" / "first", folder)
    text = (folder / "metrics.yaml").read_text()
    assert text.count("count(deals where status in ('won', 'lost'))") == 1
    (folder / "metrics.yaml").write_text(text.replace("count(deals where status in ('won', 'lost'))", "count(deals)"))
    said = run_attain(folder, "attain test")
    assert said.status == 1 and "FAIL  tests.yaml:96:11: the half-year, as it was reported" in said.out
