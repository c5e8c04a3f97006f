"""The cells, the totals of periods and the grand total of one fact from one scan: its rows grouped by several sets of
keys at once.

Valid for aggregates whose rows lie in the periods by themselves: then the rows of the whole range are those of its
periods. What is moved, a stock, or what looks at its window is taken at each level by itself.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.plan.builder import Builder
from attain.plan.facts import Fact, plan_fact
from attain.plan.frame import Frame
from attain.plan.leaves import free
from attain.plan.partials import Aggregates
from attain.plan.steps import Group, Rows

CELLS, PERIODS, ALL = "cells", "period totals", "grand total"


def fact_at_level(builder: Builder, frame: Frame, main: Frame, group: Aggregates) -> Fact | None:
    """The fact of a frame, where it is one of the levels of a query with totals that one scan can give; else None."""
    level = level_of(builder, frame, main)
    if not level or any(leaf.place.windows or leaf.instant for leaf, _ in group):
        return None
    if group[0][0].axis is None and not main.keys:  # the same at every level, and nothing to group by
        return None
    if any(e.looks_at_window([*leaf.arguments, leaf.where]) for leaf, _ in group):
        return None
    memo = ("levels", tuple(leaf for leaf, _ in group))
    if memo not in builder.memo:
        if level != CELLS:
            return None
        builder.memo[memo] = plan_levels(builder, main, group)
    facts = builder.memo[memo]
    assert isinstance(facts, dict)
    return facts.get(level)


def level_of(builder: Builder, frame: Frame, main: Frame) -> str:
    """Which level of the query a frame is; empty for any other."""
    query = builder.query
    if not query.totals or query.top is not None or not (main.keys or main.grain):
        return ""
    if frame.filters != main.filters or frame.periods is not None:
        return ""
    if frame == main:
        return CELLS
    whole = frame.asked is not None if main.grain is not None else (frame.start, frame.end) == (main.start, main.end)
    if not frame.keys and frame.grain is None and whole:
        return ALL
    same = (frame.grain, frame.start, frame.end) == (main.grain, main.start, main.end)
    return PERIODS if same and main.grain is not None and not frame.keys else ""


def plan_levels(builder: Builder, main: Frame, group: Aggregates) -> dict[str, Fact]:
    """The facts of all levels, from one step grouped by several sets of keys."""
    fact = plan_fact(builder, main, group, None)
    step = builder.steps.pop()
    assert isinstance(step, Group) and step.name == fact.source.name
    keys = [name for name, _ in step.keys]
    taken = {*keys, *(measure.name for measure in step.measures)}
    column = free(taken, "level")
    sets = {CELLS: tuple(keys), ALL: ()}
    if fact.dated and main.keys:
        sets[PERIODS] = (fact.period,)
    name = builder.name(step.name, "and_totals")
    comment = f"{step.comment}, and its totals"
    source = builder.add(replace(step, name=name, comment=comment, sets=tuple(sets.values()), level=column))
    found: dict[str, Fact] = {}
    for number, (level, kept) in enumerate(sets.items()):
        columns = [(key, source.slot(key, x.type)) for key, x in step.keys if key in kept]
        columns += [(measure.name, source.slot(measure.name, measure.type)) for measure in step.measures]
        where = e.Compare("=", source.slot(column, t.INTEGER), e.Literal(Fraction(number), t.INTEGER))
        called = step.name if level == CELLS else builder.name(step.name, level.replace(" ", "_"))
        rows = builder.add(Rows(called, f"{fact.table}: the {level}", source, tuple(columns), (), where))
        listed = fact.keys if level == CELLS else ()
        period = fact.period if fact.period in kept else ""
        found[level] = replace(fact, source=rows, keys=listed, period=period)
    return found
