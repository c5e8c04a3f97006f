"""Tables: facts, and what they join to, with what joins and data can have.

Several joins to one table, a join of a table to itself, composite keys, missing and dangling references, rows that
differ in nothing but the key, no rows, times around what is hard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.properties.blocks import Join, Model, Rows, Table
from tests.properties.draws import Draw
from tests.properties.game import Game

#: Days around what is hard: the end of a year and of months, a leap day, days of 23 and of 25 hours.
CLUSTERS = {
    "year": ["2024-12-31", "2025-01-01", "2024-12-30", "2025-01-31", "2025-02-01", "2024-12-01"],
    "leap": ["2024-02-29", "2024-03-01", "2024-02-28", "2024-01-31", "2024-03-31"],
    "spring": ["2025-03-09", "2025-03-10", "2025-03-08", "2025-03-30", "2025-03-31", "2025-04-01"],
    "autumn": ["2025-10-26", "2025-11-02", "2025-10-27", "2025-10-31", "2025-11-01", "2025-11-03"],
}
#: Days a year, a month or a week before those.
EARLIER = {
    "year": ["2023-12-31", "2024-01-01", "2024-11-30", "2024-12-24"],
    "leap": ["2023-02-28", "2023-03-01", "2024-01-01", "2024-02-22"],
    "spring": ["2024-03-10", "2024-03-31", "2025-02-28", "2025-03-02"],
    "autumn": ["2024-10-27", "2024-11-01", "2025-09-30", "2025-10-20"],
}
CLOCKS = ["00:00:00", "12:00:00", "23:59:59", "00:30:00", "05:30:00", "22:00:00"]
ZONES = ["UTC", "America/New_York", "Europe/Berlin"]
REFERENCES = ["1", "2", "1", "3", "", "9", "2", "4"]
SITES = ["x", "y", ""]
TEXTS = ["a", "b", "a", "", "A", "ab", "b"]
AMOUNTS = ["10", "2.5", "-4", "0", "", "0.01", "33.33", "10", "7", "100"]
NUMBERS = ["1", "5", "-3", "0", "", "12", "7", "2"]
CURRENCIES = ["EUR", "USD", "EUR", "GBP", "", "CHF"]


@dataclass(frozen=True)
class Times:
    """The days of a model's rows: those around something hard, and some before them."""

    core: tuple[str, ...]
    earlier: tuple[str, ...] = ()

    @property
    def days(self) -> list[str]:
        """All of them, in order."""
        return sorted({*self.core, *self.earlier})


def times_of_a_model(draw: Draw) -> Times:
    """A cluster of days, with or without earlier ones."""
    name = draw.one(list(CLUSTERS))
    return Times(tuple(CLUSTERS[name]), tuple(EARLIER[name]) if draw.chance() else ())


def instant(draw: Draw, times: Times, kind: str) -> str:
    """A day, or an instant of it; sometimes missing."""
    day = draw.one([*times.core[:3], *times.core, *times.earlier, ""])
    return f"{day} {draw.one(CLOCKS)}" if day and kind == "timestamp" else day


def value(draw: Draw, column: str, kind: str, times: Times) -> str:
    """A value of a column, as CSV has it."""
    if kind in ("date", "timestamp"):
        return instant(draw, times, kind)
    if kind == "boolean":
        return draw.one(["true", "false", "true", "false", ""])
    if kind == "text":
        return draw.one(SITES if column.endswith("site") else CURRENCIES if column == "cur" else TEXTS)
    if column.endswith(("_id", "_no")):
        return draw.one(REFERENCES)
    return draw.one(NUMBERS if kind == "integer" else AMOUNTS)


