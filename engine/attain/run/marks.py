"""What compiled SQL raises by itself: an error text with a mark, which any engine hands back somewhere in its own."""

from __future__ import annotations

import re

from attain.base.problem import Problem
from attain.base.span import Span
from attain.run.engine import QUERY_WRONG, RunProblem

_MARK = re.compile(
    r"(?P<quote>[\"']?)attain:(?P<kind>duplicate-key|overlapping-versions|contradictory-calendar|too-many-cells):"
    r"(?P<rest>[^\n]*)"
)
CALENDAR_HINT = "a period goes from its first day to the day before the next one; each day names the one it lies in"


def read_mark(message: str) -> RunProblem | None:
    """The problem that a marked error text tells of, or None where there is no mark in it."""
    match = _MARK.search(message)
    if match is None:
        return None
    quote, rest = match["quote"], match["rest"]
    if quote and quote in rest:  # PostgreSQL and failed casts quote the value
        rest = rest[: rest.rindex(quote)]
    readers = {
        "duplicate-key": _duplicate_key,
        "overlapping-versions": _overlapping_versions,
        "contradictory-calendar": _contradictory_calendar,
    }
    return readers.get(match["kind"], _too_many_cells)(rest)


def _duplicate_key(rest: str) -> RunProblem:
    """`TABLE:COLUMNS:EXAMPLE`, the columns with commas between them."""
    table, columns, example = [*rest.split(":", 2), "", ""][:3]
    names = [name.strip() for name in columns.split(",") if name.strip()]
    where = f"`{table}.{names[0]}`" if len(names) == 1 else f"`{table}` ({', '.join(names)})"
    message = f"{where} is not unique: {example or 'a value'} stands there more than once"
    problem = Problem("duplicate-key-value", message, Span.none())
    hint = "joined rows would be counted twice: remove the duplicate, or declare the columns that make the key unique"
    return RunProblem(problem.hint(hint))


def _overlapping_versions(rest: str) -> RunProblem:
    """`TABLE:COLUMNS:EXAMPLE, FROM, NEXT FROM`."""
    table, columns, example = [*rest.split(":", 2), "", ""][:3]
    thing, start, following = ["", "", *example.rsplit(", ", 2)][-3:]
    which = f"of {columns} {thing}, the one from {start} is still valid on {following}, when the next begins"
    problem = Problem("overlapping-versions", f"two versions of `{table}` overlap: {which}", Span.none())
    return RunProblem(problem.hint("rows of that time would be counted twice: end each version where the next begins"))


def _contradictory_calendar(rest: str) -> RunProblem:
    """`TABLE:COLUMN:DAY, FIRST DAY`."""
    table, column, example = [*rest.split(":", 2), "", ""][:3]
    day, first = [*example.split(", ", 1), ""][:2]
    which = f"{day} does not lie in the period that begins on {first}, as `{column}` says"
    problem = Problem(
        "contradictory-calendar", f"the calendar table `{table}` contradicts itself: {which}", Span.none()
    )
    return RunProblem(problem.hint(CALENDAR_HINT))


def _too_many_cells(rest: str) -> RunProblem:
    """`COUNT:LIMIT`."""
    count, limit = [*rest.split(":", 1), ""][:2]
    message = f"the result would have {_figure(count)} cells, more than the limit of {_figure(limit)}"
    problem = Problem("too-many-cells", message, Span.none())
    hints = (
        "`--sparse` leaves out the cells in which nothing occurs",
        "ask for fewer dimensions, a coarser grain or a shorter range, or raise the limit with `--max-cells`",
    )
    return RunProblem(problem.hint(*hints), QUERY_WRONG)


def _figure(text: str) -> str:
    """`5000000` as `5,000,000`."""
    return f"{int(text):,}" if text.strip().isdigit() else text
