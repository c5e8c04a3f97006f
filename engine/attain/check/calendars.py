"""The grains of a calendar table: the table is there, and its columns hold days."""

from __future__ import annotations

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean
from attain.check.draft import Draft
from attain.check.tables import missing_column
from attain.model import types as t
from attain.model.calendar import GRAINS
from attain.read.shape import CalendarShape
from attain.read.tree import Scalar


def check_calendar(draft: Draft, shape: CalendarShape | None) -> None:
    """What `calendar:` says of its table: `table`, `date`, and a column for each of `grains`."""
    if shape is None or not shape.grains:
        return
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
        draft.problems.append(problem.hint(f"declare it below `fields:` of `{table}`: {column}: {{type: date}}"))
