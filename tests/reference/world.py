"""What a query is answered in: the model, the rows, the joins between them, the calendar, the as-of day."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime, timedelta
from typing import TypeVar

from .clock import Clock, midnight
from .data import Row, read_rows
from .definitions import Model, Table
from .errors import Unsupported, Wrong
from .exchange import Exchange
from .functions import Functions
from .periods import Grains
from .syntax import Node
from .values import Value
from .working import Working

T = TypeVar("T")


class World:
    """Everything that stays the same while a query is answered."""

    def __init__(self, model: Model, texts: dict[str, str], types: dict[str, dict[str, str]], as_of: date) -> None:
        self.model, self.texts, self.types = model, texts, types
        self.as_of = as_of
        self.as_of_end: datetime = midnight(as_of + timedelta(days=1))
        self.zone = model.calendar.get("timezone") or "UTC"
        self.clock = Clock(self.zone)
        self.grains = Grains(model.calendar, self._first_days)
        self.exchange = Exchange(model.rates, model.currency, self.rows, self.clock)
        self.functions = Functions(self.clock, self.grains, Working(model.calendar, self.clock, self.rows))
        self.filters: tuple[Node, ...] = ()
        self.bounds_read = 0
        self._memory: dict[Hashable, object] = {}

    def remember(self, key: Hashable, find: Callable[[], T]) -> T:
        """A value found once, unless finding it has read the cell's window."""
        if key in self._memory:
            return self._memory[key]  # type: ignore[return-value]
        read = self.bounds_read
        value = find()
        if self.bounds_read == read:
            self._memory[key] = value
        return value

    def table(self, name: str) -> Table:
        """A table of the model."""
        if name not in self.model.tables:
            raise Wrong(f"unknown table {name}")
        return self.model.tables[name]

    def rows(self, name: str) -> list[Row]:
        """The rows of a table."""
        return self.remember(("rows", name), lambda: self._read(self.table(name)))

    def _read(self, table: Table) -> list[Row]:
        if table.file is None:
            raise Unsupported(f"the source of {table.name}")
        if table.file not in self.texts:
            raise Wrong(f"no data for {table.file}")
        types = {**self.types.get(table.file, {}), **self.types.get(table.name, {})}
        return read_rows(table, self.texts[table.file], types, self.zone)

    def has_column(self, name: str, column: str) -> bool:
        """Whether the file of the table has the column."""
        return column in self._columns(name)

    def has_field(self, name: str, field: str) -> bool:
        """Whether the table has a column or a derived field of the name."""
        said = self.table(name).fields.get(field)
        return (said is not None and said.expression is not None) or self.has_column(name, field)

    def _columns(self, name: str) -> frozenset[str]:
        def find() -> frozenset[str]:
            file = self.table(name).file
            header = self.texts.get(file or "", "").strip("\n").split("\n")[0]
            return frozenset(c.strip().strip('"') for c in header.split(","))

        return self.remember(("columns", name), find)

    def _first_days(self, grain: str) -> tuple[list[date], date]:
        """Of a grain of the calendar's table: the first days of its periods, and the last day of the table."""
        calendar = self.model.calendar
        rows = self.rows(calendar["table"])
        column = calendar["grains"][grain]
        first_days = {self.clock.local(r[column]).date() for r in rows if r[column] is not None}
        days = [self.clock.local(r[calendar["date"]]).date() for r in rows if r[calendar["date"]] is not None]
        return sorted(first_days), max(days)

    def as_bound(self, when: datetime | None, grain: str | None) -> Value:
        """An end of a window as a value: a date, of hours a timestamp."""
        if when is None or grain == "hour" or when != midnight(when.date()):
            return when
        return when.date()
