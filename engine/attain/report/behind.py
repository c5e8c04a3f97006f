"""The rows behind a cell: for people a table for each aggregate, for machines one table of all."""

from __future__ import annotations

from datetime import datetime

from attain.model import types as t
from attain.model import units as u
from attain.model.cell import Behind, Listed
from attain.model.result import Result, ResultColumn, Value
from attain.model.types import Kind, Type
from attain.report.grid import grid_to_text
from attain.report.paint import Paint, painter
from attain.report.tables import markdown_cell, markdown_table
from attain.report.text import count_of, escape_text
from attain.report.values import is_right_aligned, value_to_raw, value_to_text

UP_TO = "to before"


# -- for people --------------------------------------------------------------------------------------------------------
def behind_to_table(behind: Behind, currency: str, *, color: bool) -> str:
    """The metric's value, then for each aggregate what it is, what puts its rows into the cell, and these."""
    paint = painter(color)
    parts = [paint(value_line(behind, currency), "strong") + "\n"]
    for listed in behind.listed:
        lines = [paint(heading(listed, currency), "strong"), paint(f"  {about(behind, listed)}", "dim")]
        parts.append("\n".join(lines) + "\n" + grid(behind, listed, currency, paint))
    return "\n".join(parts)


def grid(behind: Behind, listed: Listed, currency: str, paint: Paint) -> str:
    """The rows of one aggregate in columns; nothing where there are none."""
    if not listed.rows:
        return ""
    columns, rows = readable(behind, listed, currency)
    right = [is_right_aligned(column) for column in columns]
    return "\n" + grid_to_text([escape_text(column.name) for column in columns], rows, right, paint)


def behind_to_markdown(behind: Behind, currency: str) -> str:
    """The same as Markdown."""
    parts = [f"**{markdown_cell(value_line(behind, currency))}**\n"]
    for listed in behind.listed:
        parts.append(
            f"**{markdown_cell(heading(listed, currency))}**\n\n{markdown_cell(about(behind, listed))}\n"
        )  # fmt: skip
        if listed.rows:
            columns, rows = readable(behind, listed, currency)
            parts.append(markdown_table(columns, rows))
    return "\n".join(parts)


def readable(behind: Behind, listed: Listed, currency: str) -> tuple[list[ResultColumn], list[list[str]]]:
    """The columns that a person needs, and the rows as texts: whether a row counts only where not all do."""
    kept = [i for i, place in enumerate(listed.places) if place != "counts" or behind.every]
    columns = [listed.columns[i] for i in kept]
    rows = [[value_to_text(row[i], listed.columns[i], currency) for i in kept] for row in listed.rows]
    return columns, rows


def behind_notes(behind: Behind, *, headings: bool, currency: str) -> list[str]:
    """What is to be said with the rows, a line each; with `headings` also what each aggregate is."""
    notes = [value_line(behind, currency)] if headings else []
    for listed in behind.listed:
        notes += [heading(listed, currency), f"  {about(behind, listed)}"] if headings else []
        left_out = behind.left_out(listed)
        if left_out:
            notes.append(f"{listed.name}: {count_of(left_out, 'more row')} left out; --limit says how many are shown")
    if not behind.found:
        notes.append("nothing occurs in this cell, so that `run` has no row for it")
    notes += [*behind.notes, *(["the period is partial: it holds the as-of day"] if behind.partial else [])]
    return list(map(escape_text, notes))


# -- what is said of an aggregate --------------------------------------------------------------------------------------
def value_line(behind: Behind, currency: str) -> str:
    """`win_rate = 42.9%, where region = 'EU', month 2026-01`"""
    cell = f", {behind.cell}" if behind.cell else ""
    return escape_text(f"{behind.column.name} = {valued(behind.value, behind.column, currency)}{cell}")


def valued(value: Value, column: ResultColumn, currency: str) -> str:
    """A value for people; a missing one in words."""
    return value_to_text(value, column, currency) if value is not None else "nothing"


def heading(listed: Listed, currency: str) -> str:
    """`revenue: sum(deals.amount where won) = $12,000.00`; inside of parts there is no one value."""
    if "part" in listed.places:
        return escape_text(f"{listed.name}: {listed.text}, in each part of {listed.within[-1]}")
    inside = f", inside {listed.within[-1]}" if listed.within else ""
    value = valued(listed.total, listed.total_column, currency)
    return escape_text(f"{listed.name}: {listed.text} = {value}{inside}")


def about(behind: Behind, listed: Listed) -> str:
    """What puts the rows into the cell, and how many count: `deals by closed_at, from 2026-01-01 to before 2026-02-01:
    3 of 7 rows count`."""
    thing = "row" if listed.table else "part"
    count = f"{listed.counting:,} of {count_of(listed.lying, thing)} count{'s' if listed.counting == 1 else ''}"
    if listed.counting == listed.lying:
        count = f"{count_of(listed.lying, thing)}"
    elif not behind.every:
        count += " (--all shows the others, too)"
    return escape_text(f"{where_they_lie(listed)}: {count}")


