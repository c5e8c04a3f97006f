"""Which window an operator, or a composition of them, gives a metric: told as `--from` and `--to`.

For every kind of metric; the data have rows on both sides of every end of a window, so that a wrong one shows.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from . import Wrong, interpret
from .test_reference import comparable

DEFINITIONS = """\
version: 1
name: windows
tables:
  sales:
    file: sales.csv
    key: id
    time: day
    joins: {rep: {to: reps, on: rep_id}}
  reps: {file: reps.csv, key: rep_id}
  tasks: {file: tasks.csv, key: id, time: due, fields: {due: {ahead: true}}}
  costs: {file: costs.csv, key: id, time: paid}
  subs: {file: subs.csv, key: id, lifespan: {from: began, to: ended}}
  stock: {file: stock.csv, key: [item, snap], snapshot: {column: snap, per: item}}
dimensions: {region: rep.region}
metrics:
  total: sum(sales.amount)
  share: sum(sales.amount where kind = 'x') / count(sales)
  middle: median(sales.amount)
  high: percentile(sales.amount, 80%)
  buyers: count(distinct sales.buyer)
  profit: total - sum(costs.amount)
  alive: sum(subs.fee as of end)
  opened: count(subs as of start)
  level: sum(stock.qty as of end)
  largest: max(total per region)
  busy: count(reps where total > 30)
  known: (total where region is not null) / all(total)
  days_long: days(period_end() - period_start()) + 0 * total
