"""The probe of additivity: what doubles does, what stays stays, and what is joined or read wrongly is found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from attain.model.types import INTEGER, Type
from attain.pipeline import open_project
from attain.probes import additivity, doubling
from attain.probes.additivity import Fresh
from attain.probes.keys import find_keys
from attain.run import duckdb_changed

from .project import Found, look

HEAD = """
version: 1
currency: USD
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}, day: {to: days, on: closed_at}}
    fields:
      amount: {unit: money}
      same_rep: rep_id
      won: status = 'won'
  reps:
    file: reps.csv
    key: rep_id
    fields: {wins: count(deals where won), rank: length(rep_id)}
  days: {file: days.csv, key: day}
dimensions:
  team: owner.team
targets:
  plan: {metric: revenue, grain: month, values: {2026-01: 10_000, 2026-02: 900, 2026-03: 50_000}}
metrics:
  revenue: "sum(deals.amount where won)"
"""
ROWS = {
    "deals": """deal_id,rep_id,amount,status,industry,closed_at
1,a1,12000,won,steel,2026-01-29
2,b2,800,won,paper,2026-02-03
3,a1,45000,lost,steel,2026-03-12
4,c3,3500.25,won,glass,2026-03-12
5,a1,200,won,,2026-03-13""",
    "reps": "rep_id,name,team\na1,Ana,east\nb2,Ben,west\nc3,Cem,east",
    "days": "day,kind\n2026-01-29,workday\n2026-02-03,workday\n2026-03-12,workday\n2026-03-13,holiday",
}
#: Metrics that are predicted, with what they have to be times in a world of twice everything.
PREDICTED = {
    "deals_won": ("count(deals where won)", 2),
    "win_rate": ("count(deals where won) / count(deals)", 1),
    "largest": ("max(deals.amount)", 1),
    "average": ("avg(deals.amount)", 1),
    "middle": ("median(deals.amount)", 1),
    "sellers": ("count(distinct deals.rep_id)", 2),
    "aliases": ("count(distinct deals.same_rep)", 2),
    "industries": ("count(distinct deals.industry)", 1),
    "good_reps": ("count(reps where revenue >= 1_000)", 2),
    "busy_reps": ("count(reps where wins > 1)", 2),
    "per_rep": ("avg(revenue per deals.rep_id)", 1),
    "per_team": ("avg(revenue per team)", 2),
    "per_day": ("max(revenue per day)", 2),
    "kept": ("sum(if(revenue > 1_000, revenue, 0) per deals.rep_id)", 2),
    "product": ("revenue * deals_won", 4),
    "inverse": ("1 / revenue", 0.5),
    "east": ("(revenue where team = 'east')", 2),
    "share": ("(revenue where team = 'east') / revenue", 1),
    "growing": ("growth(revenue)", 1),
    "workdays": ("count(deals where day.kind = 'workday')", 2),
    "last_industry": ("last(deals.industry)", 1),
    "with_rep": ("count(deals where rep_id is not null)", 2),
    "either": ("coalesce(revenue, 0)", 2),
}  # fmt: skip
#: Metrics that nothing is predicted of, and why.
SKIPPED = {
    "high": ("percentile(deals.amount, 90%)", doubling.SAMPLES),
    "spread": ("stddev(deals.amount)", doubling.SAMPLES),
    "hers": ("sum(deals.amount where rep_id = 'a1')", doubling.KEY_VALUES),
    "ranked": ("sum(deals.amount where owner.rank > 1)", doubling.KEY_VALUES),
    "shifted": ("revenue + 1", doubling.MIXED),
    "large": ("if(revenue > 1_000, 1, 0)", doubling.MIXED),
    "thousands": ("round(revenue, -3)", doubling.ROUNDED),
    "reached": ("attainment(revenue)", doubling.TARGETS),
    "days": ("count(days)", doubling.FIXED),
    "of_all": ("avg(revenue / all(revenue) per deals.rep_id)", doubling.EVERYBODY),
}


def looked(folder: Path, metrics: Mapping[str, str], rows: Mapping[str, str] = ROWS) -> Found:
    text = HEAD + "".join(f'  {name}: "{expr}"\n' for name, expr in metrics.items())
    return look(folder, text, dict(rows))


def note_of(found: Found) -> str:
    return next(note for note in found.notes if note.startswith("additivity"))


def test_what_is_predicted_comes_and_the_rest_says_why(tmp_path: Path) -> None:
    expressions = {name: expr for name, (expr, _) in {**PREDICTED, **SKIPPED}.items()}
    found = looked(tmp_path, expressions)
    assert found.of("additivity-probe") == []
    note = note_of(found)
    assert note.startswith(f"additivity of {len(PREDICTED) + 1} metrics probed (every table doubled); not of ")
    for reason in {reason for _, reason in SKIPPED.values()}:
        assert f"{[why for _, why in SKIPPED.values()].count(reason)}, {reason} (" in note


def test_the_prediction_is_of_that_many_times(tmp_path: Path) -> None:
    looked(tmp_path, {name: expr for name, (expr, _) in PREDICTED.items()})
    project = open_project(tmp_path / "metrics.yaml")
    project.close()
    assert project.model is not None
    found = doubling.Doubling(project.model, find_keys(project.model, project.requests))
    assert {name: 2.0 ** (found.metric(name) or 0) for name in PREDICTED} == {n: t for n, (_, t) in PREDICTED.items()}


def test_what_does_not_double_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the data not doubled, what has to change would be told, and what has to stay would not."""
    monkeypatch.setattr(duckdb_changed, "doubled_source", lambda text, numbers, texts: text)
    own = {name: expr for name, (expr, _) in PREDICTED.items() if "revenue" not in expr and "deals_won" not in expr}
    told = [re.findall("`(.*?)`", p.message)[0] for p in looked(tmp_path, own).of("additivity-probe")]
    assert set(told) == {"revenue", *(name for name in own if PREDICTED[name][1] != 1)}


