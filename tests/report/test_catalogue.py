"""The catalogue as texts and as records, of a model built by hand."""

import json
from textwrap import dedent

from attain.model.explanation import Explanation, Part
from attain.report.catalogue import dialects_to_text, dimensions_to_text, metrics_to_text, tables_to_text
from attain.report.explanation import explanation_record
from attain.report.records import dialect_records, dimension_record, metric_record, records_to_json, table_record
from attain.report.show import dimension_to_text, metric_to_text, table_to_text

from .sample import sample_model

MODEL = sample_model()


def test_list_of_metrics() -> None:
    text = metrics_to_text(list(MODEL.metrics.values()), color=False, width=0)
    assert text == dedent("""\
        metric     unit       additivity                         about
        ---------  ---------  ---------------------------------  --------------------------------------------
        revenue    money      additive                           Revenue: Value of the deals won, on the day.
        headcount  reps       additive over everything but time
        per_head   money/rep  not additive
        old        money      additive                           (deprecated) Old \\x1b[1mone
        """)
    assert metrics_to_text([MODEL.metrics["revenue"]], color=False, width=40).split("\n")[2] == (
        "revenue  money  additive    Revenue: ..."
    )


def test_list_of_dimensions() -> None:
    assert dimensions_to_text(MODEL, color=False, width=0) == dedent("""\
        dimension  type  table  path                found          label
        ---------  ----  -----  ------------------  -------------  ------
        region     text  deals  deals.owner.region  the only path  Region
                         reps   reps.region         declared
        product    text  deals  deals.product       declared
        """)


def test_list_of_tables() -> None:
    assert tables_to_text(MODEL, color=False, width=0) == dedent("""\
        table  source               key      time                                  rows  joins
        -----  -------------------  -------  ----------------------------------  ------  -------------
        deals  file data/deals.csv  deal_id  closed_at                           12,345  owner -> reps
        reps   file data/reps.csv   rep_id   none: its rows lie in every window
        """)


def test_list_of_dialects() -> None:
    dialects = [("duckdb", "run in the tests"), ("snowflake", "parsed in the tests")]
    assert dialects_to_text(dialects, color=False, width=0) == dedent("""\
        dialect    support
        ---------  -------------------
        duckdb     run in the tests
        snowflake  parsed in the tests
        """)
    assert json.loads(records_to_json(dialect_records(dialects)))[0] == {
        "name": "duckdb",
        "support": "run in the tests",
    }


def test_show_a_metric() -> None:
    assert metric_to_text(MODEL, MODEL.metrics["revenue"], color=False) == dedent("""\
        metric revenue: Revenue
        Value of the deals won,
        on the day.

          expression    sum(deals.amount where won)
          unit          money
          additivity    additive (the parts add up to the whole)
          good          up
          tables        deals
          time          deals by closed_at
          dimensions    region   deals.owner.region  (the only path)
                        product  deals.product       (declared)
          used by       old, per_head
          owner         cro@acme.example
          defined in    metrics.yaml:30:3
        """)


def test_show_a_metric_over_two_tables() -> None:
    assert metric_to_text(MODEL, MODEL.metrics["per_head"], color=False) == dedent("""\
        metric per_head

          expression    revenue
                        / headcount
          unit          money/rep
          additivity    not additive (never summed; a total is computed at its own level)
          built from    revenue
                        headcount
          tables        deals, reps
          time          deals by closed_at
                        reps: no time axis, its rows lie in every window
          dimensions    region  deals.owner.region  (the only path)
                                reps.region         (declared)
        """)


PARTS = (
    Part(0, "", "revenue", "money", "which is sum(deals.amount where won)", "additive", ""),
    Part(
        0, "/", "(headcount + case when x then y else z end + 1)", "reps", "", "additive over everything but time", "no"
    ),
    Part(1, "", "headcount", "reps", "which is count(reps)", "additive over everything but time", ""),
    Part(1, "+", "1", "number", "a number takes the unit of what it meets"),
)


