"""Which of the keys of cells a target has: those that are the same columns of its metric's tables as its dimensions."""

from __future__ import annotations

from collections.abc import Iterable

from attain.model import expression as e
from attain.model.aggregate import Filter, Key, TargetValue
from attain.model.semantic import SemanticModel
from attain.model.target import Terms
from attain.plan.builder import Builder
from attain.plan.frame import OTHER, Frame


def same_key(model: SemanticModel, one: Key, other: Key) -> bool:
    """Whether two keys are the same: by name, or as the same columns of every table that both are of."""
    if one.name == other.name and not (one.is_row or other.is_row):
        return True
    mine, others = dict(one.columns), dict(other.columns)
    shared = mine.keys() & others.keys()
    return bool(shared) and all(
        reference(model, table, mine[table]) == reference(model, table, others[table]) for table in shared
    )


def reference(model: SemanticModel, table: str, column: e.Column) -> tuple[tuple[str, ...], str]:
    """A column, or where it is the key that a join goes by the column that refers to it."""
    path, name = column.path, column.name
    while path:
        here = model.tables[table]
        for step in path[:-1]:
            here = model.tables[here.joins[step].to]
        join = here.joins[path[-1]]
        if join.at or model.tables[join.to].key != (name,):
            break
        path, name = path[:-1], join.on[0]
    return path, name


def column_for(builder: Builder, leaf: TargetValue, key: Key, have: Iterable[tuple[Key, e.Slot]]) -> e.Slot | None:
    """The column of a target's rows that a key of cells is; None where it has none."""
    return next((slot for own, slot in have if same_key(builder.model, own, key)), None)


def key_words(key: Key) -> str:
    """What a key is called in messages."""
    return f"the rows of {key.name.removeprefix('row of ').partition('.')[0]}" if key.is_row else key.name


def has_key(builder: Builder, terms: Terms, key: Key) -> bool:
    """Whether a target has a dimension; growth has every one of its metric unless it names some."""
    return terms.by is None or any(same_key(builder.model, own, key) for own in terms.by)


def why_no_target(builder: Builder, frame: Frame, leaf: TargetValue, terms: Terms | None) -> str:
    """Why no cell of a frame has a target; empty where some may have."""
    if terms is None:
        day = f" on {builder.query.as_of}" if builder.query.as_of is not None else ""
        return f"no version of the target {leaf.target} is in force{day}"
    asked = [*frame.keys, *(key for f in (*frame.filters, *leaf.filters) for key in f.keys)]
    foreign = [key for key in asked if key != OTHER and not has_key(builder, terms, key)]
    if foreign:
        names = ", ".join(dict.fromkeys(key_words(key) for key in foreign))
        return f"the target {leaf.target} is {by_words(terms)}, not by {names}: it is empty here"
    target = builder.model.targets[leaf.target]
    if not target.adds_up and is_coarser(frame, leaf, terms):
        assert terms.grain is not None
        own = terms.grain.name.replace("_", " ")
        return f"the target {leaf.target} is by {own}, and {leaf.metric} does not add up: longer periods have none"
    if target.adds_up_over_members or terms.kind in ("growth", "value", "between"):
        return ""
    pinned = [*frame.keys, *pinned_keys((*frame.filters, *leaf.filters))]
    open_keys = [own for own in terms.by or () if not any(same_key(builder.model, own, key) for key in pinned)]
    if not open_keys:
        return ""
    names = ", ".join(key.name for key in open_keys)
    return f"the target {leaf.target} is by {names}, and {leaf.metric} does not add up: ask for it --by {names}"


def is_coarser(frame: Frame, leaf: TargetValue, terms: Terms) -> bool:
    """Whether every cell of a frame is longer than the periods of a target."""
    own, asked = terms.grain, frame.grain
    if own is None or asked is None or leaf.place.windows or own == asked:
        return False
    if own.unit == "month" == asked.unit:
        return asked.step > own.step
    return own.unit == "day" and (asked.unit == "month" or asked.step > own.step) and not (own.table or asked.table)


def by_words(terms: Terms) -> str:
    """`by region`, or what there is to say where a target has no dimensions."""
    return f"by {', '.join(key.name for key in terms.by)}" if terms.by else "of the whole"


def pinned_keys(filters: tuple[Filter, ...]) -> list[Key]:
    """The keys that filters give one value: a condition that must hold says `=` or `is null` of them."""
    found: list[Key] = []
    for filter in filters:
        keys = {key.name: key for key in filter.keys}
        condition = filter.condition
        parts = condition.operands if isinstance(condition, e.Logic) and condition.operator == "and" else (condition,)
        for part in parts:
            name = pinned_name(part)
            found += [keys[name]] if name else []
    return found


def pinned_name(condition: e.Expression) -> str:
    """The key that a condition gives one value; empty for any other condition."""
    match condition:
        case e.IsMissing(operand=e.Member(name=name)):
            return name
        case e.Compare(operator="=", left=e.Member(name=name), right=e.Literal()):
            return name
        case e.Compare(operator="=", left=e.Literal(), right=e.Member(name=name)):
            return name
        case e.InSet(operand=e.Member(name=name), items=(e.Literal(),)):
            return name
        case _:
            return ""
