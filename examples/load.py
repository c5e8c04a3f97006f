"""Loads the CSV files of an example into a DuckDB data base beside them, a table each.

    python examples/load.py examples/salesforce          # salesforce.duckdb, from export/*.csv and other/*.csv

With data of your own, the tables are in your warehouse already, and no such step is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb


def load(folder: Path) -> Path:
    """The data base: a table for each file, named as the file is."""
    file = folder / f"{folder.resolve().name}.duckdb"
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        for path in sorted([*folder.glob("export/*.csv"), *folder.glob("other/*.csv")]):
            query = "SELECT * FROM read_csv(?, header = true, sample_size = -1)"
            connection.execute(f'CREATE TABLE "{path.stem}" AS {query}', [str(path)])
    return file


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python examples/load.py FOLDER")
    if not any(Path(sys.argv[1]).glob("export/*.csv")):
        raise SystemExit(f"no folder with export/*.csv: {sys.argv[1]}")
    print(f"loaded {load(Path(sys.argv[1]))}")
