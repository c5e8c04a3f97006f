"""Pages with commands and what they answer: `console` blocks, filled by running them one after the other.

In a block, a line `$ attain ...` or `$ git ...` is run and what follows it is its answer; `$ cd FOLDER` goes there.
A block ```` ```yaml metrics.yaml append ```` is written behind what the file holds, one without `append` is the file
itself (```` ```csv NAME.csv ````, too); ```` ```diff metrics.yaml ```` is a change of it. Every other block is for the
eye.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from tests.docs.shell import show_attain

TODAY = date(2026, 6, 30)  # of every command of a page
_BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def fill_page(text: str, folder: Path) -> str:
    """The page with what its commands answer when they are run in `folder`."""
    here = [folder]

    def filled(block: re.Match[str]) -> str:
        words = block["info"].split()
        if words == ["console"]:
            return f"```console\n{fill_console(block['body'], here)}```"
        if len(words) >= 2 and words[0] in ("yaml", "csv"):
            file = here[0] / words[1]
            before = file.read_text() if "append" in words else ""
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(before + block["body"])
        if len(words) == 2 and words[0] == "diff":
            change_file(here[0] / words[1], block["body"])
        return block[0]

    with on_day(TODAY):
        return _BLOCK.sub(filled, text)


def fill_console(body: str, here: list[Path]) -> str:
    """The commands of a block with their answers, an empty line between two of them."""
    parts = []
    for command in re.findall(r"^\$ (.*)$", body, re.MULTILINE):
        answer = ""
        if command.startswith("cd "):
            here[0] = here[0] / command.removeprefix("cd ").strip()
        elif command.startswith("git "):
            answer = run_git(here[0], shlex.split(command)[1:])
        else:
            answer = show_attain(here[0], command)
        parts.append(f"$ {command}\n" + (f"{answer}\n" if answer else ""))
    return re.sub(r"(\$ cd [^\n]*\n)\n", r"\1", "\n".join(parts))


def change_file(file: Path, change: str) -> None:
    """Makes a change as a page shows it: lines that go begin with -, lines that come with +, others stay."""
    before = "".join(f"{line[1:]}\n" for line in change.splitlines() if not line.startswith("+"))
    after = "".join(f"{line[1:]}\n" for line in change.splitlines() if not line.startswith("-"))
    text = file.read_text()
    assert text.count(before) == 1, f"{file.name} does not hold, once:\n{before}"
    file.write_text(text.replace(before, after))


def run_git(folder: Path, words: list[str]) -> str:
    """What git answers, to somebody on some day."""
    who = {"NAME": "Ann", "EMAIL": "ann@acme.example", "DATE": "2026-06-30T12:00:00Z"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()
    }
    command = ["git", "-c", "commit.gpgsign=false", *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.rstrip()


@contextmanager
def on_day(day: date) -> Iterator[None]:
    """As if it were another day."""
    from attain import pipeline, project

    kept = pipeline.current_day, project.current_date
    pipeline.current_day, project.current_date = lambda model: day, lambda: day
    try:
        yield
    finally:
        pipeline.current_day, project.current_date = kept
