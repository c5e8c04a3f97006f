"""`attain diff --data`: both versions on the same rows, figures worked out by hand beside them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.diff.test_revisions import edit, git

from attain.cli import main
from attain.cli.commands.diff import Fails, failing_figures
from attain.compare.classify import Change
from attain.differences import reasons
from attain.differences.figures import is_moved
from attain.model.difference import Cut, DataComparison, Figure, Movement, Tolerance
from attain.model.result import ResultColumn
from attain.model.types import INTEGER
from attain.model.units import NUMBER
from attain.report.comparison_findings import findings_of
from attain.report.movements import movements_to_text

DEFINITIONS = """\
version: 1
currency: USD
constants: {goal: 100}
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins: {owner: {to: reps, on: rep_id}, maker: {to: reps, on: made_by}}
    fields:
      amount: {unit: money}
      won: status = 'won'
  reps: {file: reps.csv, key: rep_id}
dimensions:
  region: {paths: {deals: owner.region}}
  status: {paths: {deals: status}}
metrics:
  revenue: {expr: sum(deals.amount where won), owner: cro@acme.example}
  won_deals: count(deals where won)
  mean_deal: revenue / won_deals
  big_share: {expr: count(deals where won and amount >= goal) / won_deals, unit: percent}
  before: prior(revenue, 1 month)
  reps: count(reps)
  last_day: max(deals.closed_at)
"""
#       id status   amount  closed      owner made_by
ROWS = """\
deal_id,status,amount,closed_at,rep_id,made_by
1,won,100,2026-01-05,1,2
2,lost,50,2026-01-09,1,1
3,won,300,2026-02-03,2,1
4,renewed,80,2026-02-07,2,2
5,renewed,20,2026-03-01,1,1
6,won,90,2026-03-02,2,1
"""
REPS = "rep_id,region\n1,EMEA\n2,AMER\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, `main`; nothing of it has been edited."""
    folder = tmp_path / "metrics"
    folder.mkdir()
    for name, text in (("metrics.yaml", DEFINITIONS), ("deals.csv", ROWS), ("reps.csv", REPS)):
        (folder / name).write_text(text)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    monkeypatch.chdir(folder)
    return folder


def figures(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, dict[str, Any]]:
    """What is said of the figures of each metric."""
    assert main(["diff", "main", "--data", "--as-of", "2026-03-31", *arguments, "--format", "json"]) == 0
    return {metric["name"]: metric for metric in json.loads(capsys.readouterr().out)["data"]["metrics"]}


def cells(metric: dict[str, Any], name: str) -> dict[str | None, tuple[Any, Any]]:
    """The figures of a cut that moved, before and after."""
    cut = next(cut for cut in metric["cuts"] if cut["name"] == name)
    return {figure["member"]: (figure["before"], figure["after"]) for figure in cut["moved"]}


