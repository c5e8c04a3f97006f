"""Aggregates a fact to its foreign keys before it is joined to the tables that only say what it is cut by.

Where a join gives nothing but keys of the group, its rows need not be joined one by one: they are grouped by the
reference first, the few groups are joined, and grouped again. Valid for aggregates whose value follows from the
values of parts (sums, counts, min, max, any, every; a mean is a sum and a count); cheaper where the references are
few: decided by the row counts of the lock, and left alone where they are not known.
"""

from __future__ import annotations

from dataclasses import replace

from attain.model import expression as e
from attain.model.aggregate import COMBINED_BY
from attain.model.semantic import SemanticModel
from attain.model.types import Kind
from attain.plan.passes.parts import can_be_combined, free_name, parts_and_wholes, rows_of_wholes
from attain.plan.steps import From, Group, Join, Measure, Plan, Rows, Step, sources_of

#: How many groups a time and any other key are taken to make of one.
PERIODS, VALUES = 40, 8
#: At most one group for so many rows.
ROWS_PER_GROUP = 200


def aggregate_before_join(plan: Plan, model: SemanticModel) -> Plan:
    """The plan with every group over joined rows rewritten where it is valid and cheaper."""
    readers: dict[str, int] = {}
    for step in plan.steps:
        for used in sources_of(step):
            readers[used.name] = readers.get(used.name, 0) + 1
    by_name = {step.name: step for step in plan.steps}
    rewritten: dict[str, list[Step]] = {}
    for step in plan.steps:
        below = by_name.get(step.source.name) if isinstance(step, Group) else None
        if (
            isinstance(step, Group)
            and isinstance(below, Rows)
            and readers[below.name] == 1
            and not step.source.is_table
        ):
            found = rewrite(step, below, model)
            if found is not None:
                rewritten[below.name], rewritten[step.name] = [], found
    steps = [new for step in plan.steps for new in rewritten.get(step.name, [step])]
    return replace(plan, steps=tuple(steps))


def rewrite(group: Group, rows: Rows, model: SemanticModel) -> list[Step] | None:
    """The four steps in place of the two; None where it is not valid or not cheaper."""
    if group.sets or group.where is not None or not all(can_be_combined(m) for m in group.measures):
        return None
    reached = {join.to.alias for join in rows.joins if join.kind == "left" and join.where is None}
    late = {name: x for name, x in rows.columns if aliases_of(x) & reached}
    used_inside = {slot.name for m in group.measures for x in parts_of(m) for slot in slots_of(x)}
    keys = {slot.name for _, x in group.keys for slot in slots_of(x)}
    if not late or late.keys() & used_inside or not late.keys() <= keys:
        return None
    if any(not isinstance(x, e.Slot) for _, x in group.keys):
        return None
    if any(aliases_of(x) - reached for x in late.values()):  # of the fact's own columns too, which a group has not
        return None
    moved = joins_behind(rows, late)
    if any(join.where is not None for join in moved):  # they look at the fact's own columns
        return None
    if rows.where is not None and aliases_of(rows.where) & {join.to.alias for join in moved}:
        return None
    if not cheaper(rows, moved, group, late, model):
        return None
    return four_steps(group, rows, late, moved)


def aliases_of(expression: e.Expression) -> set[str]:
    """The inputs that an expression looks at."""
    return {slot.source for slot in slots_of(expression)}


def slots_of(expression: e.Expression) -> list[e.Slot]:
    """The columns of an expression."""
    return [node for node in e.walk(expression) if isinstance(node, e.Slot)]


def parts_of(measure: Measure) -> list[e.Expression]:
    """Everything that a measure looks at."""
    return [*measure.arguments, *([measure.where] if measure.where is not None else [])]


def joins_behind(rows: Rows, late: dict[str, e.Expression]) -> list[Join]:
    """The joins that late columns need, and those that these need."""
    needed = {alias for x in late.values() for alias in aliases_of(x)}
    found: list[Join] = []
    for join in reversed(rows.joins):
        if join.to.alias in needed:
            found.append(join)
            needed |= {alias for left, _, _ in join.on for alias in aliases_of(left)}
    return found[::-1]


