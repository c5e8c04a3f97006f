"""What must hold of the rows behind any cell: they make its value, and their shares are all of it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from tests.support.engine import TODAY
from tests.support.values import same_cell, value_to_cell

EMPTY = {"sum": 0, "count_rows": 0, "count": 0, "count_distinct": 0, "any": False, "every": True}
COUNTS = ("count_rows", "count", "count_distinct")
NO_SHARE = ("stddev", "variance", "corr", "approx_count_distinct")
Line = dict[str, Any]


def check_cell(
    project: Any, metrics: dict[str, str], asked: dict[str, Any], metric: str, cell: tuple[Any, ...], value: Any,
    said: str,
) -> tuple[Any, ...]:  # fmt: skip
    """One cell of a result: the value is the result's, each aggregate has the value that it has by itself, and the
    lines of each make that value. `metrics` are the texts of all metrics, `asked` what was asked for as QueryRequest
    has it, `cell` the period and the members. Gives what was listed."""
    from attain.pipeline import CellRequest, rows_behind

    asked = {"by": (), "grain": "", "start": "", "end": "", "where": "", "as_of": ""} | asked
    pins = [f"not (not ({asked['where']}))"] if asked["where"] else []  # a filter, also where it could be a pin
    slice = cell[bool(asked["grain"]) :]
    pins += [pin_of(name, member) for name, member in zip(asked["by"], slice, strict=True)]
    window = {"period": cell[0].isoformat()} if asked["grain"] else {"start": asked["start"], "end": asked["end"]}
    request = CellRequest(metric, " and ".join(pins), asked["grain"], as_of=asked["as_of"], **window)
    said = f"{said}\n\n{request}"
    behind, problems, _ = rows_behind(project, request, every=True, today=TODAY)
    assert behind is not None, f"{said}\n{[problem.message for problem in problems]}"
    assert behind.found, said
    assert same(behind.value, value), f"{said}\n{behind.value} is not {value}"
    for listed in behind.listed:
        groups: dict[Any, list[Line]] = defaultdict(list)
        for line in lines_of(listed):
            groups[line["part"]].append(line)
        check_counts(listed, said)
        for lines in groups.values():
            check_shares(listed, lines, said)
        if "part" not in listed.places:
            check_total(listed, groups[()], said)
            check_alone(project, listed, asked, cell, said)
    check_parts(metrics, behind.listed, said)
    found: tuple[Any, ...] = behind.listed
    return found


def lines_of(listed: Any) -> list[Line]:
    """The lines by what each column is for; all that says which part a line is of, and is, as one tuple each."""
    found = []
    for row in listed.rows:
        pairs = list(zip(listed.places, row, strict=True))
        part, own = (tuple(v for p, v in pairs if p in wanted) for wanted in (("part",), ("key", "time")))
        found.append(dict(pairs) | {"part": part, "own": own})
    return found


def check_counts(listed: Any, said: str) -> None:
    """How many lines there are, and how many of them count."""
    assert listed.lying == len(listed.rows), said
    assert listed.counting == sum(line["counts"] for line in lines_of(listed)), said


def check_shares(listed: Any, lines: list[Line], said: str) -> None:
    """The shares of the lines of a part are all of it; what does not count has none."""
    assert all(line["share"] is None for line in lines if not line["counts"]), said
    shares = [line["share"] for line in lines if line["counts"]]
    if listed.function in NO_SHARE or (listed.function == "sum" and not made_of(listed, lines)):
        assert set(shares) <= {None}, said
    elif shares:
        assert sum(shares) == pytest.approx(1), f"{said}\n{listed.text}: {shares}"


def check_total(listed: Any, lines: list[Line], said: str) -> None:
    """What the lines bring in makes the value."""
    if listed.function not in NO_SHARE:
        made = made_of(listed, lines)
        assert same(listed.total, made), f"{said}\n{listed.text} is {listed.total}, its lines make {made}"


def made_of(listed: Any, lines: list[Line]) -> Any:
    """The value that lines make."""
    taken = [line for line in lines if line["counts"]]
    if not taken:
        return EMPTY.get(listed.function)
    if listed.function in (*COUNTS, "sum"):
        return sum(Fraction(line["value"]) for line in taken)
    if listed.function in ("avg", "median", "percentile"):
        return sum(Fraction(line["value"]) * Fraction(line["share"]) for line in taken)
    decide, values = {line["value"] for line in taken if line["share"]}, {line["value"] for line in taken}
    if listed.function in ("min", "max"):
        assert decide == {(min if listed.function == "min" else max)(values)}
    assert len(decide) == 1
    return decide.pop()


def check_alone(project: Any, listed: Any, asked: dict[str, Any], cell: Any, said: str) -> None:
    """An aggregate has the value that it has when it is asked for by itself."""
    from attain.pipeline import QueryRequest, run_query

    alone, problems, _ = run_query(project, QueryRequest((listed.text,), **asked), today=TODAY)
    if [problem.code for problem in problems] == ["no-time-axis"]:  # only beside others is it in time at all
        return
    assert alone is not None, f"{said}\n{listed.text}: {[problem.message for problem in problems]}"
    for row in alone.rows:
        if row[:-1] == cell:
            assert same(listed.total, row[-1]), f"{said}\n{listed.text} is {listed.total}, not {row[-1]}"


def check_parts(metrics: dict[str, str], found: tuple[Any, ...], said: str) -> None:
    """Where an aggregate over parts takes a metric that is one aggregate, the lines of that one make each part."""
    for outer, inner in pairwise(found):
        text = metrics.get(outer.text.rpartition("(")[2].partition(" per ")[0])
        alike = text == inner.text and len(inner.within) > len(outer.within)
        if not alike or inner.function in (*NO_SHARE, "avg", "median", "percentile") or outer.function in COUNTS:
            continue
        lines: dict[Any, list[Line]] = defaultdict(list)
        for line in lines_of(inner):
            lines[in_any_order(line["part"])].append(line)
        parts = {in_any_order((*line["part"], *line["own"])): line["value"] for line in lines_of(outer)}
        assert set(lines) <= set(parts), f"{said}\n{set(lines)} are not in {set(parts)}"
        for part, value in parts.items():
            made = made_of(inner, lines[part])
            assert same(value, made), f"{said}\n{part} is {value}, its lines make {made}"


def in_any_order(part: tuple[Any, ...]) -> tuple[str, ...]:
    """Which part it is, whatever the order of members and periods."""
    return tuple(sorted(map(str, part)))


def pin_of(name: str, member: Any) -> str:
    """The condition that a dimension has a value."""
    if member is None:
        return f"{name} is null"
    if isinstance(member, bool):
        return f"{name} = {str(member).lower()}"
    if isinstance(member, int | Decimal):
        return f"{name} = {member}"
    escaped = str(member).replace("'", "''")
    return f"{name} = date '{member}'" if isinstance(member, date) else f"{name} = '{escaped}'"


def same(left: Any, right: Any) -> bool:
    """Numbers to nine digits, everything else exactly."""
    return same_cell(value_to_cell(left), value_to_cell(right))
