"""Rows that came into a figure, went out of it, or bring another value than before: both versions' rows behind the same
cell, held against each other by their keys in one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from attain.base.problem import has_errors
from attain.cell_rows import columns_of
from attain.check.cell import check_cell
from attain.check.request import CellRequest
from attain.model.aggregate import Aggregate
from attain.model.difference import Rows
from attain.model.result import ResultColumn, Value
from attain.model.semantic import SemanticModel
from attain.model.types import FLOAT, INTEGER, TEXT, Kind
from attain.model.units import NUMBER
from attain.model.units import TEXT as TEXT_UNIT
from attain.plan.behind import Listing, plan_behind
from attain.plan.behind_totals import TECHNICAL
from attain.project import Project
from attain.run.engine import RunProblem, quote_name

#: Of so many metrics rows are looked at, and of so many aggregates each.
MOST_SAMPLED, MOST_AGGREGATES = 12, 4
ORDER = ("entered", "left", "was", "is")


@dataclass(frozen=True, slots=True)
class Side:
    """One version of a metric, in a cell."""

    project: Project
    request: CellRequest


def rows_between(before: Side, after: Side, cell: str, most: int, today: date) -> tuple[list[Rows], list[str]]:
    """The rows of each aggregate that are in one of the two alone, or bring another value; and why there are none."""
    listings = [listings_of(side, today) for side in (before, after)]
    if listings[0] is None or listings[1] is None:
        return [], ["no rows are shown: they cannot be listed in this cell"]
    found: list[Rows] = []
    said: list[str] = []
    for old, new in list(paired(listings[0], listings[1]))[:MOST_AGGREGATES]:
        keys = keys_of(old, new)
        if not keys:
            table = table_of(new)
            said.append(f"no rows of `{table}` are shown: it has no key to tell them by")
            continue
        try:
            rows = compare_rows(before.project, after.project, old, new, keys, cell, most)
        except RunProblem as problem:
            said.append(f"no rows are shown: {problem.problem.message}")
            continue
        found += [rows] if rows is not None else []
    return found, list(dict.fromkeys(said))


def listings_of(side: Side, today: date) -> list[Listing] | None:
    """The plans of the rows behind a cell; None where it cannot be asked for so."""
    model = side.project.model
    assert model is not None
    cell, problems, _ = check_cell(model, side.request, today)
    if cell is None or has_errors(problems):
        return None
    listings, problems = plan_behind(model, cell, every=False, limit=None)
    return None if has_errors(problems) else listings


def table_of(listing: Listing) -> str:
    """Whose rows a listing has; "" of parts."""
    return listing.inside.leaf.table if isinstance(listing.inside.leaf, Aggregate) else ""


def paired(before: Sequence[Listing], after: Sequence[Listing]) -> Iterator[tuple[Listing, Listing]]:
    """The aggregates of both versions that are over the same table: those of one name first, then in their order."""
    left = [listing for listing in before if table_of(listing)]
    for new in after:
        same = [old for old in left if table_of(old) and table_of(old) == table_of(new)]
        best = next((old for old in same if old.inside.name == new.inside.name), same[0] if same else None)
        if best is not None:
            left.remove(best)
            yield best, new


def keys_of(old: Listing, new: Listing) -> list[str]:
    """The columns by which a row is known in both."""
    names = [[shown.name for shown in listing.shown if shown.place in ("part", "key")] for listing in (old, new)]
    has_key = any(shown.place == "key" for shown in new.shown)
    return names[0] if has_key and names[0] == names[1] else []


def compare_rows(
    before: Project, after: Project, old: Listing, new: Listing, keys: Sequence[str], cell: str, most: int
) -> Rows | None:
    """The rows of one aggregate, held against each other; None where none came, went or changed."""
    columns = all_columns(old, new)
    value = value_of(new) if value_of(new) == value_of(old) else ""
    value = value if any(column.name == value for column in columns) else ""
    names = [column.name for column in columns]
    sides = [(statement_of(p, x), {c.name for c in columns_of(x)}) for p, x in ((before, old), (after, new))]
    sql = statement(sides, names, keys, value, most)
    technical = (ResultColumn("what", TEXT, TEXT_UNIT, "dimension"), ResultColumn("n", INTEGER, NUMBER, "metric"))
    result = after.engine().execute(sql, (*technical, *columns))
    if not result.rows:
        return None
    counts = {str(row[0]): int(row[1]) for row in result.rows if isinstance(row[1], int)}
    rows = sorted(((str(row[0]), row[2:]) for row in result.rows), key=lambda r: min(ORDER.index(r[0]), 2))
    return Rows(
        new.inside.leaf.text or new.inside.name, table_of(new), cell, counts.get("entered", 0), counts.get("left", 0),
        counts.get("is", 0), columns, tuple(rows),
    )  # fmt: skip


def value_of(listing: Listing) -> str:
    """The column of what an aggregate takes of a row; "" where it takes none that could be compared."""
    return next((s.name for s in listing.shown if s.place == "value" and s.type.kind is not Kind.BOOLEAN), "")


def all_columns(old: Listing, new: Listing) -> tuple[ResultColumn, ...]:
    """What is shown of rows: what either version looks at, as far as both mean one kind of value by a name."""
    before = {column.name: column for column in columns_of(old)[len(TECHNICAL) :]}
    after = {column.name: column for column in columns_of(new)[len(TECHNICAL) :]}
    found: list[ResultColumn] = []
    for name in dict.fromkeys([*after, *before]):
        one, other = before.get(name), after.get(name)
        if one is None or other is None or one.type.kind is other.type.kind:
            found.append(wider(one, other))
        elif one.type.is_number and other.type.is_number:
            found.append(replace(other, type=FLOAT))
    return tuple(found)


def wider(one: ResultColumn | None, other: ResultColumn | None) -> ResultColumn:
    """The column that has room for the values of both."""
    if one is None or other is None:
        found = one or other
        assert found is not None
        return found
    return one if one.type.scale > other.type.scale else other


def statement_of(project: Project, listing: Listing) -> str:
    """The rows of a listing as SQL. Raises RunProblem where the connection's dialect cannot say it."""
    from attain.pipeline import table_texts
    from attain.read.dialects import read_dialect
    from attain.render.statement import render_plan

    engine = project.engine()
    dialect = read_dialect(engine.dialect)
    assert dialect is not None
    sql, problems = render_plan(listing.plan, dialect, table_texts(project, listing.plan, engine.dialect))
    if has_errors(problems):
        raise RunProblem(problems[0])
    return sql


