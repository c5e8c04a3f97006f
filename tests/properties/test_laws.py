"""Laws of the language that hold for the engine by itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.properties.answers import answer, engine_is_there, values_of
from tests.properties.blocks import Case, Join, Metric, Model, Query, Table, case_to_page, model_to_yaml, table_to_csv
from tests.properties.queries import cases, dimensions_for, full_models
from tests.properties.tables import conditions
from tests.support.engine import ask, write_project
from tests.support.values import Cell, same_cell, same_rows


@given(full_models(), st.data())
def test_groups_of_an_additive_metric_add_up_to_its_total(made: tuple[Model, str], data: st.DataObject) -> None:
    """Whatever the dimensions."""
    model, _ = made
    additive = [m for m in model.metrics.values() if m.additive and m.unit != "days" and "each" not in m.text]
    assume(additive)
    metric = data.draw(st.sampled_from(additive))
    dims = dimensions_for(model, metric.tables)
    assume(dims)
    by = tuple(data.draw(st.lists(st.sampled_from(dims), min_size=1, max_size=2, unique=True)))
    case = Case(model, Query((metric.name,), by))
    groups = values_of(case, metric.name)
    (total,) = values_of(Case(model, Query((metric.name,))), metric.name).values()
    assert abs(sum(_number(cell) for cell in groups.values()) - _number(total)) < 1e-6, case_to_page(case)


@given(full_models(), st.data())
def test_a_condition_and_its_opposite_are_everything(made: tuple[Model, str], data: st.DataObject) -> None:
    """count(t where p) + count(t where not p) = count(t)."""
    model, _ = made
    table = data.draw(st.sampled_from(list(model.tables)))
    p = data.draw(conditions(model, table))
    texts = {"yes": f"count({table} where {p})", "no": f"count({table} where not ({p}))", "all": f"count({table})"}
    metrics = {name: Metric(name, text, frozenset([table]), "count") for name, text in texts.items()}
    case = Case(replace(model, metrics=metrics), Query(tuple(metrics)))
    _, ((yes, no, everything),) = answer(case)
    assert _number(yes) + _number(no) == _number(everything), case_to_page(case)


@given(cases())
def test_other_metrics_change_no_number(case: Case) -> None:
    """A metric asked for by itself has the same values in the same cells."""
    assume(len(case.query.metrics) > 1)
    query = case.query.without("order", "limit", "having", "sparse")
    every = Case(case.model, query)
    for name in query.metrics:
        _check_within(values_of(Case(case.model, replace(query, metrics=(name,))), name), values_of(every, name), every)


@given(cases())
def test_the_order_of_dimensions_changes_no_number(case: Case) -> None:
    """The same cells, with the slice told the other way round."""
    assume(len(case.query.by) == 2)
    query = case.query.without("order", "limit")
    columns, rows = answer(Case(case.model, query))
    turned_columns, turned = answer(Case(case.model, replace(query, by=query.by[::-1])))
    first = len(columns) - len(query.metrics) - 2
    back = [[*row[:first], row[first + 1], row[first], *row[first + 2 :]] for row in turned]
    assert [*columns[:first], columns[first + 1], columns[first]] == turned_columns[: first + 2]
    assert same_rows(sorted(rows, key=repr), sorted(back, key=repr)), case_to_page(Case(case.model, query))


@given(cases())
def test_an_unrelated_join_changes_no_number(case: Case) -> None:
    """Another table, joined but not asked for, with references of all kinds into it."""
    deals = case.model.tables["deals"]
    extra = Table("extras", ("extra_no",), {"extra_no": "integer", "extra": "text"}, [{"extra_no": "1", "extra": "a"}])
    joined = replace(deals, joins={**deals.joins, "extra": Join("extras", ("score",))})
    model = case.model.with_table(extra).with_table(joined)
    assert answer(Case(model, case.query)) == answer(case), case_to_page(Case(model, case.query))


@given(cases(), st.sampled_from(["a", "b", "A"]))
def test_a_filter_equals_deleting_the_rows(case: Case, value: str) -> None:
    """Of metrics over the deals alone, without roll-ups (those are not filtered)."""
    names = [m.name for m in case.model.metrics.values() if m.tables == {"deals"}]
    assume(names and "_r" not in model_to_yaml(case.model).replace("helper_region", ""))
    query = replace(case.query.without("where"), metrics=(names[-1],))
    query = query.without("order", "limit", "having") if names[-1] not in case.query.metrics else query
    query = replace(query, by=tuple(d for d in query.by if d in dimensions_for(case.model, frozenset(["deals"]))))
    query = query.without("order", "having")
    kept = [row for row in case.model.tables["deals"].rows if row["status"] == value]
    filtered = answer(Case(case.model, query.plus("where", f"status = '{value}'")))
    assert filtered == answer(Case(case.model.with_rows({"deals": kept}), query)), case_to_page(Case(case.model, query))


@given(cases())
def test_the_order_of_rows_changes_nothing(case: Case) -> None:
    """The rows of every file the other way round."""
    turned = case.model.with_rows({name: table.rows[::-1] for name, table in case.model.tables.items()})
    columns, rows = answer(case)
    assert answer(Case(turned, case.query))[0] == columns
    assert same_rows(answer(Case(turned, case.query))[1], rows), case_to_page(case)


@given(cases())
def test_the_layout_of_files_changes_nothing(case: Case) -> None:
    """The deals in two files."""
    assume(engine_is_there())
    deals = case.model.tables["deals"]
    half = len(deals.rows) // 2
    with TemporaryDirectory() as name:
        text = model_to_yaml(case.model).replace("file: deals.csv", 'file: "deals.*.csv"')
        parts = {"deals.1": deals.rows[half:], "deals.2": deals.rows[:half]}
        texts = {n: table_to_csv(replace(deals, rows=rows)) for n, rows in parts.items()}
        others = {n: table_to_csv(t) for n, t in case.model.tables.items() if n != "deals"}
        write_project(Path(name), text, {**others, **texts})
        outcome = ask(Path(name), case.query.text)
    assert not outcome.codes, outcome.text
    assert same_rows(outcome.rows, answer(case)[1]), case_to_page(case)


def _check_within(part: dict[tuple[Cell, ...], Cell], whole: dict[tuple[Cell, ...], Cell], case: Case) -> None:
    """Every cell of a metric by itself is there among others, with the same value."""
    for cell, value in part.items():
        assert cell in whole, f"{cell} is missing\n{case_to_page(case)}"
        assert same_cell(value, whole[cell]), f"{cell}: {value} by itself, {whole[cell]}\n{case_to_page(case)}"


def _number(cell: Cell) -> float:
    return float(cell or 0)
