"""A query as the command line has it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as the command line has it, every part still a text."""

    metrics: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str = ""
    where: str = ""
    having: str = ""
    start: str = ""
    end: str = ""
    as_of: str = ""
    order: str = ""
    limit: int | None = None
    sparse: bool = False
    max_cells: int | None = None
    totals: bool = False
    top: int | None = None


@dataclass(frozen=True, slots=True)
class CellRequest:
    """A cell as the command line has it: one metric, the slice's conditions, and a period of a grain or a range."""

    metric: str
    where: str = ""
    grain: str = ""
    period: str = ""
    start: str = ""
    end: str = ""
    as_of: str = ""
