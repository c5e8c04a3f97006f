"""What a query gave: typed columns and rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from attain.model.types import Type
from attain.model.units import Unit

Value = int | float | Decimal | str | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column: `role` is "period", "dimension" or "metric"."""

    name: str
    type: Type
    unit: Unit
    role: str


@dataclass(frozen=True, slots=True)
class Result:
    """Columns and rows, in the order of the query; `notes` is what must be said with them."""

    columns: tuple[ResultColumn, ...]
    rows: list[tuple[Value, ...]]
    notes: tuple[str, ...] = ()
    partial: tuple[int, ...] = field(default=())  # positions of rows whose period holds the as-of day