def test_the_message_says_what_was_done_expected_and_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deals whose keys double and whose reps do not: of 16,500.25 in all, a rep has a third, and in the copy twice."""

    def only_keys(text: str, numbers: Mapping[str, tuple[int, Type]], texts: Mapping[str, str]) -> str:
        return DOUBLED(text, numbers, {})

    whole = {**ROWS, "reps": "rep_id,name,team\n"}
    monkeypatch.setattr(duckdb_changed, "doubled_source", only_keys)
    found = looked(tmp_path, {"per_rep": "avg(revenue per deals.rep_id)"}, whole)
    revenue = 12000 + 800 + 3500.25 + 200
    [problem] = found.of("additivity-probe")
    assert (
        problem.message == "`per_rep` changes when all of its tables are doubled, and a figure of its kind should not"
    )
    was, came = f"{revenue / 3:,.10g}", f"{2 * revenue / 3:,.10g}"
    assert problem.hints[0].endswith(f"in total it was {was}, should have become {was}, and became {came}")


DOUBLED = duckdb_changed.doubled_source


def test_members_that_are_missing_in_some_rows_are_not_predicted(tmp_path: Path) -> None:
    """The deals without a rep are one member, in both halves: the sum doubles all the same, the average does not."""
    rows = {**ROWS, "deals": ROWS["deals"] + "\n6,,70,won,steel,2026-03-14"}
    found = looked(
        tmp_path, {"per_rep": "avg(revenue per deals.rep_id)", "whole": "sum(revenue per deals.rep_id)"}, rows
    )
    assert found.of("additivity-probe") == []
    assert f"additivity of 2 metrics probed (every table doubled); not of 1, {doubling.GAPS} (per_rep)" in found.notes


def test_keys_of_the_copy_are_others(tmp_path: Path) -> None:
    """Numbers beyond the largest, texts behind a word; days cannot be others, so their table stays as it is."""
    looked(tmp_path, {})
    project = open_project(tmp_path / "metrics.yaml")
    assert project.model is not None
    keys = find_keys(project.model, project.requests)
    project.close()
    assert keys.doubled == {"deals", "reps"}
    assert keys.groups == ((("deals", "rep_id"), ("reps", "rep_id")), (("deals", "deal_id"),))
    made = DOUBLED("(SELECT 3::UTINYINT AS id, 'x' AS rep, 5 AS n)", {"id": (1000, INTEGER)}, {"rep": "copy of "})
    rows = duckdb.connect().execute(f"SELECT * FROM {made}").fetchall()
    assert sorted(rows) == [(3, "x", 5), (1003, "copy of x", 5)]
    assert additivity.beyond((("t", "k"),), {"t k min": -4, "t k max": 9}) == 14  # -4 + 14 = 10, the first beyond 9
    large = 2**60 + 1  # a floating number has no room for its last digits
    assert additivity.beyond((("t", "k"),), {"t k min": 0, "t k max": large}) == large + 1


HISTORY = """
version: 1
tables:
  items: {file: items.csv, key: item, joins: {deal: {to: deals, on: deal_id}, plan: {to: plans, on: payer, at: day}},
    fields: {payer: PAYER, day: deal.day}}
  deals: {file: deals.csv, key: deal_id, time: day, joins: {plan: {to: plans, on: account, at: day}}}
  plans: {file: plans.csv, key: [account, since], lifespan: {from: since, to: until}, fields: {until: {type: date}}}
