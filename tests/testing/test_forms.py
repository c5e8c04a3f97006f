"""What tests came to in the forms for machines: each can be read by what reads it, whatever names and values hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.docs.shell import run_attain

from .conftest import Run

EVIL = "<img src=x onerror=alert(1)>|\\x1b[31m|::error::|@team|</pre>|`|]]>|&amp;|\\u202e"
TESTS = f"""\
  - {{name: good, given: {{}}, when: revenue, expect: 0}}
  - name: "{EVIL}"
    description: "{EVIL}"
    given:
      deals: [{{deal_id: 1, status: "{EVIL}", amount: 1}}]
    when: {{metrics: largest, by: deals.status}}
    expect: [{{deals.status: "x{EVIL}", largest: 2}}]
  - {{name: odd, when: {{metrics: revenu}}, golden: 3}}
  - {{name: nothing}}
  - {{name: data, assert: revenue > 1_000}}
"""


def test_json(run: Run) -> None:
    said = run(TESTS, "attain test --format json")
    found = json.loads(said.out)
    assert said.status == 1
    assert {key: found[key] for key in ("passed", "failed", "error", "skipped", "updated")} == {
        "passed": 1, "failed": 3, "error": 0, "skipped": 0, "updated": 0,
    }  # fmt: skip
    good, evil, odd, data = found["tests"]
    assert (good["status"], good["file"], good["line"], good["column"]) == ("passed", "tests.yaml", 2, 12)
    assert evil["columns"] == ["deals.status", "largest"]
    assert [row["mark"] for row in evil["rows"]] == ["+", "-"]
    assert odd["problems"][0]["code"] == "unknown-metric"
    assert data["kind"] == "assert" and data["why"] == "it does not hold"
    assert found["problems"][0]["code"] == "test-form"
    assert "coverage" not in found
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e]", said.out)


def test_the_same_tests_give_the_same_bytes(run: Run, folder: Path) -> None:
    first = run(TESTS, "attain test --format json").out
    assert run_attain(folder, "attain test --format json").out == first


def test_junit(run: Run) -> None:
    said = run(TESTS, "attain test --format junit")
    root = ElementTree.fromstring(said.out.encode())
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("5", "4", "0")
    cases = {case.get("name"): case for case in root.iter("testcase")}
    assert list(cases["good"]) == [] and cases["good"].get("line") == "2" and cases["good"].get("time")
    failure = cases["data"].find("failure")
    assert failure is not None and failure.get("message") == "it does not hold"
    assert "350.5" in (failure.text or "")
    evil = next(case for name, case in cases.items() if name is not None and "<img" in name)
    assert "\\x1b[31m" in (evil.findtext("failure") or "")


def test_junit_of_tests_that_are_skipped(run: Run, folder: Path) -> None:
    run(TESTS)
    assert run_attain(folder, "attain lock").status == 0
    root = ElementTree.fromstring(run_attain(folder, "attain test --offline --format junit -k data").out.encode())
    assert root.get("skipped") == "1" and root.find(".//skipped") is not None


def test_github(run: Run) -> None:
    said = run(TESTS, "attain test --format github")
    lines = said.out.rstrip("\n").split("\n")
    assert len(lines) == 4 and all(line.startswith("::error file=tests.yaml,line=") for line in lines)
    assert "::error file=tests.yaml,line=11,col=12,title=test failed%3A data::" in said.out


def test_markdown(run: Run) -> None:
    said = run(TESTS, "attain test --format markdown")
    assert said.out.startswith("<!-- attain test -->\n\n### Metric tests: 1 passed, 3 failed\n")
    assert "<img" not in said.out and "@team" not in said.out.replace("<pre>", "\0").split("\0")[0]
    assert said.out.count("<pre>") == said.out.count("</pre>")
    assert "350.5" in said.out


def test_markdown_of_very_many_failures_is_cut(run: Run) -> None:
    tests = "".join(
        f"  - {{name: n{i}, given: {{}}, when: revenue, expect: {{revenue: {i + 1}}}}}\n" for i in range(600)
    )
    said = run(tests, "attain test --format markdown")
    assert len(said.out) < 65_536 and re.search(r"The list is cut: \d+ more\.\n$", said.out)


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "markdown"])
def test_every_form_has_coverage_or_leaves_it_out(run: Run, form: str) -> None:
    said = run(TESTS, f"attain test --coverage --format {form}")
    assert said.status == 1 and "Traceback" not in said.err
    if form in ("text", "markdown"):
        assert "of 5 metrics" in said.out
    if form == "json":
        assert json.loads(said.out)["coverage"]["metrics"] == {"reached": 2, "of": 5}


def test_files_are_named_as_they_are_seen_from_here(run: Run, folder: Path) -> None:
    run(TESTS)
    said = run_attain(folder.parent, f"attain test -f {folder.name}/metrics.yaml --format json")
    assert {test["file"] for test in json.loads(said.out)["tests"]} == {f"{folder.name}/tests.yaml"}
    said = run_attain(folder.parent, f"attain test -f {folder.name} --list")
    assert said.out.startswith(f"{folder.name}/tests.yaml:2:12")


@pytest.mark.parametrize("form", ["json", "junit", "github", "markdown"])
def test_wrong_definitions_are_written_in_every_form(folder: Path, form: str) -> None:
    (folder / "metrics.yaml").write_text("version: 1\nmetrics: {x: sum(nothing.at_all)}\n")
    said = run_attain(folder, f"attain test --format {form}")
    assert said.status == 1 and "nothing" in said.out and "nothing" in said.err
    if form == "json":
        assert json.loads(said.out)["problems"][0]["code"] == "unknown-table"
    if form == "junit":
        assert ElementTree.fromstring(said.out.encode()).get("failures") == "1"


def test_what_is_read_elsewhere_names_files_from_the_root_of_the_repository(run: Run, folder: Path) -> None:
    run(TESTS)
    (folder / "metrics").mkdir()
    for name in ("metrics.yaml", "tests.yaml", "deals.csv", "reps.csv"):
        (folder / name).rename(folder / "metrics" / name)
    (folder / ".git").mkdir()
    for form, name in (("json", "tests.yaml"), ("github", "metrics/tests.yaml"), ("junit", "metrics/tests.yaml")):
        said = run_attain(folder / "metrics", f"attain test --format {form} -k data")
        assert {"json": f'"file": "{name}"', "github": f"file={name},", "junit": f'file="{name}"'}[form] in said.out
