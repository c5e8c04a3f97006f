"""Every command on an example's page runs, in a copy of the examples."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.console import on_day
from tests.docs.shell import run_attain
from tests.examples.test_catalogue import LAST_DAY

ROOT = Path(__file__).parents[2]
# Where a page says that its commands are run, as seen from the repository's root.
FOLDERS = {
    "first": "examples/first",
    "flat": "examples/flat",
    "subscriptions": "examples/subscriptions",
    "crm": ".",
    "salesforce": "examples",
    "hubspot": "examples",
}
# A question that cannot be answered is refused, and alerts that fire are told by the exit status, too.
STATUS = {"attain run cac --by region": 2, "attain alerts --as-of 2026-06-30": 1}


def commands(name: str) -> list[str]:
    """The commands of a page: lines of their own that are indented, and those in tables."""
    text = (ROOT / "examples" / name / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^    ((?:attain|python) [^#\n]*)|\| `(attain [^`]*)`", text, re.MULTILINE)
    return [(line or cell).strip() for line, cell in found]


def test_every_example_has_a_page() -> None:
    """And stands in the table above; `data` are no example."""
    pages = {path.parent.name for path in (ROOT / "examples").glob("*/README.md")}
    folders = {path.name for path in (ROOT / "examples").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert pages == folders == set(FOLDERS)


@pytest.mark.parametrize("name", FOLDERS)
def test_its_commands_run(tmp_path: Path, name: str) -> None:
    """One after the other, each with the status that it should have."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("*.duckdb*", "__pycache__"))
    for file in ("metrics.yaml", "attain.lock"):
        shutil.copy(ROOT / file, tmp_path / file)
    asked = commands(name)
    assert len(asked) >= 4
    for command in asked:
        status, said = run(tmp_path / FOLDERS[name], command)
        assert status == STATUS.get(command, 0), f"{command}\n{said}"


def run(folder: Path, command: str) -> tuple[int, str]:
    """The exit status of a command, and what it said."""
    if command.startswith("attain"):
        with on_day(LAST_DAY):
            said = run_attain(folder, command)
        return said.status, said.out + said.err
    words = [sys.executable, *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr
