"""What the tests of the catalogue compare: the cells that SQL by hand gives, and those of the engine.

`NAME.sql` holds what the metric NAME means, written from the catalogue's definitions in words and not from the YAML. A
line `-- ask: --grain month --by region` says which query of the command line the statement below it answers; several
such lines share a statement. Its columns are the period (also of `-- ask: no grain`, where it is the range), the
dimension if there is one, the value. A cell that it has no row for has the value of the line `-- no row:`. What the
statements find beside the tables stands in `periods.sql`, `grains.sql` and `dimensions.sql`; `harder.sql` is done to
the data before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import duckdb

HERE = Path(__file__).parent
# Data go on for three months after the as-of day; the month it lies in is compared with a shorter one. Two months of
# the range have not begun by then: only plans say something of them.
FROM, TO, AS_OF = date(2024, 4, 1), date(2026, 6, 1), date(2026, 3, 30)
STEPS = {"week": "7 DAY", "month": "1 MONTH", "quarter": "3 MONTH", "year": "1 YEAR"}
SHARED = ("periods", "grains", "harder", "dimensions")
Cells = dict[tuple[Any, ...], Any]


@dataclass(frozen=True)
class Asked:
    """A query of the command line, the SQL that answers it, and the value of a cell that the SQL has no row for."""

    metric: str
    grain: str
    by: str
    sql: str
    no_row: int | None

    def __str__(self) -> str:
        return "-".join(filter(None, (self.metric, self.grain or "range", self.by)))

    @property
    def options(self) -> dict[str, Any]:
        """The query's options, as a request takes them."""
        days = {"start": FROM.isoformat(), "end": TO.isoformat(), "as_of": AS_OF.isoformat()}
        return {"grain": self.grain, "by": (self.by,) if self.by else (), **days}


def read_asked(path: Path) -> Iterator[Asked]:
    """The queries of a file."""
    text = path.read_text(encoding="utf-8")
    no_row = {"0": 0, "null": None}[re.findall(r"^-- no row: (.*)$", text, re.MULTILINE)[0]]
    for block in re.findall(r"^((?:-- ask: .*\n)+)([^;]+;)", text, re.MULTILINE):
        for grain, by in re.findall(r"-- ask: (?:no grain|--grain (\w+))(?: --by (\w+))?\n", block[0]):
            yield Asked(path.stem, grain, by, block[1], no_row)


FILES = [path for path in sorted(HERE.glob("*.sql")) if path.stem not in SHARED]
ASKED = [asked for path in FILES for asked in read_asked(path)]


def cells_by_hand(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Cells:
    """What the SQL says: the value of each of its cells."""
    periods = f"all_periods('{asked.grain}', INTERVAL {STEPS[asked.grain]})" if asked.grain else "whole_range()"
    connection.execute(f"CREATE OR REPLACE TABLE periods AS FROM {periods}")
    connection.execute((HERE / "grains.sql").read_text(encoding="utf-8"))
    rows = connection.execute(asked.sql).fetchall()
    return rows_to_cells(rows if asked.grain else [row[1:] for row in rows])


def rows_to_cells(rows: list[tuple[Any, ...]]) -> Cells:
    """The value of each cell; no cell may stand twice."""
    cells = {row[:-1]: row[-1] for row in rows}
    assert len(cells) == len(rows), "a cell has two rows"
    return cells


def check_cells(asked: Asked, found: Cells, expected: Cells, digits: int = 12) -> None:
    """The cells are those of the SQL by hand, and every member is there in every period."""
    assert any(expected.values()), "the data has nothing to show"
    wrong = [
        f"{', '.join(map(str, cell))}: attain {found.get(cell, 'has no row')}, SQL {expected.get(cell, 'has no row')}"
        for cell in sorted({*found, *expected}, key=str)
        if not equal(found.get(cell, asked.no_row), expected.get(cell, asked.no_row), digits)
    ]
    assert not wrong, f"{len(wrong)} of {len(found)} cells differ:\n" + "\n".join(wrong[:12])
    keys = [{cell[place] for cell in found} for place in range(bool(asked.grain) + bool(asked.by))]
    assert set(found) == set(product(*keys))


def equal(found: Any, expected: Any, digits: int) -> bool:
    """Counts and money to the last digit, what was divided to so many digits."""
    if found is None or expected is None or not (isinstance(found, float) or isinstance(expected, float)):
        return bool(found == expected)
    return math.isclose(found, expected, rel_tol=10**-digits, abs_tol=10**-digits)
