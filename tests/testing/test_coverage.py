"""What tests reach: metrics, conditions that given rows meet and do not meet, branches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.docs.shell import run_attain

DEFINITIONS = """\
version: 1
name: shop
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    joins:
      owner: {to: reps, on: rep_id}
    fields:
      size: "case when amount > 100 then 'large' when amount > 10 then 'middle' else 'small' end"
      unused: "if(amount > 1, 1, 0)"
  reps:
    file: reps.csv
    key: rep_id
    fields:
      sold_since: any(deals.status = 'won' where deals.closed_at >= parent.hired_on)
dimensions:
  region: owner.region
metrics:
  won: count(deals where status = 'won')
  large: count(deals where size = 'large')
  sellers: count(reps where sold_since)
  verdict: "if(won > 1, 1, 0)"
  emea: (won where region = 'EMEA')
  per_rep: sum(if(won > 0, won, 0) per reps.rep_id)
  best: count(reps where won > 1)
  never: sum(deals.amount)
tests:
"""
ROWS = """\
    given:
      deals: |
        deal_id,rep_id,status,amount,closed_at
        1,1,won,500,2026-01-20
        2,1,won,50,2026-02-03
      reps: |
        rep_id,region,hired_on
        1,EMEA,2026-02-01
        2,AMER,2026-02-01
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deals.csv").write_text("deal_id,rep_id,status,amount,closed_at\n1,1,lost,5,2026-01-20\n")
    (tmp_path / "reps.csv").write_text("rep_id,region,hired_on\n1,EMEA,2026-01-01\n")
    return tmp_path


def missed(folder: Path, tests: str) -> tuple[dict[str, str], dict[str, object]]:
    """What is missed, by owner and text; and the whole record."""
    (folder / "metrics.yaml").write_text(DEFINITIONS + tests)
    said = run_attain(folder, "attain test --coverage --format json")
    assert said.status == 0, said.out
    found = json.loads(said.out)["coverage"]
    return {f"{item['owner']}: {item['text']}": item["why"] for item in found["missed"]}, found


def case(metrics: str, expect: str, more: str = "") -> str:
    name = f"{metrics} {more}".replace("'", '"')
    return f"  - name: '{name}'\n{ROWS}    when: {{metrics: {metrics}{more}}}\n    expect: {expect}\n"


def test_nothing_is_reached_without_tests(folder: Path) -> None:
    found, record = missed(folder, "  - {name: x, when: nothing, expect: {problem: unknown-metric}}\n")
    assert {name for name, why in found.items() if why == "no test asks for it"} == {
        f"{name}: {name}" for name in "won large sellers verdict emea per_rep best never".split()
    }
    # 8 metrics; conditions of won, large, sellers, sold_since, emea, best, met and not; 3 + 2 + 2 + 2 branches
    assert record["metrics"] == {"reached": 0, "of": 8}
    assert record["conditions"] == {"reached": 0, "of": 12}
    assert record["branches"] == {"reached": 0, "of": 9}
    assert record["percent"] == 0.0


def test_a_condition_is_met_and_not_met_by_given_rows(folder: Path) -> None:
    found, record = missed(folder, case("won", "2"))
    assert found["won: status = 'won'"] == "every given row meets: status = 'won'"
    assert record["conditions"] == {"reached": 1, "of": 12} and record["metrics"] == {"reached": 1, "of": 8}
    lost = case("won", "0", ", where: region = 'X'").replace(",won,", ",lost,")
    found, record = missed(folder, case("won", "2") + lost)
    assert "won: status = 'won'" not in found
    assert record["conditions"] == {"reached": 2, "of": 12}


def test_branches_of_fields_that_metrics_name(folder: Path) -> None:
    found, _ = missed(folder, case("large", "1"))
    assert found["deals.size: else"] == "no given row comes to this branch: else"
    assert "deals.size: when amount > 100" not in found and "deals.size: when amount > 10" not in found
    assert "large: size = 'large'" not in found  # the one deal is large, the other is not
    assert found["deals.unused: else"] == "no given row comes to this branch: else"


def test_conditions_of_roll_ups(folder: Path) -> None:
    """Rep 1 was hired between the two deals: the condition on the parent is met by one and not by the other."""
    found, _ = missed(folder, case("sellers", "1"))
    assert not any(name.startswith(("reps.sold_since", "sellers")) for name in found)
    found, _ = missed(folder, case("won", "2"))
    assert any(name.startswith("reps.sold_since") for name in found)


