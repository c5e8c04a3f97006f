"""Aggregates of a whole from those of its parts: what the passes that group twice share."""

from __future__ import annotations

from collections.abc import Container, Iterable
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import COMBINED_BY, EMPTY
from attain.model.types import Kind, Type
from attain.plan.steps import From, Group, Measure, Rows

Wholes = dict[str, tuple[str, ...]]


def can_be_combined(measure: Measure) -> bool:
    """Whether a measure follows from those of parts: it is combined as it is, or the mean of numbers."""
    numbers = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
    mean = measure.function == "avg" and measure.type == t.FLOAT and measure.arguments[0].type.kind in numbers
    return mean or measure.function in COMBINED_BY


def parts_and_wholes(measures: Iterable[Measure], *, keep_where: bool) -> tuple[list[Measure], Wholes]:
    """The measures of the parts, each once; and for each measure the parts that it follows from: one, or the sum and
    the count of a mean. Without `keep_where` the parts are those of all rows."""
    measures = sorted(measures, key=lambda m: m.function == "avg")  # a mean uses the sums and counts that are there
    parts: dict[tuple[object, ...], Measure] = {}
    taken = {measure.name for measure in measures}
    wholes: Wholes = {}

    def part(name: str, function: str, measure: Measure, type: Type) -> str:
        where = measure.where if keep_where else None
        same = (function, measure.arguments, where)
        if same not in parts:
            if measure.where is not None and not keep_where:
                name = free_name(taken, plain_part(function, measure))
            parts[same] = Measure(name, function, measure.arguments, where, type)
            taken.add(name)
        return parts[same].name

    for m in measures:
        if m.function != "avg":
            wholes[m.name] = (part(m.name, m.function, m, m.type),)
            continue
        total = part(free_name(taken, f"{m.name}_sum"), "sum", m, sum_type(m.arguments[0].type))
        wholes[m.name] = (total, part(free_name(taken, f"{m.name}_count"), "count", m, t.INTEGER))
    return list(parts.values()), wholes


def plain_part(function: str, measure: Measure) -> str:
    """What the part of a conditional measure is called that is taken of all rows: sum_amount."""
    columns = [node.name for x in measure.arguments for node in e.walk(x) if isinstance(node, e.Slot)]
    return "_".join([function, *columns])


def sum_type(type: Type) -> Type:
    """The type of a sum."""
    return Type(Kind.DECIMAL, 38, type.scale) if type.kind is Kind.DECIMAL else type


def rows_of_wholes(group: Group, totals: Group, wholes: Wholes) -> Rows:
    """The group's own columns out of the totals of parts: a mean is a sum by a count, a count of nothing 0."""
    source = From(totals.name, totals.name)
    types = {m.name: m.type for m in totals.measures}
    columns: list[tuple[str, e.Expression]] = [(name, source.slot(name, x.type)) for name, x in group.keys]
    for m in group.measures:
        slots = [source.slot(name, types[name]) for name in wholes[m.name]]
        if len(slots) == 2:
            columns.append((m.name, e.Arithmetic("/", slots[0], slots[1], m.type)))
        elif m.function in ("count", "count_rows") and m.where is not None:
            assert EMPTY[m.function] == 0
            columns.append((m.name, e.Apply("coalesce", (slots[0], e.Literal(Fraction(0), m.type)), m.type)))
        else:
            columns.append((m.name, slots[0]))
    return Rows(group.name, group.comment, source, tuple(columns))


def free_name(taken: Container[str], base: str) -> str:
    """A name that is not taken yet."""
    name, turn = base, 2
    while name in taken:
        name, turn = f"{base}_{turn}", turn + 1
    return name
