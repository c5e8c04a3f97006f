"""Rows that a test gives for its tables. In: cells as they are written, and the tables of the model. Out: texts that a
database reads as the columns' types, or problems at the cells."""

from __future__ import annotations

from dataclasses import dataclass

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, some_of
from attain.model.semantic import Field, SemanticModel, Table
from attain.model.types import Kind, Type
from attain.testing.records import Cell, Records
from attain.testing.values import Unfit, given_text

MOST_PROBLEMS = 5  # of one table


@dataclass(frozen=True, slots=True)
class GivenTable:
    """A table in memory: every column of its source with the type it is read as, and rows of texts (None: missing)."""

    name: str
    columns: dict[str, Type]
    rows: tuple[tuple[str | None, ...], ...] = ()


def read_as(field: Field) -> Type:
    """The type that a column has before the definitions do anything with it."""
    return field.source if field.type.kind is Kind.DURATION and field.source is not None else field.type


def columns_of(table: Table) -> dict[str, Type]:
    """The columns of a table's source."""
    return {name: read_as(field) for name, field in table.fields.items() if field.is_physical}


def check_given(
    model: SemanticModel, given: dict[str, Records], places: dict[str, Cell]
) -> tuple[dict[str, GivenTable], list[Problem]]:
    """The tables that are given, and what is wrong with them; `places` says where each is named."""
    tables: dict[str, GivenTable] = {}
    problems: list[Problem] = []
    for name, records in given.items():
        table = model.tables.get(name)
        if table is None:
            label = did_you_mean(name, model.tables)
            problem = Problem("unknown-table", f"there is no table `{name}`", places[name].span, label)
            problems.append(problem.hint(f"tables: {some_of(model.tables)}"))
            continue
        found, wrong = check_table(table, records)
        tables[name] = found
        problems += wrong
    return tables, problems


def check_table(table: Table, records: Records) -> tuple[GivenTable, list[Problem]]:
    """One table's rows; columns that are not given are missing."""
    columns = columns_of(table)
    problems = [problem for cell in records.columns if (problem := wrong_column(table, columns, cell)) is not None]
    if problems:
        return GivenTable(table.name, columns), problems
    places = {name: place for place, name in enumerate(records.names)}
    order = [places.get(name) for name in columns]
    rows: list[tuple[str | None, ...]] = []
    for row in records.rows:
        values: list[str | None] = []
        for place, (name, type) in zip(order, columns.items(), strict=True):
            try:
                text = row[place].text if place is not None else None
                values.append(given_text(text, type) if text is not None else None)
            except Unfit as unfit:
                assert place is not None
                problems.append(unfit_cell(row[place], name, type, str(unfit)))
        rows.append(tuple(values))
        if len(problems) >= MOST_PROBLEMS:
            break
    return GivenTable(table.name, columns, tuple(rows)), problems


def unfit_cell(cell: Cell, column: str, type: Type, wanted: str) -> Problem:
    """A value that its column has no room for."""
    short = cell.text if cell.text is not None and len(cell.text) <= 60 else f"{(cell.text or '')[:57]}..."
    message = f"`{short}` in the column `{column}` is not {wanted}"
    problem = Problem("value-does-not-fit", message, cell.span)
    return problem.hint(f"`{column}` is {type}, by the definitions, attain.lock or the data")


def wrong_column(table: Table, columns: dict[str, Type], cell: Cell) -> Problem | None:
    """A column that cannot be given: there is none of that name, or it is worked out."""
    name = cell.text or ""
    if name in columns:
        return None
    if name in table.fields:
        message = f"`{name}` is worked out by the definitions and cannot be given"
        return Problem("unknown-field", message, cell.span).hint(f"it is: {table.fields[name].text}")
    problem = Problem("unknown-field", f"table `{table.name}` has no column `{name}`", cell.span,
                      did_you_mean(name, columns))  # fmt: skip
    return problem.hint(f"columns: {some_of(columns, 12)}")
