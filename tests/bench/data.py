"""The data of the benchmarks, made by DuckDB from row numbers: the same wherever the same DuckDB makes them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

DEFINITIONS = Path(__file__).parent / "definitions"
FORM = 2  # of the data: another one makes them anew


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows the tables have."""

    deals: int
    costs: int
    reps: int
    accounts: int
    campaigns: int
    subscriptions: int


FULL = Size(
    deals=10_000_000, costs=2_000_000, reps=10_000, accounts=1_000_000, campaigns=2_000, subscriptions=1_000_000
)
QUICK = Size(deals=200_000, costs=40_000, reps=200, accounts=20_000, campaigns=40, subscriptions=20_000)


def tables(size: Size) -> dict[str, str]:
    """The query that makes each table. `hash` scatters the keys, so no column follows another."""
    return {
        "reps": f"""
            SELECT i AS rep_id, 'rep ' || i AS name, ['EMEA', 'AMER', 'APAC', 'LATAM', 'ANZ'][1 + i % 5] AS region
            FROM range({size.reps}) AS r(i)""",
        "accounts": f"""
            SELECT
              i AS account_id,
              ['Enterprise', 'Mid-market', 'Small', 'Public'][1 + (hash(i) % 4)::INTEGER] AS segment
            FROM range({size.accounts}) AS r(i)""",
        "campaigns": f"""
            SELECT i AS campaign_id, ['Search', 'Social', 'Events', 'Partner', 'Email', 'Direct'][1 + i % 6] AS channel
            FROM range({size.campaigns}) AS r(i)""",
        "deals": f"""
            SELECT
              i AS deal_id,
              (hash(i, 'rep') % {size.reps})::BIGINT AS rep_id,
              (hash(i, 'account') % {size.accounts})::BIGINT AS account_id,
              (hash(i, 'campaign') % {size.campaigns})::BIGINT AS campaign_id,
              ['open', 'won', 'lost', 'stalled'][1 + (hash(i, 'status') % 4)::INTEGER] AS status,
              ['new', 'renewal', 'expansion'][1 + (hash(i, 'kind') % 3)::INTEGER] AS kind,
              ((hash(i, 'amount') % 10000000)::BIGINT * 0.01)::DECIMAL(12, 2) AS amount,
              (hash(i, 'seats') % 500)::INTEGER AS seats,
              TIMESTAMP '2024-01-01' + to_seconds((hash(i, 'time') % (731 * 86400))::BIGINT) AS closed_at,
              closed_at::DATE AS closed_on
            FROM range({size.deals}) AS r(i)""",
        "costs": f"""
            SELECT
              i AS cost_id,
              (hash(i, 'c') % {size.campaigns})::BIGINT AS campaign_id,
              ((hash(i, 'cost') % 500000)::BIGINT * 0.01)::DECIMAL(12, 2) AS amount,
              DATE '2024-01-01' + (hash(i, 'day') % 731)::INTEGER AS spent_on
            FROM range({size.costs}) AS r(i)""",
        "subscriptions": f"""
            SELECT
              i AS subscription_id,
              (hash(i, 'subscriber') % {size.reps})::BIGINT AS rep_id,
              ['Basic', 'Team', 'Business'][1 + (hash(i, 'plan') % 3)::INTEGER] AS plan,
              ((hash(i, 'mrr') % 100000)::BIGINT * 0.01)::DECIMAL(12, 2) AS mrr,
              DATE '2022-10-01' + (hash(i, 'start') % 1188)::INTEGER AS started_on,
              CASE WHEN hash(i, 'ended') % 10 < 6 THEN started_on + (hash(i, 'length') % 700)::INTEGER END AS ended_on
            FROM range({size.subscriptions}) AS r(i)""",
    }


def make_data(folder: Path, size: Size) -> Path:
    """A folder with the data base and the definitions beside it; the data are made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    file, mark = folder / "bench.duckdb", folder / "made"
    made = f"{FORM} {size} {duckdb.__version__}"
    if not file.is_file() or not mark.is_file() or mark.read_text() != made:
        mark.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        with duckdb.connect(str(file)) as connection:
            for name, query in tables(size).items():
                connection.execute(f"CREATE TABLE {name} AS {query}")
            connection.execute("CHECKPOINT")
        mark.write_text(made)
    for path in DEFINITIONS.iterdir():
        if path.suffix in (".yaml", ".lock"):
            shutil.copy(path, folder / path.name)
    return folder
