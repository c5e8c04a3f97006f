"""Removes steps that nothing looks at, and columns of steps that nothing reads.

Valid always: a row is neither added nor lost by leaving a column out, and a step is only what is read of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from attain.model import expression as e
from attain.model.semantic import SemanticModel
from attain.plan.steps import First, From, Group, Inline, InOrder, Numbered, Plan, Rows, Spine, Stack, Step, sources_of

#: Which columns of each step are read; None: all of them.
Needed = dict[str, set[str] | None]


def remove_unused(plan: Plan, model: SemanticModel) -> Plan:
    """The plan without what its result does not need."""
    needed: Needed = {plan.result.name: None}
    for source in looked_at(plan):
        needed[source.name] = None
    kept: list[Step] = []
    for step in reversed(plan.steps):
        if step.name in needed:
            left = narrowed(step, needed[step.name])
            note(left, needed)
            kept.append(left)
    return replace(plan, steps=tuple(reversed(kept)))


def looked_at(plan: Plan) -> Iterable[From]:
    """The inputs of what the statement verifies."""
    for step in plan.checks:
        yield from sources_of(step)
    yield from (key.source for key in plan.unique)
    yield from (never.source for never in plan.never)
    if plan.most is not None:
        yield plan.most.cells
        if plan.most.periods is not None:
            yield plan.most.periods


def narrowed(step: Step, columns: set[str] | None) -> Step:
    """A step with only those of its columns that are read; with one at least."""
    if columns is None:
        return step
    if isinstance(step, Rows):
        kept = tuple(pair for pair in step.columns if pair[0] in columns) or step.columns[:1]
        return replace(step, columns=kept)
    if isinstance(step, Group):
        measures = tuple(measure for measure in step.measures if measure.name in columns)
        return replace(step, measures=measures) if measures or step.keys else replace(step, measures=step.measures[:1])
    if isinstance(step, Stack):
        places = [i for i, name in enumerate(step.names) if name in columns] or [0]
        inputs = tuple((source, tuple(values[i] for i in places)) for source, values in step.inputs)
        return replace(step, names=tuple(step.names[i] for i in places), inputs=inputs)
    return step


def note(step: Step, needed: Needed) -> None:
    """What a step reads of those before it."""
    by_alias = {source.alias: source.name for source in sources_of(step)}
    for source in sources_of(step):
        needed.setdefault(source.name, set())
    for expression in expressions_of(step):
        for node in e.walk(expression):
            if isinstance(node, e.PeriodAt):
                needed[node.periods] = None
            if isinstance(node, e.TheOnly):
                needed[node.step] = None
            if isinstance(node, e.Slot):
                for name in [by_alias[node.source]] if node.source in by_alias else by_alias.values():
                    columns = needed[name]
                    if columns is not None:
                        columns.add(node.name)


def expressions_of(step: Step) -> Iterable[e.Expression]:
    """Every expression of a step."""
    match step:
        case Rows(columns=columns, joins=joins, where=where):
            found = [x for _, x in columns] + [x for j in joins for a, b, _ in j.on for x in (a, b)]
            return [*found, *(x for x in (where, *(j.where for j in joins)) if x is not None)]
        case Group(keys=keys, measures=measures, where=where):
            inside = [x for m in measures for x in (*m.arguments, m.where, m.order, *m.ties) if x is not None]
            return [*(x for _, x in keys), *inside, *([where] if where is not None else [])]
        case Stack(inputs=inputs):
            return [x for _, values in inputs for x in values]
        case InOrder(columns=columns, keys=keys, order=order, value=value):
            return [*(x for _, x in columns), *keys, order, *([value] if value is not None else [])]
        case First(columns=columns, order=by):
            return [*(x for _, x in columns), *(x for x, _ in by)]
        case Inline(rows=rows):
            return [x for row in rows for x in row]
        case Numbered(columns=columns, keys=keys, order=by):
            return [*(x for _, x in columns), *keys, *(x for x, _ in by)]
        case Spine(first=first, last=last, since=since, until=until):
            return [x for x in (first, last, since, until) if x is not None]
        case _:
            return []
