"""What every connection can do, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Protocol

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.result import Result, ResultColumn
from attain.model.semantic import Origin
from attain.model.types import Type

#: Told how far a statement has come, from 0 to 100.
Progress = Callable[[float], None]

#: Exit statuses of the command line.
QUERY_WRONG = 2
RUN_FAILED = 3
INTERRUPTED = 130


class RunProblem(Exception):
    """Running cannot go on: the problem to show, and the status to exit with."""

    def __init__(self, problem: Problem, status: int = RUN_FAILED) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.status = status


class TimedOut(RunProblem):
    """A statement that took longer than the settings allow."""


@dataclass(frozen=True, slots=True)
class TableRequest:
    """A table whose columns are asked for. `declared` are the types that the definitions (or the lock) give;
    `sql` is the checked text of an origin of kind "sql"; `span` is where problems of it point."""

    name: str
    origin: Origin
    declared: Mapping[str, Type] = field(default_factory=dict)
    sql: str = ""
    span: Span = field(default_factory=Span.none)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set: memory (`2GB`), threads, and the seconds after which a statement is stopped."""

    memory_limit: str | None = None
    threads: int | None = None
    timeout: float | None = None


#: The columns of each table with their types, in order.
Columns = dict[str, dict[str, Type]]


class Engine(Protocol):
    """An open connection, which only ever reads."""

    dialect: str

    def describe(self, requests: Sequence[TableRequest]) -> tuple[Columns, list[Problem]]:
        """The columns of each table that could be looked at, and a problem for each that could not."""

    def execute(self, sql: str, columns: tuple[ResultColumn, ...], progress: Progress | None = None) -> Result:
        """The rows of one SELECT, each value of its column's type. Raises RunProblem."""

    def fetch(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one SELECT as the driver gives them. Raises RunProblem."""

    def arrow(self, sql: str) -> Any:
        """The rows of one SELECT as a pyarrow.Table. Raises RunProblem, also where pyarrow is not installed."""

    def read_call(self, request: TableRequest, columns: Mapping[str, Type]) -> str:
        """What to write after FROM for a table, as far as this engine reads it itself (the lock counts rows so)."""

    def close(self) -> None:
        """Ends the connection; closing twice does nothing."""

    def __enter__(self) -> Engine: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


def quote_name(name: str) -> str:
    """A name as a quoted identifier, which all engines here write the same way."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """A text as a literal."""
    return "'" + text.replace("'", "''") + "'"


def split_name(text: str) -> list[str]:
    """The parts of a possibly qualified, possibly quoted name: `crm."Deals 2"` to ["crm", "Deals 2"]."""
    parts = [""]
    quoted = False
    for character in text.strip():
        if character == '"':
            quoted = not quoted
        elif character == "." and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def quote_qualified(text: str) -> str:
    """A possibly qualified name with each part quoted."""
    return ".".join(quote_name(part) for part in split_name(text))


def import_arrow() -> Any:
    """pyarrow, or the problem that it is not installed."""
    try:
        import pyarrow
    except ImportError:
        problem = Problem("missing-package", "Arrow tables need the package `pyarrow`", Span.none())
        raise RunProblem(problem.hint("install it with `pip install 'attain[arrow]'`")) from None
    return pyarrow
