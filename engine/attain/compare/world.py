"""What definitions take from outside of their own tables, in a normal form: the calendar, exchange rates, targets.
Where one of them lies in a table, that table's rows are a part of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from attain.compare.form import Form, form, written
from attain.compare.scope import Scope
from attain.model import expression as e
from attain.model.aggregate import Key
from attain.model.target import Target, Terms

if TYPE_CHECKING:
    from attain.compare.normal import Normal


class World:
    """Those of one model; `of` are the normal forms of its tables."""

    def __init__(self, of: Normal) -> None:
        self.of = of
        self._calendar: Form | None = None

    def columns(self, table: str, *names: str) -> Form:
        """Columns of a table, and where its rows come from; nothing where there is no such table."""
        if table not in self.of.model.tables:
            return form("no table", table, names)
        found = self.of.model.tables[table]
        values = [self.of.value(self.of.own(found, name), Scope(table)) for name in names if name in found.fields]
        return form("columns", self.of.table(table), values, names)

    def calendar(self) -> Form:
        """The whole calendar."""
        if self._calendar is None:
            own = self.of.model.calendar
            names = tuple(own.grains[grain] for grain in sorted(own.grains))
            periods = self.columns(own.table, own.date, *names) if own.table else ()
            self._calendar = form("calendar", own, periods, self.days_off())
        return self._calendar

    def days_off(self) -> Form:
        """The holidays, also those in a table."""
        holidays = self.of.model.calendar.holidays
        if holidays is None or not holidays.table:
            return form("holidays", holidays)
        return form("holidays", holidays, self.columns(holidays.table, holidays.column))

    def working_time(self) -> Form:
        """What working days and hours are counted by."""
        own = self.of.model.calendar
        return form("working time", own.timezone, own.working_days, own.working_hours, self.days_off())

    def rates(self) -> Form:
        """Where exchange rates come from."""
        own = self.of.model.rates
        if own is None:
            return form("no rates")
        return form("rates", own, self.columns(own.table, *own.fields), self.of.model.calendar.timezone)

    # -- targets -----------------------------------------------------------------------------------------------------
    def target(self, target: Target, *, bands: bool) -> Form:
        """The values of a target; with `bands` how they are judged, too."""
        sums = (target.adds_up, target.adds_up_over_members) if self.of.deep else ()  # its metric says so
        return form("terms", sums, tuple(self.terms(terms, bands) for terms in target.versions))

    def terms(self, terms: Terms, bands: bool) -> Form:
        """One version of a target."""
        rows = tuple(sorted(terms.rows, key=written))
        plain = replace(terms, source=None, by=None, rows=rows)
        plain = plain if bands else replace(plain, bands=(), judged="")
        if not self.of.deep:  # which band is the best one its metric says
            plain = replace(plain, bands=tuple(replace(band, rank=0) for band in plain.bands))
        keys = tuple(self.key(key) for key in terms.by) if terms.by is not None else None
        return form("version", plain, self.source(terms), keys)

    def source(self, terms: Terms) -> Form:
        """The table that values come from."""
        found = terms.source
        if found is None:
            return form("no source")
        inside = [found.period, found.value, *found.members, *([found.since] if found.since is not None else [])]
        values = [self.of.value(part, Scope(found.table)) for part in inside]
        return form("source", self.of.table(found.table), values, len(found.members), found.shares)

    def key(self, key: Key) -> Form:
        """A dimension of a target, as the tables of its metric see it; what it is its own definition says."""
        if not self.of.deep:
            return form("key", key.name)
        columns = sorted(self.column(table, column) for table, column in key.columns)
        return form("key", key.name, tuple(columns), key.is_row)

    def column(self, table: str, column: e.Column) -> Form:
        """A column of a table's rows."""
        return form(self.of.table(table), self.of.value(column, Scope(table)))
