"""Tests on the data themselves: conditions, results that are kept, queries by hand. In: a test and its session. Out:
what it came to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal

from attain.base.problem import Problem, has_errors
from attain.base.span import Span
from attain.base.suggest import count_of, did_you_mean, listed
from attain.model.result import Result, ResultColumn, Value
from attain.model.test import FAILED, PASSED, Comparison, DiffRow, Outcome
from attain.model.types import Kind
from attain.report.values import value_to_raw
from attain.testing.compare import Close, Different, actual_row, compare_expected, compare_rows, is_right
from attain.testing.conditions import Asserted, read_condition
from attain.testing.definitions import Test
from attain.testing.outcomes import different, outcome_of, refused
from attain.testing.records import Cell, Records
from attain.testing.session import Answer, Session

_MOST_CELLS = 20  # of those that fail


# -- conditions ------------------------------------------------------------------------------------------------------
def run_assert(test: Test, session: Session) -> Outcome:
    """A condition that must hold in every cell that has a value."""
    assert session.project.model is not None
    asked, problems = read_condition(test, session.project.model)
    if asked is None or has_errors(problems):
        return refused(test, Answer(None, problems))
    answer = session.ask(asked.request)
    if answer.result is None or has_errors(answer.problems):
        return refused(test, answer)
    return judge_cells(test, asked, answer.result)


def judge_cells(test: Test, asked: Asserted, result: Result) -> Outcome:
    """What the cells of a condition come to: two columns say where it fails and where it holds."""
    failing = [row for row in result.rows if row[-2]]
    unknown = sum(1 for row in result.rows if not row[-2] and not row[-1])
    empty = f"; {count_of(unknown, 'cell')} {'has' if unknown == 1 else 'have'} no value" if unknown else ""
    if not failing:
        nothing = unknown == len(result.rows)
        why = "it was looked at in no cell that has a value, so it says nothing" if nothing else ""
        return outcome_of(test, PASSED, why)
    width = len(result.columns) - 2
    why = f"it does not hold in {len(failing):,} of {count_of(len(result.rows), 'cell')}{empty}"
    if width == asked.shown and len(result.rows) == 1:
        why = "it does not hold"
    columns = result.columns[:width]
    rows = tuple(DiffRow(" ", actual_row(row[:width]).texts) for row in failing[:_MOST_CELLS])
    names = tuple(column.name for column in columns)
    shown = Comparison(names, tuple(map(is_right, columns)), rows, max(len(failing) - _MOST_CELLS, 0))
    return replace(outcome_of(test, FAILED, why), comparison=shown)


# -- results that are kept -------------------------------------------------------------------------------------------
def run_golden(test: Test, session: Session) -> Outcome:
    """A result that is kept."""
    answer = session.ask(test.request)
    if answer.result is None or has_errors(answer.problems):
        return refused(test, answer)
    if test.missing:
        why = f"there is no file `{test.missing}` yet"
        return replace(outcome_of(test, FAILED, why, "`attain test --update` writes it"), result=answer.result)
    assert test.expected is not None
    close = Close(test.tolerance, test.tolerances)
    found = compare_expected(answer.result, test.expected, close, ordered=bool(test.request.order))
    return different(test, found, answer.result) if found is not None else outcome_of(test, PASSED)


# -- queries by hand -------------------------------------------------------------------------------------------------
def run_reconcile(test: Test, session: Session) -> Outcome:
    """A metric against a query that somebody wrote by hand, cell by cell."""
    assert test.shape.reconcile is not None
    answer = session.ask(test.request)
    if answer.result is None or has_errors(answer.problems):
        return refused(test, answer)
    by_hand = session.ask_by_hand(str(test.shape.reconcile.sql), test.shape.reconcile.sql.span)
    found = compare_by_hand(answer.result, by_hand, Close(test.tolerance, test.tolerances),
                            test.shape.reconcile.sql.span)  # fmt: skip
    return different(test, found, answer.result) if found is not None else outcome_of(test, PASSED)


def compare_by_hand(result: Result, by_hand: Result, close: Close, span: Span) -> Different | None:
    """What differs between a result and the rows of a query by hand; a row that one of them lacks is one of zeros and
    missing values."""
    names = [column.name for column in by_hand.columns]
    wrong = wrong_columns([column.name for column in result.columns], names, span)
    if wrong is not None:
        return Different("the columns are not those of the metrics", None, (wrong,))
    places = [names.index(column.name) for column in result.columns]
    rows = [tuple(fitted(row[at], column) for at, column in zip(places, result.columns, strict=True))
            for row in by_hand.rows]  # fmt: skip
    keys = [place for place, column in enumerate(result.columns) if column.role != "metric"]
    ours, theirs = ({key_of(row, keys) for row in side} for side in (result.rows, rows))
    kept = [row for row in result.rows if key_of(row, keys) in theirs or not is_nothing(row, keys)]
    records = Records(
        [Cell(column.name, span) for column in result.columns],
        [[Cell(cell_text(value), span) for value in row] for row in rows
         if key_of(row, keys) in ours or not is_nothing(row, keys)],
    )  # fmt: skip
    return compare_rows(Result(result.columns, kept), records, close, ordered=False)


def wrong_columns(wanted: list[str], found: list[str], span: Span) -> Problem | None:
    """What a query by hand lacks or has too many."""
    missing = [name for name in wanted if name not in found]
    more = [name for name in found if name not in wanted]
    if not missing and not more:
        return None
    parts = [f"lacks {listed(missing)}"] if missing else []
    parts += [f"has {listed(more)}, which the result has not"] if more else []
    label = did_you_mean(more[0], missing) if more and missing else ""
    problem = Problem("test-columns", f"the query by hand {', and '.join(parts)}", span, label)
    return problem.hint(f"name its columns as the result does: {', '.join(wanted)}")


def fitted(value: Value, column: ResultColumn) -> Value:
    """A value of a query by hand as the result would have it: midnight of a day is the day."""
    if column.type.kind is Kind.DATE and isinstance(value, datetime) and value.time() == time.min:
        return value.date()
    return value


def cell_text(value: Value) -> str | None:
    """A value as text, with all of its digits."""
    return repr(value) if isinstance(value, float) else value_to_raw(value) if value is not None else None


def key_of(row: tuple[Value, ...], keys: list[int]) -> tuple[object, ...]:
    """The slice and period of a row."""
    return tuple(Decimal(str(row[at])) if isinstance(row[at], float) else row[at] for at in keys)


def is_nothing(row: tuple[Value, ...], keys: list[int]) -> bool:
    """Whether every figure of a row is zero or missing."""
    return all(value is None or value == 0 for at, value in enumerate(row) if at not in keys)
