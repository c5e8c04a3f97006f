"""`--totals`: after the rows the total of each period and the grand total, whatever rows were dropped."""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model import types as t
from attain.plan.builder import Builder
from attain.plan.frame import Frame
from attain.plan.leaves import free
from attain.plan.levels import PERIOD, Level, Outputs, plan_level, whole_range
from attain.plan.steps import First, From, Rows, Stack

#: The column that tells totals from rows.
TOTAL = "total"


def total_levels(builder: Builder, frame: Frame, wanted: Outputs) -> list[Level]:
    """The total of each period (where there are periods and keys), and the grand total."""
    plain = replace(frame, keys=(), top=None)
    periods = [plan_level(builder, plain, wanted, len(wanted), "period_totals")] if frame.grain and frame.keys else []
    return [*periods, plan_level(builder, whole_range(builder, plain), wanted, len(wanted), "grand_total")]


def with_totals(
    builder: Builder, rows: From, columns: dict[str, e.Slot], levels: list[Level]
) -> tuple[From, dict[str, e.Slot]]:
    """The rows and the levels below each other, and the columns of both by name: a level has its period and its
    values, and nothing for what else there is."""
    own = tuple(rows.slot(slot.name, slot.type) for slot in columns.values())
    inputs: list[tuple[From, tuple[e.Expression, ...]]] = [(rows, (e.Literal(False, t.BOOLEAN), *own))]
    for level in levels:
        source = kept(builder, level)
        values: list[e.Expression] = [e.Literal(True, t.BOOLEAN)]
        for name, slot in columns.items():
            found = level.period if name == PERIOD else level.values.get(name)
            values.append(source.slot(found.name, found.type) if found is not None else e.Literal(None, slot.type))
        inputs.append((source, tuple(values)))
    taken: set[str] = set()
    names = {name: free(taken, TOTAL if name == TOTAL else slot.name) for name, slot in
             {TOTAL: e.Slot("", TOTAL, t.BOOLEAN), **columns}.items()}  # fmt: skip
    stacked = Stack(builder.name("with_totals"), "the rows, then the totals", tuple(names.values()), tuple(inputs))
    source = builder.add(stacked)
    types = {TOTAL: t.BOOLEAN, **{name: slot.type for name, slot in columns.items()}}
    return source, {name: source.slot(column, types[name]) for name, column in names.items()}


def kept(builder: Builder, level: Level) -> From:
    """The rows of a level that are kept: with `--sparse` the grand total only where something occurs."""
    source = level.source
    if level.keep is None:
        return source
    listed = [*([level.period] if level.period is not None else []), *level.values.values()]
    columns = tuple((slot.name, slot) for slot in listed)
    return builder.add(Rows(builder.name(source.name, "kept"), "if anything occurs", source, columns, (), level.keep))


def limited(
    builder: Builder, source: From, columns: dict[str, e.Slot], keep: e.Expression | None,
    order: list[tuple[str, bool]], limit: int | None,
) -> From:  # fmt: skip
    """The rows that a condition and a limit leave, their columns under the same names."""
    listed = tuple({slot.name: slot for slot in columns.values()}.items())
    if keep is not None:
        source = builder.add(Rows(builder.name("rows_kept"), "the rows that are kept", source, listed, (), keep))
    if limit is None:
        return source
    here = tuple((name, source.slot(name, slot.type)) for name, slot in listed)
    by = tuple((source.slot(columns[name].name, columns[name].type), down) for name, down in order)
    return builder.add(First(builder.name("first_rows"), f"the first {limit}", source, here, by, limit))
