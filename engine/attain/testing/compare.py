"""Expected rows against those of a result. In: a result, what is expected as it is written, tolerances. Out: nothing
where they are the same, else what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import count_of, did_you_mean
from attain.model.result import Result, ResultColumn
from attain.model.test import Comparison, DiffRow
from attain.model.types import Kind
from attain.report.values import value_to_raw
from attain.testing.definitions import Expected
from attain.testing.records import Cell, Records
from attain.testing.values import Plain, Tolerance, Unfit, expected_value, plain_value, same_values

MOST_ROWS = 40  # of what is shown
#: Results of so few rows are shown whole.
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is compared and as it is shown."""

    values: tuple[Plain, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Close:
    """How close figures must be."""

    every: Tolerance | None = None
    of: dict[str, Tolerance] = field(default_factory=dict)

    def tolerance(self, column: ResultColumn) -> Tolerance | None:
        """That of a column: only metrics have one."""
        return self.of.get(column.name, self.every) if column.role == "metric" else None


@dataclass(frozen=True, slots=True)
class Different:
    """How expected and actual rows differ: in a sentence, and row by row."""

    why: str
    comparison: Comparison | None = None
    problems: tuple[Problem, ...] = ()


def compare_expected(result: Result, expected: Expected, close: Close, *, ordered: bool) -> Different | None:
    """What differs between a result and what is expected of it."""
    if expected.value is None:
        assert expected.records is not None
        return compare_rows(result, expected.records, close, ordered=ordered)
    if len(result.columns) != 1 or len(result.rows) != 1:
        shape = f"{count_of(len(result.rows), 'row')} of {count_of(len(result.columns), 'column')}"
        return Different(f"one value was expected, and the result has {shape}")
    return compare_rows(result, records_of_value(result, str(expected.value), expected.span), close, ordered=False)


def records_of_value(result: Result, text: str, span: Span) -> Records:
    """One value as the one row of its result."""
    return Records([Cell(result.columns[0].name, span)], [[Cell(text.strip(), span)]])


def compare_rows(result: Result, expected: Records, close: Close, *, ordered: bool) -> Different | None:
    """What differs; None where nothing does. Without `ordered`, in any order."""
    if not expected.columns:
        return None if not result.rows else Different("no rows were expected", compared(result, [], close, []))
    columns, problems = matched_columns(result.columns, expected)
    if problems:
        return Different("the columns are not those of the result", None, tuple(problems))
    rows, problems = expected_rows(result.columns, expected, columns)
    if problems:
        return Different("what is expected cannot be a value of the result", None, tuple(problems))
    actual = [actual_row(row) for row in result.rows]
    pairs = paired(result.columns, rows, actual, close)
    if all(left is not None and right is not None and not unequal(result.columns, left, right, close)
           for left, right in pairs):  # fmt: skip
        if not ordered or in_order(result.columns, rows, actual, close):
            return None
        return Different("the rows are as expected, in another order", compared(result, rows, close, None))
    return Different(sentence_of(result.columns, pairs, close), compared(result, rows, close, pairs))


def matched_columns(columns: Sequence[ResultColumn], expected: Records) -> tuple[list[int], list[Problem]]:
    """For each column of the result its place among those expected; a problem for each that only one of them has."""
    names = [column.name for column in columns]
    problems: list[Problem] = []
    for cell in expected.columns:
        if cell.text not in names:
            label = did_you_mean(cell.text or "", names)
            problem = Problem("test-columns", f"the result has no column `{cell.text}`", cell.span, label)
            problems.append(problem.hint(f"it has: {', '.join(names)}"))
    known = expected.names
    missing = [name for name in names if name not in known]
    if missing and not problems:
        listed = ", ".join(f"`{name}`" for name in missing)
        word = "a column" if len(missing) == 1 else "columns"
        problem = Problem("test-columns", f"the result has {word} that is not expected: {listed}"
                          if len(missing) == 1 else f"the result has columns that are not expected: {listed}",
                          expected.columns[0].span)  # fmt: skip
        problems.append(problem.hint("expect every column of the result, or ask for fewer metrics"))
    return [known.index(name) for name in names if name in known], problems


def expected_rows(
    columns: Sequence[ResultColumn], expected: Records, places: list[int]
) -> tuple[list[Row], list[Problem]]:
    """The expected rows in the order of the result's columns; a problem for each cell that is no value."""
    rows: list[Row] = []
    problems: list[Problem] = []
    for record in expected.rows:
        values: list[Plain] = []
        for column, place in zip(columns, places, strict=True):
            cell = record[place]
            try:
                values.append(expected_value(cell.text, column.type, column.role == "period"))
            except Unfit as unfit:
                message = f"`{cell.text}` in the column `{column.name}` is not {unfit}"
                problems.append(Problem("value-does-not-fit", message, cell.span))
                values.append(None)
        triples = zip(places, columns, values, strict=True)
        rows.append(Row(tuple(values), tuple(shown(record[at].text, column, value) for at, column, value in triples)))
        if len(problems) >= 5:
            break
    return rows, problems


def shown(text: str | None, column: ResultColumn, value: Plain) -> str:
    """A cell as it is shown, in the form of results: what is missing as null, a text that could be taken for it in
    quotes."""
    if text is None:
        return "null"
    if isinstance(value, Fraction):
        digits = text.replace("_", "").strip()
        number = Decimal(digits.rstrip("% ")) / 100 if digits.endswith("%") else Decimal(digits)
        return value_to_raw(number)
    if isinstance(value, date):
        return value_to_raw(value)
    return f'"{text}"' if column.type.kind is Kind.TEXT and text in ("", "null") else text


def actual_row(row: Sequence[object]) -> Row:
    """A row of a result."""
    texts = tuple("null" if value is None else f'"{value}"' if value in ("", "null") else value_to_raw(value)  # type: ignore[arg-type]
                  for value in row)  # fmt: skip
    return Row(tuple(plain_value(value) for value in row), texts)  # type: ignore[arg-type]


def unequal(columns: Sequence[ResultColumn], left: Row, right: Row, close: Close) -> tuple[int, ...]:
    """The places at which two rows differ."""
    return tuple(
        place for place, (column, a, b) in enumerate(zip(columns, left.values, right.values, strict=True))
        if not same_values(a, b, column.type.is_exact, close.tolerance(column))
    )  # fmt: skip


Pair = tuple[Row | None, Row | None]


def paired(columns: Sequence[ResultColumn], expected: list[Row], actual: list[Row], close: Close) -> list[Pair]:
    """Each row with the one that it is to be, by period and dimensions: in the order of the result, then what is
    missing in it. Of several with the same ones, equal rows go together first."""
    waiting: dict[tuple[Plain, ...], list[Row]] = {}
    keys = [place for place, column in enumerate(columns) if column.role != "metric"]
    for row in expected:
        waiting.setdefault(tuple(row.values[place] for place in keys), []).append(row)
    pairs: list[list[Row | None]] = []
    later: list[tuple[int, tuple[Plain, ...]]] = []
    for row in actual:
        key = tuple(row.values[place] for place in keys)
        here = waiting.get(key, [])
        same = next((i for i, other in enumerate(here) if not unequal(columns, other, row, close)), None)
        if same is None and here:
            later.append((len(pairs), key))
        pairs.append([here.pop(same) if same is not None else None, row])
    for place, key in later:
        if waiting[key]:
            pairs[place][0] = waiting[key].pop(0)
    left = {id(row) for rows in waiting.values() for row in rows}
    return [*((a, b) for a, b in pairs), *((row, None) for row in expected if id(row) in left)]


def in_order(columns: Sequence[ResultColumn], expected: list[Row], actual: list[Row], close: Close) -> bool:
    """Whether the rows are the same one by one."""
    return not any(unequal(columns, a, b, close) for a, b in zip(expected, actual, strict=True))


def sentence_of(columns: Sequence[ResultColumn], pairs: list[Pair], close: Close) -> str:
    """`2 of 6 rows differ, 1 is missing`"""
    differ = sum(1 for a, b in pairs if a is not None and b is not None and unequal(columns, a, b, close))
    missing = sum(1 for _, b in pairs if b is None)
    more = sum(1 for a, _ in pairs if a is None)
    expected = sum(1 for a, _ in pairs if a is not None)
    if differ == expected == 1 and not more:
        return "the row differs"
    parts = [f"{differ:,} of {count_of(expected, 'row')} differ{'s' if differ == 1 else ''}"] if differ else []
    parts += [f"{count_of(missing, 'row')} {'is' if missing == 1 else 'are'} missing"] if missing else []
    parts += [f"{count_of(more, 'row')} {'was' if more == 1 else 'were'} not expected"] if more else []
    return ", ".join(parts)


def compared(result: Result, expected: list[Row], close: Close, pairs: list[Pair] | None) -> Comparison:
    """What is shown: rows that differ as they were expected and as they came; the others where there are few. Without
    pairs the rows stand in their two orders."""
    actual = [actual_row(row) for row in result.rows]
    if pairs is None:
        pairs = [(a, b) for a, b in zip(expected, actual, strict=True)]
    elif not expected:
        pairs = [(None, row) for row in actual]
    whole = len(pairs) <= _SHORT
    rows: list[DiffRow] = []
    for left, right in pairs:
        different = unequal(result.columns, left, right, close) if left is not None and right is not None else ()
        if left is not None and right is not None and not different:
            rows += [DiffRow(" ", right.texts)] if whole else []
            continue
        rows += [DiffRow("-", left.texts)] if left is not None else []
        rows += [DiffRow("+", right.texts, different)] if right is not None else []
    right_aligned = tuple(map(is_right, result.columns))
    names = tuple(column.name for column in result.columns)
    return Comparison(names, right_aligned, tuple(rows[:MOST_ROWS]), max(len(rows) - MOST_ROWS, 0))


def is_right(column: ResultColumn) -> bool:
    """Whether a column is shown at the right: numbers are."""
    return column.type.is_number or column.type.kind is Kind.DURATION
