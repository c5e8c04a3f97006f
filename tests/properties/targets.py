"""Targets: values by period and member, from a table, constants, growth, ranges; spread in every way; in versions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.properties.blocks import Metric, Model, Rows, Table
from tests.properties.dimensions import NUMBERS, dimensions_for
from tests.properties.draws import Draw
from tests.properties.game import Game
from tests.properties.tables import REFERENCES, TEXTS, Times

#: In cents, in more than cents, below zero, nothing, too little for all parts.
VALUES = ["100", "0.05", "10", "1", "0", "-3.01", "33.333", "1_000", "0.01", "7.5"]
LEVELS = ["0.5", "1", "0.25", "1.1", "0", "3"]
GRAINS = ["month", "quarter", "month", "year", "day", "week", "month"]
SPREADS = ["even", "business_days", "even", "{like: 1 year}", "{like: 1 month}", "{like: 52 weeks}"]
SPANS = ["1 year", "1 month", "2 quarters", "52 weeks"]


def with_targets(draw: Draw, model: Model, game: Game, times: Times) -> Model:
    """The model with targets for up to three of its metrics, and with metrics that ask for them."""
    if not game.has("target") or not draw.chance():
        return model
    apart = ("text", "boolean", "time")  # and whether what depends on the window adds up is not plain
    numbers = [m for m in model.metrics.values() if m.unit not in apart and "period_" not in m.text]
    if len(numbers) > 1 and draw.chance(3):
        a, b = draw.one(numbers), draw.one(numbers)
        unit = f"({a.unit}) / ({b.unit})"
        ratio = Metric(f"m{len(model.metrics) + 1}", f"{a.name} / {b.name}", a.tables | b.tables, unit, exact=False)
        ratio = replace(ratio, timed=a.timed or b.timed, stock=a.stock or b.stock, weight=a.weight + b.weight)
        model = replace(model, metrics={**model.metrics, ratio.name: ratio})
        numbers = [ratio, *numbers]
    for metric in draw.some(numbers, least=1, most=2):
        model = _with_target(draw, model, metric, times)
    return model


def is_sum(metric: Metric) -> bool:
    """Whether its parts add up over time, too."""
    return metric.additive and metric.timed


def _with_target(draw: Draw, model: Model, metric: Metric, times: Times) -> Model:
    number = len(model.targets) + 1
    model, said = _target(draw, model, metric, times, f"t{number}")
    second = ""
    if draw.chance(5):
        model, other = _target(draw, model, metric, times, f"t{number + 1}")
        said, second = f"{said}\ndefault: true", f", t{number + 1}"
        model = replace(model, targets={**model.targets, f"t{number + 1}": other})
    model = replace(model, targets={**model.targets, f"t{number}": said})
    for call in draw.some(["target", "attainment"], least=1):
        weight = metric.weight * (8 if "like" in said or "growth" in said else 2)
        name = f"m{len(model.metrics) + 1}"
        exact = metric.exact and call == "target" and "growth" not in said
        unit = metric.unit if call == "target" else "ratio"
        text = f"{call}({metric.name}{second if draw.chance() else ''})"
        asking = replace(metric, name=name, text=text, unit=unit, exact=exact, additive=False, weight=weight)
        model = replace(model, metrics={**model.metrics, name: asking})
    return model


def _target(draw: Draw, model: Model, metric: Metric, times: Times, name: str) -> tuple[Model, str]:
    """A target, its lines; in two versions now and then."""
    if not draw.chance(6):
        model, lines = _figures(draw, model, metric, times, name)
        return model, "\n".join([f"metric: {metric.name}", *lines])
    day = draw.one([*times.days, "2026-06-01"])
    lines = [f"metric: {metric.name}", "versions:"]
    for number, bound in enumerate([f"valid_to: {day}", f"valid_from: {day}"]):
        model, version = _figures(draw, model, metric, times, f"{name}_{number}")
        lines.append("- {" + ", ".join([*version, bound]) + "}")
    return model, "\n".join(lines)


def _figures(draw: Draw, model: Model, metric: Metric, times: Times, name: str) -> tuple[Model, list[str]]:
    """What is said of the figures of a target."""
    kinds = ["values", "values", "table", "table", "growth", "value", "between"]
    kind = draw.one(kinds if metric.timed else ["values", "table", "value"])
    if kind == "growth" and is_sum(metric) and not metric.exact:  # parts of floating values are rounded
        kind = "values"
    if kind == "between":
        return model, ["between: [1, 5]"]
    if kind == "value" and not is_sum(metric):
        return model, [f"value: {draw.one(LEVELS)}"]
    grain = draw.one(GRAINS)
    if grain == "week" and "week_start" in model.calendar:
        grain = "month"
    spread = [f"spread: {draw.one(SPREADS)}"] if is_sum(metric) else []
    if kind == "value":
        return model, [f"grain: {grain}", f"value: {draw.one(VALUES)}", *spread]
    dims = [d for d in dimensions_for(model, metric.tables) if "." not in d]
    by = draw.some(dims, most=2)
    by = by[:1] if len({_paths(model, metric, dim) for dim in by}) < len(by) else by
    if kind == "growth":
        said = [f"by: [{', '.join(by)}]"] if by and draw.chance() else []
        spans = SPANS if grain in ("month", "quarter", "year") else ["1 year", "52 weeks", "7 days"]
        return model, [f"grain: {grain}", "growth: 20%", f"over: {draw.one(spans)}", *said, *spread]
    if kind == "values":
        by = [d for d in by if d != "flag"]
        values = _values(draw, metric, grain, [_is_whole(d) for d in by], times)
        return model, [f"grain: {grain}", *([f"by: [{', '.join(by)}]"] if by else []), f"values: {values}", *spread]
    return _from_table(draw, model, metric, by, spread, times, name)


def _paths(model: Model, metric: Metric, dimension: str) -> tuple[str, ...]:
    """What a dimension is in each table of a metric: two names may be one thing."""
    return tuple(model.dimensions.get(dimension, {}).get(table, dimension) for table in sorted(metric.tables))


def _is_whole(dimension: str) -> bool:
    return dimension.endswith(NUMBERS)


def _values(draw: Draw, metric: Metric, grain: str, whole: list[bool], times: Times) -> str:
    """A value for each of some periods, or for members of each."""
    keys = list(dict.fromkeys(_key(grain, day) for day in draw.some(times.days, least=2, most=4)))
    return "{" + ", ".join(f"{key}: {_members(draw, metric, whole)}" for key in keys) + "}"


def _members(draw: Draw, metric: Metric, whole: list[bool]) -> str:
    if not whole:
        return draw.one(VALUES if is_sum(metric) else LEVELS)
    names = draw.some(["1", "2", "5"] if whole[0] else ["a", "b", "A", "zz"], least=1, most=3)
    return "{" + ", ".join(f"{name}: {_members(draw, metric, whole[1:])}" for name in names) + "}"


def _key(grain: str, day: str) -> str:
    """The key of the period that a day lies in."""
    when = date.fromisoformat(day)
    year, week, _ = when.isocalendar()
    keys = {"year": day[:4], "quarter": f"{day[:4]}-Q{(when.month + 2) // 3}", "month": day[:7]}
    return {**keys, "week": f"{year}-W{week:02}", "day": day}[grain]


def _from_table(
    draw: Draw, model: Model, metric: Metric, by: list[str], spread: list[str], times: Times, name: str
) -> tuple[Model, list[str]]:
    """A table of targets of its own, with rows that say nothing, and with two for the same where these add up."""
    types = {dim: "boolean" if dim == "flag" else "integer" if _is_whole(dim) else "text" for dim in by}
    columns = {"goal_id": "integer", "goal_day": "date", "goal": "decimal(12, 2)"}
    columns |= {f"g_{dim}": kind for dim, kind in types.items()}
    rows: Rows = []
    grain = draw.one([*GRAINS, "fiscal_quarter", *model.grains * 2])
    taken = set()
    while len(rows) < 8 and draw.more(12):
        row = {"goal_id": str(len(rows) + 1), "goal_day": draw.one([*times.days, ""]), "goal": draw.one(_goals(metric))}
        row |= {f"g_{dim}": draw.one(_shown(kind)) for dim, kind in types.items()}
        if is_sum(metric) or not row["goal_day"]:
            rows.append(row)
            continue
        same = (row["goal_day"][:4], *(row[f"g_{dim}"] for dim in by))  # one a year is one a period
        if same not in taken:
            rows.append({**row, "goal_id": str(len(rows) + 1)})
        taken.add(same)
    table = Table(f"goals_{name}", ("goal_id",), columns, rows, ahead=frozenset(["goal_day"]))
    source = f"table: {table.name}, period: goal_day, value: goal"
    if by:
        source += f", by: {{{', '.join(f'{dim}: g_{dim}' for dim in by)}}}"
    return model.with_table(table), [f"grain: {grain}", f"source: {{{source}}}", *spread]


def _goals(metric: Metric) -> list[str]:
    return ["100", "0.05", "10", "", "0", "7.77"] if is_sum(metric) else ["0.5", "1", "", "0.25"]


def _shown(kind: str) -> list[str]:
    return {"boolean": ["true", "false", ""], "integer": REFERENCES}.get(kind, TEXTS)
