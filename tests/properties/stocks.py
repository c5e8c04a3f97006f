"""What lasts: subscriptions, snapshots, a history of grades. And the calendar's own periods, exchange rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.properties.blocks import Join, Model, Rows, Table
from tests.properties.draws import Draw
from tests.properties.game import Game
from tests.properties.tables import Times, rows_of

#: Never two rates of a pair on one day; some rows without a rate.
PAIRS = [("EUR", "USD"), ("GBP", "USD"), ("USD", "EUR")]
RATES = ["1.1", "2", "0.5", "", "1.25"]


def with_stocks(draw: Draw, model: Model, game: Game, times: Times) -> Model:
    """The model with some of these, as far as they are part of the game."""
    if game.has("as of") and draw.chance():
        model = model.with_table(_subs(draw, "reps" in model.tables, times))
    if game.has("as of") and draw.chance(3):
        model = model.with_table(_levels(draw, times))
    if game.has("at: of a join") and "reps" in model.tables and draw.chance():
        model = _with_grades(draw, model, times)
    if game.has("grains of a calendar table") and draw.chance(3):
        model = _with_periods(draw, model, times)
    if "cur" in (model.tables["costs"].columns if "costs" in model.tables else ()):
        model = _with_rates(draw, model, times)
    return _with_working(draw, model, game, times)


def _subs(draw: Draw, has_reps: bool, times: Times) -> Table:
    kind = draw.one(["date", "timestamp"])
    columns = {"sub_id": "integer", "fee": "decimal(12, 2)", "plan": "text", "began": kind, "ended": kind}
    joins = {"rep": Join("reps", ("rep_id",))} if has_reps else {}
    if has_reps:
        columns["rep_id"] = "integer"
    time = "began" if draw.chance() else None
    table = Table("subs", ("sub_id",), columns, [], time, joins=joins, lifespan=("began", "ended"))
    return replace(table, rows=rows_of(draw, table, times, 10))


def _levels(draw: Draw, times: Times) -> Table:
    columns = {"item": "text", "snap": "date", "qty": "integer", "site": "text"}
    pairs = [(item, snap) for item in "xyz" for snap in times.days]
    rows: Rows = [
        {"item": item, "snap": snap, "qty": draw.one("124"), "site": draw.one(["a", "b", ""])}
        for item, snap in draw.some(pairs, least=7, most=12)
    ]
    time = "snap" if draw.chance() else None
    per = draw.one(["", "item", "site"])
    return Table("levels", ("item", "snap"), columns, rows, time, snapshot=("snap", per))


def _with_grades(draw: Draw, model: Model, times: Times) -> Model:
    """The grade that each rep has had, from when to when; facts join the one of their own time."""
    columns = {"rep_id": "integer", "since": "date", "until": "date", "grade": "text", "pay": "integer"}
    rows = [row for rep in "123" for row in _versions(draw, rep, times)]
    grades = Table("grades", ("rep_id", "since"), columns, rows, lifespan=("since", "until"))
    deals = model.tables["deals"]
    time = draw.one(["day", "due"])
    joined = replace(deals, joins={**deals.joins, "grade": Join("grades", ("owner_id",), time)})
    model = model.with_table(grades).with_table(joined)
    costs = model.tables.get("costs")
    if costs is not None and "rep_id" in costs.columns and draw.chance():
        costs = replace(costs, joins={**costs.joins, "grade": Join("grades", ("rep_id",), "paid")})
        model = model.with_table(costs)
    return model


def _versions(draw: Draw, rep: str, times: Times) -> Rows:
    """Versions that do not overlap: one ends with the next, or before it, the last perhaps never."""
    days = sorted(draw.some(times.days, least=1, most=3))
    rows = []
    for since, after in zip(days, [*days[1:], ""], strict=False):
        between = [day for day in times.days if since <= day and (day < after or not after)]
        until = draw.one([after, after, after, *between])
        grade, pay = draw.one(["a", "b", "", "a"]), draw.one(["1", "5", ""])
        rows.append({"rep_id": rep, "since": since, "until": until, "grade": grade, "pay": pay})
    return rows


def _with_periods(draw: Draw, model: Model, times: Times) -> Model:
    """A calendar table, from shortly before the core of the times to shortly after it, in periods of any length."""
    core = sorted(times.core)
    day = date.fromisoformat(core[0]) - timedelta(days=draw.one([10, 0, 40]))
    last = date.fromisoformat(core[-1]) + timedelta(days=draw.one([10, 0, -3]))
    rows: Rows = []
    while day <= last:
        start = day
        for _ in range(draw.one([7, 28, 5, 14])):
            if day <= last:
                rows.append({"cal_day": day.isoformat(), "starts": start.isoformat()})
            day += timedelta(days=1)
    table = Table("cal", ("cal_day",), {"cal_day": "date", "starts": "date"}, rows)
    entries = {"table": "cal", "date": "cal_day", "grains": "{retail: starts}"}
    return replace(model.with_table(table), calendar={**model.calendar, **entries})


def _with_rates(draw: Draw, model: Model, times: Times) -> Model:
    found = draw.some([(pair, day) for pair in PAIRS for day in times.days], least=3, most=6)
    rows: Rows = [
        {"from_cur": source, "to_cur": target, "fx_day": day, "rate": draw.one(RATES)}
        for (source, target), day in found
    ]
    columns = {"from_cur": "text", "to_cur": "text", "fx_day": "date", "rate": "decimal(12, 4)"}
    table = Table("fx", ("from_cur", "to_cur", "fx_day"), columns, rows)
    head = ("currency: USD", "rates: {table: fx, from: from_cur, to: to_cur, date: fx_day, rate: rate}")
    return replace(model.with_table(table), head=head)


def _with_working(draw: Draw, model: Model, game: Game, times: Times) -> Model:
    """Working days, working hours, holidays."""
    calendar = dict(model.calendar)
    if draw.chance(4):
        calendar["working_days"] = draw.one(["[sun, mon, tue, wed, thu]", "[mon, sat]"])
    if game.has("business_hours") and draw.chance():
        calendar["working_hours"] = draw.one(["[9, 17]", "[8, 12]", "[0, 24]"])
    if game.has("holidays") and draw.chance():
        days = draw.some(times.days, most=3)
        calendar["holidays"] = f"[{', '.join(sorted(days))}]"
    return replace(model, calendar=calendar)
