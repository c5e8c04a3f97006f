"""`attain test --update`: what came is written into the tests, and nothing else in the files changes. The data: EMEA
won 100.50 (one of two deals), AMER 250 (one of one)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.shell import run_attain

from .conftest import DEFINITIONS, Run

BY_REGION = "    when: {metrics: [revenue, win_rate], by: region}\n"


def updated(run: Run, folder: Path, tests: str) -> str:
    """What the file of tests holds after an update that leaves no test failing."""
    said = run(tests, "attain test --update")
    assert said.status == 0, said.out
    assert run_attain(folder, "attain test").status == 0
    return (folder / "tests.yaml").read_text().removeprefix("tests:\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("golden: |  # kept\n      region,  revenue, win_rate\n      AMER,        1,  0.5\n\n    # after it\n",
         "golden: |  # kept\n      region,revenue,win_rate\n      AMER,250,1\n      EMEA,100.5,0.5\n\n"
         "    # after it\n"),
        ("golden: |\n        win_rate,revenue,region\n        1,250,AMER\n",
         "golden: |\n        win_rate,revenue,region\n        1,250,AMER\n        0.5,100.5,EMEA\n"),
        ("golden:\n      - {region: EMEA, revenue: 1, win_rate: 50%}   # one\n"
         "      - {win_rate: 1, revenue: 250.0, region: AMER} # two\n",
         "golden:\n      - {region: EMEA, revenue: 100.5, win_rate: 50%}   # one\n"
         "      - {win_rate: 1, revenue: 250.0, region: AMER} # two\n"),
        ("golden:\n      - region: EMEA\n        revenue: 1   # one\n        win_rate: 0.5\n"
         "      - region: AMER\n        revenue: 250\n        win_rate: 0.1\n",
         "golden:\n      - region: EMEA\n        revenue: 100.5   # one\n        win_rate: 0.5\n"
         "      - region: AMER\n        revenue: 250\n        win_rate: 1\n"),
        ("golden:\n      - {region: EMEA, revenue: 1, win_rate: 1}\n    # after it\n",
         "golden:\n      - {region: AMER, revenue: 250, win_rate: 1}\n"
         "      - {region: EMEA, revenue: 100.5, win_rate: 0.5}\n    # after it\n"),
        ("golden: [] # none\n",
         "golden: [{region: AMER, revenue: 250, win_rate: 1}, {region: EMEA, revenue: 100.5, win_rate: 0.5}] # none\n"),
    ],
)  # fmt: skip
def test_rows_are_written_in_the_form_that_they_had(run: Run, folder: Path, before: str, after: str) -> None:
    head = f"  - name: x   # the name\n{BY_REGION}    "
    assert updated(run, folder, head + before) == head + after


@pytest.mark.parametrize(
    ("asked", "before", "after"),
    [
        ("revenue", "1 # one", "350.5 # one"), ("revenue", '"1"', "350.5"), ("last_status", "lost", "won"),
        ("revenue", "{revenue: 7} # one", "{revenue: 350.5} # one"), ("(largest where region = 'x')", "1", None),
    ],
)  # fmt: skip
def test_single_values(run: Run, folder: Path, asked: str, before: str, after: str | None) -> None:
    head = f'  - name: x\n    when: {{metrics: "{asked}", to: 2026-03-01}}\n    golden: '
    missing = f"{{'{asked.replace(chr(39), chr(39) * 2)}': null}}"
    assert updated(run, folder, f"{head}{before}\n") == f"{head}{missing if after is None else after}\n"


def test_only_what_fails_is_written(run: Run, folder: Path) -> None:
    tests = (
        "  - {name: a, given: {deals: []}, when: revenue, expect: 5}\n"
        "  - {name: b, given: {deals: []}, when: revenue, expect: 0.00}\n"
        "  - {name: c, given: {deals: []}, when: revenue, expect: 7, tolerance: 10}\n"
    )
    assert updated(run, folder, tests) == tests.replace("expect: 5", "expect: 0")
    said = run(tests, "attain test --update")
    assert said.err == "3 tests: 2 passed, 1 updated\n"
    assert "new   tests.yaml:2:12: a\n      the row differs\n      what it expects was written anew\n" in said.out


def test_chosen_tests_alone_are_written(run: Run, folder: Path) -> None:
    one, two = (f"  - {{name: {name}, given: {{}}, when: revenue, expect: 5}}\n" for name in ("one", "two"))
    run(one + two, "attain test --update -k two")
    assert (folder / "tests.yaml").read_text() == f"tests:\n{one}{two.replace('expect: 5', 'expect: 0')}"


def test_files_of_rows(run: Run, folder: Path) -> None:
    tests = f"  - name: x\n{BY_REGION}    golden: {{file: kept.csv}}\n"
    assert updated(run, folder, tests) == tests
    assert (folder / "kept.csv").read_text() == "region,revenue,win_rate\nAMER,250,1\nEMEA,100.5,0.5\n"
    (folder / "kept.csv").write_text("revenue,region,win_rate\n3,AMER,1\n")
    updated(run, folder, tests)
    assert (folder / "kept.csv").read_text() == "revenue,region,win_rate\n250,AMER,1\n100.5,EMEA,0.5\n"


def test_texts_are_written_so_that_they_are_read_again(run: Run, folder: Path) -> None:
    texts = ['a "b", c', " d ", "null", "# e", "it's: f", "1,5", "true", "[g", "- h"]
    (folder / "deals.csv").write_text(
        "deal_id,rep_id,status,amount,closed_at\n"
        + "".join(f'{i},1,"{text.replace(chr(34), chr(34) * 2)}",1,2026-01-01\n' for i, text in enumerate(texts))
    )
    for form in ("|\n      status,largest\n      a,1\n", "[]\n", "\n      - {status: a, largest: 1}\n"):
        tests = f"  - name: x\n    when: {{metrics: largest, by: deals.status}}\n    golden: {form}".replace(
            "status,largest", "deals.status,largest").replace("{status: a", "{deals.status: a")  # fmt: skip
        updated(run, folder, tests)


def test_line_ends_and_byte_order_marks_stay(run: Run, folder: Path) -> None:
    run("  - {name: a, given: {}, when: revenue, expect: 5} # ü\n  - {name: b, given: {}, when: revenue, expect: 6}\n")
    text = (folder / "tests.yaml").read_text()
    (folder / "tests.yaml").write_bytes(("\ufeff" + text.replace("\n", "\r\n")).encode())
    assert run_attain(folder, "attain test --update").status == 0
    after = text.replace("expect: 5", "expect: 0").replace("expect: 6", "expect: 0")
    assert (folder / "tests.yaml").read_bytes() == ("\ufeff" + after.replace("\n", "\r\n")).encode()


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("assert: revenue > 1_000", "only what `expect:` and `golden:` hold is written anew"),
        ("when: {metrics: revenue, by: region}\n    golden: 5", "one value was expected, and rows came"),
        ("when: {metrics: revenue, by: region}\n    golden: {region: EMEA, revenue: 5}", "one row was expected"),
        ("when: {metrics: revenue, by: region}\n    golden: \"region,revenue\\nX,1\"", "only below `|`"),
        ("when: {metrics: revenue, by: region}\n    golden:\n      - {region: X, revenue: 1}\n      # no\n"
         "      - {region: Y, revenue: 1}", "there are comments between them"),
        ("when: {metrics: revenue, by: region}\n    golden:\n      - region: X\n        revenue: 1",
         "not written between braces"),
        ("given: {}\n    when: revenue\n    expect: {problem: cycle}", "it has rows now, and a problem was expected"),
        ("given: {}\n    when: revenue + deals_won\n    expect: 3", "there are no rows to expect"),
        ("when: revenue\n    golden: {file: no/kept.csv}", "there is no folder for `no/kept.csv`"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_is_left_alone(run: Run, folder: Path, test: str, reason: str) -> None:
    said = run(f"  - name: x\n    {test}\n", "attain test --update")
    assert said.status == 1 and "left as it is: " in said.out and reason in said.out
    assert (folder / "tests.yaml").read_text() == f"tests:\n  - name: x\n    {test}\n"


def test_links_are_never_written(run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "kept.csv").write_text("revenue\n1\n")
    (folder / "inside.csv").write_text("revenue\n1\n")
    (folder / "link.csv").symlink_to(folder / "inside.csv")
    (folder / "out").symlink_to(elsewhere)
    said = run("  - {name: x, when: revenue, golden: {file: link.csv}}\n", "attain test --update")
    assert "left as it is: `link.csv` is a link" in said.out and said.status == 1
    said = run("  - {name: x, when: revenue, golden: {file: out/kept.csv}}\n", "attain test --update")
    assert "error[path-not-allowed]" in said.err and said.status == 1
    said = run("  - {name: x, when: revenue, golden: {file: out/new.csv}}\n", "attain test --update")
    assert said.status == 1
    assert sorted(path.name for path in elsewhere.iterdir()) == ["kept.csv"]
    assert (elsewhere / "kept.csv").read_text() == (folder / "inside.csv").read_text() == "revenue\n1\n"
    text = "tests:\n  - {name: x, given: {}, when: revenue, expect: 5}\n"
    (folder / "real.yaml").write_text(text)
    (folder / "linked.yaml").symlink_to(folder / "real.yaml")
    (folder / "metrics.yaml").write_text(f"include: [linked.yaml]\n{DEFINITIONS}")
    said = run_attain(folder, "attain test --update")
    assert "left as it is: `linked.yaml` is a link" in said.out and (folder / "real.yaml").read_text() == text


def test_two_tests_with_one_file_of_rows(run: Run, folder: Path) -> None:
    tests = (
        "  - {name: a, when: revenue, golden: {file: k.csv}}\n  - {name: b, when: deals_won, golden: {file: k.csv}}\n"
    )
    said = run(tests, "attain test --update")
    assert said.status == 1 and "another test keeps its result in the same file" in said.out


def test_data_are_never_written(run: Run, folder: Path) -> None:
    before = (folder / "reps.csv").read_text()
    tests = "  - {name: a, when: {metrics: revenue, by: region}, golden: {file: reps.csv}}\n"
    said = run(tests, "attain test --update")
    assert said.status == 1 and "left as it is: `reps.csv` holds data of a table" in said.out
    assert (folder / "reps.csv").read_text() == before
