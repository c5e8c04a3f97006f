"""The command line as a page shows it: `attain ...` in a folder, and what it says on which stream."""

from __future__ import annotations

import io
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.engine import WIDTH, inside


@dataclass(frozen=True)
class Said:
    """What a command wrote, and its exit status."""

    out: str
    err: str
    status: int


def run_attain(folder: Path, command: str) -> Said:
    """`attain ...`, in this process, as if its output went to files."""
    words = shlex.split(command)
    assert words[0] == "attain", command
    from attain.cli import main

    with inside(folder), captured() as (out, err):
        status = main(words[1:])
        sys.stdout.flush()
        sys.stderr.flush()
    return Said(out.getvalue().decode(), err.getvalue().decode(), status)


@contextmanager
def captured() -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Standard output and standard error in memory; messages as wide as the pages of tests have them."""
    from attain.cli import screen

    kept = sys.stdout, sys.stderr, screen.PLAIN_WIDTH
    out, err = io.BytesIO(), io.BytesIO()
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
    screen.PLAIN_WIDTH = WIDTH
    try:
        yield out, err
    finally:
        # Detached, so that what they wrote outlives them.
        sys.stdout.detach()
        sys.stderr.detach()
        sys.stdout, sys.stderr, screen.PLAIN_WIDTH = kept