metrics:
  units: sum(items.units where plan.tier = 'pro')
  amount: sum(deals.amount where plan.tier = 'pro')
  plans: count(plans as of end)
"""
PLANS = {
    "items": "item,deal_id,units\n1,1,10\n2,2,20\n3,3,40",
    "deals": "deal_id,account,amount,day\n1,7,100,2026-01-10\n2,7,200,2026-02-10\n3,8,400,2026-02-11",
    "plans": "account,since,until,tier\n7,2026-01-01,2026-02-01,free\n7,2026-02-01,,pro\n8,2026-01-01,,pro",
}


@pytest.mark.parametrize(("payer", "probed"), [("deal.account", 3), ("deal.account + 0", 0)])
def test_versions_are_found_by_what_their_references_come_from(tmp_path: Path, payer: str, probed: int) -> None:
    """A reference under another name gets other values with the one that it comes from. One that is calculated cannot:
    then what it leads to stays as it is, and nothing is predicted of what looks there."""
    found = look(tmp_path, HISTORY.replace("PAYER", payer), PLANS)
    assert found.of("additivity-probe") == []
    assert note_of(found).startswith(f"additivity of {probed} metrics" if probed else "additivity of 2 metrics")
    if not probed:
        assert f"not of 1, {doubling.FIXED} (plans)" in note_of(found)


def test_a_text_key_that_looks_like_one_of_the_copy_is_not_mixed_up(tmp_path: Path) -> None:
    rows = {**ROWS, "reps": ROWS["reps"] + "\ncopy of a1,Dan,west"}
    found = looked(tmp_path, {"deals_won": "count(deals where won)"}, rows)
    assert f"additivity not probed: {additivity.UNKNOWN}" in found.notes


def test_what_a_failing_metric_breaks_is_not_told_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prediction that is wrong by itself shows at the metric, and not at what builds on it."""
    monkeypatch.setattr(doubling.Doubling, "aggregate", lambda self, found: 0)
    found = looked(tmp_path, {"doubled": "revenue * 2", "again": "doubled / 2"})
    assert [re.findall("`(.*?)`", p.message)[0] for p in found.of("additivity-probe")] == ["revenue"]


# -- queries as sources ------------------------------------------------------------------------------------------------
QUERIES = """
version: 1
currency: USD
connections: {default: {type: duckdb, path: data.duckdb}}
tables:
  top_deals:
    sql: SELECT id AS deal_id, rep, amount, closed_at FROM crm.deals ORDER BY amount DESC LIMIT 10
    key: deal_id
    time: closed_at
  won_deals:
    sql: |
      WITH w AS (SELECT * FROM crm.deals AS d WHERE d.status = 'won') SELECT id AS deal_id, amount, closed_at FROM w
    key: deal_id
    time: closed_at
  latest:
    sql: SELECT id, rep, amount FROM crm.deals QUALIFY row_number() OVER (PARTITION BY rep ORDER BY closed_at DESC) = 1
    key: id
  months:
    sql: SELECT date_trunc('month', closed_at)::DATE AS month, sum(amount) AS total FROM crm.deals GROUP BY 1
    time: month
  both: {sql: "SELECT a.id, b.amount FROM crm.deals a JOIN crm.deals b ON a.rep = b.rep"}
metrics:
  top: sum(top_deals.amount)
  top_count: count(top_deals)
  top_average: avg(top_deals.amount)
  top_again: top * 2
  won: sum(won_deals.amount)
  newest: sum(latest.amount)
  total: sum(months.total)
  months: count(months)
  pairs: sum(both.amount)
"""


