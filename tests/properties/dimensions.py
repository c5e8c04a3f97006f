"""What metrics may be cut, filtered and narrowed by."""

from __future__ import annotations

from dataclasses import replace

from tests.properties.blocks import Model
from tests.properties.draws import Draw

#: Ends of columns that hold whole numbers.
NUMBERS = ("_id", "d_rep", "_no", "quota", "score", "size", "boss", "pay", "qty")


def with_dimensions(model: Model) -> Model:
    """Shared dimensions, private ones, one role each."""
    dims: dict[str, dict[str, str]] = {"d_status": {"deals": "status"}}
    if "costs" in model.tables:
        dims["d_kind"] = {"deals": "status", "costs": "kind"}
    if "reps" in model.tables:
        dims["d_region"] = {"deals": "owner.region", "reps": "region"}
        dims["d_region"] |= {t: "rep.region" for t in ("costs", "subs") if t in model.tables and _joins_rep(model, t)}
        dims["d_rep"] = {"deals": "owner.rep_id", "reps": "rep_id"}
        dims["d_rep"] |= {t: "rep.rep_id" for t in ("costs", "subs") if t in model.tables and _joins_rep(model, t)}
        if "helper" in model.tables["deals"].joins:
            dims["d_helper"] = {"deals": "helper.region"}
        if "boss" in model.tables["reps"].joins:
            dims["d_boss"] = {"deals": "owner.boss.rep_id", "reps": "boss.rep_id"}
    if "teams" in model.tables:
        dims["d_team"] = {"deals": "owner.team.title", "reps": "team.title", "teams": "title"}
    if "grades" in model.tables:
        dims["d_grade"] = {"deals": "grade.grade", "grades": "grade"}
    stocks = {"subs": "plan", "levels": "site"}
    if any(table in model.tables for table in stocks):
        dims["d_kept"] = {"deals": "status", **{t: c for t, c in stocks.items() if t in model.tables}}
    return replace(model, dimensions=dims)


def _joins_rep(model: Model, table: str) -> bool:
    return "rep" in model.tables[table].joins


def dimensions_for(model: Model, tables: frozenset[str]) -> list[str]:
    """What metrics over these tables may be cut by: dimensions, columns of all of them, `table.field`."""
    found = [name for name, paths in model.dimensions.items() if tables <= set(paths)]
    first = model.tables[min(tables)]
    free = [c for c, t in first.columns.items() if t in ("text", "boolean", "integer") and c not in first.key]
    found += [c for c in free if all(c in model.tables[t].columns for t in tables)]
    for end, column in (
        ("reps", "region"),
        ("teams", "title"),
        ("reps", "quota"),
        ("grades", "grade"),
        ("grades", "pay"),
    ):
        if end in model.tables and all(model.chosen(t, end) is not None for t in tables):
            found.append(f"{end}.{column}")
    return found


def filters(draw: Draw, dimensions: list[str], depth: int = 1) -> str:
    """A condition over dimensions."""
    if depth and draw.chance(5):
        left, right = filters(draw, dimensions, depth - 1), filters(draw, dimensions, depth - 1)
        return draw.one([f"({left} or {right})", f"{left} and {right}", f"not ({left} and {right})"])
    dimension = draw.one(dimensions)
    if dimension == "flag":
        return draw.one(["flag", "not flag", "flag is null"])
    if dimension.endswith(NUMBERS):
        return f"{dimension} {draw.one(['> 1', '!= 1', 'is not null', 'not in (1, 5)', '<= 5', '= 1', 'is null'])}"
    tails = [
        "= 'a'",
        "!= 'b'",
        "is not null",
        "in ('a', 'b')",
        "not like 'A%'",
        "> 'A'",
        "in ('b', 'ab', 'A')",
        "is null",
    ]
    return f"{dimension} {draw.one(tails)}"
