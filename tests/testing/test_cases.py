"""Cases: rows that are given, what is asked, what is expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.shell import run_attain

from .conftest import Run

GIVEN = """\
    given:
      deals: |
        deal_id,rep_id,status,amount,closed_at
        1,1,won,10,2026-01-20
        2,1,lost,4,2026-02-03
        3,7,won,25,2026-02-10
      reps: [{rep_id: 1, region: EMEA}]
"""
#: What is given by hand: EMEA won 10 in January and lost one in February; nobody's region won 25 in February.
BY_MONTH = """\
    when: {metrics: [revenue, win_rate], by: region, grain: month, as_of: 2026-06-30}
    expect: |
      month,region,revenue,win_rate
      2026-02-01,EMEA,0,0
      2026-01-01,EMEA,10,1
      2026-02-01,,25,1
      2026-01-01,,0,null
"""


def case(rest: str, given: str = GIVEN, name: str = "a case") -> str:
    return f"  - name: {name}\n{given}{rest}"


def test_rows_are_compared_in_any_order(run: Run) -> None:
    said = run(case(BY_MONTH))
    assert (said.out, said.err, said.status) == ("", "1 test: 1 passed\n", 0)


def test_a_row_that_differs_is_shown_with_the_cell(run: Run) -> None:
    said = run(case(BY_MONTH.replace("25,1", "26,1").replace("2026-01-01,EMEA,10", "2026-01,EMEA,11")))
    assert said.status == 1
    assert said.out == (
        "FAIL  tests.yaml:2:11: a case\n"
        "      2 of 4 rows differ\n"
        "        month       region  revenue  win_rate\n"
        "      - 2026-01-01  EMEA         11         1\n"
        "      + 2026-01-01  EMEA         10         1\n"
        "                                 ^^\n"
        "        2026-01-01  null          0      null\n"
        "        2026-02-01  EMEA          0         0\n"
        "      - 2026-02-01  null         26         1\n"
        "      + 2026-02-01  null         25         1\n"
        "                                 ^^\n"
    )
    assert said.err == "1 test: 1 failed\n"


def test_rows_that_are_missing_and_rows_too_many(run: Run) -> None:
    said = run(
        case(
            "    when: {metrics: revenue, by: region}\n"
            "    expect: [{region: EMEA, revenue: 10}, {region: X, revenue: 1}]\n"
        )
    )
    assert said.out.split("\n")[1:7] == [
        "      1 row is missing, 1 row was not expected",
        "        region  revenue",
        "        EMEA         10",
        "      + null         25",
        "      - X             1",
        "",
    ]


def test_the_order_counts_where_one_is_asked_for(run: Run) -> None:
    asked = "    when: {metrics: revenue, by: region, order: -revenue}\n    expect: |\n      region,revenue\n"
    assert run(case(f"{asked}      ,25\n      EMEA,10\n")).status == 0
    said = run(case(f"{asked}      EMEA,10\n      ,25\n"))
    assert said.status == 1 and "the rows are as expected, in another order" in said.out


@pytest.mark.parametrize(
    "written", ["35", "35.00", "3_500%", "{revenue: 35}", "[{revenue: 35}]", '"35"', "|\n      revenue\n      35"]
)
def test_one_value_in_every_form(run: Run, written: str) -> None:
    assert run(case(f"    when: revenue\n    expect: {written}\n")).status == 0
    assert (
        run(case(f"    when: revenue\n    expect: {written.replace('35', '36').replace('3_5', '3_6')}\n")).status == 1
    )


def test_one_value_of_several_rows(run: Run) -> None:
    said = run(case("    when: {metrics: revenue, by: region}\n    expect: 35\n"))
    assert "one value was expected, and the result has 2 rows of 2 columns" in said.out


def test_missing_values(run: Run) -> None:
    given = "    given: {deals: []}\n"
    assert run(case("    when: largest\n    expect: {largest: null}\n", given)).status == 0
    assert run(case("    when: largest\n    expect: {largest: 0}\n", given)).status == 1
    assert run(case("    when: revenue\n    expect: {revenue: null}\n", given)).status == 1  # a sum of nothing is 0


def test_the_empty_text_and_the_text_null_are_no_missing_values(run: Run) -> None:
    given = '    given:\n      deals: |\n        deal_id,status,closed_at\n        1,"{}",2026-01-01\n'
    asked = "    when: last_status\n    expect: {last_status: %s}\n"
    for text in ("", "null"):
        assert run(case(asked % f'"{text}"', given.format(text))).status == 0
        assert run(case(asked % "null", given.format(text))).status == 1
    unquoted = given.replace('"{}"', "null")
    assert run(case(asked % "null", unquoted)).status == 0


def test_no_rows(run: Run) -> None:
    given = "    given: {deals: []}\n"
    assert run(case("    when: {metrics: revenue, by: region}\n    expect: []\n", given)).status == 0
    said = run(case("    when: {metrics: revenue, by: region}\n    expect: []\n"))
    assert said.status == 1 and "no rows were expected" in said.out and "+ EMEA" in said.out


def test_tolerances(run: Run) -> None:
    asked = "    when: [revenue, win_rate]\n    expect: {{revenue: {}, win_rate: {}}}\n    tolerance: {}\n"
    third = "0.666666666667"  # as results show it; by hand 2 of 3
    assert run(case("    when: win_rate\n    expect: 0.666666666667\n")).status == 0
    assert run(case("    when: win_rate\n    expect: 0.6666667\n")).status == 1
    assert run(case(asked.format("35.5", third, "0.5"))).status == 0
    assert run(case(asked.format("35.51", third, "0.5"))).status == 1
    assert run(case(asked.format("34.7", "66%", "1%"))).status == 1  # 0.6667 is more than 1% from 0.66
    assert run(case(asked.format("34.7", "66.5%", "1%"))).status == 0
    assert run(case(asked.format("35", "66%", "{win_rate: 0.01}"))).status == 0
    assert run(case(asked.format("35.001", "66%", "{win_rate: 0.01}"))).status == 1


def test_exact_figures_are_exact(run: Run) -> None:
    given = "    given:\n      deals: |\n        deal_id,status,amount\n        1,won,0.10\n        2,won,0.20\n"
    assert run(case("    when: revenue\n    expect: 0.3\n", given)).status == 0
    assert run(case("    when: revenue\n    expect: 0.30000000000001\n", given)).status == 1


def test_a_problem_that_is_expected(run: Run) -> None:
    assert (
        run("  - name: x\n    when: {metrics: revenue + deals_won}\n    expect: {problem: unit-mismatch}\n").status == 0
    )
    said = run("  - name: x\n    when: {metrics: revenue, by: regoin}\n    expect: {problem: unit-mismatch}\n")
    assert "`unit-mismatch` was expected, and `unknown-dimension` came" in said.out
    assert "tests.yaml:3:34: error[unknown-dimension]" in said.out  # at the place in the test
    said = run("  - name: x\n    when: {metrics: revenue}\n    expect: {problem: unit-mismatch}\n")
    assert "`unit-mismatch` was expected, and the query has no problem: it has 1 row" in said.out


def test_a_problem_of_the_data_that_is_expected(run: Run) -> None:
    given = "    given: {deals: [{deal_id: 1, rep_id: 1}], reps: [{rep_id: 1}, {rep_id: 1}]}\n"
    asked = "    when: {metrics: revenue, by: region}\n"
    assert run(case(f"{asked}    expect: {{problem: duplicate-key-value}}\n", given)).status == 0
    said = run(case(f"{asked}    expect: []\n", given))
    assert said.status == 3 and "ERROR tests.yaml:2:11: a case" in said.out and "duplicate-key-value" in said.out


def test_rows_in_a_file(folder: Path, run: Run) -> None:
    (folder / "rows").mkdir()
    (folder / "rows" / "deals.csv").write_text("\ufeffdeal_id;status;amount\r\n1;won;3,5\r\n".replace("3,5", "3.5"))
    (folder / "rows" / "expected.csv").write_text("revenue\n3.5\n")
    asked = "    when: revenue\n    expect: {file: rows/expected.csv}\n"
    assert run(case(asked, "    given: {deals: {file: rows/deals.csv}}\n")).status == 0
    (folder / "rows" / "expected.csv").write_text("revenue\n4.5\n")
    assert run(case(asked, "    given: {deals: {file: rows/deals.csv}}\n")).status == 1
    (folder / "rows" / "deals.csv").write_text("deal_id,amount\n1,3O\n")
    said = run(case(asked, "    given: {deals: {file: rows/deals.csv}}\n"))
    assert "rows/deals.csv:2:3: error[value-does-not-fit]: `3O` in the column `amount`" in said.out
    assert "    2 | 1,3O" in said.out


def test_tests_do_not_see_each_others_rows_nor_the_data(run: Run) -> None:
    first = case("    when: revenue\n    expect: 35\n", name="first")
    second = case("    when: revenue\n    expect: 0\n", "    given: {reps: []}\n", name="second")
    again = case("    when: revenue\n    expect: 35\n", name="third")
    assert run(first + second + again).err == "3 tests: 3 passed\n"


def test_what_depends_on_the_day_is_told(run: Run) -> None:
    given = "    given: {deals: [{deal_id: 1, status: won, amount: 5, closed_at: 2026-12-24}]}\n"
    said = run(case("    when: {metrics: revenue, from: 2026-01-01, to: 2027-01-01}\n    expect: 0\n", given))
    assert said.status == 0
    assert "what comes out depends on the day on which it is run" in said.out and "`as_of: " in said.out
    dated = "    when: {metrics: revenue, from: 2026-01-01, to: 2027-01-01, as_of: 2026-12-31}\n    expect: 5\n"
    assert run(case(dated, given)).out == ""


def test_wrong_rows_and_names_are_told_at_their_places(run: Run) -> None:
    said = run(
        "  - name: x\n    given:\n      deals: |\n        deal_id,amuont,won\n        1,2,3\n      repz: []\n"
        "    when: {metrics: revenu, where: \"regoin = 'EMEA'\", as_of: 2026-02-30}\n    expect: 1\n",
        "attain validate",
    )
    heads = [line for line in said.out.split("\n") if "error[" in line]
    assert heads == [
        "tests.yaml:5:17: error[unknown-field]: table `deals` has no column `amuont`",
        "tests.yaml:5:24: error[unknown-field]: `won` is worked out by the definitions and cannot be given",
        "tests.yaml:7:7: error[unknown-table]: there is no table `repz`",
        "tests.yaml:8:21: error[unknown-metric]: there is no metric `revenu`",
        "tests.yaml:8:62: error[date-form]: `2026-02-30` is not a day",
    ]
    assert said.status == 1


@pytest.mark.parametrize(
    ("column", "value", "wanted"),
    [
        ("deal_id", "1.5", "a whole number"), ("deal_id", "99999999999999999999", "has room for"),
        ("amount", "1.005", "2 digits after the point"), ("amount", "1e12", "has room for"),
        ("amount", "ten", "a decimal number"), ("closed_at", "01/02/2026", "a date (2026-01-31)"),
        ("closed_at", "2026-02-30", "a date (2026-01-31)"),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(run: Run, column: str, value: str, wanted: str) -> None:
    said = run(case("    when: revenue\n    expect: 0\n", f"    given: {{deals: [{{{column}: {value}}}]}}\n"))
    assert said.status == 1 and "error[value-does-not-fit]" in said.out and wanted in said.out


@pytest.mark.parametrize("wanted", ["first", "FIRST or nothing", "a and not second", "yaml and first", "not second"])
def test_choosing_by_name(run: Run, wanted: str) -> None:
    tests = case("    when: revenue\n    expect: 35\n", name="a first") + case(
        "    when: revenue\n    expect: 0\n", name="a second"
    )
    said = run(tests, f"attain test -k '{wanted}'")
    assert (said.err, said.status) == ("1 test: 1 passed\n", 0)
    assert run(tests).status == 1


def test_choosing_nothing_is_a_mistake(run: Run) -> None:
    said = run(case("    when: revenue\n    expect: 35\n"), "attain test -k nothing")
    assert said.status == 2 and "no test has `nothing` in its name" in said.err


def test_without_tests_there_is_nothing_to_fail(folder: Path) -> None:
    said = run_attain(folder, "attain test")
    assert (said.out, said.err, said.status) == ("", "no tests: nothing stands below `tests:`\n", 0)


def test_names_are_escaped(run: Run) -> None:
    said = run('  - name: "a\\e[31m\\nb"\n    given: {}\n    when: "revenue"\n    expect: 1\n')
    assert "a\\x1b[31m\\nb" in said.out and "\x1b" not in said.out


def test_other_commands_do_not_mind_wrong_tests(run: Run) -> None:
    assert run("  - name: x\n    when: nothing\n    expect: {problem: cycle}\n", "attain run revenue").status == 0
