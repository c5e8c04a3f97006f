"""Models with metrics, and queries over them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from tests.properties.aggregates import base_metric
from tests.properties.blocks import Batch, Case, Metric, Model, Query, text_of
from tests.properties.compositions import GRAIN, GRAINS, WINDOW, derived_metric
from tests.properties.dimensions import dimensions_for, filters, with_dimensions
from tests.properties.draws import Draw
from tests.properties.fields import with_fields
from tests.properties.game import Game
from tests.properties.stocks import with_stocks
from tests.properties.tables import Times, bare_model, times_of_a_model
from tests.properties.targets import with_targets

Options = list[tuple[str, str]]
#: How many queries a batch holds: they share a model and its data.
QUERIES = 10
#: How many plain and how many composed metrics its model has at most.
METRICS = (5, 12)
#: How many aggregates a query may take the interpreter.
HEAVIEST = 3000
#: The days of a period, and the grain that it gives way to where it has too many.
SIZES = {"day": 1, "week": 7, "retail": 9, "month": 30, "quarter": 91}
COARSER = {"hour": "day", "day": "week", "week": "month", "retail": "month", "month": "quarter", "quarter": "year"}


def full_model(draw: Draw, game: Game, plain: int, composed: int) -> tuple[Model, Times]:
    """A model with dimensions, up to so many plain and composed metrics, and the times of its rows."""
    times = times_of_a_model(draw)
    model = with_stocks(draw, bare_model(draw, game, times), game, times)
    model = with_dimensions(with_fields(draw, model, game))
    while not model.metrics or (len(model.metrics) < plain and draw.more(9)):
        metric = base_metric(draw, model, game, f"m{len(model.metrics) + 1}")
        model = replace(model, metrics={**model.metrics, metric.name: metric})
    model = with_targets(draw, model, game, times)
    number = 0
    while number < composed and draw.more(9):
        number += 1
        derived = derived_metric(draw, model, game, f"x{number}")
        if derived is not None:
            model = replace(model, metrics={**model.metrics, derived.name: derived})
    return model, times


def case(draw: Draw, game: Game) -> Case:
    """A model and a query over it."""
    model, times = full_model(draw, game, 3, 4)
    return Case(model, query(draw, model, times, game))


def batch(draw: Draw, game: Game) -> Batch:
    """A model and several queries over it; with the choices that each of them, alone, was made of."""
    model, times = full_model(draw, game, *METRICS)
    common, queries, choices = list(draw.made), [], []
    for _ in range(QUERIES):
        before = len(draw.made)
        queries.append(query(draw, model, times, game))
        choices.append(common + draw.made[before:])
    return Batch(model, tuple(queries), tuple(choices))


def one_of_batch(choices: list[int], game: Game) -> Case:
    """A case made of such choices."""
    draw = Draw(choices=choices)
    model, times = full_model(draw, game, *METRICS)
    return Case(model, query(draw, model, times, game))


def query(draw: Draw, model: Model, times: Times, game: Game) -> Query:
    """A query for some metrics, composed ones twice as often."""
    composed = [m for m in model.metrics.values() if m.name.startswith("x")]
    choice = [*model.metrics.values(), *composed]
    asked = list({m.name: m for m in (draw.one(choice) for _ in range(draw.one([1, 2, 3])))}.values())
    dims = dimensions_for(model, _tables(asked))
    if not dims and draw.chance():
        asked = asked[:1]
        dims = dimensions_for(model, _tables(asked))
    by = tuple(draw.some(dims, most=2))
    options = _windows(draw, model, times, asked, 1 + 3 * len(by))
    if dims and draw.chance(4):
        options.append(("where", filters(draw, dims)))
    if draw.chance(6):
        options.append(("sparse", ""))
    asked = _show(draw, game, asked, by, options)
    if "top" in dict(options) and not _may_be_top(game, model, asked, by):
        options = [option for option in options if option[0] != "top"]
    return Query(tuple(m.name for m in asked), by, tuple(options))


def _may_be_top(game: Game, model: Model, asked: list[Metric], by: tuple[str, ...]) -> bool:
    """Of several dimensions none may be dropped by `all(.. over ..)`."""
    text = " ".join(text_of(model, metric.name) for metric in asked)
    per = "".join(re.findall(r" per ([^)]*)", text))
    if any(dim in per for dim in by) and not game.has("--top by what `per` names"):
        return False
    return len(by) == 1 or " over " not in text


def _tables(asked: list[Metric]) -> frozenset[str]:
    return frozenset[str]().union(*(m.tables for m in asked))


def _show(draw: Draw, game: Game, asked: list[Metric], by: tuple[str, ...], options: Options) -> list[Metric]:
    """Which rows of the result are shown, in which order, with what beside them; the metrics in the order asked for."""
    exact = [m.name for m in asked if m.exact]
    if exact and draw.chance(7):
        options.append(("having", f"{draw.one(exact)} {draw.one(['> 0', '< 5', 'is not null', '!= 1'])}"))
    if (exact or by) and draw.chance(4):
        columns = draw.some([*exact, *by], least=1, most=2)
        options.append(("order", ",".join(draw.one(["", "-"]) + column for column in columns)))
        if draw.chance():
            options.append(("limit", draw.one("3124")))
    if game.has("--totals") and draw.chance(5):
        options.append(("totals", ""))
    if game.has("--top") and exact and by and draw.chance(4):
        options.append(("top", draw.one("123")))
        asked = sorted(asked, key=lambda metric: metric.name != exact[0])
    return asked


def _windows(draw: Draw, model: Model, times: Times, asked: list[Metric], slices: int) -> Options:
    """A grain, a range, both or neither, and an as-of day: what the metrics need, and not too many cells."""
    needs = frozenset[str]().union(*(m.needs for m in asked))
    grain = draw.one(["month", *([] if GRAIN in needs else ["", ""]), "month", *GRAINS, *model.grains * 2])
    length = draw.one([40, 100, 7, 400, 40, 1])
    ranged = draw.one(["", "", "", "to", "from", "both"])
    if grain == "hour" and "deals" not in _tables(asked):
        grain = "day"
    if grain and (grain == "hour" or not any(m.timed for m in asked)):
        ranged = "both"
    if not grain and WINDOW in needs:
        ranged = ranged or draw.one(["both", "from", "to"])
    weight = sum(m.weight for m in asked) * slices
    span = length if ranged == "both" else 400 if times.earlier else 120
    while grain in COARSER and weight * (36 if grain == "hour" else span / SIZES[grain]) > HEAVIEST:
        grain = COARSER[grain]
    early = times.days[: len(times.days) // 2]
    first = draw.one(times.core[:3] if grain == "hour" else early if ranged == "from" else [*times.core[:3], *early])
    options: Options = [("grain", grain)] if grain else []
    if ranged in ("from", "both"):
        options.append(("from", first))
    if ranged == "both":
        options.append(("to", _later(first, min(length, 2) if grain == "hour" else length)))
    if ranged == "to":
        options.append(("to", draw.one([_later(times.days[-1], 1), *times.days[-2:], _later(times.days[-1], 100)])))
    return options + _as_of(draw, times, asked, first)


def _as_of(draw: Draw, times: Times, asked: list[Metric], first: str) -> Options:
    """An as-of day; always one where a stock would go on to the current day."""
    if not any(m.stock for m in asked) and not draw.chance(4):
        return []
    last = times.days[-1]
    return [("as-of", draw.one([last, _later(last, 20), *times.days[-3:], _later(first, 4), _later(first, 20)]))]


def _later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
