"""A query to a plan: the cells that it asks for, its metrics in each, and what the statement verifies."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.model import expression as e
from attain.model.query import Query
from attain.model.semantic import SemanticModel
from attain.plan.builder import Builder, TooLarge
from attain.plan.frame import OTHER
from attain.plan.leaves import free
from attain.plan.levels import PERIOD, Level, plan_level
from attain.plan.passes import PASSES
from attain.plan.places import place_outputs
from attain.plan.promises import promises_of
from attain.plan.ranges import query_frame
from attain.plan.steps import From, MostCells, Plan, Rows
from attain.plan.top import label, top_frame
from attain.plan.totals import TOTAL, limited, total_levels, with_totals


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
    asked = [(f"{i} {output.name}", output.expression) for i, output in enumerate(query.outputs)]
    beside = [("kept", query.having)] if query.having is not None else []
    beside += [(f"order {i}", o.expression) for i, o in enumerate(query.order) if o.expression is not None]
    wanted = place_outputs(builder, [*asked, *beside])
    outputs = builder.outputs = wanted[: len(asked)]
    base = query_frame(builder)
    frame = top_frame(builder, base, outputs, query.top) if query.top is not None else base
    rows = plan_level(builder, frame, wanted, len(asked), "result")
    most = MostCells(
        rows.cells.slices or rows.cells.source, rows.cells.periods if rows.cells.slices else None, query.max_cells
    )
    columns, shown = columns_of(builder, rows)
    order = asked_order(query, rows)
    source, keep, limit = rows.source, rows.keep, query.limit
    if query.top is not None:
        source, columns = labelled(builder, rows, columns, shown)
        keep = None
    if query.totals:
        for i, (name, _) in enumerate(order):
            columns[f"sort {i}"] = columns[name]
        order = [(f"sort {i}", down) for i, (_, down) in enumerate(order)]
        source = limited(builder, source, columns, keep, [*order, *standard_order(rows)], limit)
        levels = total_levels(builder, base, outputs)
        source, columns = with_totals(builder, source, columns, levels)
        shown, order, keep, limit = [(TOTAL, TOTAL), *shown], [(TOTAL, False), *order], None, None
    order = first_of_each([*order, *standard_order(rows)])
    checks, unique, never = promises_of(builder)
    return Plan(
        steps=tuple(builder.steps),
        result=source,
        columns=tuple((name, columns[column].name, columns[column].type) for name, column in shown),
        order=tuple((columns[name].name, down, columns[name].type) for name, down in order),
        keep=keep,
        limit=limit,
        unique=unique,
        never=never,
        checks=checks,
        most=most,
        as_of=query.as_of,
        timezone=builder.model.calendar.timezone,
        notes=tuple(builder.notes),
    )


def columns_of(builder: Builder, rows: Level) -> tuple[dict[str, e.Slot], list[tuple[str, str]]]:
    """The columns of a level by name, and which of them the result shows: (its name there, its name here)."""
    columns: dict[str, e.Slot] = {}
    shown: list[tuple[str, str]] = []
    if rows.period is not None and builder.query.grain is not None:
        columns[PERIOD] = rows.period
        shown.append((builder.query.grain.name, PERIOD))
    for i, (key, slot) in enumerate(rows.keys.items()):
        columns[f"key {i}"] = slot
        shown += [(key.name, f"key {i}")] if key != OTHER else []
    for name, slot in rows.values.items():
        columns[name] = slot
    shown += [(output.name, f"{i} {output.name}") for i, output in enumerate(builder.query.outputs)]
    return columns, shown


def labelled(
    builder: Builder, rows: Level, columns: dict[str, e.Slot], shown: list[tuple[str, str]]
) -> tuple[From, dict[str, e.Slot]]:
    """The rows that are kept, with what each dimension shows; `shown` then names that."""
    other = rows.keys[OTHER]
    listed: dict[str, tuple[str, e.Expression]] = {}
    taken: set[str] = set()
    for name, slot in columns.items():
        listed[name] = (free(taken, f"{slot.name}_itself" if name.startswith("key ") else slot.name), slot)
    for i, (key, slot) in enumerate(rows.keys.items()):
        if key != OTHER:
            listed[f"label {i}"] = (free(taken, slot.name), label(slot, other))
            shown[:] = [(a, f"label {i}" if b == f"key {i}" else b) for a, b in shown]
    step = Rows(builder.name("labelled"), "all other slices as one", rows.source, tuple(listed.values()), (),
                rows.keep)  # fmt: skip
    source = builder.add(step)
    return source, {name: source.slot(column, x.type) for name, (column, x) in listed.items()}


def asked_order(query: Query, rows: Level) -> list[tuple[str, bool]]:
    """What the rows are ordered by, as asked. All other slices together come after those by themselves."""
    names = {key.name: f"key {i}" for i, key in enumerate(rows.keys)}
    other = [(names[OTHER.name], False)] if OTHER in rows.keys else []
    order: list[tuple[str, bool]] = []
    for i, o in enumerate(query.order):
        if o.expression is not None:
            order.append((f"order {i}", o.descending))
        elif query.grain is not None and o.column == query.grain.name:
            order.append((PERIOD, o.descending))
        elif o.column in names:
            order += [*other, (names[o.column], o.descending)]
        else:
            place = [output.name for output in query.outputs].index(o.column)
            order.append((f"{place} {o.column}", o.descending))
    return order


def standard_order(rows: Level) -> list[tuple[str, bool]]:
    """By period and keys: so the order is the same every time."""
    keys = [(f"key {i}", key) for i, key in enumerate(rows.keys)]
    names = [*(name for name, key in keys if key == OTHER), *(name for name, key in keys if key != OTHER)]
    return [(name, False) for name in [*([PERIOD] if rows.period is not None else []), *names]]


def first_of_each(order: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """Each column once, where it stands first."""
    found: dict[str, bool] = {}
    for name, down in order:
        found.setdefault(name, down)
    return list(found.items())
