"""Metrics over metrics: arithmetic, conditions on rows, members, periods, operators, each over whatever there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.properties.blocks import Metric, Model, text_of
from tests.properties.dimensions import dimensions_for, filters
from tests.properties.draws import Draw
from tests.properties.fields import conditions
from tests.properties.game import Game

GRAINS = ["month", "week", "quarter", "year", "fiscal_quarter", "fiscal_year", "day", "hour"]
EXACT = ("sum", "count", "min", "max")
WINDOW, GRAIN = "window", "grain"
SPANS = ["1 month", "1 year", "3 months", "7 days", "1 day", "52 weeks", "2 quarters"]
#: How many periods of a grain there are in what is usually looked at.
PERIODS = {"month": 4, "week": 10, "quarter": 2, "day": 40, "retail": 8}
#: How many aggregates a value of a metric may take.
HEAVIEST = 150


@dataclass(frozen=True)
class Making:
    """What a metric is made from."""

    draw: Draw
    model: Model
    game: Game
    name: str
    numbers: list[Metric]

    def one(self, exact: bool = False) -> Metric:
        """A metric; an exact one if there is any."""
        return self.draw.one([m for m in self.numbers if m.exact or not exact] or self.numbers)

    def said(self, metric: Metric) -> str:
        """A metric by its name, or written out."""
        return f"({metric.text})" if self.draw.chance(5) else metric.name

    def is_disputed(self, metric: Metric, grain: str) -> bool:
        """Whether the engine is known to answer otherwise where a metric is taken per periods of a grain."""
        text = text_of(self.model, metric.name)
        inner = [PERIODS[found] for found in re.findall(r" per (?:[^)]*, )?(month|week|quarter|day|retail)\)", text)]
        if inner and re.search(r"\b(prior|growth|rolling|to_date|running)\(", text):
            return not self.game.has("per periods over an operator over per periods")
        return (
            bool(inner)
            and min(inner) < PERIODS[grain]
            and not self.game.has("per a coarser grain inside per a finer one")
        )

    def made(self, text: str, parts: list[Metric], unit: str, exact: bool = False) -> Metric:
        """A metric of such parts."""
        tables = frozenset[str]().union(*(m.tables for m in parts))
        needs = frozenset[str]().union(*(m.needs for m in parts))
        timed, stock = any(m.timed for m in parts), any(m.stock for m in parts)
        weight = sum(m.weight for m in parts)
        return Metric(self.name, text, tables, unit, exact, timed, stock=stock, needs=needs, weight=weight)


Maker = Callable[[Making], Metric | None]


def derived_metric(draw: Draw, model: Model, game: Game, name: str) -> Metric | None:
    """A metric over metrics."""
    numbers = [m for m in model.metrics.values() if m.unit not in ("text", "boolean", "time")]
    if not numbers:
        return None
    made = draw.one(list(_makers(game)))(Making(draw, model, game, name, numbers))
    return made if made is not None and made.weight <= HEAVIEST else None


def _makers(game: Game) -> Iterator[Maker]:
    yield from (_ratio, _sum, _scaled, _case, _daily, _of_rows, _of_rows, _per_members, _per_members, _per_periods)
    yield from (_per_periods, _of_periods)
    for construct, maker in _OPERATORS:
        if game.has(construct):
            yield maker


def _ratio(making: Making) -> Metric:
    a, b = making.one(), making.one()
    return making.made(f"{making.said(a)} / {making.said(b)}", [a, b], f"({a.unit}) / ({b.unit})")


def _scaled(making: Making) -> Metric:
    a = making.one()
    text = making.draw.one([f"{a.name} * 2", f"-{a.name}", f"coalesce({a.name}, 0)", f"nullif({a.name}, 0)"])
    return making.made(text, [a], a.unit, a.exact)


def _sum(making: Making) -> Metric:
    a = making.one()
    b = making.draw.one([m for m in making.numbers if m.unit == a.unit])
    text = making.draw.one([f"{a.name} + {b.name}", f"{a.name} - {b.name}", f"greatest({a.name}, {b.name})"])
    return making.made(text, [a, b], a.unit, a.exact and b.exact)


def _case(making: Making) -> Metric:
    a, b = making.one(exact=True), making.one(exact=True)
    return making.made(f"case when {a.name} > 1 then {b.name} end", [a, b], b.unit, a.exact and b.exact)


def _daily(making: Making) -> Metric:
    a = making.one()
    return making.made(f"{making.said(a)} / days(period_end() - period_start())", [a], f"({a.unit}) / day")


def _of_rows(making: Making) -> Metric | None:
    """An aggregate of the rows of a table for which a metric is so and so."""
    draw, model = making.draw, making.model
    exact = [m for m in making.numbers if m.exact]
    ends = [end for end, table in model.tables.items() if not table.is_stock or making.game.has("as of")]
    pairs = [(m, end) for m in exact for end in ends if all(model.chosen(t, end) is not None for t in m.tables)]
    if not pairs:
        return None
    metric, end = draw.one(pairs)
    name = metric.name
    condition = draw.one([f"{name} > 1", f"not {name} > 1", f"{name} >= 0", f"{name} is null"])
    if draw.chance():
        condition += f" and ({conditions(draw, model, end, 1)})"
    table = model.tables[end]
    numeric = [n for n, k in table.columns.items() if k == "integer" and not n.endswith(("_id", "_no"))]
    call = draw.one([f"count({end}", *(f"sum({end}.{n}" for n in numeric)])
    unit = "number" if call.startswith("sum") else f"count {end}"
    stock = table.is_stock and (not table.time or draw.chance())
    text = f"{call} where {condition}{' as of end' if stock else ''})"
    timed = stock or table.time is not None
    weight = metric.weight * (6 if end == "deals" else 4)
    return Metric(making.name, text, metric.tables | {end}, unit, True, timed, False, stock, metric.needs, weight)


def _aggregate_of(making: Making, metric: Metric, members: str, needs: frozenset[str], weight: int) -> Metric:
    """An aggregate of a metric per something."""
    summed = [] if metric.unit == "ratio" or "/" in metric.unit else ["sum", "sum"]
    function = making.draw.one(["avg", *summed, "max", "min", "count", "median", "percentile"])
    unit = f"per {making.name}" if function == "count" else metric.unit
    share = ", 75%" if function == "percentile" else ""
    made = making.made(f"{function}({making.said(metric)}{share} per {members})", [metric], unit)
    return replace(made, exact=metric.exact and function in EXACT, needs=needs, weight=weight)


def _per_members(making: Making) -> Metric | None:
    metric = making.one()
    dims = dimensions_for(making.model, metric.tables)
    if not dims:
        return None
    members = making.draw.some(dims, least=1, most=2)
    return _aggregate_of(making, metric, ", ".join(members), metric.needs, metric.weight * 4)


def _per_periods(making: Making) -> Metric | None:
    """Each period, or each member in each period."""
    metric = making.one()
    grain = making.draw.one(["month", "week", "quarter", "month", "day", *making.model.grains])
    if not metric.timed or making.is_disputed(metric, grain):
        return None
    dims = dimensions_for(making.model, metric.tables)
    member = [making.draw.one(dims)] if dims and making.draw.chance(3) else []
    weight = metric.weight * PERIODS[grain] * (4 if member else 1)
    return _aggregate_of(making, metric, ", ".join([*member, grain]), frozenset(), weight)


def _of_periods(making: Making) -> Metric | None:
    """The first or the last period, or two metrics over the periods."""
    a, b = making.one(), making.one()
    grain = making.draw.one(["month", "week"])
    if any(not metric.timed or making.is_disputed(metric, grain) for metric in (a, b)):
        return None
    if making.draw.chance():
        made = making.made(f"corr({a.name}, {b.name} per {grain})", [a, b], "ratio")
    else:
        made = making.made(f"{making.draw.one(['last', 'first'])}({making.said(a)} per {grain})", [a], a.unit, a.exact)
    return replace(made, needs=frozenset(), weight=made.weight * PERIODS[grain])


def _operator(template: str, *needs: str) -> Maker:
    def make(making: Making) -> Metric | None:
        metric, draw = making.one(), making.draw
        dims = dimensions_for(making.model, metric.tables)
        if not dims and ("DIM" in template or "CONDITION" in template):
            return None
        text = template.replace("METRIC", metric.name if "where" in template else making.said(metric))
        text = text.replace("SPAN", draw.one(SPANS))
        text = text.replace("GRAIN", draw.one(["month", "quarter", "year", "week", *making.model.grains]))
        if dims:
            text = text.replace("DIM", draw.one(dims)).replace("CONDITION", filters(draw, dims))
        growth, share = "growth" in template, " / " in template
        unit = "ratio" if growth else f"({metric.unit}) / ({metric.unit})" if share else metric.unit
        made = making.made(text, [metric], unit, metric.exact and not growth and not share)
        return replace(made, needs=made.needs | set(needs), weight=metric.weight * (2 if growth or share else 1))

    return make


#: What moves, stretches, narrows or widens a cell: part of the game as soon as it is compiled.
_OPERATORS: list[tuple[str, Maker]] = [
    ("prior", _operator("prior(METRIC, SPAN)", WINDOW)),
    ("prior", _operator("prior(METRIC)", WINDOW, GRAIN)),
    ("growth", _operator("growth(METRIC, SPAN)", WINDOW)),
    ("growth", _operator("growth(METRIC)", WINDOW, GRAIN)),
    ("rolling", _operator("rolling(METRIC, SPAN)", WINDOW)),
    ("rolling", _operator("rolling(METRIC, SPAN)", WINDOW)),
    ("to_date", _operator("to_date(METRIC, GRAIN)", WINDOW)),
    ("to_date", _operator("to_date(METRIC, GRAIN)", WINDOW)),
    ("running", _operator("running(METRIC)")),
    ("all(m)", _operator("all(METRIC)")),
    ("all(m)", _operator("METRIC / all(METRIC)")),
    ("all(m)", _operator("all(METRIC over DIM)")),
    ("(m where ..)", _operator("(METRIC where CONDITION)")),
    ("(m where ..)", _operator("(METRIC where CONDITION) / METRIC")),
]
