"""JUnit XML, read by a real parser."""

from __future__ import annotations

from xml.etree import ElementTree

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.report.junit import Case, cases_to_junit, problems_to_junit

from .hostile import TEXTS, hostile_problems


def parsed(text: str) -> ElementTree.Element:
    """The document, which must have the form that GitLab and Jenkins read."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite" and suite.get("name") is not None
        names = [case.get("name") for case in suite]
        assert len(names) == len(set(names))
        for case in suite:
            assert case.tag == "testcase" and case.get("classname") == suite.get("name")
            assert [child.tag for child in case] in (
                [],
                *([tag] for tag in ("failure", "error", "skipped", "system-out")),
            )
        for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(key, "")) == len(suite.findall(f"*/{tag}"))
        assert int(suite.get("tests", "")) == len(suite)
    for key in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(key, "")) == sum(int(suite.get(key, "")) for suite in root)
    return root


def test_outcomes() -> None:
    cases = [
        Case("won", "deals.yaml", seconds=0.25),
        Case("lost", "deals.yaml", "failed", "3 is not 4", "- 4\n+ 3", "rows", file="deals.yaml", line=7, seconds=0.5),
        Case("open", "deals.yaml", "skipped", "no data at hand"),
        Case("won", "reps.yaml", "error", "the file is gone", "where?"),
    ]
    text = cases_to_junit(cases, "attain test")
    root = parsed(text)
    assert [suite.get("name") for suite in root] == ["deals.yaml", "reps.yaml"]
    assert dict(root.items()) == {
        "name": "attain test", "tests": "4", "failures": "1", "errors": "1", "skipped": "1", "time": "0.750",
    }  # fmt: skip
    won, lost, skipped = root[0]
    assert dict(won.items()) == {"name": "won", "classname": "deals.yaml", "time": "0.250"}
    assert (lost.get("file"), lost.get("line")) == ("deals.yaml", "7")
    assert dict(lost[0].items()) == {"message": "3 is not 4", "type": "rows"} and lost[0].text == "- 4\n+ 3"
    assert dict(skipped[0].items()) == {"message": "no data at hand"}
    assert dict(root[1][0][0].items()) == {"message": "the file is gone", "type": "error"}


def test_equal_names_are_told_apart() -> None:
    root = parsed(cases_to_junit([Case("a", "s"), Case("a", "s"), Case("a", "t")], "x"))
    assert [[case.get("name") for case in suite] for suite in root] == [["a", "a (2)"], ["a"]]


def test_no_cases() -> None:
    assert len(parsed(cases_to_junit([], "x"))) == 0


def test_problems() -> None:
    """An error fails, a warning is said by a case that passes, and a file without problems has passed."""
    problems = [
        Problem("unknown-field", "no field `x`", Span("a.yaml", 3, 1, 2), "did you mean `y`?").hint("look"),
        warning("name-hidden", "hidden", Span("b.yaml", 4, 1, 2)),
        Problem("wrong-value", "no day", Span("", 0, 0, 0)),
    ]
    root = parsed(problems_to_junit(problems, ["a.yaml", "b.yaml", "c.yaml"]))
    assert [suite.get("name") for suite in root] == ["a.yaml", "b.yaml", "c.yaml", "command line"]
    (case,) = root[0]
    assert (case.get("name"), case.get("line")) == ("unknown-field: no field `x`", "3")
    assert case[0].text == "a.yaml:3:1: error[unknown-field]: no field `x`\ndid you mean `y`?\nlook"
    assert root[1][0][0].text == "b.yaml:4:1: warning[name-hidden]: hidden"
    assert len(root[2][0]) == 0
    assert root[3][0][0].get("message") == "no day"


def test_hostile_texts_stay_texts() -> None:
    """Each document can be parsed and holds one case, whatever its texts hold."""
    for problem, sources in hostile_problems():
        assert sum(len(suite) for suite in parsed(problems_to_junit([problem], [problem.span.file, *sources]))) <= 3
    for text in TEXTS:
        root = parsed(cases_to_junit([Case(text, text, "failed", text, text, text, file=text, line=1)], text))
        ((case,),) = root
        assert len(case) == 1 and "\x1b" not in (case[0].text or "")