def test_branches_of_cells(folder: Path) -> None:
    found, _ = missed(folder, case("verdict", "1"))
    assert found["verdict: else"] == "no cell comes to this branch: else"
    assert "verdict: when won > 1" not in found
    by_month = case("verdict", "[{month: 2026-01-01, verdict: 0}, {month: 2026-02-01, verdict: 0}]",
                    ", grain: month, as_of: 2026-06-30")  # fmt: skip
    found, _ = missed(folder, by_month)
    assert found["verdict: when won > 1"] == "no cell comes to this branch: when won > 1"
    assert "verdict: else" not in found


def test_narrowed_metrics(folder: Path) -> None:
    found, _ = missed(folder, case("emea", "2"))
    assert found["emea: region = 'EMEA'"] == "every given row meets: region = 'EMEA'"
    found, _ = missed(folder, case("emea", "1").replace("2,1,won", "2,2,won"))
    assert "emea: region = 'EMEA'" not in found


def test_branches_inside_per(folder: Path) -> None:
    found, _ = missed(folder, case("per_rep", "2"))  # rep 2 has no deal: no member, so nothing comes to `else`
    assert found["per_rep: else"] == "no cell comes to this branch: else"
    found, _ = missed(folder, case("per_rep", "1").replace("2,1,won", "2,2,lost"))
    assert not any(name.startswith("per_rep") for name in found)


BETWEEN = """\
version: 1
tables:
  deals: {file: deals.csv, key: deal_id}
  leads: {file: leads.csv, key: lead_id}
dimensions:
  rep: {paths: {deals: rep_id, leads: rep_id}}
metrics:
  deals_made: count(deals)
  leads_met: count(leads)
  left_over: sum(if(deals_made = 0, leads_met, 0) per rep)
tests:
  - name: rep 2 has a lead and no deal, rep 1 a deal
    given: {deals: [{deal_id: 1, rep_id: 1}], leads: [{lead_id: 1, rep_id: 2}]}
    when: left_over
    expect: 1
"""


def test_members_that_only_a_branch_names(tmp_path: Path) -> None:
    """Rep 2 occurs in leads alone, which the condition does not name: it comes to the first branch all the same."""
    (tmp_path / "deals.csv").write_text("deal_id,rep_id\n1,1\n")
    (tmp_path / "leads.csv").write_text("lead_id,rep_id\n1,1\n")
    (tmp_path / "metrics.yaml").write_text(BETWEEN)
    said = run_attain(tmp_path, "attain test --coverage")
    assert said.out == "coverage 100.0%: 3 of 3 metrics; 2 of 2 branches\n"


def test_metrics_in_row_conditions(folder: Path) -> None:
    found, _ = missed(folder, case("best", "1"))  # rep 1 won two deals, rep 2 none
    assert not any(name.startswith("best") for name in found)
    assert "won: status = 'won'" in found  # through best


def test_tests_on_data_reach_metrics_alone(folder: Path) -> None:
    found, record = missed(folder, "  - {name: x, assert: won >= 0 and never >= 0}\n")
    assert record["metrics"] == {"reached": 2, "of": 8} and record["conditions"] == {"reached": 0, "of": 12}
    assert found["won: status = 'won'"] == "no given row comes to this condition: status = 'won'"


def test_what_a_person_reads(folder: Path) -> None:
    (folder / "metrics.yaml").write_text(DEFINITIONS + case("won", "2"))
    said = run_attain(folder, "attain test --coverage")
    lines = said.out.split("\n")
    # 1 metric, 1 way of a condition: 2 of 8 + 12 + 9
    assert lines[0] == (
        "coverage 6.8%: 1 of 8 metrics; of 6 conditions 1 met and 0 not met by some row; 0 of 9 branches"
    )
    assert "metrics.yaml:21:26  won              every given row meets: status = 'won'" in lines
    assert "metrics.yaml:22:3   large            no test asks for it" in lines
    assert said.status == 0


def test_failing_under_a_share(folder: Path) -> None:
    (folder / "metrics.yaml").write_text(DEFINITIONS + case("won", "2"))
    assert run_attain(folder, "attain test --fail-under 6").status == 0
    said = run_attain(folder, "attain test --fail-under 7")
    assert said.status == 1 and "coverage is below 7%" in said.err
    assert run_attain(folder, "attain test --fail-under 101").status == 2


def test_all_of_it_is_100_percent(folder: Path) -> None:
    (folder / "metrics.yaml").write_text(
        "version: 1\ntables: {deals: {file: deals.csv, key: deal_id}}\nmetrics: {all_deals: count(deals)}\n"
        "tests: [{name: x, given: {}, when: all_deals, expect: 0}]\n"
    )
    said = run_attain(folder, "attain test --fail-under 100")
    assert (said.out, said.status) == ("coverage 100.0%: 1 of 1 metrics\n", 0)