def test_one_more_state(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Renewed deals count, too: 80 in February and 20 in March, one in each region."""
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    found = figures(capsys)
    assert set(found) == {
        "revenue",
        "won_deals",
        "mean_deal",
        "big_share",
        "before",
    }  # what nothing of it touches is not run
    assert cells(found["revenue"], "total") == {None: (490, 590)}
    assert cells(found["revenue"], "month") == {"2026-02-01": (300, 380), "2026-03-01": (90, 110)}
    assert cells(found["revenue"], "region") == {"AMER": (390, 470), "EMEA": (100, 120)}
    assert cells(found["revenue"], "status") == {"renewed": (0, 100)}
    assert cells(found["won_deals"], "region") == {"AMER": (2, 3), "EMEA": (1, 2)}
    assert cells(found["mean_deal"], "total") == {None: (163.333333333, 118)}  # 490 / 3, 590 / 5
    assert cells(found["big_share"], "total") == {None: (0.666666666667, 0.4)}  # 2 of 3, 2 of 5
    total = next(cut for cut in found["revenue"]["cuts"] if cut["name"] == "total")
    assert total["moved"][0]["difference"] == 100 and total["moved"][0]["relative"] == 0.204081632653  # 100 / 490


def test_what_is_called_the_same_is_run(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A field written otherwise: what is built on it is unchanged, and is run to see that it is; nothing else is."""
    edit(repository, "won: status = 'won'", "won: status in ('won')")
    found = figures(capsys)
    assert {name: (m["class"], m["moved"], m["alarm"]) for name, m in found.items()} == dict.fromkeys(
        ("revenue", "won_deals", "mean_deal", "big_share", "before"), ("unchanged", 0, False)
    )
    assert found["revenue"]["compared"] == 1 + 3 + 2 + 3  # in total, three months, two regions, three states
    assert main(["diff", "main", "--data", "--as-of", "2026-03-31"]) == 0
    said = capsys.readouterr().out
    assert (
        "no figure moved: 1 in total, 3 by month, 2 by region, 3 by status" in said and "this should not be" not in said
    )


def test_an_alarm() -> None:
    """Figures that moved though they were proven not to are told as an error, and fail whatever fails."""
    value = ResultColumn("m", INTEGER, NUMBER, "metric")
    moved = Movement("m", "", "equivalent", value, (Cut("total", "", (Figure(None, 1, 2, "both", True),)),))
    data = DataComparison((moved,), "2026-01-31", "USD", Tolerance())
    assert moved.alarm and "this should not be" in movements_to_text(data)
    assert failing_figures(data, frozenset(), Fails(("removed",))) == ["metric m (equivalent, and its figures moved)"]
    assert failing_figures(data, frozenset(), Fails(())) == []
    (finding,) = findings_of([Change("metric", "m", "equivalent")], data)
    assert finding.code == "figures-moved"


def test_windows_by_dimension(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What needs a stretch of time is compared by dimension in the last period that is over: in March, February."""
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    before = figures(capsys)["before"]
    assert cells(before, "month") == {"2026-03-01": (300, 380)}
    region = next(cut for cut in before["cuts"] if cut["name"] == "region")
    assert region["window"] == "month 2026-03-01" and cells(before, "region") == {"AMER": (300, 380)}
    assert before["not_compared"] == ["in total: it needs a stretch of time (--from and --to)"]
    ranged = figures(capsys, "--from", "2026-03-01", "--to", "2026-04-01")["before"]
    assert cells(ranged, "total") == {None: (300, 380)}


def test_a_dimension_by_another_way(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By whoever made a deal: nothing moves but the regions (EMEA: 300 + 90, AMER: 100)."""
    edit(repository, "deals: owner.region", "deals: maker.region")
    revenue = figures(capsys)["revenue"]
    assert revenue["class"] == "inherited"
    assert [cells(revenue, name) for name in ("total", "month", "status")] == [{}, {}, {}]
    assert cells(revenue, "region") == {"EMEA": (100, 390), "AMER": (390, 100)}


def test_renamed_and_equivalent(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Renamed metrics are compared under the new name; what was proven the same is looked at all the same."""
    edit(repository, "  won_deals: count(deals where won)", "  deals_won: count(deals where status = 'won')")
    edit(repository, "revenue / won_deals", "revenue / deals_won")
    edit(repository, ") / won_deals", ") / deals_won")
    found = figures(capsys)
    assert {name: (m["class"], m["moved"], m["alarm"]) for name, m in found.items()} == {
        "deals_won": ("renamed", 0, False), "mean_deal": ("equivalent", 0, False),
        "big_share": ("equivalent", 0, False),
    }  # fmt: skip
    assert found["deals_won"]["was"] == "won_deals" and found["deals_won"]["compared"] == 1 + 3 + 2 + 3


def test_only_one_statement_where_only_metrics_changed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both versions stand in one statement for each cut, as long as they differ in metrics alone."""
    edit(repository, "sum(deals.amount where won)", "sum(deals.amount)")
    main(["diff", "main", "--data", "--as-of", "2026-03-31", "--by", "region", "--no-samples", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["data"]["statements"] == 4  # total, month, region, region of `before`


def test_tolerance(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures may move so far: 20.4% of 490 is within a quarter, 100 is not within 99."""
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    assert cells(figures(capsys, "--tolerance", "25%")["revenue"], "total") == {}
    assert cells(figures(capsys, "--tolerance", "100")["revenue"], "total") == {}
    assert cells(figures(capsys, "--tolerance", "99")["revenue"], "total") == {None: (490, 590)}


def test_fails_by_values(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`values>1%` fails where a cell moved further than that; from nothing it is further than any share."""
    edit(repository, "sum(deals.amount where won)", "sum(deals.amount * 1.05 where won)")
    asked = ["diff", "main", "--data", "--as-of", "2026-03-31"]
    assert main([*asked, "--fail-on", "values>5%"]) == 0
    assert main([*asked, "--fail-on", "values > 4.9%"]) == 1
    assert "metric revenue (its figures moved)" in capsys.readouterr().err
    assert main([*asked, "--fail-on", "values"]) == 1
    assert main([*asked, "--accept", "agreed.json", "--write-accept"]) == 0
    assert main([*asked, "--accept", "agreed.json", "--fail-on", "values"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail-on", "values>1%"], "add --data"),
        (["--grain", "day"], "add --data"),
        (["--data", "--fail-on", "values>x"], "values>1%"),
        (["--data", "--tolerance", "much"], "0.1%"),
        (["--data", "--by", ""], "nothing is written behind"),
        (["--data", "--as-of", "tomorrow"], "2026-01-31"),
        (["--data", "--grain", "fortnight"], "fortnight"),
        (["--data", "--by", "regoin"], "regoin"),
        (["--data", "--where", "regoin = 'EMEA'"], "regoin"),
    ],
)
def test_wrong_options(
    repository: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:  # fmt: skip
    """What is asked for in a wrong way is told, with what to write."""
    edit(repository, "won: status = 'won'", "won: status = 'lost'")
    assert main(["diff", "main", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_other_data(repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Both versions read the data of HEAD: what BASE alone names and is not there is told, not guessed."""
    other = tmp_path / "old"
    other.mkdir()
    (other / "metrics.yaml").write_text(DEFINITIONS.replace("file: deals.csv", "file: old.csv"))
    (other / "old.csv").write_text(ROWS)
    (other / "reps.csv").write_text(REPS)
    assert main(["diff", str(other), "--data", "--format", "json"]) == 0
    found = {m["name"]: m for m in json.loads(capsys.readouterr().out)["data"]["metrics"]}
    assert found["revenue"]["compared"] == 0 and "old.csv" in found["revenue"]["not_compared"][0]


def test_no_path_outside(repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A revision that names a file outside of the project's folder is refused, with --data as without."""
    (tmp_path / "secret.csv").write_text(ROWS)
    edit(repository, "file: deals.csv", "file: ../secret.csv")
    git(tmp_path, "commit", "-qam", "outside")
    edit(repository, "file: ../secret.csv", "file: deals.csv")
    assert main(["diff", "HEAD", "--data"]) == 1
    assert "path-outside" in capsys.readouterr().err
    (repository / "link.csv").symlink_to(tmp_path / "secret.csv")
    edit(repository, "file: deals.csv", "file: link.csv")
    assert main(["diff", "main", "--data"]) != 0
    assert "EMEA" not in capsys.readouterr().out


def test_floating_noise_is_no_move() -> None:
    """Sums that are added up in another order are the same figure; a cell that shows nothing is none."""
    exact = Tolerance()
    assert not is_moved(0.1 + 0.2, 0.3, "both", exact)
    assert is_moved(0.3, 0.3001, "both", exact)
    assert not is_moved(None, 0, "after", exact) and is_moved(None, 1, "after", exact)
    assert is_moved(0, None, "both", exact) and not is_moved(None, None, "both", exact)
    assert not is_moved(100, 101, "both", Tolerance(Fraction(1, 100), True))


def test_two_edits_share_the_difference(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Renewed deals count (+100), and amounts are doubled. Made in either order: 490, 590 or 980, 1180. So the first
    brings 100 or 200, the second 490 or 590, and the means add up to 690."""
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    edit(repository, "sum(deals.amount where won)", "sum(deals.amount * 2 where won)")
    found = figures(capsys)
    causes = found["revenue"]["causes"]
    assert (causes["how"], causes["cell"], causes["whole"]) == ("shared", "in total", 690)
    assert [(part["part"], part["edit"].partition(":")[0]) for part in causes["parts"]] == [
        ((490 + 590) / 2, "revenue"), ((100 + 200) / 2, "deals.won"),
    ]  # fmt: skip
    assert found["won_deals"]["causes"]["how"] == "only"
    mean = found["mean_deal"]["causes"]  # 490 / 3, 590 / 5, 980 / 3, 1180 / 5
    orders = Fraction(590, 5) - Fraction(490, 3), Fraction(1180, 5) - Fraction(980, 3)
    assert {part["edit"].partition(":")[0]: part["part"] for part in mean["parts"]}["deals.won"] == pytest.approx(
        float(sum(orders) / 2)
    )


def test_three_edits_of_every_kind(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A constant, a field and a metric: parts add up to the whole exactly. Of the deals won 2 of 3 reach 100; with
    renewed ones 2 of 5, and with a goal of 80 instead 3 of 3 and 4 of 5."""
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    edit(repository, "goal: 100", "goal: 80")
    edit(repository, "amount >= goal)", "amount > goal)")  # 80 is not more than 80
    share = figures(capsys)["big_share"]
    assert cells(share, "total") == {None: (0.666666666667, 0.6)}
    parts = {part["edit"].partition(":")[0]: Fraction(part["part"]) for part in share["causes"]["parts"]}
    assert set(parts) == {"constant goal", "deals.won", "big_share"}
    f = Fraction
    # the shares with (renewed, goal of 80, more than): 000, 100, 010, 001, 110, 101, 011, 111
    v = {"": f(2, 3), "r": f(2, 5), "g": f(1), "m": f(1, 3), "gr": f(4, 5), "mr": f(1, 5), "gm": f(1), "gmr": f(3, 5)}
    won = 2 * (v["r"] - v[""]) + (v["gr"] - v["g"]) + (v["mr"] - v["m"]) + 2 * (v["gmr"] - v["gm"])
    assert float(parts["deals.won"]) == pytest.approx(float(won / 6))
    assert float(sum(parts.values())) == pytest.approx(float(f(3, 5) - f(2, 3)))


def test_many_edits_are_told_first_and_last(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seven edits, more than every order is looked at of: the k-th takes k - 1 deals more, first as last."""
    names = [f"m{k}" for k in range(1, 8)]
    text = "".join(f"  {name}: count(deals where deal_id = {k})\n" for k, name in enumerate(names, 1))
    edit(repository, "metrics:\n", f"metrics:\n  all_of_them: {' + '.join(names)}\n{text}")
    git(repository, "commit", "-qam", "more")
    for k in range(1, 8):
        edit(repository, f"deal_id = {k})", f"deal_id <= {k})")
    assert main(["diff", "HEAD", "--data", "--format", "json"]) == 0
    found = {m["name"]: m for m in json.loads(capsys.readouterr().out)["data"]["metrics"]}
    causes = found["all_of_them"]["causes"]
    assert causes["how"] == "first and last" and causes["whole"] == 0 + 1 + 2 + 3 + 4 + 5 + 6
    told = {part["edit"].partition(":")[0]: (part["part"], part["last"]) for part in causes["parts"]}
    assert told == {f"m{k}": (k - 1, k - 1) for k in range(1, 8)}


def test_edits_that_need_each_other(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The join is gone and the dimension goes another way: neither can be made without the other."""
    edit(repository, "joins: {owner: {to: reps, on: rep_id}, maker", "joins: {maker")
    edit(repository, "deals: owner.region", "deals: maker.region")
    causes = figures(capsys)["revenue"]["causes"]
    assert (causes["how"], causes["why"]) == ("together", "one without another makes no sense")
    assert {part["edit"].partition(":")[0] for part in causes["parts"]} == {"table deals", "dimension region"}


def test_rows_that_came_in(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The two renewed deals, the larger first; as many rows as are asked for, all of them counted."""
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    (rows,) = figures(capsys)["revenue"]["rows"]
    assert (rows["table"], rows["entered"], rows["left"], rows["changed"]) == ("deals", 2, 0, 0)
    assert [(s["what"], s["row"]["deal_id"], s["row"]["value"]) for s in rows["samples"]] == [
        ("entered", 4, 80), ("entered", 5, 20),
    ]  # fmt: skip
    (rows,) = figures(capsys, "--samples", "1")["revenue"]["rows"]
    assert [s["row"]["deal_id"] for s in rows["samples"]] == [4] and rows["entered"] == 2
    for off in (["--samples", "0"], ["--no-samples"]):
        assert "rows" not in figures(capsys, *off)["revenue"]


def test_rows_of_the_first_metrics_alone(
    repository: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five metrics move; where rows are looked at for two of them, that is said."""
    monkeypatch.setattr(reasons, "MOST_SAMPLED", 2)
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    assert main(["diff", "main", "--data", "--as-of", "2026-03-31"]) == 0
    said = capsys.readouterr()
    assert "rows are shown of the first 2 of 5 metrics that moved" in " ".join((said.out + said.err).split())


def test_rows_that_left_and_changed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deals below 100 go out, the others are taken twice."""
    edit(repository, "sum(deals.amount where won)", "sum(deals.amount * 2 where won and amount >= 100)")
    (rows,) = figures(capsys)["revenue"]["rows"]
    assert (rows["entered"], rows["left"], rows["changed"]) == (0, 1, 2)
    assert [(s["what"], s["row"]["deal_id"], s["row"]["value"]) for s in rows["samples"]] == [
        ("left", 6, 90), ("was", 1, 100), ("is", 1, 200), ("was", 3, 300), ("is", 3, 600),
    ]  # fmt: skip


def test_rows_of_a_member(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the total stays, rows are of the member that moved most: two deals came to EMEA, and one left it."""
    edit(repository, "deals: owner.region", "deals: maker.region")
    (rows,) = figures(capsys)["revenue"]["rows"]
    assert rows["cell"] in ("for region EMEA", "for region AMER")
    came, went = [3, 6], [1]
    told = [[s["row"]["deal_id"] for s in rows["samples"] if s["what"] == what] for what in ("entered", "left")]
    assert told == ([came, went] if rows["cell"].endswith("EMEA") else [went, came])


def test_another_engine(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On SQLite the figures, the parts of edits and the rows are the same."""
    import csv
    import sqlite3

    deals = "deal_id integer, status text, amount real, closed_at text, rep_id integer, made_by integer"
    with sqlite3.connect(repository / "crm.db") as connection:
        for name, columns in (("deals", deals), ("reps", "rep_id integer, region text")):
            connection.execute(f"create table {name} ({columns})")
            rows = list(csv.reader((ROWS if name == "deals" else REPS).splitlines()))[1:]
            connection.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)
    edit(repository, "currency: USD", "currency: USD\nconnections: {default: {type: sqlite, path: crm.db}}")
    edit(repository, "file: deals.csv", "source: deals")
    edit(repository, "{file: reps.csv", "{source: reps")
    edit(repository, "amount: {unit: money}", "amount: {unit: money}\n      closed_at: {type: date}")
    git(repository, "commit", "-qam", "sqlite")
    edit(repository, "won: status = 'won'", "won: status in ('won', 'renewed')")
    edit(repository, "sum(deals.amount where won)", "sum(deals.amount * 2 where won)")
    assert main(["diff", "HEAD", "--data", "--as-of", "2026-03-31", "--by", "region", "--format", "json"]) == 0
    revenue = next(m for m in json.loads(capsys.readouterr().out)["data"]["metrics"] if m["name"] == "revenue")
    assert cells(revenue, "total") == {None: (490, 1180)} and cells(revenue, "region")["EMEA"] == (100, 240)
    assert [part["part"] for part in revenue["causes"]["parts"]] == [540, 150]
    assert (revenue["rows"][0]["entered"], revenue["rows"][0]["changed"]) == (2, 3)


def test_the_currency_beside_another_edit(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The currency's name turns no figure: all of the difference is the other edit's."""
    edit(repository, "currency: USD", "currency: EUR")
    edit(repository, "sum(deals.amount where won)", "sum(deals.amount * 2 where won)")
    revenue = figures(capsys)["revenue"]
    assert cells(revenue, "total") == {None: (490, 980)}
    parts = revenue["causes"]["parts"]
    assert [part["part"] for part in parts if part["edit"].startswith("revenue")] == [490]
    assert all(part["part"] == 0 for part in parts if not part["edit"].startswith("revenue"))


@pytest.mark.parametrize("form", ["json", "sarif", "github", "markdown"])
def test_definitions_that_are_wrong(repository: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """Nothing is compared; each form for machines holds a document that says why."""
    edit(repository, "sum(deals.amount where won)", "sum(deals.amout where won)")
    assert main(["diff", "main", "--format", form]) == 1
    said = capsys.readouterr()
    assert "unknown-field" in said.out and "unknown-field" in said.err
    if form == "json":
        assert [problem["code"] for problem in json.loads(said.out)["problems"]] == ["unknown-field"]
    elif form == "sarif":
        assert [one["ruleId"] for one in json.loads(said.out)["runs"][0]["results"]] == ["unknown-field"]
    elif form == "markdown":
        assert said.out.startswith("<!-- attain diff -->")


def test_a_base_that_there_is_not(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Likewise, where the command line is wrong."""
    assert main(["diff", "mian", "--format", "json"]) == 2
    assert [problem["code"] for problem in json.loads(capsys.readouterr().out)["problems"]] == ["unknown-revision"]
