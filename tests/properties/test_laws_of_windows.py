"""Laws of operators: what they are of windows and slices that can be asked for without them."""

from __future__ import annotations

from dataclasses import replace

from tests.properties.blocks import Case, Metric, Model, Query, text_of
from tests.properties.compositions import GRAIN
from tests.properties.dimensions import dimensions_for
from tests.properties.laws import asking, holds, law
from tests.properties.test_laws import SHOWN, cells_of
from tests.support.values import Cell, same_cell

FIRST, MIDDLE, LAST = "2024-02-01", "2024-12-01", "2025-12-01"


@law
def test_prior_is_the_period_before(case: Case) -> None:
    """By month, in each slice that both have."""
    for metric, query in _by_month(case):
        found = _values(case.model, query, f"prior({metric})", f"prior({metric}, 1 month)", metric)
        before = None
        for month, (prior, by_month, value) in found.items():
            holds(same_cell(prior, by_month), f"{month}: {prior}, {by_month}")
            holds(before is None or same_cell(prior, before), f"{month}: {prior}, not {before}")
            before = value


@law
def test_a_month_to_date_and_a_month_that_rolls_are_the_month(case: Case) -> None:
    """Also the one that holds the as-of day."""
    for metric, query in _by_month(case, "as-of"):
        found = _values(case.model, query, f"to_date({metric}, month)", f"rolling({metric}, 1 month)", metric)
        for month, (to_date, rolling, value) in found.items():
            holds(same_cell(to_date, value) and same_cell(rolling, value), f"{month}: {to_date}, {rolling}, {value}")


@law
def test_a_quarter_that_rolls_is_the_quarter(case: Case) -> None:
    """In its last month; so is the quarter to date."""
    for metric, query in _by_month(case):
        if GRAIN in case.model.metrics[metric].needs:
            continue  # a month before is not a quarter before
        quarters = _values(case.model, _grain(query, "quarter"), metric)
        months = _values(case.model, query, f"rolling({metric}, 3 months)", f"to_date({metric}, quarter)")
        for month, (rolling, to_date) in months.items():
            quarter = f"{str(month)[:5]}{int(str(month)[5:7]) - 2:02}-01"
            if int(str(month)[5:7]) % 3 == 0 and quarter in quarters:
                (whole,) = quarters[quarter]
                holds(
                    same_cell(rolling, whole) and same_cell(to_date, whole), f"{month}: {rolling}, {to_date}, {whole}"
                )


@law
def test_running_is_everything_up_to_the_end(case: Case) -> None:
    """In the last period of the range it is what --to alone gives."""
    for metric, query in _by_month(case):
        found = _values(case.model, query, f"running({metric})")
        alone = Query((metric,), (), (("to", LAST), *(o for o in query.options if o[0] == "where")))
        with asking(case.model) as rows_of:
            ((whole,),) = rows_of(alone)[1]
        (last,) = found[max(found, key=str)]
        holds(same_cell(last, whole), f"{last}, not {whole}")


@law
def test_all_is_the_value_without_dimensions(case: Case) -> None:
    """In every slice; and over one dimension, what the other one has."""
    query = case.query.without(*SHOWN)
    if not query.by:
        return
    for metric in query.metrics:
        every = _query(query, f"all({metric})", f"all({metric} over {query.by[0]})")
        with asking(_with(case.model, every)) as rows_of:
            whole = cells_of(rows_of(replace(query, metrics=(metric,), by=())), metric)
            others = cells_of(rows_of(replace(query, metrics=(metric,), by=query.by[1:])), metric)
            columns, rows = rows_of(replace(query, metrics=("m90", "m91")))
        for row in rows:
            keys = tuple(row[: len(columns) - 2])
            period, slice = keys[: -len(query.by)], keys[-len(query.by) :]
            found = whole.get(period), others.get(period + slice[1:])
            holds(same_cell(row[-2], found[0]), f"{keys}: {row[-2]}, not {found[0]}")
            holds(same_cell(row[-1], found[1]), f"{keys}: {row[-1]}, not {found[1]}")


@law
def test_a_narrowed_metric_is_the_metric_with_that_filter(case: Case) -> None:
    """(m where d is not null) has the values of m with --where (the range of `per` a grain goes by filters)."""
    query = case.query.without(*SHOWN)
    for metric in query.metrics:
        if " per " in text_of(case.model, metric):
            continue
        for dim in dimensions_for(case.model, case.model.metrics[metric].tables)[:2]:
            narrowed = _query(query, f"({metric} where {dim} is not null)")
            with asking(_with(case.model, narrowed)) as rows_of:
                rows = rows_of(replace(query, metrics=("m90",)))[1]
                filtered = cells_of(rows_of(_and(replace(query, metrics=(metric,)), f"{dim} is not null")), metric)
            found = {tuple(row[:-1]): row[-1] for row in rows}
            holds(all(c in found and same_cell(v, found[c]) for c, v in filtered.items()), f"{found}, not {filtered}")


def _by_month(case: Case, *kept: str) -> list[tuple[str, Query]]:
    """The metrics of a query, each by month over the same months, without dimensions."""
    filters = tuple(o for o in case.query.options if o[0] in ("where", *kept))
    window = (("grain", "month"), ("from", FIRST), ("to", LAST))
    return [(name, Query((name,), (), (*window, *filters))) for name in case.query.metrics]


def _grain(query: Query, grain: str) -> Query:
    return replace(query, options=tuple((n, grain if n == "grain" else v) for n, v in query.options))


def _and(query: Query, condition: str) -> Query:
    where = dict(query.options).get("where")
    return query.without("where").plus("where", f"({where}) and {condition}" if where else condition)


def _query(query: Query, *texts: str) -> dict[str, str]:
    return {f"m{number}": text for number, text in enumerate(texts, 90)}


def _with(model: Model, texts: dict[str, str]) -> Model:
    """The model with more metrics."""
    more = {name: Metric(name, text, frozenset(), "") for name, text in texts.items()}
    return replace(model, metrics={**model.metrics, **more})


def _values(model: Model, query: Query, *texts: str) -> dict[Cell, list[Cell]]:
    """Of each period the values of some expressions."""
    named = _query(query, *texts)
    with asking(_with(model, named)) as rows_of:
        _, rows = rows_of(replace(query, metrics=tuple(named)))
    return {row[0]: row[1:] for row in rows}
