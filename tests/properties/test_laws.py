"""Laws of the language that hold for the engine by itself: parts and wholes, and what changes no number."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.properties.answers import Answer, same_answers
from tests.properties.blocks import Case, Join, Metric, Query, Table
from tests.properties.compositions import GRAIN
from tests.properties.dimensions import dimensions_for
from tests.properties.draws import Draw
from tests.properties.fields import conditions
from tests.properties.laws import answer, asking, holds, law
from tests.support.values import Cell, Rows, rows_to_table, same_cell, same_rows

Cells = dict[tuple[Cell, ...], Cell]
#: What decides which rows are shown, and in which order.
SHOWN = ("order", "limit", "having", "sparse", "totals", "top")


@law
def test_groups_of_an_additive_metric_add_up_to_its_total(case: Case) -> None:
    """Whatever the dimensions."""
    for metric in case.model.metrics.values():
        dims = dimensions_for(case.model, metric.tables)
        if metric.additive and dims and metric.unit not in ("days", "money"):
            query = Query((metric.name,), tuple(Random(metric.text).sample(dims, min(2, len(dims)))))
            with asking(case.model) as rows_of:
                groups, total = rows_of(query)[1], rows_of(replace(query, by=()))[1]
            parts = sum(_number(row[-1]) for row in groups)
            holds(abs(parts - _number(total[0][0])) < 1e-6, f"{query.text}: {parts}, not {total[0][0]}")


@law
def test_a_condition_and_its_opposite_are_everything(case: Case) -> None:
    """count(t where p) + count(t where not p) = count(t)."""
    draw = Draw(len(repr(case)))
    texts = {}
    for table in case.model.tables:
        p = conditions(draw, case.model, table, windowed=True)
        texts[table] = f"count({table} where {p}) + count({table} where not ({p})) - count({table})"
    metrics = {f"m_{table}": Metric(f"m_{table}", text, frozenset([table]), "") for table, text in texts.items()}
    _, ((*differences,),) = answer(Case(replace(case.model, metrics=metrics), Query(tuple(metrics))))
    holds(set(differences) == {"0"}, str(dict(zip(texts.values(), differences, strict=True))))


@law
def test_other_metrics_change_no_number(case: Case) -> None:
    """A metric asked for by itself has the same values in the same cells."""
    query = case.query.without(*SHOWN)
    with asking(case.model) as rows_of:
        every = rows_of(query)
        for name in query.metrics if len(query.metrics) > 1 else ():
            part = cells_of(rows_of(replace(query, metrics=(name,))), name)
            whole = cells_of(every, name)
            holds(all(c in whole and same_cell(v, whole[c]) for c, v in part.items()), f"{name}: {part}, not {whole}")


@law
def test_the_order_of_dimensions_changes_no_number(case: Case) -> None:
    """The same cells, with the slice told the other way round."""
    query = _cut(case, 2).without("order", "limit", "top")
    if len(query.by) < 2:
        return
    with asking(case.model) as rows_of:
        columns, rows = rows_of(query)
        turned_columns, turned = rows_of(replace(query, by=query.by[::-1]))
    first = len(columns) - len(query.metrics) - 2
    back = [[*row[:first], row[first + 1], row[first], *row[first + 2 :]] for row in turned]
    holds([*columns[:first], columns[first + 1], columns[first]] == turned_columns[: first + 2], str(turned_columns))
    _same_set(columns, rows, back)


@law
def test_an_unrelated_join_changes_no_number(case: Case) -> None:
    """Another table, joined but not asked for, with references of all kinds into it."""
    deals = case.model.tables["deals"]
    extra = Table("extras", ("extra_no",), {"extra_no": "integer", "extra": "text"}, [{"extra_no": "1", "extra": "a"}])
    joined = replace(deals, joins={**deals.joins, "extra": Join("extras", ("score",))})
    if "score" in deals.columns:
        _same(answer(replace(case, model=case.model.with_table(extra).with_table(joined))), answer(case))


@law
def test_a_filter_equals_deleting_the_rows(case: Case) -> None:
    """Of metrics over the deals alone, without roll-ups (those are not filtered)."""
    names = tuple(n for n in case.query.metrics if case.model.metrics[n].tables == {"deals"})
    deals = case.model.tables["deals"]
    if (
        not names
        or "status" not in deals.columns
        or any("_r" in f for t in case.model.tables.values() for f in t.fields)
    ):
        return
    by = tuple(d for d in case.query.by if d in dimensions_for(case.model, frozenset(["deals"])))
    query = replace(case.query.without("where", "order", "having", "top", "limit"), metrics=names, by=by)
    for value in ("a", "b"):
        kept = [row for row in deals.rows if row["status"] == value]
        filtered = answer(Case(case.model, query.plus("where", f"status = '{value}'")))
        _same(filtered, answer(Case(case.model.with_rows({"deals": kept}), query)))


@law
def test_totals_are_the_rows_without_dimensions(case: Case) -> None:
    """Those of each period; the rows above them are as they were; nothing that hides rows hides totals."""
    query = case.query.without("totals", "sparse")
    with asking(case.model) as rows_of:
        columns, rows = rows_of(query.plus("totals"))
        shown = rows_of(query)
        level = rows_of(replace(query.without(*SHOWN), by=()))
    _same((columns[1:], [row[1:] for row in rows if row[0] == "false"]), shown)
    if query.by and "grain" in dict(query.options):
        totals = [[row[1], *row[2 + len(query.by) :]] for row in rows if row[0] == "true"]
        holds(same_rows(totals[:-1], level[1]), f"{totals}, not {level[1]}")


@law
def test_the_largest_slices_are_as_they_were(case: Case) -> None:
    """--top changes nothing in the slices that it keeps, and puts the others together: an additive metric adds up."""
    query = _cut(case, 1).without(*SHOWN, "grain")
    metric = case.model.metrics[query.metrics[0]]
    if not metric.exact or GRAIN in metric.needs or not query.by:
        return
    with asking(case.model) as rows_of:
        every = cells_of(rows_of(query), metric.name)
        top = cells_of(rows_of(query.plus("top", "2")), metric.name)
    kept = {slice: value for slice, value in top.items() if slice != ("other",)}
    holds(all(same_cell(value, every[slice]) for slice, value in kept.items()), f"{top}, not {every}")
    holds(len(kept) == min(2, len(every)) and (("other",) in top) == (len(every) > 2), f"{top} of {every}")
    if metric.additive:
        parts, whole = sum(map(_number, top.values())), sum(map(_number, every.values()))
        holds(abs(parts - whole) < 1e-6, f"{top} of {every}")


@law
def test_limit_shows_the_first_rows_and_sparse_some(case: Case) -> None:
    """--limit shows the first ones of what is ordered; --sparse leaves cells out."""
    query = case.query.without("limit", "totals", "top", "sparse")
    with asking(case.model) as rows_of:
        columns, rows = rows_of(query)
        _same(rows_of(query.plus("limit", "2")), (columns, rows[:2]))
        for row in rows_of(query.plus("sparse"))[1]:
            holds(any(same_rows([row], [other]) for other in rows), f"{row} is not in {rows_to_table(columns, rows)}")


def _cut(case: Case, dims: int) -> Query:
    """The query for an exact metric of its own, if there is one, by so many of its dimensions, without a filter."""
    metrics = [case.model.metrics[name] for name in case.query.metrics]
    metric = next((m for m in metrics if m.exact), metrics[0])
    found = dimensions_for(case.model, metric.tables)
    query = case.query.without("where", "having")
    return replace(query, metrics=(metric.name,), by=tuple(Random(metric.text).sample(found, min(dims, len(found)))))


def cells_of(answered: Answer, metric: str) -> Cells:
    """What a metric is in each cell, by the period and the slice."""
    columns, rows = answered
    metrics = [place for place, column in enumerate(columns) if column[0] in "mx" and column[1:].isdigit()]
    return {tuple(row[: metrics[0]]): row[columns.index(metric)] for row in rows}


def _same(left: Answer, right: Answer) -> None:
    holds(same_answers(left, right), f"{rows_to_table(*left)}\nnot\n{rows_to_table(*right)}")


def _same_set(columns: list[str], left: Rows, right: Rows) -> None:
    left, right = sorted(left, key=repr), sorted(right, key=repr)
    holds(same_rows(left, right), f"{rows_to_table(columns, left)}\nnot\n{rows_to_table(columns, right)}")


def _number(cell: Cell) -> float:
    return float(cell or 0)
