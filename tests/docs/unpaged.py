"""Problems that a page cannot hold: the wrong file is long or no YAML, or the fault lies in the installation."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.docs.shell import run_attain
from tests.support.engine import write_project

TABLES = {"deals": "deal_id,status,amount,closed_at\n1,won,12000,2026-01-29\n2,lost,8000,2026-02-03"}
DEALS = "version: 1\ntables:\n  deals:\n    file: deals.csv\n    key: deal_id\n    time: closed_at\nmetrics:\n"


@dataclass(frozen=True)
class Unpaged:
    """What to write into a folder, and the command that then goes wrong."""

    what: str
    metrics: Callable[[], str]
    command: str = "attain validate"
    lock: str = ""
    package: str = ""
    webhook: bool = False
    whole: str = ""  # all definitions, over the same rows in crm.duckdb


def long_list(number: int = 0) -> str:
    """A condition over two thousand names."""
    names = ", ".join(f"'name {number} {i}'" for i in range(1_150))
    return f"count(deals where status in ({names}))"


UNPAGED = {
    "file-too-large": Unpaged("a file of 8 MB", lambda: f"  # {'x' * 8_000_000}\n  deal_count: count(deals)\n"),
    "expression-too-long": Unpaged("a list of 2,000 names", lambda: f"  known: {long_list()} + {long_list()}\n"),
    "sql-too-large": Unpaged(
        "sixty lists of 1,150 names",
        lambda: "".join(f"  m{i}: {long_list(i)}\n" for i in range(60)),
        "attain compile " + " ".join(f"m{i}" for i in range(60)),
    ),
    "lock-unreadable": Unpaged(
        "a lock with the marks of a merge", lambda: "  deal_count: count(deals)\n", lock="<<<<<<< HEAD\n{}\n=======\n"
    ),
    "missing-package": Unpaged(
        "no pyarrow",
        lambda: "  deal_count: count(deals)\n",
        "attain run deal_count -o deals.parquet",
        package="pyarrow",
    ),
    "webhook-failed": Unpaged(
        "a port that nobody listens on",
        lambda: "  deal_count: count(deals)\nalerts:\n  few: {metric: deal_count, when: below 3}\n",
        "attain alerts -q --as-of 2026-02-28 --webhook http://127.0.0.1:1/hooks/a-secret",
        webhook=True,
    ),
    "additivity-probe": Unpaged(
        "a query that keeps the largest rows of a table",
        lambda: "",
        "attain validate --data",
        whole="""version: 1
connections: {default: {type: duckdb, path: crm.duckdb}}
tables:
  top_deals:
    sql: SELECT deal_id, amount, closed_at FROM deals ORDER BY amount DESC LIMIT 1
    key: deal_id
    time: closed_at
metrics:
  top_amount: sum(top_deals.amount)
""",
    ),
}


def message_of(code: str, folder: Path) -> str:
    """What is said of a problem without a page."""
    unpaged = UNPAGED[code]
    write_project(folder, unpaged.whole or DEALS + unpaged.metrics(), TABLES)
    if unpaged.whole:
        write_database(folder)
    if unpaged.lock:
        (folder / "attain.lock").write_text(unpaged.lock)
    with without(unpaged.package), without_delays():
        done = run_attain(folder, unpaged.command)
    return (done.err if unpaged.webhook else done.out or done.err).rstrip("\n")


def write_database(folder: Path) -> None:
    """The rows of deals.csv in crm.duckdb."""
    import duckdb

    with duckdb.connect(str(folder / "crm.duckdb")) as connection:
        connection.execute(f"CREATE TABLE deals AS FROM read_csv('{folder / 'deals.csv'}')")


@contextmanager
def without_delays() -> Iterator[None]:
    """As if nobody waited before a message is sent again."""
    from attain.run import webhook

    kept = webhook.DELAYS
    webhook.DELAYS = (0.0, 0.0, 0.0)
    try:
        yield
    finally:
        webhook.DELAYS = kept


@contextmanager
def without(package: str) -> Iterator[None]:
    """As if a package were not installed."""
    if not package:
        yield
        return
    kept = sys.modules.get(package)
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]
        if kept is not None:
            sys.modules[package] = kept
