"""Groups the rows of a fact by what its metrics' conditions say of them, before the metrics are taken of the groups.

Many metrics over one table differ in their conditions alone: `sum(amount where won)`, `sum(amount where lost)`. As
aggregates with CASE each looks at every row. Whether each simple condition holds makes few groups of many rows; the
plain sums and counts of those are computed once, and every metric is a sum over some of the groups. Valid for
aggregates whose value follows from those of parts; decided by the row counts of the lock, and left alone where they
are not known, where conditions are many, and where the keys may be: a number is taken for an identifier.
"""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model.aggregate import COMBINED_BY
from attain.model.semantic import SemanticModel
from attain.model.types import Kind
from attain.plan.passes.aggregate_before_join import PERIODS, ROWS_PER_GROUP, VALUES, slots_of
from attain.plan.passes.parts import Wholes, can_be_combined, free_name, parts_and_wholes, rows_of_wholes
from attain.plan.steps import From, Group, Measure, Plan, Rows, Step, sources_of

#: Conditions at most; how many groups they are taken to make of one (they exclude each other, mostly).
MOST_CONDITIONS, COMBINATIONS = 8, 16


def group_by_conditions(plan: Plan, model: SemanticModel) -> Plan:
    """The plan with every group of many conditional measures rewritten where it is valid and cheaper."""
    readers: dict[str, int] = {}
    for step in plan.steps:
        for used in sources_of(step):
            readers[used.name] = readers.get(used.name, 0) + 1
    by_name = {step.name: step for step in plan.steps}
    rewritten: dict[str, list[Step]] = {}
    for step in plan.steps:
        below = by_name.get(step.source.name) if isinstance(step, Group) and not step.source.is_table else None
        if isinstance(step, Group) and isinstance(below, Rows) and readers[below.name] == 1:
            found = rewrite(step, below, model)
            if found is not None:
                rewritten[below.name], rewritten[step.name] = [], found
    steps = [new for step in plan.steps for new in rewritten.get(step.name, [step])]
    return replace(plan, steps=tuple(steps))


def rewrite(group: Group, rows: Rows, model: SemanticModel) -> list[Step] | None:
    """The four steps in place of the two; None where it is not valid or not cheaper."""
    if group.sets or group.where is not None or not all(can_be_combined(m) for m in group.measures):
        return None
    if any(not isinstance(x, e.Slot) for _, x in group.keys):
        return None
    conditions = list(dict.fromkeys(c for m in group.measures if m.where is not None for c in simple(m.where)))
    measures, wholes = parts_and_wholes(group.measures, keep_where=False)
    before, _ = parts_and_wholes(group.measures, keep_where=True)
    if not conditions or len(conditions) > MOST_CONDITIONS:
        return None
    if 2 * len(before) < 3 * (len(conditions) + len(measures)) or not few_groups(group, rows, model):
        return None
    return four_steps(group, rows, conditions, measures, wholes)


def simple(condition: e.Expression) -> list[e.Expression]:
    """The conditions that one is made of by `and`, `or` and `not`."""
    match condition:
        case e.Logic(operands=operands):
            return [found for operand in operands for found in simple(operand)]
        case e.Not(operand=operand):
            return simple(operand)
        case e.Literal():
            return []
        case _:
            return [condition]


def few_groups(group: Group, rows: Rows, model: SemanticModel) -> bool:
    """Whether keys and conditions make few groups of many rows, as far as can be known."""
    fact = model.tables[rows.source.name].rows if rows.source.is_table else None
    groups = COMBINATIONS
    for _, x in group.keys:
        if not x.type.is_time and x.type.kind not in (Kind.TEXT, Kind.BOOLEAN):
            return False
        groups *= PERIODS if x.type.is_time else VALUES
    return fact is not None and groups * ROWS_PER_GROUP <= fact


def four_steps(
    group: Group, rows: Rows, conditions: list[e.Expression], measures: list[Measure], wholes: Wholes
) -> list[Step]:
    """Rows with their conditions, grouped by these too, each measure over some of those groups, the group's columns
    under its own name."""
    defined = dict(rows.columns)
    taken = set(defined) | {name for name, _ in group.keys} | {m.name for m in measures}
    names: dict[e.Expression, str] = {}
    columns: dict[str, e.Expression] = {}
    for number, condition in enumerate(conditions, 1):
        if isinstance(condition, e.Slot):
            names[condition] = condition.name
        else:
            names[condition] = free_name(taken, f"condition_{number}")
            columns[names[condition]] = e.transform(
                condition, lambda n: defined[n.name] if isinstance(n, e.Slot) else None
            )
        taken.add(names[condition])
    used = {s.name for _, x in group.keys for s in slots_of(x)} | set(names.values())
    used |= {s.name for m in measures for x in m.arguments for s in slots_of(x)}
    kept = tuple((name, x) for name, x in rows.columns if name in used)
    scanned = replace(rows, columns=(*kept, *columns.items()))
    source = From(scanned.name, scanned.name)
    held = [(name, source.slot(name, condition.type)) for condition, name in names.items()]
    held = [(name, slot) for name, slot in held if name not in {key for key, _ in group.keys}]
    keys = (*group.keys, *held)
    parts = Group(f"{group.name}_parts", f"{group.comment}, by their conditions too", source, keys, tuple(measures))
    below = From(parts.name, parts.name)
    types = {m.name: m.type for m in measures}

    def over_parts(node: e.Expression) -> e.Expression | None:
        return below.slot(names[node], node.type) if node in names else None

    totals: list[Measure] = []
    by_function = {m.name: m.function for m in measures}
    final: Wholes = {}
    names_taken = {m.name for m in group.measures}
    for m in group.measures:
        where = e.transform(m.where, over_parts) if m.where is not None else None
        found: list[str] = []
        for part, suffix in zip(wholes[m.name], ("_sum", "_count") if m.function == "avg" else ("",), strict=True):
            how = COMBINED_BY[by_function[part]]
            total = Measure("", how, (below.slot(part, types[part]),), where, types[part])
            same = next((x.name for x in totals if replace(x, name="") == total), "")
            name = same or (free_name(names_taken, m.name + suffix) if suffix else m.name)
            if not same:
                totals.append(replace(total, name=name))
                names_taken.add(name)
            found.append(name)
        final[m.name] = tuple(found)
    outer = tuple((name, below.slot(name, x.type)) for name, x in group.keys)
    whole = Group(f"{group.name}_totals", f"{group.comment}, the parts together", below, outer, tuple(totals))
    return [scanned, parts, whole, rows_of_wholes(group, whole, final)]