def test_a_query_that_leaves_rows_out_is_told_of(tmp_path: Path) -> None:
    """60 deals of 100 to 6,000: the ten largest come to 55,500; of twice the deals to twice the five largest, 58,000.
    Of the latest deal of a rep nothing is said, since the column `rep` is no key here; what months add up doubles."""
    with duckdb.connect(str(tmp_path / "data.duckdb")) as connection:
        connection.execute("CREATE SCHEMA crm")
        connection.execute(
            "CREATE TABLE crm.deals AS SELECT i AS id, 'r' || (i % 3) AS rep, i * 100 AS amount, "
            "DATE '2026-01-01' + CAST(i AS INT) AS closed_at, if(i % 2 = 0, 'won', 'lost') AS status "
            "FROM range(1, 61) t(i)"
        )
    found = look(tmp_path, QUERIES, {})
    told = {re.findall("`(.*?)`", p.message)[0]: p for p in found.problems}
    assert list(told) == ["top", "top_count"]
    assert {(p.code, p.severity) for p in found.problems} == {("additivity-probe", "warning")}
    ten, twice_five = sum(range(5100, 6001, 100)), 2 * sum(range(5600, 6001, 100))
    assert told["top"].hints[0] == (
        f"in total it was {ten:,}, should have become {2 * ten:,}, and became {twice_five:,}"
    )
    assert told["top"].others[0].span.line == 7 and told["top"].span.line == 23


def test_sources_are_wrapped_and_never_written_to(tmp_path: Path) -> None:
    """The same twice: what a probe does lies in its own statement alone."""
    metrics = {"wins": "count(deals)"}
    first, second = looked(tmp_path, metrics), looked(tmp_path, metrics)
    assert replace(first) == replace(second)


def test_fresh_keys_are_the_same_in_all_columns_of_a_group(tmp_path: Path) -> None:
    looked(tmp_path, {})
    project = open_project(tmp_path / "metrics.yaml")
    assert project.model is not None
    keys = find_keys(project.model, project.requests)
    fresh = additivity.fresh_keys(project, project.model, keys, [], lambda table, text: text)
    project.close()
    assert fresh == Fresh({("deals", "deal_id"): (5, INTEGER)}, dict.fromkeys(keys.groups[0], "copy of "))


TYPES = """
version: 1
connections: {default: {type: duckdb, path: types.duckdb}}
tables:
  accounts: {source: accounts, key: id, joins: {area: {to: regions, on: region}}}
  regions: {source: regions, key: code}
  deals:
    source: deals
    key: id
    time: day
    joins: {account: {to: accounts, on: account_id}, area: {to: regions, on: region}}
  snaps: {source: snaps, key: [account_id, day], snapshot: day, joins: {account: {to: accounts, on: account_id}}}
metrics:
  amount: sum(deals.amount)
  europe: sum(deals.amount where area.title = 'Europe' and account.area.title is not null)
  accounts_there: count(distinct snaps.account_id as of end)
  per_account: avg(amount per deals.account_id)
  per_region: avg(amount per deals.region)
  busy: count(accounts where amount > 100)
  latest: last(deals.amount)
"""


def test_keys_of_every_type_get_others(tmp_path: Path) -> None:
    """An enumeration, a UUID, a whole number of one byte, which has no room for larger ones."""
    with duckdb.connect(str(tmp_path / "types.duckdb")) as connection:
        for statement in (
            "CREATE TYPE place AS ENUM ('EMEA', 'AMER')",
            "CREATE TABLE regions AS SELECT unnest(['EMEA', 'AMER'])::place AS code, unnest(['Europe', 'US']) AS title",
            "CREATE TABLE accounts AS SELECT md5(i::VARCHAR)::UUID AS id, (CASE WHEN i % 2 = 0 THEN 'EMEA' ELSE 'AMER' "
            "END)::place AS region FROM range(40) t(i)",
            "CREATE TABLE deals AS SELECT i::UTINYINT AS id, md5((i % 40)::VARCHAR)::UUID AS account_id, "
            "(i * 2)::SMALLINT AS amount, 'EMEA'::place AS region, DATE '2026-01-01' + (i % 90)::INT AS day "
            "FROM range(200) t(i)",
            "CREATE TABLE snaps AS SELECT id AS account_id, DATE '2026-01-31' AS day FROM accounts",
        ):
            connection.execute(statement)
    found = look(tmp_path, TYPES, {})
    assert found.problems == []
    assert note_of(found) == "additivity of 7 metrics probed (every table doubled)"