"""
METRICS = "total share middle high buyers profit alive opened level largest busy known days_long".split()
FEB = "--grain month --from 2025-02-01 --to 2025-03-01"
WEEK = "--grain week --from 2025-01-27 --to 2025-02-03"
WINDOWS: list[tuple[str, str, str, str]] = [
    # the cell itself, whole and cut on the 10th
    ("M", FEB, "2025-02-01", "2025-03-01"),
    ("M", f"{FEB} --as-of 2025-02-10", "2025-02-01", "2025-02-11"),
    # moved by a period, whole; the ten days of February against ten of January; on its last day it is whole
    ("prior(M)", FEB, "2025-01-01", "2025-02-01"),
    ("prior(M)", f"{FEB} --as-of 2025-02-10", "2025-01-01", "2025-01-11"),
    ("prior(M)", f"{FEB} --as-of 2025-02-28", "2025-01-01", "2025-02-01"),
    ("prior(M, 1 year)", FEB, "2024-02-01", "2024-03-01"),
    ("prior(M, 1 year)", f"{FEB} --as-of 2025-02-27", "2024-02-01", "2024-02-28"),
    # not whole months: the first and the last day; 31 March and 30 March go to 28 February
    ("prior(M, 1 month)", "--grain day --from 2025-03-31 --to 2025-04-01", "2025-02-28", "2025-03-01"),
    ("prior(M, 1 month)", "--grain day --from 2025-03-30 --to 2025-03-31", "2025-02-28", "2025-03-01"),
    ("prior(M, 1 month)", "--from 2025-01-31 --to 2025-03-31", "2024-12-31", "2025-03-01"),
    ("prior(M, 1 month)", "--from 2025-01-01 --to 2025-03-01", "2024-12-01", "2025-02-01"),
    # a week a year before: the same dates, or 52 weeks for the same weekdays
    ("prior(M, 1 year)", WEEK, "2024-01-27", "2024-02-03"),
    ("prior(M, 52 weeks)", WEEK, "2024-01-29", "2024-02-05"),
    ("prior(M)", WEEK, "2025-01-20", "2025-01-27"),
    # a quarter cut on the last day of its second month is two whole months
    (
        "prior(M, 1 month)",
        "--grain quarter --from 2025-01-01 --as-of 2025-02-28 --to 2025-02-02",
        "2024-12-01",
        "2025-02-01",
    ),
    # that long and ending with the period; starts are never cut
    ("rolling(M, 2 months)", FEB, "2025-01-01", "2025-03-01"),
    ("rolling(M, 2 months)", f"{FEB} --as-of 2025-02-10", "2025-01-01", "2025-02-11"),
    ("rolling(M, 1 month)", f"{FEB} --as-of 2025-02-10", "2025-02-01", "2025-02-11"),
    ("rolling(M, 7 days)", f"{FEB} --as-of 2025-02-24", "2025-02-22", "2025-02-25"),
    ("rolling(M, 1 month)", "--grain day --from 2025-03-30 --to 2025-03-31", "2025-02-28", "2025-03-31"),
    ("rolling(M, 1 month)", "--grain day --from 2025-03-31 --to 2025-04-01", "2025-03-01", "2025-04-01"),
    ("rolling(M, 3 months)", "--from 2025-01-10 --to 2025-02-11", "2024-11-11", "2025-02-11"),
    # the start of the month that holds the week's last instant, 2 February
    ("to_date(M, month)", WEEK, "2025-02-01", "2025-02-03"),
    ("to_date(M, year)", f"{WEEK} --as-of 2025-01-28", "2025-01-01", "2025-01-29"),
    ("to_date(M, quarter)", FEB, "2025-01-01", "2025-03-01"),
    ("to_date(M, year)", "--from 2025-01-10 --to 2025-02-11", "2025-01-01", "2025-02-11"),
    # compositions, from the outside in
    ("prior(prior(M))", FEB, "2024-12-01", "2025-01-01"),
    ("prior(prior(M, 1 year))", f"{FEB} --as-of 2025-02-10", "2024-01-01", "2024-01-11"),
    ("prior(rolling(M, 2 months))", f"{FEB} --as-of 2025-02-10", "2024-12-01", "2025-01-11"),
    ("rolling(prior(M), 2 months)", f"{FEB} --as-of 2025-02-10", "2024-12-01", "2025-01-11"),
    ("prior(to_date(M, quarter))", FEB, "2025-01-01", "2025-02-01"),
    ("to_date(prior(M), quarter)", FEB, "2024-12-01", "2025-02-01"),
    ("prior(to_date(M, year), 1 year)", f"{FEB} --as-of 2025-02-10", "2024-01-01", "2024-02-11"),
    ("rolling(to_date(M, year), 3 months)", f"{FEB} --as-of 2025-02-10", "2025-01-01", "2025-02-11"),
    ("to_date(rolling(M, 3 months), year)", f"{FEB} --as-of 2025-02-10", "2024-12-01", "2025-02-11"),
    ("rolling(rolling(M, 1 month), 3 months)", FEB, "2025-02-01", "2025-03-01"),
    ("running(prior(M, 1 month))", f"{FEB} --as-of 2025-02-10", "", "2025-01-11"),
    ("prior(running(M))", f"{FEB} --as-of 2025-02-10", "", "2025-01-11"),
    ("running(M)", FEB, "", "2025-03-01"),
    ("running(rolling(M, 7 days))", FEB, "2025-02-22", "2025-03-01"),
    ("rolling(running(M), 7 days)", FEB, "", "2025-03-01"),
    # where the slice is another, the window is still the outer operator's
    ("prior(all(M))", FEB, "2025-01-01", "2025-02-01"),
    ("all(prior(M))", FEB, "2025-01-01", "2025-02-01"),
]


def _days() -> list[str]:
    """The days before and after each end of a window."""
    ends = {date.fromisoformat(day) for _, _, *days in WINDOWS for day in days if day}
    return sorted({str(day + timedelta(days=n)) for day in ends for n in (-1, 0)})


def _table(header: str, line: Callable[[int, str], list[object]]) -> str:
    """A line a day."""
    return "\n".join([header, *(",".join(map(str, line(i, day))) for i, day in enumerate(_days(), 1))])


LATER = dict(zip(_days(), [*_days()[3:], "", "", ""], strict=True))
TABLES = {
    "sales": _table(
        "id,amount,kind,buyer,rep_id,day", lambda i, d: [i, i * i, "xxy"[i % 3], "abc"[i % 3], i % 4 or "", d]
    ),
    "reps": "rep_id,region\n1,E\n2,W\n",
    "costs": _table("id,amount,paid", lambda i, d: [i, i, d]),
    "subs": _table("id,fee,began,ended", lambda i, d: [i, i * i, d, LATER[d]]),
    "stock": _table("item,snap,qty", lambda i, d: ["xy"[i % 2], d, i]),
    "tasks": "id,due\n1,2025-01-31\n2,2025-02-01\n3,2025-02-20\n4,2025-03-01\n",
}


def _asked(metric: str, options: str) -> list[list[object]]:
    """The values of a query over a window of its own; no row has a period."""
    answer = interpret(DEFINITIONS, TABLES, f'"{metric}" {options}', today=date(2026, 11, 1))
    return [[comparable(value) for value in row] for row in answer.rows]


@pytest.mark.parametrize("metric", METRICS)
def test_window(metric: str) -> None:
    """A metric under an operator is the metric in the window beside it."""
    for template, options, first, end in WINDOWS:
        found = _asked(template.replace("M", metric), options)
        expected = _asked(metric, f"--to {end}" + (f" --from {first}" if first else ""))
        assert [row[-1:] for row in found] == expected, (template, options)


def test_the_windows_tell_the_metrics_apart() -> None:
    """Each of them has another total, so that a window that is off by a day shows."""
    spans = {(first, end) for _, _, first, end in WINDOWS}
    totals = {tuple(_asked("total", f"--to {end}" + (f" --from {first}" if first else ""))[0]) for first, end in spans}
    assert len(totals) == len(spans)


@pytest.mark.parametrize(
    "template", ["M", "prior(M)", "rolling(M, 3 months)", "to_date(M, year)", "running(M)", "all(M)"]
)
def test_a_window_after_the_as_of_day_is_empty(template: str) -> None:
    """And stays empty: counts and sums are 0, everything else is missing."""
    options = "--grain month --from 2025-03-01 --to 2025-04-01 --as-of 2025-02-28"
    found = {metric: _asked(template.replace("M", metric), options)[0][-1] for metric in METRICS}
    zeros = {"total", "buyers", "profit", "alive", "opened", "level", "busy"}
    assert found == {metric: 0 if metric in zeros else None for metric in METRICS}


def test_an_axis_marked_ahead_is_not_cut() -> None:
    """As of 2 February: two tasks are due in February, one in January; the moved window is the whole of January."""
    found = _asked("count(tasks)", f"{FEB} --as-of 2025-02-02")
    assert found == [["2025-02-01", 2]]
    assert _asked("prior(count(tasks))", f"{FEB} --as-of 2025-02-02") == [["2025-02-01", 1]]
    march = "--grain month --from 2025-03-01 --to 2025-04-01 --as-of 2025-02-02"
    assert _asked("to_date(count(tasks), year)", march) == [["2025-03-01", 4]]
    assert _asked("rolling(count(tasks), 2 months)", march) == [["2025-03-01", 3]]
    assert _asked("count(tasks) - count(costs)", march) == [["2025-03-01", 1]]


def test_growth_is_a_ratio_of_two_windows() -> None:
    """growth(m, 1 year) = m / prior(m, 1 year) - 1, and of operators inside it."""
    for inner in ("total", "rolling(total, 3 months)", "share", "to_date(buyers, year)"):
        ((_, grown, ratio),) = interpret(
            DEFINITIONS, TABLES, f'"growth({inner}, 1 year)" "{inner} / prior({inner}, 1 year) - 1" {FEB}'
        ).rows
        assert grown == ratio and grown is not None


@pytest.mark.parametrize(
    "text", ["prior(total, 1 month)", "rolling(total, 1 month)", "to_date(total, year)", "growth(total)"]
)
def test_a_time_operator_needs_a_window(text: str) -> None:
    """A grain, or a range; running is everything without one."""
    with pytest.raises(Wrong):
        _asked(text, "")
    assert _asked("running(total)", "") == _asked("total", "")


def test_a_grain_needs_a_time_axis() -> None:
    """Reps have none: only a range gives them periods."""
    with pytest.raises(Wrong):
        _asked("count(reps)", "--grain month")
    assert _asked("count(reps)", FEB) == [["2025-02-01", 2]]
