"""Places in files."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one line of a file: lines and columns count from 1, `end` is exclusive."""

    file: str
    line: int
    column: int
    end: int

    @staticmethod
    def none() -> Span:
        """A span that points nowhere (a problem of the command line or of a file as a whole)."""
        return Span("", 0, 0, 0)

    @property
    def is_place(self) -> bool:
        """Whether it points into a file: not nowhere, and not at an option of the command line."""
        return bool(self.file) and not (self.file.startswith("-") and self.line <= 1)

    def to(self, other: Span) -> Span:
        """The stretch from here to the end of `other`, or only this one where that is on another line."""
        if other.line == self.line and other.file == self.file:
            return Span(self.file, self.line, self.column, max(self.end, other.end))
        return self


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was read: its name as the user knows it, and what it says."""

    name: str
    text: str

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its end; empty where there is none."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""
