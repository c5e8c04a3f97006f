"""A query to a plan: the cells that it asks for, its metrics in each, and what the statement verifies."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attain.base.problem import Problem
from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.model.query import Query
from attain.model.semantic import SemanticModel
from attain.model.types import Type
from attain.plan.builder import Builder, TooLarge
from attain.plan.cells import Cells, plan_cells, values_over
from attain.plan.frame import period_type
from attain.plan.leaves import Leaf, leaves_of
from attain.plan.occurrence import aggregates_inside
from attain.plan.passes import PASSES
from attain.plan.places import place_outputs
from attain.plan.promises import promises_of
from attain.plan.ranges import query_frame
from attain.plan.steps import MostCells, Plan


def plan_query(model: SemanticModel, query: Query) -> tuple[Plan | None, list[Problem]]:
    """The plan of a checked query; None with a problem where it grows beyond its limits."""
    builder = Builder(model, query)
    try:
        plan = build_plan(builder)
    except TooLarge as error:
        return None, [error.problem]
    for optimize in PASSES:
        plan = optimize(plan, model)
    return plan, []


def build_plan(builder: Builder) -> Plan:
    """The plan before its passes."""
    query = builder.query
    frame = query_frame(builder)
    asked = [(output.name, output.expression) for output in query.outputs]
    beside = [("kept", query.having)] if query.having is not None else []
    beside += [(f"order {i}", o.expression) for i, o in enumerate(query.order) if o.expression is not None]
    wanted = place_outputs(builder, [*asked, *beside])
    outputs = builder.outputs = wanted[: len(asked)]
    leaves = leaves_of(builder, outputs)
    more = {leaf: name for leaf, name in leaves_of(builder, wanted).items() if leaf not in leaves}
    alone = query.sparse and not query.keys and query.grain is None
    counts = occurrences(builder, leaves) if alone else []
    leaves |= {leaf: f"occurs_{i}" for i, leaf in enumerate(counts)}
    cells = plan_cells(builder, frame, leaves, fill=not query.sparse, more=more)
    most = MostCells(cells.slices or cells.source, cells.periods if cells.slices is not None else None, query.max_cells)
    having = "kept" if query.having is not None else ""
    named = [(f"{i} {name}", x) for i, (name, x) in enumerate(outputs)]
    named += wanted[len(asked) :]
    if counts:
        named.append(("occurs", occurs(counts)))
    source, slots = values_over(builder, frame, cells, named, "result", "the metrics in each cell")
    keep = e.both(*(slots[name] for name in ((having,) if having else ()) + (("occurs",) if counts else ())))
    columns: list[tuple[str, str, Type]] = []
    if query.grain is not None:
        columns.append((query.grain.name, cells.period, period_type(query.grain, builder.model.calendar)))
    columns += [(key.name, name, key_type(key.type)) for key, name in cells.keys]
    columns += [(name, slots[f"{i} {name}"].name, slots[f"{i} {name}"].type) for i, (name, _) in enumerate(outputs)]
    checks, unique, never = promises_of(builder)
    return Plan(
        steps=tuple(builder.steps),
        result=source,
        columns=tuple(columns),
        order=order_of(query, columns, cells, slots),
        keep=keep,
        limit=query.limit,
        unique=unique,
        never=never,
        checks=checks,
        most=most,
        as_of=query.as_of,
        timezone=builder.model.calendar.timezone,
        notes=tuple(builder.notes),
    )


def occurrences(builder: Builder, leaves: dict[Leaf, str]) -> list[Aggregate]:
    """Counts of the rows that lie in the one cell of a query without keys and grain, for `--sparse`."""
    return list(dict.fromkeys(count for leaf in leaves for count in aggregates_inside(builder, leaf)))


def occurs(counts: list[Aggregate]) -> e.Expression:
    """Whether any row lies in the cell."""
    zero = e.Literal(Fraction(0), t.INTEGER)
    some = tuple(e.Compare(">", e.AggregateValue(count, t.INTEGER), zero) for count in counts)
    return some[0] if len(some) == 1 else e.Logic("or", some)


def key_type(type: Type) -> Type:
    """The type that a key has in a result."""
    return type


def order_of(
    query: Query, columns: list[tuple[str, str, Type]], cells: Cells, slots: Mapping[str, e.Slot]
) -> tuple[tuple[str, bool, Type], ...]:
    """Rows are ordered as asked, then by period and keys; so the order is the same every time."""
    by_name = {name: (column, type) for name, column, type in columns}
    order: list[tuple[str, bool, Type]] = []
    for i, o in enumerate(query.order):
        slot = slots.get(f"order {i}")
        name, type = by_name[o.column] if slot is None else (slot.name, slot.type)
        order.append((name, o.descending, type))
    settled = {column for column, _, _ in order}
    standard = [*([cells.period] if cells.period else []), *(name for _, name in cells.keys)]
    types = {column: type for _, column, type in columns}
    order += [(column, False, types[column]) for column in standard if column not in settled]
    return tuple(order)