def where_they_lie(listed: Listed) -> str:
    """What puts the rows of an aggregate into the cell, in words."""
    when = window_words(listed)
    if not listed.table:
        return "parts of each part" if "part" in listed.places else ", ".join(filter(None, ("parts of the cell", when)))
    if not listed.time:
        return f"{listed.table} has no time axis, its rows lie in every window"
    if listed.time.startswith("as of"):
        until = f"there just before {moment(listed.when[1])}" if listed.window == "closed" else when
        return f"{listed.table} {listed.time}, {until or 'there at the end of the as-of day'}"
    return f"{listed.table} by {listed.time}, {when or 'of all time'}"


def window_words(listed: Listed) -> str:
    """From when to when."""
    if listed.window == "empty":
        return "in a window of which nothing is left: it lies after the as-of day"
    if not listed.window:
        return "in each part" if "part" in listed.places else ""
    start, end = listed.when
    begins = f"from {moment(start)}" if start is not None else "from the first"
    return f"{begins} {UP_TO} {moment(end)}" if listed.window == "closed" else f"{begins} on"


def moment(value: Value) -> str:
    """A day, or a time; midnight as the day that it begins."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value == datetime(value.year, value.month, value.day) else str(value)
    return value_to_raw(value)


# -- for machines ------------------------------------------------------------------------------------------------------
FIRST = ("aggregate", "table")
ALIKE = ("key", "time", "value", "value_2", "counts", "share")


def behind_to_result(behind: Behind) -> Result:
    """All rows as one table: `aggregate`, `table`, a column for each dimension and period that parts are told by, then
    `key` (of several columns with commas between them), `time`, `value`, `counts` and `share`, then a column
    `table.field` for each field that some aggregate looks at, and `table.metric` for each metric of its rows. What an
    aggregate does not have is empty."""
    named = [(listed, [column_name(listed, i) for i in range(len(listed.columns))]) for listed in behind.listed]
    columns = flat_columns(named)
    rows: list[tuple[Value, ...]] = []
    for listed, names in named:
        for row in listed.rows:
            cells = flat_cells(names, row) | {"aggregate": listed.name, "table": listed.table or None}
            rows.append(tuple(of_type(cells.get(column.name), column.type) for column in columns))
    return Result(columns, rows)


def column_name(listed: Listed, position: int) -> str:
    """What a column is called in the one table."""
    name, place = listed.columns[position].name, listed.places[position]
    if place in ("value", "counts", "share"):
        return name
    if listed.table and (place in ("field", "metric") or (place == "time" and place in listed.places[:position])):
        return f"{listed.table}.{name}"
    if listed.table and place in ("key", "time"):
        return place
    return f"{name}_of_part" if name in (*FIRST, *ALIKE) else name


def flat_columns(named: list[tuple[Listed, list[str]]]) -> tuple[ResultColumn, ...]:
    """The columns of the one table, in order, each of a type that holds the values of all that have it."""
    found: dict[str, list[ResultColumn]] = {}
    for listed, names in named:
        for name, column in zip(names, listed.columns, strict=True):
            found.setdefault(name, []).append(column)
    places = {name: place for listed, names in named for name, place in zip(names, listed.places, strict=True)}
    parts = [name for name in found if name not in ALIKE and is_part(named, name)]
    others = [name for name in found if name not in (*ALIKE, *parts)]
    order = [*parts, *(name for name in ALIKE if name in found), *others]
    text = [ResultColumn(name, t.TEXT, u.TEXT, "dimension") for name in FIRST]
    role = {name: "metric" if places[name] in ("value", "share") else "dimension" for name in found}
    return (*text, *(one_column(name, found[name], role[name]) for name in order))


def is_part(named: list[tuple[Listed, list[str]]], name: str) -> bool:
    """Whether a column says which part of the cell a row belongs to."""
    places = {place for listed, names in named for n, place in zip(names, listed.places, strict=True) if n == name}
    return bool(places & {"part", "key", "time"})


def one_column(name: str, columns: list[ResultColumn], role: str) -> ResultColumn:
    """A column for the values of several: numbers of all kinds, else texts where their types differ; keys are texts."""
    types, units = {column.type for column in columns}, {column.unit for column in columns}
    unit = units.pop() if len(units) == 1 else u.NUMBER
    if name == "key":
        return ResultColumn(name, t.TEXT, u.TEXT, role)
    if len(types) == 1:
        return ResultColumn(name, types.pop(), unit, role)
    kinds = {type.kind for type in types}
    if all(type.is_number for type in types):
        scale = max(type.scale for type in types)
        widest = t.FLOAT if Kind.FLOAT in kinds else Type(Kind.DECIMAL, 38, scale)
        return ResultColumn(name, widest, unit, role)
    return ResultColumn(
        name, next(iter(types)) if len(kinds) == 1 else t.TEXT, unit if len(kinds) == 1 else u.TEXT, role
    )


def flat_cells(names: list[str], row: tuple[Value, ...]) -> dict[str, Value]:
    """The values of a row by the names of their columns; the parts of a key as one text."""
    cells: dict[str, Value] = {}
    keys = [value for name, value in zip(names, row, strict=True) if name == "key"]
    cells.update(zip(names, row, strict=True))
    return cells | {"key": ", ".join(map(value_to_raw, keys))} if keys else cells


def of_type(value: Value, type: Type) -> Value:
    """A value as a column of a type holds it: in one of texts as a text."""
    return value_to_raw(value) if type.kind is Kind.TEXT and value is not None else value
