"""Tables: columns, derived fields, roll-ups, keys, joins, time axes."""

from __future__ import annotations

from dataclasses import replace

from attain.base.problem import Problem
from attain.check.aggregates import is_aggregate
from attain.check.draft import Draft, DraftTable
from attain.check.expressions import check_expression
from attain.check.names import missing_column
from attain.check.rates import type_of_rate
from attain.check.rollups import check_rollup
from attain.check.scope import CellScope, RowScope
from attain.check.units import declared_unit, fitting_unit
from attain.model import types as t
from attain.model import units as u
from attain.model.durations import unit_of_time
from attain.model.semantic import Field
from attain.model.types import Kind, Type, read_type
from attain.read import syntax as s
from attain.read.expressions import read_expression
from attain.read.text import text_of_scalar


def read_fields(draft: Draft) -> None:
    """Reads the expressions of all derived fields, and tells which names each table has."""
    for table in draft.tables.values():
        table.field_names = set(table.columns or ())
        for name, shape in table.shape.fields.items():
            if shape.expr is None:
                if table.columns is None and shape.type is not None:
                    table.field_names.add(str(name))
                continue
            table.field_names.add(str(name))
            text, problems = text_of_scalar(shape.expr)
            tree, more = read_expression(text) if not problems else (None, [])
            draft.problems += [*problems, *more]
            if tree is None:
                draft.fields[str(table.name), str(name)] = None
            else:
                table.expressions[str(name)] = tree


def check_tables(draft: Draft) -> None:
    """Keys, annotations and time axes against the columns that there are."""
    for table in draft.tables.values():
        check_annotations(draft, table)
        check_columns_of(draft, table)


def check_annotations(draft: Draft, table: DraftTable) -> None:
    """What `fields:` says of columns: they exist, and the type and unit do."""
    for name, shape in table.shape.fields.items():
        if shape.type is not None and read_type(shape.type) is None:
            problem = Problem("wrong-value", f"`{shape.type}` is no type", shape.type.span)
            draft.problems.append(problem.hint(f"types: {', '.join(t.NAMES)}"))
        if shape.expr is None and str(name) not in table.field_names:
            draft.problems += missing_column(table, str(name), name)


def check_columns_of(draft: Draft, table: DraftTable) -> None:
    """The names that `key:`, `time:`, `lifespan:` and `snapshot:` use."""
    shape = table.shape
    places = [*(shape.key or ())]
    if shape.lifespan is not None:
        places += [shape.lifespan.start, shape.lifespan.end]
    if shape.snapshot is not None:
        places += [shape.snapshot.column, *shape.snapshot.per]
    for place in places:
        if str(place) not in table.field_names:
            draft.problems += missing_column(table, str(place), place)
    for place in shape.key or ():
        if str(place) in table.expressions and is_call(table.expressions[str(place)]):
            draft.problems.append(Problem("wrong-value", "a key is a column, not a roll-up", place.span))
    if shape.time is not None and str(shape.time) not in table.field_names:
        draft.problems += missing_column(table, str(shape.time), shape.time)


def is_call(tree: s.Syntax) -> bool:
    """Whether a field is a roll-up: an aggregate and nothing around it."""
    return isinstance(tree, s.Call) and is_aggregate(tree.function)


def check_field(draft: Draft, table_name: str, name: str) -> Field:
    """One field, with its place below `fields:`."""
    found = field_of(draft, table_name, name)
    place = next((key.span for key in draft.tables[table_name].shape.fields if str(key) == name), None)
    return found if place is None else replace(found, span=place)


def field_of(draft: Draft, table_name: str, name: str) -> Field:
    """A column with its annotations, a derived field, or a roll-up."""
    table = draft.tables[table_name]
    shape = table.field_shape(name)
    tree = table.expressions.get(name)
    if tree is None:
        return physical(draft, table, name)
    assert shape is not None
    if isinstance(tree, s.Call) and is_aggregate(tree.function):
        rollup, unit = check_rollup(draft, table_name, name, tree, check_expression)
        unit = fitting_unit(draft, shape.unit, unit, rollup.aggregate.type, tree, CellScope())
        return Field(name, rollup.aggregate.type, unit, None, None, rollup, shape.ahead, str(shape.expr))
    scope = RowScope(table_name, rollups=True)
    typed = check_expression(draft, tree, scope)
    unit = fitting_unit(draft, shape.unit, typed.unit, typed.type, tree, scope)
    unit = u.Unit(unit.factors, unit.shown)
    return Field(name, typed.type, unit, None, typed.expression, None, shape.ahead, str(shape.expr))


def physical(draft: Draft, table: DraftTable, name: str) -> Field:
    """A column of the source. Money is exact from the scan on."""
    shape = table.field_shape(name)
    source = (table.columns or {}).get(name)
    declared = read_type(shape.type) if shape is not None and shape.type is not None else None
    type = declared or (t.TEXT if source == t.LABEL else source) or t.OTHER
    unit = declared_unit(draft, shape.unit) if shape is not None and shape.unit is not None else None
    if unit is not None and any(u.is_currency(factor) for factor, _ in unit.factors) and declared is None:
        type = t.MONEY if type.kind is Kind.FLOAT else type
    type = type if declared is not None else type_of_rate(draft, table, name, type)
    source = source if source is not None or declared is None else declared
    if unit is not None and unit.is_duration and type.is_number and unit_of_time(unit) == str(unit):
        return Field(name, t.duration(str(unit)), unit, type)
    if type.kind is Kind.TIMESTAMP:
        type = Type(Kind.TIMESTAMP, zone=table.zone)
    if unit is not None and not unit.is_word and not (type.is_number or type.kind is Kind.OTHER):
        assert shape is not None and shape.unit is not None
        raise draft.fail(Problem("unit-mismatch", f"`{name}` is {type}, which has no unit {unit}", shape.unit.span))
    converted = source if source is not None and (source.kind != type.kind or source == t.LABEL) else None
    ahead = shape.ahead if shape is not None else False
    return Field(name, type, unit or default_unit(type), converted, ahead=ahead)


def default_unit(type: Type) -> u.Unit:
    """The unit of a column that none is declared for."""
    if type.is_time:
        return u.TIME
    return {Kind.TEXT: u.TEXT, Kind.BOOLEAN: u.BOOLEAN, Kind.DURATION: u.counted("days")}.get(type.kind, u.NUMBER)


def check_axes(draft: Draft) -> None:
    """Time axes, lifespans and snapshots are times."""
    for table in draft.tables.values():
        shape = table.shape
        places = [shape.time] if shape.time is not None else []
        if shape.lifespan is not None:
            places += [shape.lifespan.start, shape.lifespan.end]
        if shape.snapshot is not None:
            places.append(shape.snapshot.column)
        for place in places:
            field = draft.fields.get((str(table.name), str(place)))
            if field is not None and not field.type.is_time:
                problem = Problem("type-mismatch", f"`{place}` is {field.type}, not a date or timestamp", place.span)
                draft.problems.append(problem.hint(f"declare it below `fields:`: {place}: {{type: date}}"))
