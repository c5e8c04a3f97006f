"""The data of the CRM example: all tables of a sales team, as many accounts and months as asked for.

    python examples/crm/make_data.py                                    # crm.duckdb beside this file
    python examples/crm/make_data.py --accounts 200000 --format parquet -o /tmp/crm

The same arguments give the same rows. The tables are made by the SQL in `make/`, one file after the other.
"""

from __future__ import annotations

import argparse
import os
from datetime import date, timedelta
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
LAST_DAY = date(2026, 6, 30)
TABLES = (
    "reps",
    "accounts",
    "products",
    "leads",
    "deals",
    "deal_stages",
    "activities",
    "inquiries",
    "quotas",
    "plan",
    "forecasts",
    "orders",
    "order_lines",
    "subscriptions",
    "costs",
    "web_sessions",
    "competitor_prices",
    "mentions",
    "social_engagements",
    "surveys",
)


def month_before(day: date, months: int) -> date:
    """The first day of the month that lies so many months before that of the day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def variables(accounts: int, months: int, seed: int, last_day: date) -> dict[str, int | date]:
    """What the SQL is told: the arguments, and how many rows follow from them."""
    return {
        "accounts": accounts,
        "months": months,
        "seed": seed,
        "last_day": last_day,
        "after": last_day + timedelta(days=1),
        "first_day": month_before(last_day, months - 1),
        "reps": max(12, accounts // 50),
        "inquiry_count": accounts * months // 20 + 1,
        "shop_count": accounts * months // 20 + 1,
        "session_count": accounts * months // 2 + 5,
        "mention_count": accounts * months // 15 + 1,
    }


def make_tables(connection: duckdb.DuckDBPyConnection, given: dict[str, int | date]) -> None:
    """All tables, in the connection's data base."""
    for name, value in given.items():
        connection.execute(
            f"SET VARIABLE {name} = " + (f"{value}::BIGINT" if isinstance(value, int) else f"DATE '{value}'")
        )
    for script in sorted((HERE / "make").glob("*.sql")):
        connection.execute(script.read_text(encoding="utf-8"))


def write_tables(connection: duckdb.DuckDBPyConnection, form: str, folder: Path) -> None:
    """Each table as a file of its own."""
    for table in TABLES:
        connection.execute(
            f"COPY {table} TO '{folder / table}.{form}' ({'FORMAT parquet' if form == 'parquet' else 'HEADER'})"
        )


def make_data(accounts: int, months: int, seed: int, form: str, folder: Path, last_day: date = LAST_DAY) -> None:
    """The data in a folder: a file a table, or one data base `crm.duckdb`."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "crm.duckdb"
    if form == "duckdb":
        file.unlink(missing_ok=True)
    with duckdb.connect(str(file) if form == "duckdb" else ":memory:") as connection:
        make_tables(connection, variables(accounts, months, seed, last_day))
        if form != "duckdb":
            write_tables(connection, form, folder)


def read_arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--accounts", type=int, default=400, metavar="N")
    parser.add_argument(
        "--months", type=int, default=36, metavar="M", help="of records, the last of them that of the last day"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another one gives other figures")
    parser.add_argument("--last-day", type=date.fromisoformat, default=LAST_DAY, metavar="DATE")
    parser.add_argument("--format", choices=["duckdb", "parquet", "csv"], default="duckdb")
    parser.add_argument("-o", "--output", type=Path, default=HERE, metavar="DIR")
    return parser.parse_args()


def main() -> None:
    """Makes the data that the command line asks for."""
    asked = read_arguments()
    if asked.accounts < 1 or asked.months < 1:
        raise SystemExit("--accounts and --months are at least 1")
    make_data(asked.accounts, asked.months, asked.seed, asked.format, asked.output, asked.last_day)
    folder = os.path.relpath(asked.output)
    print(f"data of {asked.accounts:,} accounts, {asked.months} months up to {asked.last_day}: {folder}")


if __name__ == "__main__":
    main()
