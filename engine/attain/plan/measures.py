"""What aggregates need of rows: a step with a column for each field, and the measures over its columns."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import EMPTY, Aggregate
from attain.plan.builder import Builder, plain_name
from attain.plan.leaves import free
from attain.plan.steps import From, Measure, Rows

if TYPE_CHECKING:
    from attain.plan.rows import RowsOf

#: Where each field is (by e.Column), and each exchange rate (by e.Rate).
Slots = dict[Any, e.Slot]


def or_empty(function: str, slot: e.Expression) -> e.Expression:
    """The value of an aggregate where no row was: 0, false, true, or missing."""
    if function not in EMPTY:
        return slot
    empty = EMPTY[function]
    return e.Apply("coalesce", (slot, e.Literal(empty, slot.type)), slot.type)


def parts_of(builder: Builder, aggregate: Aggregate) -> list[e.Expression]:
    """Everything that an aggregate needs of a row."""
    parts: list[e.Expression] = [*aggregate.arguments]
    if aggregate.where is not None:
        parts.append(aggregate.where)
    if aggregate.order is not None:
        table = builder.model.tables[aggregate.table]
        parts.append(aggregate.order)
        parts += [e.Column((), key, table.fields[key].type) for key in table.key]
    return parts


def column_name(column: e.Column | e.Rate) -> str:
    """What a field is called as a column of a step."""
    if isinstance(column, e.Column):
        return plain_name("_".join((*column.path, column.name)))
    return plain_name(f"rate_to_{column.target}")


def rows_step(
    builder: Builder,
    rows: RowsOf,
    expressions: list[e.Expression],
    comment: str,
    extra: tuple[tuple[str, e.Expression], ...] = (),
    where: e.Expression | None = None,
    name: str = "",
) -> tuple[From, Slots]:
    """A step with a column for every field that some expressions need; `extra` columns come first, under their own
    names. Gives the step, and for each field its column there."""
    fields = dict.fromkeys(node for expression in expressions for node in e.fields_in(expression))
    taken = {key for key, _ in extra}
    columns: list[tuple[str, e.Expression]] = list(extra)
    names: dict[e.Column | e.Rate, str] = {}
    for column in fields:
        names[column] = free(taken, column_name(column))
        columns.append((names[column], rows.expression(column)))
    if not columns:
        columns.append(("one", e.Literal(Fraction(1), t.INTEGER)))
    step = Rows(
        name or builder.name(rows.table.name, "rows"), comment, rows.source, tuple(columns), tuple(rows.joins), where
    )
    source = builder.add(step)
    return source, {column: source.slot(names[column], column.type) for column in fields}


def measure_of(builder: Builder, aggregate: Aggregate, name: str, slots: Slots) -> Measure:
    """An aggregate over the columns of a step."""

    def over(expression: e.Expression) -> e.Expression:
        return e.transform(expression, lambda n: slots[n] if isinstance(n, e.Column | e.Rate) else None)

    table = builder.model.tables[aggregate.table]
    order = over(aggregate.order) if aggregate.order is not None else None
    ties = tuple(slots[e.Column((), key, table.fields[key].type)] for key in table.key) if order is not None else ()
    where = over(aggregate.where) if aggregate.where is not None else None
    arguments = tuple(over(argument) for argument in aggregate.arguments)
    return Measure(name, aggregate.function, arguments, where, aggregate.type, order, ties, aggregate.share)
