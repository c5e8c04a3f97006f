"""The probe of additivity: all tables are doubled by a copy under other keys, and each metric has to become what it is
predicted to: a sum twice what it was, a ratio, an average or a median what it was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.base.problem import Problem
from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.model.query import Output, Query
from attain.model.result import Value
from attain.model.semantic import Metric, SemanticModel
from attain.model.types import Kind, Type
from attain.probes.answers import Answers, Change, Clock, ask, figures
from attain.probes.compare import Difference, first_difference
from attain.probes.doubling import GAPS, Degree, Doubling, Unpredicted
from attain.probes.keys import Keys, Place, find_keys
from attain.probes.outcome import Outcome, of_known, shown
from attain.probes.questions import counting

if TYPE_CHECKING:
    from attain.project import Project

#: What the keys of the copy that are texts begin with.
WORD = "copy of "
UNKNOWN = "the keys cannot be given other values"
FAILED = "they cannot be computed on twice the rows"


@dataclass(frozen=True, slots=True)
class Fresh:
    """What is done to the keys of the copy: numbers become larger by so much, texts get a word in front."""

    numbers: Mapping[Place, tuple[int, Type]]
    texts: Mapping[Place, str]

    def of(self, table: str) -> tuple[dict[str, tuple[int, Type]], dict[str, str]]:
        """What is done to the columns of one table."""
        numbers = {name: larger for (owner, name), larger in self.numbers.items() if owner == table}
        return numbers, {name: word for (owner, name), word in self.texts.items() if owner == table}


@dataclass(frozen=True, slots=True)
class Doubled:
    """How the tables are doubled, and the degrees of the metrics that are predicted."""

    keys: Keys
    fresh: Fresh
    degrees: Mapping[str, Degree]


def probe_additivity(
    project: Project, model: SemanticModel, queries: list[Query], base: Answers, clock: Clock, change: Change
) -> Outcome:
    """What the probe of additivity finds. `base` are the answers without it, `change` what is done to the sources."""
    from attain.probes.sources import probe_sources

    outcome = Outcome("additivity", "every table doubled")
    keys = find_keys(model, project.requests)
    degrees = predicted(model, keys, list(base.cells), outcome)
    fresh = fresh_keys(project, model, keys, queries, change)
    if fresh is None:
        outcome.skipped |= dict.fromkeys(degrees, UNKNOWN)
        return outcome
    leave_gaps(project, model, keys, degrees, outcome, change)
    probed = ask(project, model, of_known(queries, set(degrees)), clock, doubled(keys, fresh, change))
    outcome.skipped |= dict.fromkeys(probed.failed, FAILED)
    outcome.late = probed.late
    wrong: dict[str, Problem] = {}
    for name, cells in probed.cells.items():
        outcome.done.append(name)
        found = first_difference(base.cells[name], cells, Fraction(2) ** (degrees[name] or 0))
        if found is not None:
            wrong[name] = additivity_problem(model.metrics[name], degrees[name] or 0, found)
    outcome.problems = [p for name, p in wrong.items() if not any(used in wrong for used in model.metrics[name].uses)]
    sound = Doubled(keys, fresh, {name: degrees[name] for name in probed.cells if name not in wrong})
    outcome.problems += probe_sources(project, queries, base, clock, change, sound)
    return outcome


def predicted(model: SemanticModel, keys: Keys, names: list[str], outcome: Outcome) -> dict[str, Degree]:
    """The degrees of metrics; why there is none of the others is noted."""
    doubling = Doubling(model, keys)
    degrees: dict[str, Degree] = {}
    for name in names:
        try:
            degrees[name] = doubling.metric(name)
        except Unpredicted as reason:
            outcome.skipped[name] = str(reason)
    return degrees


def leave_gaps(
    project: Project, model: SemanticModel, keys: Keys, degrees: dict[str, Degree], outcome: Outcome, change: Change
) -> None:
    """Leaves the metrics out that are taken per something that is missing in some rows."""
    doubling = Doubling(model, keys)
    wanted: dict[tuple[str, e.Column], list[str]] = {}
    for name in degrees:
        doubling.metric(name)
        for place in doubling.filled[name]:
            wanted.setdefault(place, []).append(name)
    places = sorted(wanted, key=repr)
    outputs = [
        counting(str(i), Aggregate("count_rows", table, (), e.IsMissing(column), None, t.INTEGER))
        for i, (table, column) in enumerate(places)
    ]
    rows = figures(project, model, Query(tuple(outputs), ()), change) if outputs else ()
    for place, missing in zip(places, rows or [1] * len(places), strict=True):
        for name in wanted[place] if missing else ():
            if degrees.pop(name, 0) is not None:
                outcome.skipped[name] = GAPS


def fresh_keys(
    project: Project, model: SemanticModel, keys: Keys, queries: list[Query], change: Change
) -> Fresh | None:  # fmt: skip
    """Other values for the keys of the copy, which the data do not have; None where there are none."""
    outputs: list[Output] = []
    for group in keys.groups:
        for table, name in group:
            type = model.tables[table].fields[name].type
            outputs += statistics(table, e.Column((), name, type), f"{table} {name}")
    found = figures(project, model, Query(tuple(outputs), ()), change) if outputs else ()
    if found is None:
        return None
    known = dict(zip((output.name for output in outputs), found, strict=True))
    numbers: dict[Place, tuple[int, Type]] = {}
    texts: dict[Place, str] = {}
    for group in keys.groups:
        if model.tables[group[0][0]].fields[group[0][1]].type.kind is Kind.TEXT:
            if any(known[f"{table} {name} taken"] for table, name in group):
                return None
            texts |= dict.fromkeys(group, WORD)
        else:
            offset = beyond(group, known)
            numbers |= {(table, name): (offset, model.tables[table].fields[name].type) for table, name in group}
    return Fresh(numbers, texts)


def statistics(table: str, column: e.Column, name: str) -> list[Output]:
    """What has to be known of a column to find values that it does not have."""
    if column.type.kind is Kind.TEXT:
        begins = e.Apply("starts_with", (column, e.Literal(WORD, t.TEXT)), t.BOOLEAN)
        return [counting(f"{name} taken", Aggregate("count_rows", table, (), begins, None, t.INTEGER))]
    return [extreme(f"{name} {which}", which, table, column) for which in ("min", "max")]


def extreme(name: str, function: str, table: str, column: e.Column) -> Output:
    """The least or greatest value of a column."""
    value = e.AggregateValue(Aggregate(function, table, (column,), None, None, column.type), column.type)
    return Output(
        name, value, column.type, counting("", Aggregate("count_rows", table, (), None, None, t.INTEGER)).unit
    )


def beyond(group: tuple[Place, ...], known: Mapping[str, Value]) -> int:
    """How much larger numbers have to be to be others than all in the columns of a group."""
    ends = [known[f"{table} {name} {which}"] for table, name in group for which in ("min", "max")]
    numbers = [Decimal(str(value)) for value in ends if value is not None]
    return math.ceil(max(numbers) - min(numbers)) + 1 if numbers else 1


def doubled(keys: Keys, fresh: Fresh, change: Change) -> Change:
    """The sources, each with its copy below."""
    from attain.run.duckdb_changed import doubled_source

    def changed(table: str, text: str) -> str:
        if table not in keys.doubled:
            return change(table, text)
        return doubled_source(change(table, text), *fresh.of(table))

    return changed


def additivity_problem(metric: Metric, degree: int, found: Difference) -> Problem:
    """The error of a metric that does not become what it is predicted to."""
    if degree == 0:
        text = f"`{metric.name}` changes when all of its tables are doubled, and a figure of its kind should not"
    else:
        text = f"`{metric.name}` should be {2.0**degree:g} times as much when all of its tables are doubled, and is not"
    problem = Problem("additivity-probe", text, metric.span)
    return problem.hint(
        "every table was put together with a copy of itself under other keys, which joins only with itself: "
        f"{found.where} it was {shown(found.before)}, should have become {shown(found.expected)}, and became "
        f"{shown(found.found)}"
    )
