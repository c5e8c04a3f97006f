"""Metrics over the rows of a table: every aggregate, its clauses, stocks."""

from __future__ import annotations

from tests.properties.blocks import BOOLEAN, DURATION, NUMBER, TEXT, Metric, Model, Table
from tests.properties.draws import Draw
from tests.properties.fields import conditions
from tests.properties.game import Game

FACTS = ("deals", "deals", "deals", "subs", "levels", "costs", "deals", "costs", "subs", "reps", "teams", "grades")
#: The aggregates of numbers, those that are hardly ever missing more often.
NUMERIC = "sum sum sum avg median percentile max min count avg median percentile sum stddev variance corr".split()
#: Fields that hold no plain numbers.
UNITS = {"usd": "money", "worked": "field worked", "hours": "field hours"}


def base_metric(draw: Draw, model: Model, game: Game, name: str) -> Metric:
    """An aggregate over the rows of a table."""
    first = not model.metrics  # has rows and a value, whatever else is made
    tables = [t for t in FACTS if t in model.tables and (t != "grades" or game.has("as of"))]
    table = "deals" if first else draw.one(tables)
    said = model.tables[table]
    call, unit, exact, function = (
        (f"sum(deals.{draw.one(['amount', 'score'])})", "number", True, "sum") if first else _call(draw, said)
    )
    clauses = ""
    if not first and draw.chance():
        clauses = f" where {conditions(draw, model, table, windowed=True)}"
    stock = said.is_stock and function not in ("first", "last") and (not said.time or draw.chance())
    if stock:
        clauses += f" as of {draw.one(['end', 'end', 'start'])}"
    elif table == "deals" and draw.chance(5) and function not in ("first", "last"):
        clauses += " on due"
    timed = stock or said.time is not None or " on " in clauses
    additive = function in ("sum", "count") and "distinct" not in call and not stock
    return Metric(name, f"{call[:-1]}{clauses})", frozenset([table]), unit, exact, timed, additive, stock)


def _call(draw: Draw, said: Table) -> tuple[str, str, bool, str]:
    """An aggregate without its clauses, the unit of its value, whether that is exact, its function."""
    table = said.name
    kinds = {n: k for n, k in said.kinds().items() if n not in said.key and not n.endswith(("_id", "_no"))}
    kind = draw.one([*sorted(set(kinds.values()) - {NUMBER}), NUMBER, NUMBER, NUMBER, "rows"])
    names = [n for n, its in kinds.items() if its == kind]
    if not names:
        return f"count({table})", f"count {table}", True, "count"
    name = draw.one(names)
    if kind == NUMBER:
        return _of_number(draw, said, name, [n for n, its in kinds.items() if its == kind])
    if kind == TEXT and draw.chance():
        return f"count(distinct {table}.{name})", f"distinct {name}", True, "count"
    function = draw.one(
        ["any", "every"] if kind == BOOLEAN else ["avg", "sum", "max"] if kind == DURATION else ["min", "max"]
    )
    if kind == TEXT and said.time and draw.chance():
        function = draw.one(["first", "last"])
    unit = {TEXT: "text", BOOLEAN: "boolean", DURATION: "days"}.get(kind, "time")
    return f"{function}({table}.{name})", unit, False, function


def _of_number(draw: Draw, said: Table, name: str, numbers: list[str]) -> tuple[str, str, bool, str]:
    """An aggregate of a number."""
    exact, unit = name not in said.fields, UNITS.get(name) or (f"field {name}" if "_r" in name else "number")
    what = f"{said.name}.{name}"
    function = draw.one(NUMERIC)
    if function == "percentile":
        return f"percentile({what}, {draw.one(['90%', '0.25'])})", unit, False, function
    if function == "corr":
        return f"corr({what}, {draw.one(numbers)})", "ratio", False, function
    if function == "count":
        return f"count({what})", f"count {said.name}", True, function
    if function == "variance":
        return f"variance({what})", f"{unit} squared", False, function
    times = " * 2" if function == "sum" and draw.chance(4) else ""
    return f"{function}({what}{times})", unit, exact and function in ("sum", "max", "min"), function
