"""What a pull request costs: checking, formatting, collecting tests and comparing, against reading the YAML alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from compiling import write_project
from measure import Row, cost_of_process, pairs

PART = "a pull request of 1,000 metrics in 200 files"
FILES, EACH, EDITS = 200, 5, 10
READ = """\
import sys, yaml
for name in sys.argv[1:]:
    yaml.load(open(name, encoding="utf-8").read(), Loader=yaml.CSafeLoader)
"""
TEST = """\
tests:
  - name: metric {number} counts its own status
    given:
      deals: |
        deal_id,closed_at,status,amount
        1,2026-01-05,s{number},100
        2,2026-01-06,other,200
    when: m{number}
    expect: 100
"""


def measure_review(count: int) -> Iterator[Row]:
    """validate, test --list and diff, each a process of its own without what was kept of earlier ones."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "definitions"
        files = write_repository(folder)
        attain = [sys.executable, "-m", "attain"]
        environ = {"ATTAIN_CACHE": "off"}
        reading = [sys.executable, "-c", READ, *files]
        for what, arguments in {
            "attain validate --offline": ["validate", "--offline", "-f", "."],
            "attain fmt --check": ["fmt", "--check", "."],
            "attain test --list, 200 tests": ["test", "--list", "--offline", "-f", "."],
            f"attain diff of two revisions, {EDITS} edits": ["diff", "--offline", "-f", ".", "HEAD~1", "HEAD"],
        }.items():
            yield pairs(
                PART, what, lambda command=[*attain, *arguments]: cost_of_process(command, folder, environ),
                "reading the same YAML with yaml.CSafeLoader, new process",
                lambda: cost_of_process(reading, folder, environ), count, limit=3.0, judged="seconds",
            )  # fmt: skip


def write_repository(folder: Path) -> list[str]:
    """A git repository with definitions, a test beside them in each file, and a second commit of some edits; gives the
    names of the files."""
    write_project(folder, FILES, EACH)
    tables = folder / "tables.yaml"
    tables.write_text(tables.read_text().replace("version: 1\n", "version: 1\n\n"))  # as `attain fmt` has it
    for number in range(FILES):
        file = folder / f"metrics_{number:02}.yaml"
        file.write_text(file.read_text() + "\n" + TEST.format(number=number * EACH))
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "before")
    for number in range(0, FILES, FILES // EDITS):
        file = folder / f"metrics_{number:02}.yaml"
        file.write_text(
            file.read_text().replace(f"status = 's{number * EACH}'", f"status in ('s{number * EACH}', 'x')")
        )
    git(folder, "commit", "-q", "-a", "-m", "after")
    return sorted(path.name for path in folder.glob("*.yaml"))


def git(folder: Path, *arguments: str) -> None:
    """A command of git, as somebody."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@acme.example", "-c", "commit.gpgsign=false")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, env=environ)
