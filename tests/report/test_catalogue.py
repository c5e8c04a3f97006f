"""The catalogue as texts and as records, of a model built by hand."""

import json
from textwrap import dedent

from attain.report.catalogue import dialects_to_text, dimensions_to_text, metrics_to_text, tables_to_text
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
        "uses": ["revenue", "headcount"], "used_by": [], "dimensions": ["region"], "file": "", "line": 0,
    }  # fmt: skip
    dimension = dimension_record(MODEL, MODEL.dimensions["region"])
    assert dimension["paths"][0] == {"table": "deals", "path": "deals.owner.region", "found": "the only path"}
    table = table_record(MODEL, MODEL.tables["deals"])
    assert table["joins"] == [{"name": "owner", "to": "reps", "on": ["rep_id"]}]
    assert table["fields"][2] == {"name": "won", "type": "boolean", "unit": "boolean", "expression": "status = 'won'"}
    assert metric_record(MODEL, MODEL.metrics["old"])["deprecated"] == {"use": "revenue", "until": "2027-01-01"}
