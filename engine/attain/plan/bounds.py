"""The beginning and the end of cells' windows as columns beside them, for `period_start()` and `period_end()`.

By a grain of a calendar table each is looked up once for every period, not at every place of an expression that names
it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import WindowOperator
from attain.plan.builder import Builder
from attain.plan.cells import Cells
from attain.plan.frame import Frame, period_type
from attain.plan.leaves import free
from attain.plan.ranges import spine_of
from attain.plan.steps import From, Join, Rows
from attain.plan.windows import bound_in, windows_step

#: For each chain of operators and end of a window, its column beside the cells.
Bounds = dict[tuple[tuple[WindowOperator, ...], str], e.Slot]


def with_bounds(
    builder: Builder, frame: Frame, cells: Cells, expressions: Iterable[e.Expression]
) -> tuple[Cells, Bounds]:
    """The cells with the bounds of windows that expressions name, by a grain of a calendar table; else as they are."""
    asked = dict.fromkeys(
        (node.windows, node.name) for x in expressions for node in e.walk(x)
        if isinstance(node, e.Parameter) and node.name != "today"
    )  # fmt: skip
    if not asked or frame.grain is None or not frame.grain.table or not cells.period:
        return cells, {}
    type, have = period_type(frame.grain, builder.model.calendar), cells.source
    period = have.slot(cells.period, type)
    columns: list[tuple[str, e.Expression]] = [(cells.period, period)]
    columns += [(name, have.slot(name, key.type)) for key, name in cells.keys]
    columns += [(name, have.slot(name, leaf.type)) for leaf, name in cells.columns.items()]
    taken = {name for name, _ in columns}
    found: Bounds = {}
    joins: dict[tuple[WindowOperator, ...], Join] = {}
    for operators, name in asked:
        step, window = windows_step(builder, frame, spine_of(builder, frame), operators)
        alias = From(step.name, step.name)
        same = ((period, alias.slot(frame.grain.name, type), False),)
        joins.setdefault(operators, Join(alias, "left", same))
        bound = bound_in(window, e.Parameter(name, t.TIMESTAMP))
        column = free(taken, "_".join([name, *(str(x).replace(" ", "_") for x in operators)]))
        columns.append((column, bound))
        found[operators, name] = e.Slot("", column, bound.type)
    words = "the cells, and where their windows begin and end"
    source = builder.add(Rows(builder.name("cells_and_windows"), words, have, tuple(columns), tuple(joins.values())))
    return replace(cells, source=source), found
