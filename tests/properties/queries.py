"""Dimensions, metrics (over columns, over other metrics, over members) and queries for a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite
from tests.properties.blocks import (
    BOOLEAN,
    DATE,
    DURATION,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Case,
    Metric,
    Model,
    Query,
)
from tests.properties.tables import CLUSTERS, conditions, models
from tests.support.not_yet import NOT_YET

GRAINS = ["month", "week", "quarter", "year", "fiscal_quarter", "fiscal_year", "day", "hour"]
EXACT = ("sum", "count", "min", "max")


def with_dimensions(model: Model) -> Model:
    """Shared dimensions, private ones, one role each."""
    dims: dict[str, dict[str, str]] = {"d_status": {"deals": "status"}}
    if "costs" in model.tables:
        dims["d_kind"] = {"deals": "status", "costs": "kind"}
    if "reps" in model.tables:
        dims["d_region"] = {"deals": "owner.region", "reps": "region"}
        if "rep" in model.tables["costs"].joins if "costs" in model.tables else False:
            dims["d_region"]["costs"] = "rep.region"
        if "helper" in model.tables["deals"].joins:
            dims["d_helper"] = {"deals": "helper.region"}
        if "boss" in model.tables["reps"].joins:
            dims["d_boss"] = {"deals": "owner.boss.rep_id", "reps": "boss.rep_id"}
    if "teams" in model.tables:
        dims["d_team"] = {"deals": "owner.team.title", "reps": "team.title", "teams": "title"}
    return replace(model, dimensions=dims)


def dimensions_for(model: Model, tables: frozenset[str]) -> list[str]:
    """What metrics over these tables may be cut by: dimensions, columns of all of them, `table.field`."""
    found = [name for name, paths in model.dimensions.items() if tables <= set(paths)]
    first = model.tables[min(tables)]
    free = [c for c, t in first.columns.items() if t in ("text", "boolean", "integer") and c not in first.key]
    found += [c for c in free if all(c in model.tables[t].columns for t in tables)]
    for end, column in (("reps", "region"), ("teams", "title"), ("reps", "quota")):
        if end in model.tables and all(model.chosen(t, end) is not None for t in tables):
            found.append(f"{end}.{column}")
    return found


@composite
def base_metrics(draw: DrawFn, model: Model, name: str) -> Metric:
    """An aggregate over the rows of a table."""
    table = draw(st.sampled_from([*(t for t in ("deals", "costs", "reps", "teams") if t in model.tables)]))
    call, unit, exact, function = draw(_calls(model, table))
    clauses = f" where {draw(conditions(model, table))}" if draw(st.booleans()) else ""
    if table == "deals" and draw(st.integers(0, 4)) == 4 and function not in ("first", "last"):
        clauses += " on due"
    timed = model.tables[table].time is not None or " on " in clauses
    additive = function in ("sum", "count") and "distinct" not in call
    return Metric(name, f"{call[:-1]}{clauses})", frozenset([table]), unit, exact, timed, additive)


@composite
def _calls(draw: DrawFn, model: Model, table: str) -> tuple[str, str, bool, str]:
    """An aggregate without its clauses, the unit of its value, whether that is exact, its function."""
    said = model.tables[table]
    kinds = {n: k for n, k in said.kinds().items() if n not in said.key and not n.endswith(("_id", "_no"))}
    pick: dict[str, list[str]] = {}
    for path, kind in kinds.items():
        pick.setdefault(kind, []).append(path)
    calls = [(f"count({table})", f"count {table}", True, "count")]
    for n in pick.get(NUMBER, []):
        exact, unit = n not in said.fields, f"field {n}" if "_r" in n else "number"
        calls += [(f"{f}({table}.{n})", unit, exact, f) for f in ("sum", "max", "min")]
        calls += [(f"{f}({table}.{n})", unit, False, f) for f in ("avg", "median", "stddev")]
        calls += [(f"percentile({table}.{n}, {p})", unit, False, "percentile") for p in ("90%", "0.25")]
        calls += [(f"variance({table}.{n})", f"{unit} squared", False, "variance")]
        calls += [
            (f"sum({table}.{n} * 2)", unit, exact, "sum"),
            (f"count({table}.{n})", f"count {table}", True, "count"),
        ]
    for n in pick.get(TEXT, []):
        calls += [(f"count(distinct {table}.{n})", f"distinct {n}", True, "count")]
        calls += [(f"{f}({table}.{n})", "text", False, f) for f in ("min", "max")]
        if said.time:
            calls += [(f"{f}({table}.{n})", "text", False, f) for f in ("first", "last")]
    for n in pick.get(BOOLEAN, []):
        calls += [(f"{f}({table}.{n})", "boolean", False, f) for f in ("any", "every")]
    for n in [*pick.get(DATE, []), *pick.get(TIMESTAMP, [])]:
        calls += [(f"{f}({table}.{n})", "time", False, f) for f in ("min", "max")]
    for n in pick.get(DURATION, []):
        calls += [(f"{f}({table}.{n})", "days", False, f) for f in ("avg", "sum", "max", "median")]
    if len(pick.get(NUMBER, [])) > 1:
        a, b = pick[NUMBER][:2]
        calls.append((f"corr({table}.{a}, {b})", "ratio", False, "corr"))
    return draw(st.sampled_from(calls))


@composite
def derived_metrics(draw: DrawFn, model: Model, name: str) -> Metric | None:
    """A metric over metrics: arithmetic, a condition on rows, members."""
    numbers = [m for m in model.metrics.values() if m.unit not in ("text", "boolean", "time")]
    if not numbers:
        return None
    makers: list[Callable[..., Metric | None]] = [_ratio, _scaled, _sum, _case, _of_rows, _per, _per, _of_rows]
    makers += [maker for construct, maker in _WINDOWED if construct not in NOT_YET]
    return draw(st.sampled_from(makers))(draw, model, name, numbers)


def _join_of(name: str, text: str, parts: list[Metric], unit: str, exact: bool = False) -> Metric:
    tables = frozenset[str]().union(*(m.tables for m in parts))
    return Metric(name, text, tables, unit, exact, any(m.timed for m in parts), periodic=any(m.periodic for m in parts))


def _ratio(draw: DrawFn, model: Model, name: str, numbers: list[Metric]) -> Metric:
    a, b = draw(st.sampled_from(numbers)), draw(st.sampled_from(numbers))
    return _join_of(name, f"{a.name} / {b.name}", [a, b], f"({a.unit}) / ({b.unit})")


def _scaled(draw: DrawFn, model: Model, name: str, numbers: list[Metric]) -> Metric:
    a = draw(st.sampled_from(numbers))
    text = draw(st.sampled_from([f"{a.name} * 2", f"-{a.name}", f"coalesce({a.name}, 0)", f"nullif({a.name}, 0)"]))
    return _join_of(name, text, [a], a.unit, a.exact)


def _sum(draw: DrawFn, model: Model, name: str, numbers: list[Metric]) -> Metric:
    a = draw(st.sampled_from(numbers))
    b = draw(st.sampled_from([m for m in numbers if m.unit == a.unit]))
    text = draw(st.sampled_from([f"{a.name} + {b.name}", f"{a.name} - {b.name}", f"greatest({a.name}, {b.name})"]))
    return _join_of(name, text, [a, b], a.unit, a.exact and b.exact)


def _case(draw: DrawFn, model: Model, name: str, numbers: list[Metric]) -> Metric:
    a = draw(st.sampled_from([m for m in numbers if m.exact] or numbers))
    b = draw(st.sampled_from([m for m in numbers if m.exact] or numbers))
    return _join_of(name, f"case when {a.name} > 1 then {b.name} end", [a, b], b.unit, a.exact and b.exact)


def _of_rows(draw: DrawFn, model: Model, name: str, numbers: list[Metric]) -> Metric | None:
    """An aggregate of the rows of a table for which a metric is so and so."""
    exact = [m for m in numbers if m.exact]
    pairs = [
        (m, end)
        for m in exact
        for end in model.tables
        if all(model.chosen(table, end) is not None for table in m.tables)
    ]
    if not pairs:
        return None
    metric, end = draw(st.sampled_from(pairs))
    condition = draw(st.sampled_from([f"{metric.name} > 1", f"not {metric.name} > 1", f"{metric.name} is null"]))
    if draw(st.booleans()):
        condition += f" and ({draw(conditions(model, end, 1))})"
    numeric = [n for n, k in model.tables[end].columns.items() if k == "integer" and not n.endswith(("_id", "_no"))]
    call = draw(st.sampled_from([f"count({end}", *(f"sum({end}.{n}" for n in numeric)]))
    unit = "number" if call.startswith("sum") else f"count {end}"
    timed = model.tables[end].time is not None
    text = f"{call} where {condition})"
    return Metric(name, text, metric.tables | {end}, unit, True, timed, periodic=metric.periodic)


def _per(draw: DrawFn, model: Model, name: str, numbers: list[Metric]) -> Metric | None:
    """An aggregate of a metric for each member, or each period."""
    metric = draw(st.sampled_from(numbers))
    members = draw(st.lists(st.sampled_from(dimensions_for(model, metric.tables) or ["month"]), min_size=1, max_size=2))
    if metric.timed and draw(st.booleans()):
        members = [*members[:1], draw(st.sampled_from(["month", "week", "quarter"]))]
    members = list(dict.fromkeys(m for m in members if metric.timed or m != "month"))
    if not members or len([m for m in members if m in GRAINS]) > 1:
        return None
    function = draw(st.sampled_from(["avg", "sum", "max", "min", "count", "median"]))
    unit = f"per {name}" if function == "count" else metric.unit
    text = f"{function}({metric.name} per {', '.join(members)})"
    exact, periodic = metric.exact and function in EXACT, metric.periodic or any(m in GRAINS for m in members)
    return Metric(name, text, metric.tables, unit, exact, metric.timed, periodic=periodic)


def _operator(template: str) -> Callable[[DrawFn, Model, str, list[Metric]], Metric | None]:
    def make(draw: DrawFn, model: Model, name: str, numbers: list[Metric]) -> Metric | None:
        metric = draw(st.sampled_from(numbers))
        span = draw(st.sampled_from(["1 month", "1 year", "3 months", "7 days"]))
        grain = draw(st.sampled_from(["month", "quarter", "year", "week"]))
        dimensions = dimensions_for(model, metric.tables)
        if "DIM" in template and not dimensions:
            return None
        dimension = draw(st.sampled_from(dimensions)) if dimensions else ""
        text = template.replace("METRIC", metric.name).replace("SPAN", span).replace("GRAIN", grain)
        unit = "ratio" if "growth" in template else metric.unit
        return _join_of(name, text.replace("DIM", dimension), [metric], unit, metric.exact and "growth" not in template)

    return make


#: What moves, stretches, narrows or widens a cell: part of the game as soon as it is compiled.
_WINDOWED = [
    ("prior", _operator("prior(METRIC, SPAN)")),
    ("growth", _operator("growth(METRIC, SPAN)")),
    ("rolling", _operator("rolling(METRIC, SPAN)")),
    ("to_date", _operator("to_date(METRIC, GRAIN)")),
    ("running", _operator("running(METRIC)")),
    ("all(m)", _operator("all(METRIC)")),
    ("all(m)", _operator("all(METRIC over DIM)")),
    ("(m where ..)", _operator("(METRIC where DIM is not null)")),
]
NEEDS_WINDOW = ("prior(", "growth(", "rolling(", "to_date(")


@composite
def full_models(draw: DrawFn) -> tuple[Model, str]:
    """A model with dimensions and metrics, and the cluster of its times."""
    model, cluster = draw(models())
    model = with_dimensions(model)
    for number in range(1, draw(st.integers(1, 3)) + 1):
        metric = draw(base_metrics(model, f"m{number}"))
        model = replace(model, metrics={**model.metrics, metric.name: metric})
    for number in range(1, draw(st.integers(0, 3)) + 1):
        derived = draw(derived_metrics(model, f"x{number}"))
        if derived is not None:
            model = replace(model, metrics={**model.metrics, derived.name: derived})
    return model, cluster


@composite
def cases(draw: DrawFn) -> Case:
    """A model and a query over it."""
    model, cluster = draw(full_models())
    names = draw(st.lists(st.sampled_from(list(model.metrics)[::-1]), min_size=1, max_size=3, unique=True))
    return Case(model, draw(queries(model, cluster, tuple(names))))


@composite
def queries(draw: DrawFn, model: Model, cluster: str, names: tuple[str, ...]) -> Query:
    """A query for these metrics."""
    asked = [model.metrics[name] for name in names]
    tables = frozenset[str]().union(*(m.tables for m in asked))
    dims = dimensions_for(model, tables)
    by = tuple(draw(st.lists(st.sampled_from(dims), max_size=2, unique=True))) if dims else ()
    options = draw(_windows(model, cluster, asked))
    if dims and draw(st.integers(0, 3)) == 3:
        options.append(("where", draw(_filters(model, draw(st.sampled_from(dims))))))
    if draw(st.integers(0, 4)) == 4:
        options.append(("as-of", draw(st.sampled_from(sorted(CLUSTERS[cluster], reverse=True)))))
    if draw(st.integers(0, 5)) == 5:
        options.append(("sparse", ""))
    exact = [m.name for m in asked if m.exact]
    if exact and draw(st.integers(0, 6)) == 6:
        tail = draw(st.sampled_from(["> 0", "< 5", "is not null", "!= 1"]))
        options.append(("having", f"{draw(st.sampled_from(exact))} {tail}"))
    if draw(st.integers(0, 3)) == 3 and (exact or by):
        columns = draw(st.lists(st.sampled_from([*exact, *by]), min_size=1, max_size=2, unique=True))
        options.append(("order", ",".join(draw(st.sampled_from(["", "-"])) + c for c in columns)))
        if draw(st.booleans()):
            options.append(("limit", str(draw(st.integers(1, 4)))))
    return Query(names, by, tuple(options))


@composite
def _filters(draw: DrawFn, model: Model, dimension: str) -> str:
    if dimension in ("flag",):
        return draw(st.sampled_from(["flag", "not flag", "flag is null"]))
    if dimension.endswith(("_id", "_no", "quota", "score", "size", "boss")):
        return f"{dimension} {draw(st.sampled_from(['> 1', '= 1', '!= 1', 'is null', 'not in (1, 5)']))}"
    tails = ["= 'a'", "!= 'a'", "is not null", "in ('a', 'b')", "not like 'a%'"]
    return f"{dimension} {draw(st.sampled_from(tails))}"


@composite
def _windows(draw: DrawFn, model: Model, cluster: str, asked: list[Metric]) -> list[tuple[str, str]]:
    """A grain, a range, both or neither; a range is given where nothing else would give one, and for hours.

    Of one end alone only such as leave nothing out, and no day of 23 hours by the hour: there the interpreter's own
    ranges and order are in doubt.
    """
    needs = any(word in m.text for m in model.metrics.values() for word in NEEDS_WINDOW)
    grain = draw(st.sampled_from(["month", *([] if needs else [""]), *GRAINS]))
    days = sorted(CLUSTERS[cluster])
    first = draw(st.sampled_from(CLUSTERS[cluster][1:2] if grain == "hour" else CLUSTERS[cluster][:3]))
    length = draw(st.sampled_from([1, 2] if grain == "hour" else [40, 1, 3, 100]))
    last = (date.fromisoformat(first) + timedelta(days=length)).isoformat()
    window = [("grain", grain)] if grain else []
    if grain == "hour" or (grain and any(m.periodic or not m.timed for m in asked)):
        return [*window, ("from", first), ("to", last)]
    ranged = draw(st.integers(0, 5))
    if ranged == 5:
        return [*window, ("from", first), ("to", last)]
    if ranged == 4:
        window.append(("to", (date.fromisoformat(days[-1]) + timedelta(days=1)).isoformat()))
    if ranged == 3:
        window.append(("from", days[0]))
    return window
