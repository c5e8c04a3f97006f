"""The rows behind a cell: the metric's value as `run` gives it, then the rows of each of its aggregates with their
shares in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attain.base.problem import Problem, has_errors
from attain.check.request import CellRequest
from attain.model import types as t
from attain.model.aggregate import Aggregate
from attain.model.cell import Behind, CellQuery, Listed
from attain.model.result import Result, ResultColumn, Value
from attain.model.units import BOOLEAN, NUMBER, PERCENT
from attain.plan.behind import Listing, plan_behind
from attain.plan.behind_fields import COUNTS, word_of
from attain.plan.behind_totals import TECHNICAL

if TYPE_CHECKING:
    from attain.project import Project

Progress = Callable[[float], None] | None
Row = Mapping[str, Value]


def read_behind(
    project: Project, cell: CellQuery, request: CellRequest, *, every: bool, limit: int | None, progress: Progress
) -> tuple[Behind | None, list[Problem]]:
    """What lies behind a checked cell. Raises RunProblem where the connection or a statement fails."""
    from attain.pipeline import execute_plan

    assert project.model is not None
    result, problems = value_of_cell(project, cell, progress)
    if result is None:
        return None, problems
    listings, more = plan_behind(project.model, cell, every=every, limit=limit)
    if has_errors(more):
        return None, [*problems, *more]
    listed: list[Listed] = []
    for listing in listings:
        found, more = execute_plan(project, listing.plan, columns_of(listing), progress)
        if found is None:
            return None, [*problems, *more]
        listed.append(listed_rows(listing, found))
    here = [row for i, row in enumerate(result.rows) if cell.hour is None or hour_of(row[0]) == cell.hour]
    value = here[0][-1] if here else None
    notes = (*result.notes, *notes_of(cell))
    partial = bool(here) and bool(result.partial)
    behind = Behind(result.columns[-1], value, bool(here), words_of(request), every, tuple(listed), notes, partial)
    return behind, problems


def value_of_cell(project: Project, cell: CellQuery, progress: Progress) -> tuple[Result | None, list[Problem]]:
    """The metric in the cell, by the statement that `run` would make."""
    from attain.pipeline import run_planned
    from attain.plan.query import plan_query

    assert project.model is not None
    plan, problems = plan_query(project.model, cell.query)
    return run_planned(project, cell.query, plan, progress) if plan is not None else (None, problems)


def hour_of(moment: Value) -> int:
    """Which hour of its day a period is."""
    return moment.hour if isinstance(moment, datetime) else 0


def words_of(request: CellRequest) -> str:
    """Which cell it is, in words."""
    parts = [f"where {request.where.strip()}"] if request.where.strip() else []
    parts += [f"{request.grain.replace('_', ' ')} {request.period.strip()}".strip()] if request.period else []
    parts += [f"from {request.start}"] if request.start else []
    parts += [f"to before {request.end}"] if request.end else []
    return ", ".join(parts)


def notes_of(cell: CellQuery) -> list[str]:
    """What is to be known of the cell."""
    names = [key.name for key, _ in cell.pins]
    if not names:
        return []
    return [f"as in a result by {', '.join(names)}: `all(..)` is over more than this cell"]


# -- rows --------------------------------------------------------------------------------------------------------------
def columns_of(listing: Listing) -> tuple[ResultColumn, ...]:
    """The columns of a listing's plan."""
    named = [ResultColumn(name, type, NUMBER, "dimension") for name, _, type in listing.plan.columns[: len(TECHNICAL)]]
    return (*named, *(ResultColumn(s.name, s.type, s.unit, role_of(s.place)) for s in listing.shown))


def role_of(place: str) -> str:
    """The role of a column: what an aggregate takes is a quantity."""
    return "metric" if place == "value" else "dimension"


def listed_rows(listing: Listing, result: Result) -> Listed:
    """The rows behind one aggregate, each with its share."""
    leaf = listing.inside.leaf
    width = len(TECHNICAL)
    columns = list(result.columns[width:])
    places = [shown.place for shown in listing.shown]
    if leaf.function in COUNTS:
        columns.append(ResultColumn("value", t.INTEGER, listing.unit, "metric"))
        places.append("value")
    places += ["counts", "share"]
    columns += [
        ResultColumn("counts", t.BOOLEAN, BOOLEAN, "dimension"),
        ResultColumn("share", t.FLOAT, PERCENT, "metric"),
    ]
    rows: list[tuple[Value, ...]] = []
    known = [dict(zip(TECHNICAL, row, strict=False)) for row in result.rows]
    for row, about in zip(result.rows, known, strict=True):
        if about["is_line"]:
            cells = [*row[width:], *([brings(leaf.function, about)] if leaf.function in COUNTS else [])]
            share = share_of(leaf.function, leaf.share, cells[places.index("value")], about)
            rows.append((*cells, about["counts"], float(share) if share is not None else None))
    first = known[0] if known else {}
    total = ResultColumn(listing.inside.name, listing.type, word_of(listing.unit, listing.type), "metric")
    value = first.get("total") if "part" not in places else None
    when = (first.get("window_start"), first.get("window_end"))
    window = "empty" if listing.window == "closed" and when[1] is None else listing.window
    return Listed(
        listing.inside.name, leaf.text, leaf.function, leaf.table if isinstance(leaf, Aggregate) else "",
        listing.inside.within, total, value, listing.time, window, when, tuple(columns), tuple(places), rows,
        whole(first.get("lying")), whole(first.get("counting")),
    )  # fmt: skip


def whole(value: Value) -> int:
    """A count; 0 where there is none."""
    return value if isinstance(value, int) else 0


def brings(function: str, about: Row) -> Value:
    """What a row adds to a count: one; to a distinct one only the first of each value."""
    if not about["counts"]:
        return 0
    return 1 if function in ("count_rows", "count") or about["place"] == 1 else 0


def share_of(function: str, share: Fraction | None, value: Value, about: Row) -> Fraction | None:
    """How much of an aggregate's value comes from a row; the shares add up to 1. None where that has no meaning: a
    row that does not count, a total of zero, a correlation."""
    if not about["counts"]:
        return None
    total, taken, place = about["total"], whole(about["taken"]), about["place"]
    match function:
        case "sum" | "count_rows" | "count" | "count_distinct":
            return fraction(value) / fraction(total) if fraction(total) else None
        case "avg":
            return Fraction(1, taken)
        case "min" | "max" | "any" | "every":  # here `place` is how many have the same value
            return Fraction(1, whole(place)) if value == total else Fraction(0)
        case "first" | "last":
            return Fraction(place == 1)
        case "median" | "percentile":
            return weight(share if share is not None else Fraction(1, 2), taken, whole(place))
        case _:
            return None


def weight(share: Fraction, taken: int, place: int) -> Fraction:
    """The weight of the value at a place in a percentile of so many: it lies between the two nearest."""
    return max(Fraction(0), 1 - abs((place - 1) - (taken - 1) * share))


def fraction(value: Value) -> Fraction:
    """A number exactly."""
    return Fraction(value) if isinstance(value, int | float | Decimal) else Fraction(0)
