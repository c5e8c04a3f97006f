"""How far a query is: one line on a terminal, only of queries that take longer than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attain.cli.screen import is_terminal, write_error

PATIENCE = 1.0  # seconds before anything is shown
_PAUSE = 0.1
_BAR = 24


@contextmanager
def progress_line(quiet: bool) -> Iterator[Callable[[float], None] | None]:
    """Gives what to tell how far the query is (0 to 100), or None where nobody looks; clears the line at the end."""
    if quiet or not is_terminal(sys.stderr):
        yield None
        return
    line = _Line()
    try:
        yield line.update
    finally:
        line.clear()


class _Line:
    """The line as it stands on the terminal."""

    def __init__(self) -> None:
        self.start = time.monotonic()
        self.drawn = 0.0

    def update(self, percent: float) -> None:
        """Draws how far the query is, at most ten times a second."""
        now = time.monotonic()
        if now - self.start >= PATIENCE and now - self.drawn >= _PAUSE:
            self.drawn = now
            write_error(f"\r{progress_text(percent, now - self.start)}\x1b[K")

    def clear(self) -> None:
        """Takes the line away."""
        if self.drawn:
            write_error("\r\x1b[K")


def progress_text(percent: float, seconds: float) -> str:
    """`[######..................]  25%  3 s`"""
    percent = min(max(percent, 0.0), 100.0)
    full = int(_BAR * percent / 100)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {percent:3.0f}%  {seconds:.0f} s"
