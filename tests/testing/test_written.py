"""What is written into tests is read again as the same rows, whatever the values are."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from attain.base.span import Span
from attain.model import types as t
from attain.model import units as u
from attain.model.result import Result, ResultColumn
from attain.read.definitions import read_document
from attain.read.text import ExpressionText
from attain.read.tree import Lines
from attain.testing.compare import Close, compare_rows
from attain.testing.records import Folder, read_records, records_of_csv
from attain.testing.written import Kept, csv_text, flow_rows, indented_csv

COLUMNS = (
    ResultColumn("month", t.DATE, u.TIME, "period"), ResultColumn("who, where", t.TEXT, u.TEXT, "dimension"),
    ResultColumn("ok", t.BOOLEAN, u.BOOLEAN, "dimension"), ResultColumn("money", t.MONEY, u.MONEY, "metric"),
    ResultColumn("rate", t.FLOAT, u.PERCENT, "metric"), ResultColumn("count", t.INTEGER, u.NUMBER, "metric"),
)  # fmt: skip
TEXTS = st.text(max_size=8) | st.sampled_from(
    ["", "null", "a,b", 'a "b"', " x", "# y", "- z", "{a: 1}", "1", "true", "|"]
)
ROWS = st.lists(
    st.tuples(
        st.none() | st.dates(date(1900, 1, 1), date(2999, 12, 31)),
        st.none() | TEXTS,
        st.none() | st.booleans(),
        st.none() | st.decimals(-(10**15), 10**15, places=4),
        st.none() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
        st.none() | st.integers(-(2**62), 2**62),
    ),
    max_size=4,
    unique_by=lambda row: row[:3],
)


def close_enough(rows: list[tuple[object, ...]]) -> bool:
    """Whether 12 digits tell a floating value to the eleventh: below 1e-12 there is nothing to tell."""
    return all(not isinstance(row[4], float) or row[4] == 0 or abs(row[4]) > 1e-6 for row in rows)


@given(rows=ROWS)
def test_csv_is_read_again(rows: list[tuple[object, ...]]) -> None:
    assume(close_enough(rows))
    result = Result(COLUMNS, rows)  # type: ignore[arg-type]
    try:
        text = csv_text(result, ["rate", "count", "money", "ok", "month", "who, where"])
        indented = indented_csv(result, [], "      old")
    except Kept:
        return  # a text that cannot be seen is not written
    for written in (text, indented):
        records = records_of_csv(ExpressionText(written, Lines("x", written)), ",")
        assert compare_rows(result, records, Close(), ordered=True) is None


@given(rows=ROWS)
def test_yaml_is_read_again(rows: list[tuple[object, ...]]) -> None:
    assume(rows and close_enough(rows))
    result = Result(COLUMNS, rows)  # type: ignore[arg-type]
    try:
        text = flow_rows(result)
    except Kept:
        return
    document, problems = read_document("x", f"tests:\n  - name: x\n    expect: {text}\n")
    assert document is not None and not problems
    records = read_records(document.tests[0].expect, Span.none(), Folder(Path(), ""))
    assert compare_rows(result, records, Close(), ordered=True) is None


@given(rows=ROWS, place=st.integers(0, 3), column=st.integers(3, 5))
def test_another_figure_is_another_row(rows: list[tuple[object, ...]], place: int, column: int) -> None:
    assume(rows and close_enough(rows))
    changed = [list(row) for row in rows]
    row = changed[place % len(rows)]
    row[column] = {3: Decimal("123.4567"), 4: 0.123, 5: 77}[column] if row[column] is None else None
    try:
        written = csv_text(Result(COLUMNS, rows), [])  # type: ignore[arg-type]
    except Kept:
        return
    records = records_of_csv(ExpressionText(written, Lines("x", written)), ",")
    found = compare_rows(Result(COLUMNS, [tuple(r) for r in changed]), records, Close(), ordered=False)  # type: ignore[arg-type]
    assert found is not None and "differs" in found.why


@pytest.mark.parametrize("text", ["\x1b[31m", "\u202e", "a\nb", "\x00"])
def test_what_cannot_be_seen_is_not_written(text: str) -> None:
    with pytest.raises(Kept):
        csv_text(Result((COLUMNS[1],), [(text,)]), [])
