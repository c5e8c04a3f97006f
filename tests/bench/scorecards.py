"""A scorecard of the sales catalogue on DuckDB, of a month that is over against the month before and the year before
(thirteen months): some of its metrics against one statement by hand, all of them against their own by hand."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
from measure import Cost, Row, cost_here, pairs
from running import BY_HAND, compare

from attain.check.scorecard import check_scorecard
from attain.pipeline import Project, ScorecardRequest, compile_anew, open_project
from attain.scorecard.read import trend_request

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "tests" / "catalog"
PART = "scorecards on DuckDB"
ACCOUNTS, QUICK_ACCOUNTS = 185_000, 400  # the first has ten million activities and a million deals
DAY, FROM, TO = date(2026, 6, 30), date(2025, 5, 1), date(2026, 6, 1)
#: A metric whose SQL by hand joins each month with all activities before it: it was written to be right.
SLOW_BY_HAND = ("days_since_last_contact",)
SOME = tuple(
    """calls emails_sent demos proposals_sent networking_events meetings_scheduled email_open_rate call_show_rate
    selling_time sessions content_views add_to_carts checkouts purchases view_to_cart cart_to_checkout
    checkout_to_purchase value_per_session return_per_session revenue deals_won average_revenue average_deal_size
    win_rate unwinnable_share sales_opportunities leads_generated qualified_leads lead_qualification_rate
    referrals""".split()
)


def measure_scorecards(home: Path, *, quick: bool, count: int, only: str = "") -> Iterator[Row]:
    """Both lines, or those whose name holds a text; the rows are compared first."""
    some, every = f"{len(SOME)} metrics of four tables", "the whole catalogue"
    wanted = [what for what in (some, every) if only in what or only in PART]
    if not wanted:
        return
    folder = make_crm(home / ("crm-quick" if quick else "crm-full"), QUICK_ACCOUNTS if quick else ACCOUNTS)
    project = open_project(folder / "metrics.yaml")
    with duckdb.connect() as connection:
        prepare(connection, folder / "examples" / "crm" / "crm.duckdb")
        if some in wanted:
            ours, by_hand = statement(project, SOME), (BY_HAND / "scorecard.sql").read_text()
            compare(some, connection.execute(ours).fetchall(), connection.execute(by_hand).fetchall())
            yield pairs(
                PART, some, timed(connection, ours), "by_hand/scorecard.sql", timed(connection, by_hand), count, 1.3
            )
        if every in wanted:
            hand = by_hand_each()
            ours = statement(project, tuple(hand))
            compare_each(connection, ours, hand)
            told = f"{len(hand)} statements of tests/catalog, one after the other"
            work = [sql for sql, _ in hand.values()]
            yield pairs(PART, every, timed(connection, ours), told, timed(connection, *work), min(count, 3), 1.3)


def make_crm(folder: Path, accounts: int) -> Path:
    """The catalogue and its data, made by the example's own program; found again where they were made before."""
    target = folder / "examples" / "crm"
    if not (target / "crm.duckdb").exists():
        target.mkdir(parents=True, exist_ok=True)
        maker = [
            sys.executable,
            str(ROOT / "examples/crm/make_data.py"),
            "--accounts",
            str(accounts),
            "-o",
            str(target),
        ]
        subprocess.run(maker, check=True, capture_output=True)
    shutil.copytree(ROOT / "examples/crm", target, ignore=shutil.ignore_patterns("*.duckdb*"), dirs_exist_ok=True)
    shutil.copy(ROOT / "metrics.yaml", folder)
    return folder


def prepare(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """The data under the names that both sides know, and what the catalogue's SQL by hand finds beside them."""
    connection.execute(f"ATTACH '{path}' AS crm (READ_ONLY)")
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE database_name = 'crm'").fetchall():
        connection.execute(f"CREATE VIEW {table} AS FROM crm.{table}")
    for name, day in (("as_of", DAY), ("range_from", FROM), ("range_to", TO)):
        connection.execute(f"SET VARIABLE {name} = DATE '{day}'")
    connection.execute((CATALOG / "periods.sql").read_text())
    connection.execute("CREATE TABLE periods AS FROM all_periods('month', INTERVAL 1 MONTH)")
    connection.execute((CATALOG / "grains.sql").read_text())


def statement(project: Project, names: tuple[str, ...]) -> str:
    """What a scorecard asks for these metrics in May: figures by month, which hold the months before."""
    assert project.model is not None, project.problems
    request = ScorecardRequest(names, period="2026-05", as_of=DAY.isoformat())
    query, problems, _ = check_scorecard(project.model, request, DAY)
    assert query is not None, problems
    asked = trend_request(query, [replace(line, target=None, terms=None) for line in query.lines])  # figures alone
    assert asked is not None
    compiled = compile_anew(project, asked, "duckdb", DAY)
    assert compiled.sql, compiled.problems
    return compiled.sql


def by_hand_each() -> dict[str, tuple[str, int | None]]:
    """The catalogue's SQL by hand by month of each metric that is written for it, and the value of a cell that it has
    no row for."""
    sys.path.insert(0, str(ROOT))
    from tests.catalog.cells import ASKED

    return {
        a.metric: (a.sql, a.no_row) for a in ASKED if a.grain == "month" and not a.by and a.metric not in SLOW_BY_HAND
    }


def timed(connection: duckdb.DuckDBPyConnection, *statements: str) -> Callable[[], Cost]:
    """Runs statements one after the other."""

    def work() -> None:
        for sql in statements:
            connection.execute(sql).fetchall()

    return lambda: cost_here(work)


def compare_each(connection: duckdb.DuckDBPyConnection, ours: str, hand: dict[str, tuple[str, int | None]]) -> None:
    """Stops where a metric has another value in a month than by hand, in the ninth digit of a floating number."""
    found = connection.execute(ours)
    columns = [column[0] for column in found.description or []]
    rows = {row[0]: dict(zip(columns, row, strict=True)) for row in found.fetchall()}
    for metric, (sql, no_row) in hand.items():
        expected = dict(connection.execute(sql).fetchall())
        for month, row in rows.items():
            mine, other = row[metric], expected.get(month, no_row)
            close = mine is not None and other is not None and math.isclose(mine, other, rel_tol=1e-9, abs_tol=1e-9)
            if mine != other and not close:
                raise SystemExit(f"{metric} in {month}: {mine} is by hand {other}")
