"""Exchange rates: what `convert()` goes through (section 2, `rates:`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from .clock import Clock
from .data import Row
from .definitions import Rates
from .errors import Wrong
from .values import Value, arithmetic


class Exchange:
    """The rates of a model, and the currency that its money is in."""

    def __init__(
        self, rates: Rates | None, currency: str | None, read: Callable[[str], list[Row]], clock: Clock
    ) -> None:
        self.rates, self.currency, self._read, self.clock = rates, currency, read, clock

    def convert(self, amount: Value, currency: Value, at: Value, *, written: bool) -> Value:
        """An amount in a currency, in the model's; a currency that is written out is the one to convert to."""
        if self.currency is None:
            raise Wrong("convert: the model has no currency")
        if amount is None or currency is None or at is None:
            return None
        source, target = (self.currency, currency) if written else (currency, self.currency)
        if source == target:
            return amount
        rate = self._rate(source, target, self.clock.local(at).date())
        return None if rate is None else arithmetic("*", amount, rate, self.clock)

    def _rate(self, source: str, target: str, day: date) -> Value:
        """The latest rate on or before a day; entries without a day or a rate are none."""
        said = self.rates
        if said is None:
            raise Wrong("convert: the model has no rates")
        latest: tuple[datetime, Value] | None = None
        for row in self._read(said.table):
            if (row[said.source], row[said.target]) != (source, target) or None in (row[said.date], row[said.rate]):
                continue
            when = self.clock.local(row[said.date])
            if when.date() <= day and (latest is None or when > latest[0]):
                latest = when, row[said.rate]
        return None if latest is None else latest[1]