def statement(
    sides: Sequence[tuple[str, set[str]]], names: Sequence[str], keys: Sequence[str], value: str, most: int
) -> str:
    """Rows of both statements that differ, so many of each kind, each kind with how many there are of it. Each
    statement comes with the columns that it has."""
    shown = ", ".join(map(quote_name, names))
    by = ", ".join(map(quote_name, keys))
    stacked = " UNION ALL ".join(
        f"SELECT {number} AS side_, {own_columns(names, own)} FROM (\n{sql}\n) AS s{number}_ WHERE is_line AND counts"
        for number, (sql, own) in enumerate(sides)
    )
    over = f"OVER (PARTITION BY {by})"
    changed = "FALSE"
    if value:
        own = quote_name(value)
        changed = f"MIN({own}) {over} <> MAX({own}) {over} OR COUNT({own}) {over} NOT IN (0, COUNT(*) {over})"
    first = f"CASE WHEN what_ IN ('entered', 'left') THEN {quote_name(value)} END DESC, " if value else ""
    return f"""WITH stacked_ AS ({stacked}), marked_ AS (
  SELECT *, MIN(side_) {over} AS low_, MAX(side_) {over} AS high_, {changed} AS changed_ FROM stacked_
), told_ AS (
  SELECT *, CASE
    WHEN low_ = 1 THEN 'entered' WHEN high_ = 0 THEN 'left'
    WHEN changed_ THEN CASE side_ WHEN 0 THEN 'was' ELSE 'is' END
  END AS what_ FROM marked_
), numbered_ AS (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY what_ ORDER BY {first}{by}) AS place_,
    COUNT(*) OVER (PARTITION BY what_) AS count_
  FROM told_ WHERE what_ IS NOT NULL
)
SELECT what_, count_, {shown} FROM numbered_ WHERE place_ <= {most} ORDER BY {first}{by}, side_"""


def own_columns(names: Sequence[str], own: set[str]) -> str:
    """The columns of one statement; what it does not have is missing."""
    return ", ".join(quote_name(name) if name in own else f"NULL AS {quote_name(name)}" for name in names)


# -- which cell ------------------------------------------------------------------------------------------------------
def member_condition(model: SemanticModel, name: str, member: Value) -> str:
    """The condition that a slice is this member's."""
    own = name if name in model.dimensions and name.isidentifier() else name if "." in name else f'"{name}"'
    if member is None:
        return f"{own} is null"
    return f"{own} = {literal(member)}"


def literal(value: Value) -> str:
    """A value as an expression has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"date '{value.isoformat()}'"
    return "'" + str(value).replace("'", "''") + "'"
