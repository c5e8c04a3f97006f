"""The data of examples/crm: the same for the same arguments, every table there, and what they promise to hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "crm" / "make_data.py"
TABLES = 20
NONE = {
    "keys stand once": """
        SELECT 'accounts' FROM accounts GROUP BY account_id HAVING count(*) > 1
        UNION ALL SELECT 'activities' FROM activities GROUP BY activity_id HAVING count(*) > 1
        UNION ALL SELECT 'deals' FROM deals GROUP BY deal_id HAVING count(*) > 1
        UNION ALL SELECT 'leads' FROM leads GROUP BY lead_id HAVING count(*) > 1
        UNION ALL SELECT 'subscriptions' FROM subscriptions GROUP BY subscription_id HAVING count(*) > 1""",
    "one forecast a day": "SELECT 1 FROM forecasts GROUP BY rep_id, month, made_on HAVING count(*) > 1",
    "a deal is closed if and only if it is over": "SELECT 1 FROM deals WHERE (status = 'open') <> (closed_at IS NULL)",
    "no deal closes before it is created": "SELECT 1 FROM deals WHERE closed_at < created_at",
    "the last stage is the deal's": """
        SELECT 1
        FROM deals
        JOIN (SELECT deal_id, max_by(stage, (entered_at, position)) AS last FROM deal_stages GROUP BY 1) USING (deal_id)
        WHERE deals.stage <> last AND status <> 'lost'""",
    "a deal that is over has left its stages": """
        SELECT 1 FROM deals JOIN deal_stages USING (deal_id) WHERE status <> 'open' AND deal_stages.stage <> 'Won'
          AND (exited_at IS NULL OR exited_at > closed_at)""",
    "nothing happens after the last day": """
        SELECT 1 FROM activities WHERE occurred_at >= DATE '2026-07-01'
        UNION ALL SELECT 1 FROM deals WHERE closed_at >= DATE '2026-07-01' OR created_at >= DATE '2026-07-01'
        UNION ALL SELECT 1 FROM orders WHERE ordered_at >= DATE '2026-07-01'""",
}
SOME = {
    "references that lead nowhere": "SELECT 1 FROM deals ANTI JOIN reps USING (rep_id) WHERE rep_id IS NOT NULL",
    "references that are missing": "SELECT 1 FROM deals WHERE account_id IS NULL",
    "stages entered again": "SELECT 1 FROM deal_stages GROUP BY deal_id, stage HAVING count(*) > 1",
    "deals without a history": "SELECT 1 FROM deals ANTI JOIN deal_stages USING (deal_id)",
    "reps who left, with deals": "SELECT 1 FROM deals JOIN reps USING (rep_id) WHERE left_on < closed_at",
    "accounts that come back": """
        SELECT 1 FROM subscriptions AS a JOIN subscriptions AS b USING (account_id)
        WHERE a.ended_at < b.started_at
          AND NOT EXISTS (FROM subscriptions AS c WHERE c.account_id = a.account_id AND c.started_at <= a.ended_at
                          AND coalesce(c.ended_at, b.started_at) > a.ended_at)""",
    "months without a quota between others": """
        SELECT 1 FROM quotas AS a WHERE NOT EXISTS (FROM quotas AS b WHERE b.rep_id = a.rep_id
          AND b.month = a.month + INTERVAL 1 MONTH)
          AND EXISTS (FROM quotas AS b WHERE b.rep_id = a.rep_id AND b.month > a.month)""",
    "ties": "SELECT 1 FROM activities WHERE occurred_at IS NOT NULL GROUP BY rep_id, occurred_at HAVING count(*) > 1",
    "appointments to come": "SELECT 1 FROM activities WHERE scheduled_at >= DATE '2026-07-01'",
    "plans to come": "SELECT 1 FROM plan WHERE month = DATE '2026-12-01'",
    "leads with two deals": "SELECT 1 FROM deals WHERE lead_id IS NOT NULL GROUP BY lead_id HAVING count(*) > 1",
    "unknown answers": "SELECT 1 FROM activities WHERE kind = 'email' AND opened IS NULL",
}


def make(folder: Path, *arguments: str) -> Path:
    """The data in a folder, by the command line."""
    subprocess.run([sys.executable, SCRIPT, "-o", folder, *arguments], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The data base of 400 accounts and 36 months."""
    return duckdb.connect(str(make(tmp_path_factory.mktemp("crm")) / "crm.duckdb"), read_only=True)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_arguments_give_the_same_bytes(tmp_path: Path, form: str) -> None:
    """Every file, twice; another seed gives others."""
    size = ("--accounts", "30", "--months", "5", "--format", form)
    one, two = make(tmp_path / "1", *size), make(tmp_path / "2", *size)
    other = make(tmp_path / "3", *size, "--seed", "2")
    names = sorted(path.name for path in one.iterdir())
    assert len(names) == TABLES
    assert all((one / name).read_bytes() == (two / name).read_bytes() for name in names)
    assert (one / f"deals.{form}").read_bytes() != (other / f"deals.{form}").read_bytes()


def test_the_smallest_data_are_made(tmp_path: Path) -> None:
    """One account, one month: every table is there."""
    with duckdb.connect(str(make(tmp_path, "--accounts", "1", "--months", "1") / "crm.duckdb")) as connection:
        assert len(connection.execute("SHOW TABLES").fetchall()) == TABLES


def test_ten_years_are_made(tmp_path: Path) -> None:
    """Subscriptions, reps and deals go on to the last day."""
    with duckdb.connect(str(make(tmp_path, "--accounts", "60", "--months", "120") / "crm.duckdb")) as connection:
        for table in (
            "subscriptions WHERE ended_at IS NULL",
            "reps WHERE left_on IS NULL",
            "deals WHERE status = 'open'",
        ):
            (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,)
            assert count > 3, table


@pytest.mark.parametrize("query", NONE.values(), ids=NONE)
def test_what_never_happens(crm: duckdb.DuckDBPyConnection, query: str) -> None:
    """No row breaks the rule."""
    assert crm.execute(query).fetchone() is None


@pytest.mark.parametrize("query", SOME.values(), ids=SOME)
def test_what_happens_as_in_real_data(crm: duckdb.DuckDBPyConnection, query: str) -> None:
    """There is such a row."""
    assert crm.execute(query).fetchone() is not None