def rows_of(draw: Draw, table: Table, times: Times, most: int) -> Rows:
    """Rows of a table: the key counts from 1; of a composite key the pairs are distinct."""
    most = 0 if draw.chance(25) else most // 2 if draw.chance(4) else most
    pairs = [(n, s) for n in "1234" for s in "xy"]
    rows: Rows = []
    while len(rows) < most and draw.more(50):
        number = (str(len(rows) + 1),)
        key = number if len(table.key) == 1 else pairs.pop(draw.below(len(pairs)))
        free = {c: value(draw, c, t, times) for c, t in table.columns.items() if c not in table.key}
        rows.append({**dict(zip(table.key, key, strict=True)), **free})
    return rows


def bare_model(draw: Draw, game: Game, times: Times) -> Model:
    """Facts and what they join to, with their rows and the calendar; without derived fields."""
    tables = _facts(draw, game)
    calendar = {"timezone": draw.one(ZONES)} if draw.chance() else {}
    if draw.chance():
        calendar |= {"week_start": draw.one(["sunday", "saturday"]), "fiscal_year_start": "february"}
    filled = {n: replace(t, rows=rows_of(draw, t, times, 16 if n == "deals" else 8)) for n, t in tables.items()}
    if "timestamp" in filled["deals"].columns.values() and draw.chance():
        filled["deals"] = replace(filled["deals"], timezone=draw.one(ZONES))
    return Model(filled, calendar=calendar, days=tuple(times.days))


def _facts(draw: Draw, game: Game) -> dict[str, Table]:
    has = {table for table in ("reps", "costs", "teams") if draw.chance()}
    has |= {"reps"} if "teams" in has else set()
    tables = {"deals": _deals(draw, "reps" in has)}
    if "costs" in has:
        tables["costs"] = _costs(draw, game, "reps" in has)
    if "reps" in has:
        composite_key = draw.chance()
        tables["reps"] = _reps(draw, "teams" in has, composite_key)
        if "teams" in has:
            key = {"team_no": "integer", "team_site": "text"} if composite_key else {"team_no": "integer"}
            tables["teams"] = Table("teams", tuple(key), {**key, "title": "text", "size": "integer"}, [])
    return tables


def _deals(draw: Draw, has_reps: bool) -> Table:
    columns = {"deal_id": "integer", "amount": "decimal(12, 2)", "score": "integer", "status": "text"}
    columns |= {"flag": "boolean", "day": draw.one(["date", "timestamp"]), "due": "date"}
    joins = {}
    if has_reps:
        columns["owner_id"] = "integer"
        joins["owner"] = Join("reps", ("owner_id",))
        if draw.chance():
            columns["helper_id"] = "integer"
            joins["helper"] = Join("reps", ("helper_id",))
    ahead = frozenset(["due"]) if draw.chance() else frozenset()
    return Table("deals", ("deal_id",), columns, [], "day", joins=joins, ahead=ahead)


def _costs(draw: Draw, game: Game, has_reps: bool) -> Table:
    columns = {"cost_id": "integer", "spent": "decimal(12, 2)", "kind": "text", "paid": "date"}
    if game.has("convert") and draw.chance():
        columns["cur"] = "text"
    if not has_reps or draw.chance():
        return Table("costs", ("cost_id",), columns, [], "paid")
    joins = {"rep": Join("reps", ("rep_id",))}
    return Table("costs", ("cost_id",), {**columns, "rep_id": "integer"}, [], "paid", joins=joins)


def _reps(draw: Draw, has_teams: bool, composite_key: bool) -> Table:
    columns = {"rep_id": "integer", "region": "text", "quota": "integer", "hired": "date"}
    joins = {}
    if draw.chance():
        columns["boss_id"] = "integer"
        joins["boss"] = Join("reps", ("boss_id",))
    if has_teams:
        columns["team_no"] = "integer"
        if composite_key:
            columns["team_site"] = "text"
        joins["team"] = Join("teams", ("team_no", "team_site") if composite_key else ("team_no",))
    return Table("reps", ("rep_id",), columns, [], "hired" if draw.chance() else None, joins=joins)
