"""The probe of units: every amount of money is multiplied by 7, and each metric has to become what its unit says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.base.problem import Problem, Severity, warning
from attain.model import expression as e
from attain.model.query import Query
from attain.model.semantic import Field, Metric, SemanticModel
from attain.model.types import Kind, Type
from attain.probes.answers import Answers, Change, Clock, ask
from attain.probes.compare import Difference, first_difference
from attain.probes.money import FACTOR, ScaledModel, power_of, scale_money
from attain.probes.outcome import Outcome, of_known, shown

if TYPE_CHECKING:
    from attain.project import Project

NO_MONEY = "no field has `unit: money`"
FAILED = "the amounts cannot be multiplied"


def probe_units(
    project: Project, model: SemanticModel, queries: list[Query], base: Answers, clock: Clock, change: Change
) -> Outcome:
    """What the probe of units finds. `base` are the answers without it, `change` what is done to the sources."""
    scaled = scale_money(model)
    outcome = Outcome("units", "money times 7")
    if not scaled.columns and not any(
        power_of(f.unit) for table in model.tables.values() for f in table.fields.values()
    ):
        outcome.skipped = dict.fromkeys(base.cells, NO_MONEY)
        return outcome
    wanted = {name for name in base.cells if name not in scaled.reasons and name not in scaled.moneyless}
    outcome.skipped = {name: reason for name, reason in scaled.reasons.items() if name in base.cells}
    probed = ask(project, scaled.model, of_known(queries, wanted), clock, multiplied(model, scaled, change))
    outcome.skipped |= dict.fromkeys(probed.failed, FAILED)
    outcome.late = probed.late
    wrong: dict[str, Problem] = {}
    for name, cells in probed.cells.items():
        metric = model.metrics[name]
        outcome.done.append(name)
        found = first_difference(base.cells[name], cells, Fraction(FACTOR) ** int(power_of(metric.unit)))
        if found is not None:
            wrong[name] = unit_problem(metric, found)
    outcome.problems = [p for name, p in wrong.items() if not any(used in wrong for used in model.metrics[name].uses)]
    outcome.problems += [moneyless_problem(model.metrics[name]) for name in scaled.moneyless if name in base.cells]
    outcome.done += [name for name in scaled.moneyless if name in base.cells and name not in scaled.reasons]
    return outcome


def multiplied(model: SemanticModel, scaled: ScaledModel, change: Change) -> Change:
    """The sources with the columns of money multiplied."""
    from attain.run.duckdb_changed import multiplied_source

    def changed(table: str, text: str) -> str:
        powers = scaled.columns.get(table, {})
        if not powers:
            return change(table, text)
        fields: dict[str, Field] = model.tables[table].fields
        columns = {name: (Fraction(FACTOR) ** int(power), type_to_take(fields[name])) for name, power in powers.items()}
        return multiplied_source(change(table, text), columns)

    return changed


def type_to_take(found: Field) -> Type | None:
    """The type that a column is converted to before it is multiplied: what it is read as, and whole numbers to what
    has room for larger ones."""
    return found.type if found.source is not None or found.type.kind is Kind.INTEGER else None


def unit_problem(metric: Metric, found: Difference) -> Problem:
    """The problem of a metric whose value does not go with its unit: a warning where that may be meant."""
    power = int(power_of(metric.unit))
    was = f"every amount of money was multiplied by {FACTOR}: {found.where} it was {shown(found.before)}"
    if power == 0:
        text = (
            f"the unit of `{metric.name}` is {metric.unit}, without money in it, and it changes with amounts of money"
        )
        was = f"{was} and should have stayed so, and became {shown(found.found)}"
    else:
        text = f"the unit of `{metric.name}` is {metric.unit}, and it does not grow as amounts of money do"
        was = f"{was}, should have become {shown(found.expected)}, and became {shown(found.found)}"
    problem = Problem("unit-probe", text, metric.span).hint(was)
    nodes = e.walk(metric.expression)
    if any(isinstance(node, e.Apply) and node.function in ("sqrt", "ln", "power") for node in nodes):
        return replace(problem, severity=Severity.WARNING).hint(
            "a root, a power or a logarithm of an amount is another figure in another currency: take it of a ratio of "
            "two amounts"
        )
    return problem.hint("correct its `unit:`, or those of the fields that it is computed from")


def moneyless_problem(metric: Metric) -> Problem:
    """The warning of a metric that is money by its own word only."""
    text = f"`{metric.name}` is declared {metric.unit}, and nothing that it is computed from is money"
    found = warning("unit-probe", text, metric.span)
    return found.hint(
        "declare `unit: money` at the field that holds the amounts, so that what is made of them is checked too; or "
        "correct the unit"
    )
