"""Which rows metrics are tried on: all of them, or a sample of the largest tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attain.base.suggest import count_of
from attain.model.semantic import SemanticModel
from attain.probes.answers import Change, as_they_are, figures
from attain.probes.questions import sizes_query

if TYPE_CHECKING:
    from datetime import date

    from attain.project import Project

#: Rows of a table beyond which a sample is taken, unless the user says otherwise.
DEFAULT_SAMPLE = 1_000_000
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """Of each table that is not taken whole, one in how many of its rows; and how many rows there are in all."""

    one_in: Mapping[str, int]
    sizes: Mapping[str, int]

    def changed(self, model: SemanticModel) -> Change:
        """The sources with only the rows of the sample."""
        if not self.one_in:
            return as_they_are
        from attain.run.duckdb_changed import sampled_source

        def change(table: str, text: str) -> str:
            if table not in self.one_in:
                return text
            key = tuple(name for name in model.tables[table].key if model.tables[table].fields[name].is_physical)
            return sampled_source(text, key, self.one_in[table])

        return change

    @property
    def text(self) -> str:
        """Which rows were taken, for people."""
        if not self.one_in:
            return "every row"
        taken = [
            f"{self.sizes[name] // part:,} of {count_of(self.sizes[name], 'row')} of {name}"
            for name, part in self.one_in.items()
        ]
        more = f" and of {len(taken) - MOST_NAMED} more tables" if len(taken) > MOST_NAMED else ""
        return f"a sample (about {', '.join(taken[:MOST_NAMED])}{more})"


def sample_of(project: Project, model: SemanticModel, most: int, today: date) -> Sample:
    """The sample in which no table has many more than `most` rows (0: all of them), other than those that rows of
    others refer to, which are always taken whole. Raises RunProblem."""
    if not most or project.engine().dialect != "duckdb":
        return Sample({}, {})
    names = [name for name in model.tables if name in project.requests and name not in referred_to(model)]
    if not names:
        return Sample({}, {})
    counted = figures(project, model, sizes_query(names, today), as_they_are)
    if counted is None:
        return Sample({}, {})
    sizes = {name: int(str(size)) for name, size in zip(names, counted, strict=True)}
    return Sample({name: -(-size // most) for name, size in sizes.items() if size > most}, sizes)


def referred_to(model: SemanticModel) -> set[str]:
    """The tables that others look up: by joins, for exchange rates, for days, for targets."""
    found = {join.to for table in model.tables.values() for join in table.joins.values()}
    found |= {model.rates.table} if model.rates is not None else set()
    found |= {model.calendar.table, model.calendar.holidays.table if model.calendar.holidays is not None else ""}
    terms = [version for target in model.targets.values() for version in target.versions]
    return found | {version.source.table for version in terms if version.source is not None}
