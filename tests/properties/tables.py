"""Tables: up to four, with what joins and data can have.

Several joins to one table, a join of a table to itself, composite keys, missing and dangling references, rows that
differ in nothing but the key, no rows, times around what is hard.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy, composite
from tests.properties.blocks import BOOLEAN, DATE, DURATION, NUMBER, TEXT, TIMESTAMP, Derived, Join, Model, Rows, Table

#: Days around what is hard: the end of a year and of months, a leap day, days of 23 and of 25 hours.
CLUSTERS = {
    "year": ["2024-12-31", "2025-01-01", "2024-12-30", "2025-01-31", "2025-02-01", "2024-12-01"],
    "leap": ["2024-02-29", "2024-03-01", "2024-02-28", "2024-01-31", "2024-03-31"],
    "spring": ["2025-03-09", "2025-03-10", "2025-03-08", "2025-03-30", "2025-03-31", "2025-04-01"],
    "autumn": ["2025-10-26", "2025-11-02", "2025-10-27", "2025-10-31", "2025-11-01", "2025-11-03"],
}
CLOCKS = ["00:00:00", "12:00:00", "23:59:59", "00:30:00", "05:30:00", "22:00:00"]
ZONES = ["UTC", "America/New_York", "Europe/Berlin"]
REFERENCES = ["1", "2", "1", "3", "", "9"]
SITES = ["x", "y", ""]
TEXTS = ["a", "b", "a", "", "A", "ab"]
AMOUNTS = ["10", "2.5", "-4", "0", "", "0.01", "33.33", "10"]


@st.composite
def times(draw: DrawFn, cluster: str, kind: str) -> str:
    """A day, or an instant of it; sometimes missing."""
    day = draw(st.sampled_from([*CLUSTERS[cluster][:3], *CLUSTERS[cluster], ""]))
    return f"{day} {draw(st.sampled_from(CLOCKS))}" if day and kind == "timestamp" else day


def values(column: str, kind: str, cluster: str) -> SearchStrategy[str]:
    """The values of a column, as CSV has them."""
    if kind in ("date", "timestamp"):
        return times(cluster, kind)
    if kind == "boolean":
        return st.sampled_from(["true", "false", ""])
    if kind == "text":
        return st.sampled_from(SITES if column.endswith("site") else TEXTS)
    if column.endswith("_id") or column.endswith("_no"):
        return st.sampled_from(REFERENCES)
    return st.sampled_from(["1", "5", "-3", "0", "", "12"] if kind == "integer" else AMOUNTS)


@composite
def rows_of(draw: DrawFn, table: Table, cluster: str, most: int) -> Rows:
    """Rows of a table: the key counts from 1; of a composite key the pairs are distinct."""
    free = {c: values(c, t, cluster) for c, t in table.columns.items() if c not in table.key}
    least = draw(st.sampled_from([most // 2, most // 2, most // 2, most, 0]))
    body: Rows = draw(st.lists(st.fixed_dictionaries(free), min_size=least, max_size=most))
    if len(table.key) == 1:
        return [{table.key[0]: str(number), **row} for number, row in enumerate(body, 1)]
    pairs = draw(st.permutations([(n, s) for n in "123" for s in "xy"]))
    return [{**dict(zip(table.key, pair, strict=True)), **row} for pair, row in zip(pairs, body, strict=False)]


@composite
def models(draw: DrawFn) -> tuple[Model, str]:
    """Tables with their rows and derived fields, and the cluster of their times."""
    cluster = draw(st.sampled_from(list(CLUSTERS)))
    tables = _bare_tables(draw)
    zones = st.sampled_from(ZONES)
    calendar = {"timezone": draw(zones)} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        calendar |= {"week_start": draw(st.sampled_from(["sunday", "saturday"])), "fiscal_year_start": "february"}
    filled = {n: replace(t, rows=draw(rows_of(t, cluster, 8 if n == "deals" else 4))) for n, t in tables.items()}
    if "timestamp" in filled["deals"].columns.values() and draw(st.booleans()):
        filled["deals"] = replace(filled["deals"], timezone=draw(zones))
    return _with_fields(draw, Model(filled, calendar=calendar)), cluster


def _bare_tables(draw: DrawFn) -> dict[str, Table]:
    has = draw(st.sets(st.sampled_from(["reps", "teams", "costs"]))) | set()
    has |= {"reps"} if "teams" in has else set()
    tables = {"deals": _deals(draw, "reps" in has)}
    if "costs" in has:
        tables["costs"] = _costs(draw, "reps" in has)
    if "reps" in has:
        composite_key = draw(st.booleans())
        tables["reps"] = _reps(draw, "teams" in has, composite_key)
        if "teams" in has:
            key = {"team_no": "integer", "team_site": "text"} if composite_key else {"team_no": "integer"}
            tables["teams"] = Table("teams", tuple(key), {**key, "title": "text", "size": "integer"}, [])
    return tables


def _deals(draw: DrawFn, has_reps: bool) -> Table:
    columns = {
        "deal_id": "integer",
        "amount": "decimal(12, 2)",
        "score": "integer",
        "status": "text",
        "flag": "boolean",
    }
    columns |= {"day": draw(st.sampled_from(["date", "timestamp"])), "due": "date"}
    joins = {}
    if has_reps:
        columns["owner_id"] = "integer"
        joins["owner"] = Join("reps", ("owner_id",))
        if draw(st.booleans()):
            columns["helper_id"] = "integer"
            joins["helper"] = Join("reps", ("helper_id",))
    ahead = frozenset(["due"]) if draw(st.booleans()) else frozenset()
    return Table("deals", ("deal_id",), columns, [], "day", joins=joins, ahead=ahead)


def _costs(draw: DrawFn, has_reps: bool) -> Table:
    columns = {"cost_id": "integer", "spent": "decimal(12, 2)", "kind": "text", "paid": "date"}
    if not has_reps or draw(st.booleans()):
        return Table("costs", ("cost_id",), columns, [], "paid")
    joins = {"rep": Join("reps", ("rep_id",))}
    return Table("costs", ("cost_id",), {**columns, "rep_id": "integer"}, [], "paid", joins=joins)


def _reps(draw: DrawFn, has_teams: bool, composite_key: bool) -> Table:
    columns = {"rep_id": "integer", "region": "text", "quota": "integer", "hired": "date"}
    joins = {}
    if draw(st.booleans()):
        columns["boss_id"] = "integer"
        joins["boss"] = Join("reps", ("boss_id",))
    if has_teams:
        columns["team_no"] = "integer"
        if composite_key:
            columns["team_site"] = "text"
        joins["team"] = Join("teams", ("team_no", "team_site") if composite_key else ("team_no",))
    return Table("reps", ("rep_id",), columns, [], "hired" if draw(st.booleans()) else None, joins=joins)


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


@composite
def conditions(draw: DrawFn, model: Model, table: str, depth: int = 2, parent: str = "") -> str:
    """A condition over the rows of a table (in a roll-up also over those of its parent)."""
    if depth and draw(st.integers(0, 3)) == 3:
        left, right = (draw(conditions(model, table, depth - 1, parent)) for _ in range(2))
        return draw(st.sampled_from([f"not ({left})", f"{left} and ({right})", f"({left} or {right})"]))
    kinds = [k for k in (TEXT, NUMBER, BOOLEAN, DATE, TIMESTAMP) if names_of(model, table, k)]
    kind = draw(st.sampled_from(kinds))
    name = draw(st.sampled_from(names_of(model, table, kind)))
    return draw(_comparison(name, kind, model, parent))


@composite
def _comparison(draw: DrawFn, name: str, kind: str, model: Model, parent: str) -> str:
    if draw(st.integers(0, 9)) == 9:
        return f"{name} is {draw(st.sampled_from(['', 'not ']))}null"
    if kind == BOOLEAN:
        return draw(st.sampled_from([name, f"not {name}", f"{name} = false", f"{name} != true"]))
    if kind == TEXT:
        tails = ["= 'a'", "!= 'a'", "in ('a', 'b')", "not in ('a', 'b')", "like 'a%'", "not like '%b'", "> 'A'"]
        return f"{name} {draw(st.sampled_from(tails))}"
    if parent and kind in (NUMBER, DATE) and "_r" not in name:
        theirs = [n for n, k in model.tables[parent].kinds().items() if k == kind and not n.endswith(("_id", "_no"))]
        theirs = [n for n in theirs if n in model.tables[parent].columns]
        if theirs and draw(st.booleans()):
            tail = draw(st.sampled_from(["", " + 30 days", " - 1 month"])) if kind == DATE else ""
            return f"{name} {draw(st.sampled_from(['>', '<=', '=']))} parent.{draw(st.sampled_from(theirs))}{tail}"
    sign = draw(st.sampled_from([">", "<", ">=", "<=", "=", "!="]))
    if kind == NUMBER:
        tails = [f"{sign} 2", f"{sign} 10", "between 0 and 10", "not between 0 and 5", "in (1, 10)", "+ 1 > 3"]
        return f"{name} {draw(st.sampled_from(tails))}"
    return f"{name} {sign} date '{draw(st.sampled_from([d for days in CLUSTERS.values() for d in days]))}'"


def _with_fields(draw: DrawFn, model: Model) -> Model:
    """Derived fields, then roll-ups from the children up, so that a roll-up may be over a roll-up."""
    model = _with_derived(draw, model)
    for parent in ("reps", "teams"):
        if parent in model.tables:
            for name in draw(st.lists(st.sampled_from([f"{parent}_r1", f"{parent}_r2"]), unique=True, max_size=2)):
                model = _with_roll_up(draw, model, parent, name)
    return model


def _with_derived(draw: DrawFn, model: Model) -> Model:
    deals = model.tables["deals"]
    possible = {
        "won": Derived(draw(conditions(model, "deals")), BOOLEAN),
        "net": Derived("amount - coalesce(score, 0)", NUMBER),
        "half": Derived("if(score > 1, amount / 2, amount)", NUMBER),
        "each": Derived("amount / score", NUMBER),
        "word": Derived("case when amount > 5 then 'a' when flag then status end", TEXT),
        "wait": Derived("due - day", DURATION),
        "soon": Derived("due + 1 month", DATE),
    }
    if "owner" in deals.joins:
        possible["area"] = Derived("coalesce(owner.region, status)", TEXT)
    names = draw(st.lists(st.sampled_from(list(possible)), unique=True, max_size=3))
    return model.with_table(replace(deals, fields={name: possible[name] for name in names}))


def _with_roll_up(draw: DrawFn, model: Model, parent: str, name: str) -> Model:
    children = [t for t in model.tables if t != parent and _ways(model, t, parent)]
    if not children:
        return model
    child = draw(st.sampled_from(children))
    ways = _ways(model, child, parent)
    chosen = model.chosen(child, parent)
    via = "" if chosen and draw(st.booleans()) else f" via {draw(st.sampled_from(ways))}"
    where = f" where {draw(conditions(model, child, 1, parent))}" if draw(st.booleans()) else ""
    text, kind = draw(roll_up_calls(model, child))
    table = model.tables[parent]
    derived = Derived(f"{text[:-1]}{via}{where})", kind)
    return model.with_table(replace(table, fields={**table.fields, name: derived}))


def _ways(model: Model, child: str, parent: str) -> list[str]:
    return [".".join(chain) for chain, end in model.chains(child) if end == parent and 0 < len(chain) <= 2]


@composite
def roll_up_calls(draw: DrawFn, model: Model, child: str) -> tuple[str, str]:
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
    return draw(st.sampled_from(calls))
