"""The command line as a page shows it: `attain ...` in a folder, and what it says on which stream."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.engine import WIDTH, inside

from attain.cli.failure import BUG


@dataclass(frozen=True)
class Said:
    """What a command wrote, and its exit status."""

    out: str
    err: str
    status: int


class Terminal(io.TextIOWrapper):
    """A stream that a person seems to look at."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def run_attain(folder: Path, command: str) -> Said:
    """`attain ...`, in this process, as if its output went to files."""
    out, err = io.BytesIO(), io.BytesIO()
    streams = (io.TextIOWrapper(out, "utf-8", write_through=True), io.TextIOWrapper(err, "utf-8", write_through=True))
    status = run_into(folder, command, *streams)
    return Said(out.getvalue().decode(), err.getvalue().decode(), status)


def show_attain(folder: Path, command: str) -> str:
    """`attain ...` on a terminal without colours: what a person sees, on both streams, in its order."""
    seen = io.BytesIO()
    terminal = Terminal(seen, "utf-8", write_through=True)
    with environment(NO_COLOR="1", COLUMNS=str(WIDTH)):
        status = run_into(folder, command, terminal, terminal)
    assert status != BUG, f"{command}: {seen.getvalue().decode()}"
    return "\n".join(line.rstrip() for line in seen.getvalue().decode().rstrip().split("\n"))


def run_into(folder: Path, command: str, out: io.TextIOWrapper, err: io.TextIOWrapper) -> int:
    """Runs a command with other standard streams; messages are as wide as the pages of tests have them."""
    words = shlex.split(command)
    assert words[0] == "attain", command
    from attain.cli import main, progress, screen

    kept = sys.stdout, sys.stderr, screen.PLAIN_WIDTH, progress.PATIENCE
    sys.stdout, sys.stderr, screen.PLAIN_WIDTH = out, err, WIDTH
    progress.PATIENCE = float("inf")  # however slow this machine is
    try:
        with inside(folder):
            return main(words[1:])
    finally:
        sys.stdout, sys.stderr, screen.PLAIN_WIDTH, progress.PATIENCE = kept
        for stream in {id(out): out, id(err): err}.values():
            stream.detach()


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """Other variables in the environment."""
    kept = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
