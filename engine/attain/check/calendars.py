"""The tables that a calendar names, for grains and for holidays: they are there, and their columns hold days."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.draft import Draft
from attain.check.names import missing_column
from attain.model import types as t
from attain.model.calendar import GRAINS
from attain.model.types import Kind
from attain.read.shape import CalendarShape, HolidaysShape
from attain.read.tree import Scalar


def check_calendar(draft: Draft, shape: CalendarShape | None) -> None:
    """What `calendar:` says of tables."""
    if shape is not None and shape.grains:
        check_grains(draft, shape)
    if shape is not None and shape.holidays is not None:
        check_holidays(draft, shape.holidays)


def check_holidays(draft: Draft, shape: HolidaysShape) -> None:
    """What `holidays:` says of a table: it is there, and its column holds days or times."""
    if shape.table is None or shape.date is None:
        return
    table = draft.tables.get(str(shape.table))
    if table is None:
        label = did_you_mean(shape.table, draft.tables)
        draft.problems.append(Problem("unknown-table", f"there is no table `{shape.table}`", shape.table.span, label))
        return
    if str(shape.date) not in table.field_names:
        draft.problems += missing_column(table, str(shape.date), shape.date)
        return
    field = draft.fields.get((str(shape.table), str(shape.date)))
    if field is not None and not field.is_physical:
        problem = Problem("wrong-value", f"`{shape.date}` is a derived field, not a column", shape.date.span)
        draft.problems.append(problem.hint("name a column of the source"))
    elif field is not None and field.type.kind not in (Kind.DATE, Kind.TIMESTAMP):
        problem = Problem("type-mismatch", f"`{shape.date}` is {field.type}, not a date", shape.date.span)
        draft.problems.append(problem.hint(f"declare it below `fields:`: {shape.date}: {{type: date}}"))


def check_grains(draft: Draft, shape: CalendarShape) -> None:
    """What `calendar:` says of its own table: `table`, `date`, and a column for each of `grains`."""
    first = next(iter(shape.grains))
    if shape.table is None or shape.date is None:
        problem = Problem("missing-key", "the grains of a calendar table need `table:` and `date:`", first.span)
        draft.problems.append(problem.hint("write calendar: {table: days, date: day, grains: {retail_week: column}}"))
        return
    table = draft.tables.get(str(shape.table))
    if table is None:
        label = did_you_mean(shape.table, draft.tables)
        problem = Problem("unknown-table", f"there is no table `{shape.table}`", shape.table.span, label)
        draft.problems.append(problem.hint("a calendar table is one of `tables:`, with a row for each day"))
        return
    for column in (shape.date, *shape.grains.values()):
        check_days(draft, str(shape.table), column)
    for name in shape.grains:
        if name in GRAINS:
            problem = Problem("name-taken", f"`{name}` is a grain of its own", name.span)
            draft.problems.append(problem.hint("give the one of the table another name"))


def check_days(draft: Draft, table: str, column: Scalar) -> None:
    """A column of the calendar's table is there, and holds days."""
    if str(column) not in draft.tables[table].field_names:
        draft.problems += missing_column(draft.tables[table], str(column), column)
        return
    field = draft.fields.get((table, str(column)))
    if field is not None and field.type != t.DATE:
        problem = Problem("type-mismatch", f"`{table}.{column}` is {field.type}, not a date", column.span)
        file = field.type == t.TEXT and draft.tables[table].origin.kind == "file"
        empty = "in a file without rows nothing tells of which type its columns are" if file else ""
        draft.problems.append(problem.hint(empty, f"declare it below `fields:` of `{table}`: {column}: {{type: date}}"))