def test_show_how_a_unit_and_an_additivity_came_about() -> None:
    """Parts below each other, what they are made of indented, long ones cut; values of rows have no additivity."""
    found = Explanation(PARTS, "money/rep", "not additive", "a quotient", left_out=2)
    text = metric_to_text(MODEL, MODEL.metrics["per_head"], color=False, explanation=found)
    assert (
        text.split("\n")[4:18]
        == """\
  unit          money/rep
                  revenue                                         money   which is sum(deals.amount where won)
                / (headcount + case when x then y else z end +..  reps
                      headcount                                   reps    which is count(reps)
                    + 1                                           number  a number takes the unit of what it meets
                  and 2 more parts
  additivity    not additive (never summed; a total is computed at its own level)
                a quotient
                  revenue                                         additive
                / (headcount + case when x then y else z end +..  additive over everything but time  no
                      headcount                                   additive over everything but time
                  and 2 more parts
  built from    revenue
                headcount""".split("\n")
    )
    declared = Explanation(PARTS[:1], "ratio", "not additive", "a quotient")
    text = metric_to_text(MODEL, MODEL.metrics["per_head"], color=False, explanation=declared)
    assert "  unit          money/rep, declared; the expression gives ratio\n                  revenue  money" in text
    assert "computed at its own level)\n                a quotient\n  built from" in text


def test_an_explanation_as_a_record() -> None:
    found = Explanation(PARTS[2:], "money/rep", "not additive", "a quotient", left_out=2)
    record = explanation_record(MODEL.metrics["per_head"], found)
    assert record == {
        "unit": {"unit": "money/rep", "inferred": "money/rep"},
        "additivity": {
            "additivity": "not additive",
            "because": "a quotient",
            "totals": "never summed; a total is computed at its own level",
        },
        "parts": [
            {
                "level": 1, "operator": "", "text": "headcount", "unit": "reps", "unit_because": "which is count(reps)",
                "additivity": "additive over everything but time", "additivity_because": "",
            },
            {
                "level": 1, "operator": "+", "text": "1", "unit": "number",
                "unit_because": "a number takes the unit of what it meets",
                "additivity": None, "additivity_because": "",
            },
        ],
        "left_out": 2,
    }  # fmt: skip


def test_show_a_deprecated_metric_with_its_own_dimensions() -> None:
    text = metric_to_text(MODEL, MODEL.metrics["old"], color=False)
    assert text.startswith("metric old: Old \\x1b[1mone\n\n")
    assert (
        "  dimensions    region  deals.owner.region  (the only path)\n  deprecated    use revenue, an error after 2027"
        in text
    )


def test_show_a_dimension() -> None:
    assert dimension_to_text(MODEL, MODEL.dimensions["region"], color=False) == dedent("""\
        dimension region: Region

          type          text
          paths         deals.owner.region  (the only path)
                        reps.region         (declared)
          metrics       headcount, old, per_head, revenue
          defined in    metrics.yaml:20:3
        """)


def test_show_a_table() -> None:
    assert table_to_text(MODEL, MODEL.tables["deals"], color=False) == dedent("""\
        table deals

          source        file data/deals.csv
          key           deal_id
          time          closed_at
          rows          12,345
          joins         owner  -> reps  on rep_id
          fields        deal_id  integer
                        amount   decimal(22, 4)  money
                        won      boolean                = status = 'won'
          metrics       old, per_head, revenue
          defined in    metrics.yaml:4:3
        """)


def test_records_are_plain_and_full() -> None:
    metric = json.loads(records_to_json([metric_record(MODEL, MODEL.metrics["per_head"])]))[0]
    assert metric == {
        "name": "per_head", "label": "", "description": "", "expression": "revenue\n      / headcount", "type": "float",
        "unit": "money/rep", "additivity": "not additive", "good": "", "kind": "", "category": "", "owner": "",
        "hidden": False, "deprecated": None, "tables": ["deals", "reps"],
        "time": ["deals by closed_at", "reps: no time axis, its rows lie in every window"],
        "uses": ["revenue", "headcount"], "used_by": [], "dimensions": ["region"], "targets": [],
        "file": "", "line": 0,
    }  # fmt: skip
    dimension = dimension_record(MODEL, MODEL.dimensions["region"])
    assert dimension["paths"][0] == {"table": "deals", "path": "deals.owner.region", "found": "the only path"}
    table = table_record(MODEL, MODEL.tables["deals"])
    assert table["joins"] == [{"name": "owner", "to": "reps", "on": ["rep_id"]}]
    assert table["fields"][2] == {"name": "won", "type": "boolean", "unit": "boolean", "expression": "status = 'won'"}
    assert metric_record(MODEL, MODEL.metrics["old"])["deprecated"] == {"use": "revenue", "until": "2027-01-01"}
