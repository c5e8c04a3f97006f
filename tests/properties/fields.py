"""Conditions over rows, derived fields, roll-ups (also of roll-ups)."""

from __future__ import annotations

from dataclasses import replace

from tests.properties.blocks import BOOLEAN, DATE, DURATION, NUMBER, TEXT, TIMESTAMP, Derived, Model
from tests.properties.draws import Draw
from tests.properties.game import Game

#: Fields of numbers with a unit, which no plain column is compared with.
OF_A_UNIT = ("usd", "worked", "hours")


def paths_of(model: Model, table: str, longest: int = 2) -> list[tuple[str, str]]:
    """The names that stand in a row of a table, its own and those its joins reach, with what kind of value they are."""
    found = []
    for chain, end in model.chains(table):
        if len(chain) <= longest:
            found += [(".".join((*chain, name)), kind) for name, kind in model.tables[end].kinds().items()]
    return found


def names_of(model: Model, table: str, kind: str) -> list[str]:
    """The names of one kind of value."""
    return [path for path, its in paths_of(model, table) if its == kind and not path.endswith(("_id", "_no"))]


def conditions(draw: Draw, model: Model, table: str, depth: int = 2, parent: str = "", windowed: bool = False) -> str:
    """A condition over the rows of a table (in a roll-up also over those of its parent).

    `windowed`: it may look at the cell's window and at the as-of day.
    """
    if depth and draw.chance(4):
        left, right = (conditions(draw, model, table, depth - 1, parent, windowed) for _ in range(2))
        return draw.one([f"not ({left})", f"{left} and ({right})", f"({left} or {right})"])
    kinds = [k for k in (TEXT, NUMBER, BOOLEAN, DATE, TIMESTAMP) if names_of(model, table, k)]
    kind = draw.one(kinds)
    name = draw.one(names_of(model, table, kind))
    return _comparison(draw, name, kind, model, parent, windowed)


def _comparison(draw: Draw, name: str, kind: str, model: Model, parent: str, windowed: bool) -> str:
    if draw.chance(10):
        return f"{name} is {draw.one(['', 'not '])}null"
    if kind == BOOLEAN:
        return draw.one([name, f"not {name}", f"{name} = false", f"{name} != true"])
    if kind == TEXT:
        tails = ["= 'a'", "!= 'a'", "in ('a', 'b')", "not in ('a', 'b')", "like 'a%'", "not like '%b'", "> 'A'"]
        return f"{name} {draw.one(tails)}"
    if parent and kind in (NUMBER, DATE) and "_r" not in name and name.rsplit(".", maxsplit=1)[-1] not in OF_A_UNIT:
        theirs = [n for n, k in model.tables[parent].kinds().items() if k == kind and not n.endswith(("_id", "_no"))]
        theirs = [n for n in theirs if n in model.tables[parent].columns]
        if theirs and draw.chance():
            tail = draw.one(["", " + 30 days", " - 1 month"]) if kind == DATE else ""
            return f"{name} {draw.one(['>', '<=', '='])} parent.{draw.one(theirs)}{tail}"
    sign = draw.one([">", "<", ">=", "<=", "!=", ">", "<", "="])
    if kind == NUMBER:
        tails = [f"{sign} 2", f"{sign} 10", "between 0 and 10", "not between 0 and 5", "in (1, 10)", "+ 1 > 3"]
        return f"{name} {draw.one(tails)}"
    if windowed and draw.chance(3) and sign != "=":
        bound = draw.one(["period_end()", "period_end() - 7 days", "period_start()", "today()"])
        return f"{name} {sign} {bound}"
    return f"{name} {sign} date '{draw.one(model.days)}'"


def with_fields(draw: Draw, model: Model, game: Game) -> Model:
    """Derived fields, then roll-ups from the children up, so that a roll-up may be over a roll-up."""
    model = _with_derived(draw, model, game)
    for parent in ("reps", "teams"):
        if parent in model.tables:
            for name in draw.some([f"{parent}_r1", f"{parent}_r2"]):
                model = _with_roll_up(draw, model, parent, name)
    return model


def _with_derived(draw: Draw, model: Model, game: Game) -> Model:
    deals = model.tables["deals"]
    possible = {
        "won": Derived(conditions(draw, model, "deals"), BOOLEAN),
        "net": Derived("amount - coalesce(score, 0)", NUMBER),
        "half": Derived("if(score > 1, amount / 2, amount)", NUMBER),
        "each": Derived("amount / score", NUMBER),
        "word": Derived("case when amount > 5 then 'a' when flag then status end", TEXT),
        "wait": Derived("due - day", DURATION),
        "soon": Derived("due + 1 month", DATE),
        "worked": Derived("business_days(day, due)", NUMBER),
    }
    if "working_hours" in model.calendar and game.has("business_hours"):
        possible["hours"] = Derived("business_hours(day, due)", NUMBER)
    if "grains" in model.calendar and game.has("trunc to a grain of the calendar's table"):
        possible["retail_day"] = Derived("trunc(due, retail)", DATE)
    if "owner" in deals.joins:
        possible["area"] = Derived("coalesce(owner.region, status)", TEXT)
    if "grade" in deals.joins:
        possible["paid_at"] = Derived("amount * coalesce(grade.pay, 1)", NUMBER)
    names = draw.some(list(possible), least=1, most=4)
    model = model.with_table(replace(deals, fields={name: possible[name] for name in names}))
    costs = model.tables.get("costs")
    if costs is not None and "cur" in costs.columns:
        model = model.with_table(replace(costs, fields={"usd": Derived("convert(spent, cur, paid)", NUMBER)}))
    return model


def _with_roll_up(draw: Draw, model: Model, parent: str, name: str) -> Model:
    children = [t for t in model.tables if t not in (parent, "grades") and _ways(model, t, parent)]
    if not children:
        return model
    child = draw.one(children)
    ways = _ways(model, child, parent)
    chosen = model.chosen(child, parent)
    via = "" if chosen and draw.chance() else f" via {draw.one(ways)}"
    where = f" where {conditions(draw, model, child, 1, parent)}" if draw.chance() else ""
    text, kind = roll_up_calls(draw, model, child)
    table = model.tables[parent]
    derived = Derived(f"{text[:-1]}{via}{where})", kind)
    return model.with_table(replace(table, fields={**table.fields, name: derived}))


def _ways(model: Model, child: str, parent: str) -> list[str]:
    return [".".join(chain) for chain, end in model.chains(child) if end == parent and 0 < len(chain) <= 2]


def roll_up_calls(draw: Draw, model: Model, child: str) -> tuple[str, str]:
    """An aggregate over children, without its clauses."""
    kinds = model.tables[child].kinds()
    numbers = [n for n, k in kinds.items() if k == NUMBER and not n.endswith(("_id", "_no"))]
    calls = [(f"count({child})", NUMBER)]
    calls += [(f"{f}({child}.{n})", NUMBER) for n in numbers for f in ("sum", "max", "avg", "min", "median")]
    calls += [(f"count(distinct {child}.{n})", NUMBER) for n, k in kinds.items() if k == TEXT]
    calls += [(f"{f}({child}.{n})", BOOLEAN) for n, k in kinds.items() if k == BOOLEAN for f in ("any", "every")]
    calls += [(f"{f}({child}.{n})", DATE) for n, k in kinds.items() if k == DATE for f in ("min", "max")]
    if model.tables[child].time:
        calls += [(f"{f}({child}.{n})", TEXT) for n, k in kinds.items() if k == TEXT for f in ("first", "last")]
    return draw.one(calls)
