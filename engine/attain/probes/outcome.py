"""What a probe found and did: problems, the metrics that were probed, those that were not and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from attain.base.problem import Problem
from attain.base.suggest import count_of, some_of
from attain.model.query import Query
from attain.model.result import Value

MOST_NAMED = 3


@dataclass(slots=True)
class Outcome:
    """The outcome of one probe. `about` is what it probes, `what` what was done to the data."""

    about: str
    what: str
    problems: list[Problem] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    late: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """`units of 90 metrics probed (money times 7); not of 5, they look at a target (attainment, ..)`; where it has
        nothing to say, nothing."""
        text = f"{self.about} of {count_of(len(self.done), 'metric')} probed ({self.what})"
        reasons = dict(self.skipped) | dict.fromkeys(self.late, "no time was left")
        if not self.done and len(set(reasons.values())) < 2:
            return f"{self.about} not probed: {next(iter(reasons.values()))}" if reasons else ""
        parts = [f"{len(names):,}, {reason} ({some_of(names, MOST_NAMED)})" for reason, names in grouped(reasons)]
        return f"{text}; not of {'; of '.join(parts)}" if parts else text


def grouped(reasons: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Names by the reason that they share, the largest group first."""
    groups: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        groups.setdefault(reason, []).append(name)
    return sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))


def of_known(queries: Iterable[Query], wanted: set[str]) -> list[Query]:
    """Queries with only the metrics that are wanted."""
    found = [replace(query, outputs=tuple(o for o in query.outputs if o.name in wanted)) for query in queries]
    return [query for query in found if query.outputs]


def shown(value: Value) -> str:
    """A figure in a message."""
    if value is None:
        return "empty"
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{float(value):,.10g}"
