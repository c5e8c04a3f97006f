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


@dataclass(frozen=True, slots=True)
class ScorecardRequest:
    """A scorecard as the command line has it: metrics (or targets) by name, else those with a target of these
    categories and owners (`every`: also those without one), and a period; the as-of day's own where left out."""

    metrics: tuple[str, ...] = ()
    every: bool = False
    categories: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    grain: str = ""
    period: str = ""
    as_of: str = ""
    where: str = ""
