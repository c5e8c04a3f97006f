"""Holidays from a table, days outside those that are known, and each way to name them, on every engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.engines.answers import check_rows, compile_asked, in_postgres, in_sqlite, run_on
from tests.engines.asked import Asked

REST = """
version: 1
tables:
  tickets: {file: tickets.csv, key: ticket_id, time: opened}
  holidays: {file: holidays.csv}
  dated: {file: dated.csv}
metrics:
  days_open: min(business_days(tickets.opened, answered))
  response: min(business_hours(tickets.opened, answered))
  since_opened: min(business_days(tickets.opened_on, answered))
"""
TICKETS = """ticket_id,opened,opened_on,answered
1,2025-01-03 15:00:00,2025-01-03,2025-01-07 10:30:00
2,2025-01-10 09:00:00,2025-01-10,2025-01-14 09:00:00
3,1989-12-29 12:00:00,1989-12-29,1990-01-03 12:00:00
4,1969-12-31 12:00:00,1969-12-31,1970-01-02 12:00:00
5,2099-12-30 12:00:00,2099-12-30,2099-12-31 12:00:00
6,2099-12-31 12:00:00,2099-12-31,2100-01-01 12:00:00
7,2025-01-07 12:00:00,2025-01-07,
8,2100-01-05 12:00:00,2100-01-05,2100-01-04 12:00:00
"""
#: The same days: one twice, one on a weekend, one missing; as days, and as the time at which each begins or is noted.
HOLIDAYS = "name,day\nEpiphany,2025-01-06\nThree Kings,2025-01-06\nA Saturday,2025-01-11\nUnknown,"
DATED = "name,noted\nEpiphany,2025-01-06 00:00:00\nThree Kings,2025-01-06 11:00:00\nA Saturday,2025-01-11 23:00:00"
#: Of each ticket: the days, the hours (nine to five), the days from the day on which it was opened. Ticket 1: Friday,
#: two hours and one and a half; 2: Friday and Monday. 3: Friday, Monday the 1st, Tuesday. The last goes backwards.
WEEKDAYS = {3: (3, 24), 5: (1, 8)}
WRITTEN = {1: (1, 3.5), 2: (2, 16), **WEEKDAYS, 8: (0, 0)}
WAYS = {
    "a day": ("2025-01-06", WRITTEN),
    "days": ("[2025-01-11, 2025-01-06]", WRITTEN),
    "a table of days": ("{table: holidays, date: day}", WRITTEN),
    "a table of times": ("{table: dated, date: noted}", WRITTEN),
    "a country": ("US", {1: (2, 11.5), 2: (2, 16), 8: (0, 0)}),
    "a part of a country": ("DE-BY", {1: (1, 3.5), 2: (2, 16), 8: (0, 0)}),
    "a country and a day": ("[US, 2025-01-06]", {1: (1, 3.5), 2: (2, 16), 8: (0, 0)}),
}


@pytest.mark.parametrize("engine", ["duckdb", "postgres", "sqlite"])
@pytest.mark.parametrize("way", WAYS)
def test_holidays(way: str, engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The rows worked out by hand; missing where a day lies outside those that holidays are known for."""
    written, known = WAYS[way]
    definitions = f"calendar: {{working_hours: [9, 17], holidays: {written}}}{REST}"
    rows = [[i, *known.get(i, (None, None)), known.get(i, (None,))[0]] for i in range(1, 9)]
    texts = [[None if value is None else f"{value:g}" for value in row] for row in rows]
    tables = {"tickets": TICKETS, "holidays": HOLIDAYS, "dated": DATED}
    query = "days_open response since_opened --by tickets.ticket_id"
    asked = Asked(way, definitions, tables, {}, query, None, texts)
    compiled, data = compile_asked(asked, tmp_path, engine)
    assert compiled.sql, compiled.problems
    if engine == "postgres":
        with in_postgres(request.getfixturevalue("cases_dsn"), data) as opened:
            check_rows(asked, run_on(opened, compiled), compiled)
    elif engine == "sqlite":
        with in_sqlite(tmp_path, data) as opened:
            check_rows(asked, run_on(opened, compiled), compiled)
    else:
        check_rows(asked, run_duckdb(tmp_path, compiled.sql), compiled)


def run_duckdb(folder: Path, sql: str) -> list[list[str | None]]:
    """The rows as texts, from the files themselves."""
    import duckdb
    from tests.support.engine import inside
    from tests.support.values import value_to_cell

    with inside(folder), duckdb.connect() as connection:
        return [[value_to_cell(value) for value in row] for row in connection.execute(sql).fetchall()]
