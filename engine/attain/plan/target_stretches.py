"""What a target shared out by the periods of a calendar table has on days that the table does not hold."""

from __future__ import annotations

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import TargetValue
from attain.model.calendar import Grain
from attain.plan.builder import Builder
from attain.plan.frame import next_period_expression
from attain.plan.steps import From, Group, Join, Measure, Rows, Stack


def with_outside(builder: Builder, leaf: TargetValue, periods: From, ends: From, grain: Grain) -> From:
    """The periods of a calendar table, from when to when, and what the target has before and after all of them: parts,
    too, which are in no cell."""
    period = periods.slot(grain.name, t.DATE)
    names = ("stretch_begins", "stretch_ends")
    words = f"from when to when every {grain.name.replace('_', ' ')} is"
    columns = tuple(zip(names, (period, next_period_expression(period, grain)), strict=True))
    inside = builder.add(Rows(builder.name(leaf.target, grain.name, "stretches"), words, periods, columns))
    begins, finish = (inside.slot(name, t.DATE) for name in names)
    measures = (Measure("known_from", "min", (begins,), None, t.DATE),
                Measure("known_to", "max", (finish,), None, t.DATE))  # fmt: skip
    known = builder.add(
        Group(builder.name(grain.name, "known"), "the days that the calendar knows", inside, (), measures)
    )
    first, end = ends.slot("first_time", t.DATE), ends.slot("end_time", t.DATE)
    since = e.Apply("coalesce", (known.slot("known_from", t.DATE), end), t.DATE)
    until = e.Apply("coalesce", (known.slot("known_to", t.DATE), end), t.DATE)
    outside = [
        builder.add(Rows(builder.name(leaf.target, which), f"{which} all of them", ends,
                         tuple(zip(names, stretch, strict=True)), (Join(known, "cross"),)))
        for which, stretch in (("before", (first, since)), ("after", (until, end)))
    ]  # fmt: skip
    inputs = tuple((step, tuple(step.slot(name, t.DATE) for name in names)) for step in (inside, *outside))
    return builder.add(Stack(builder.name(leaf.target, "every_stretch"), "all days are in one of them", names, inputs))
