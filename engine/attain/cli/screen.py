"""Where output goes: results to standard output, everything said about them to standard error."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from attain.base.problem import Problem, Severity, has_errors
from attain.base.span import Source

#: Messages that no person reads on a terminal are cut to this width, so that they are the same everywhere.
PLAIN_WIDTH = 120


class Stop(Exception):
    """Ends a command: problems to show, the texts they point into, the exit status."""

    def __init__(self, problems: Sequence[Problem], status: int, sources: Mapping[str, Source] | None = None) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems, self.status, self.sources = list(problems), status, dict(sources or {})


@dataclass(frozen=True, slots=True)
class Screen:
    """Standard output and standard error as `-q` and `--color` want them used."""

    quiet: bool = False
    color: str = "auto"

    def has_color(self, stream: IO[str]) -> bool:
        """Whether to use colours there: `--color`, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        if os.environ.get("FORCE_COLOR", "0") != "0":
            return True
        return is_terminal(stream) and os.environ.get("TERM") != "dumb"

    def show_problems(self, problems: Sequence[Problem], sources: Mapping[str, Source]) -> None:
        """Problems on standard error; warnings not where `-q` stands."""
        shown = [p for p in problems if not self.quiet or p.severity is Severity.ERROR]
        if shown:
            write_error(self.problems_to_text(shown, sources, sys.stderr))

    def problems_to_text(self, problems: Sequence[Problem], sources: Mapping[str, Source], stream: IO[str]) -> str:
        """Problems as they are to stand on a stream."""
        from attain.report.problems import problems_to_text

        return problems_to_text(problems, sources, color=self.has_color(stream), width=stream_width(stream))

    def demand(self, problems: Sequence[Problem], status: int, sources: Mapping[str, Source]) -> None:
        """Goes on where there are only warnings, which are shown; else stops with all problems."""
        if has_errors(list(problems)):
            raise Stop(problems, status, sources)
        self.show_problems(problems, sources)

    def say(self, text: str) -> None:
        """A line on standard error, unless `-q` stands."""
        if not self.quiet:
            from attain.report.text import escape_text

            write_error(f"{escape_text(text)}\n")

    def end(self, stop: Stop) -> int:
        """Shows why a command stops and gives its exit status."""
        self.show_problems(stop.problems, stop.sources)
        return stop.status


def is_terminal(stream: IO[str]) -> bool:
    """Whether a person looks at it."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def stream_width(stream: IO[str]) -> int:
    """The columns of a terminal; a fixed number elsewhere."""
    return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns if is_terminal(stream) else PLAIN_WIDTH


def write_error(text: str) -> None:
    """Text on standard error; where nobody can receive it, it is lost."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        pass


def write_result(data: bytes) -> None:
    """Bytes on standard output. A reader that has gone away ends the command without a word."""
    from attain.base.span import Span

    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python writes what is left once more when it ends
        raise Stop([], 0) from None
    except OSError as error:
        problem = Problem("output-failed", f"standard output cannot be written: {error.strerror}", Span.none())
        raise Stop([problem], 3) from None


def write_text(text: str) -> None:
    """A text without control characters on standard output."""
    write_result(text.encode("utf-8", "backslashreplace"))


def write_data(text: str) -> None:
    """A text that may hold anything on standard output: as it is, but escaped where it is a terminal."""
    if is_terminal(sys.stdout):
        from attain.report.text import escape_text

        text = escape_text(text, keep="\n\t")
    write_text(text)