def cheaper(rows: Rows, moved: list[Join], group: Group, late: dict[str, e.Expression], model: SemanticModel) -> bool:
    """Whether the references make few groups of many rows, by the counts of the lock."""
    if not rows.source.is_table:
        return False
    fact = model.tables[rows.source.name].rows
    groups = 1
    for join in moved:
        if any(aliases_of(left) <= {rows.source.alias} for left, _, _ in join.on):
            size = model.tables[join.to.name].rows if join.to.is_table else None
            if size is None:
                return False
            groups *= size + 1
    for _, x in group.keys:
        if isinstance(x, e.Slot) and x.name not in late:
            groups *= PERIODS if x.type.is_time else 2 if x.type.kind is Kind.BOOLEAN else VALUES
    return fact is not None and groups * ROWS_PER_GROUP <= fact


def four_steps(group: Group, rows: Rows, late: dict[str, e.Expression], moved: list[Join]) -> list[Step]:
    """Rows with references, grouped by them, joined, grouped again under the group's own name. Means are divided in
    a fifth."""
    base = rows.source.alias
    references: dict[e.Expression, str] = {}
    columns = {name: x for name, x in rows.columns if name not in late}
    for join in moved:
        for left, _, _ in join.on:
            if aliases_of(left) <= {base} and left not in references:
                name = next((n for n, x in columns.items() if x == left), "")
                references[left] = name or free_name(columns, reference_name(left))
                columns[references[left]] = left
    kept = tuple(join for join in rows.joins if join not in moved)
    scanned = Rows(rows.name, rows.comment, rows.source, tuple(columns.items()), kept, rows.where)
    source = From(scanned.name, scanned.name)
    early = [(name, x) for name, x in group.keys if isinstance(x, e.Slot) and x.name not in late]
    taken = {name for name, _ in early}
    keyed: list[tuple[str, e.Expression]] = list(early)
    for left, name in references.items():
        if name not in taken:
            keyed.append((name, source.slot(name, left.type)))
    measures, wholes = parts_and_wholes(group.measures, keep_where=True)
    parts_name = f"{group.name}_parts"
    parts = Group(parts_name, f"{group.comment}, by reference first", source, tuple(keyed), tuple(measures))
    below = From(parts_name, base)

    def over_parts(node: e.Expression) -> e.Expression | None:
        return below.slot(references[node], node.type) if node in references else None

    joins = tuple(replace(j, on=tuple((e.transform(a, over_parts), b, safe) for a, b, safe in j.on)) for j in moved)
    passed: list[tuple[str, e.Expression]] = [(name, below.slot(name, x.type)) for name, x in early]
    passed += [(x.name, late[x.name]) for _, x in group.keys if isinstance(x, e.Slot) and x.name in late]
    passed += [(m.name, below.slot(m.name, m.type)) for m in measures]
    joined = Rows(f"{group.name}_joined", "the groups with what they reach", below, tuple(passed), joins)
    last = From(joined.name, joined.name)
    names = {name: name for name, _ in early} | {x.name: x.name for _, x in group.keys if isinstance(x, e.Slot)}
    keys = tuple(
        (name, last.slot(name if name in taken and x.name not in late else names[x.name], x.type))
        for name, x in group.keys
        if isinstance(x, e.Slot)
    )
    again = tuple(
        Measure(m.name, COMBINED_BY[m.function], (last.slot(m.name, m.type),), None, m.type) for m in measures
    )
    if all(names_of_parts == (name,) for name, names_of_parts in wholes.items()):
        return [scanned, parts, joined, Group(group.name, group.comment, last, keys, again)]
    totals = Group(f"{group.name}_totals", f"{group.comment}, the parts together", last, keys, again)
    return [scanned, parts, joined, totals, rows_of_wholes(group, totals, wholes)]


def reference_name(left: e.Expression) -> str:
    """What a reference's column is called."""
    slots = slots_of(left)
    return slots[0].name.lower() if slots else "reference"
