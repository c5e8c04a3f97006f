"""What Salesforce and HubSpot would export (examples/salesforce, examples/hubspot) of a small CRM (examples/crm).

    python examples/make_exports.py          # writes the CSV files anew
    python examples/make_exports.py --to DIR # ... into DIR/salesforce and DIR/hubspot

Each of `export.sql` holds SELECTs, and above each, after `-- file:`, the file that it fills.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "crm"))
from make_data import LAST_DAY, make_tables, variables  # noqa: E402

ACCOUNTS, MONTHS, SEED = 40, 12, 3
PRODUCTS = ("salesforce", "hubspot")


def write_export(connection: duckdb.DuckDBPyConnection, product: str, folder: Path) -> None:
    """The files of a product, below the folder."""
    text = (HERE / product / "export.sql").read_text(encoding="utf-8")
    shared, *parts = re.split(r"^-- file: (.*)$", text, flags=re.MULTILINE)
    connection.execute(shared)
    for name, query in zip(parts[::2], parts[1::2], strict=True):
        file = folder / product / name.strip()
        file.parent.mkdir(parents=True, exist_ok=True)
        connection.execute(f"COPY ({query.strip().rstrip(';')}) TO '{file}' (HEADER)")


def main() -> None:
    """Both products' files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--to", type=Path, default=HERE, metavar="DIR")
    folder = parser.parse_args().to
    for product in PRODUCTS:
        with duckdb.connect() as connection:
            make_tables(connection, variables(ACCOUNTS, MONTHS, SEED, LAST_DAY))
            write_export(connection, product, folder)


if __name__ == "__main__":
    main()
