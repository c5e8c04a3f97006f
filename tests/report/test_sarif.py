"""SARIF: valid by its published schema, and what code scanning reads of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from attain.base.problem import Problem, warning
from attain.base.span import Source, Span
from attain.report.sarif import Repository, Rule, problems_to_sarif

from .hostile import hostile_problems

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
TEXT = "metrics:\n  win: count(deals where ammount > 1)\n"
PROBLEM = Problem(
    "unknown-field", "table `deals` has no field `ammount`", Span("m.yaml", 2, 26, 33), "did you mean `amount`?"
)


def run_of(*problems: Problem, sources: dict[str, str] | None = None, **options: Any) -> dict[str, Any]:
    """The one run of a document that is valid."""
    texts = {"m.yaml": TEXT} if sources is None else sources
    found = {name: Source(name, text) for name, text in texts.items()}
    document = json.loads(problems_to_sarif(problems, found, options.pop("repository", Repository()), **options))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def test_the_schema_refuses() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SCHEMA).validate({"version": "2.1.0", "runs": [{"tool": {}}]})


def test_nothing_wrong_is_a_run_without_results() -> None:
    run = run_of()
    assert run["results"] == [] and run["tool"]["driver"]["rules"] == []


def test_a_problem_is_a_result_at_its_place() -> None:
    (result,) = run_of(PROBLEM.hint("look"))["results"]
    assert (result["ruleId"], result["level"]) == ("unknown-field", "error")
    assert result["message"]["text"] == "table `deals` has no field `ammount`\ndid you mean `amount`?\nlook"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "m.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 2, "startColumn": 26, "endColumn": 33, "snippet": {"text": "ammount"}}
    assert place["contextRegion"]["snippet"] == {"text": "  win: count(deals where ammount > 1)"}


def test_a_rule_says_what_to_do() -> None:
    rules = run_of(PROBLEM, warning("wrong-value", "x", Span("m.yaml", 1, 1, 2)))["tool"]["driver"]["rules"]
    assert [(rule["id"], rule["defaultConfiguration"]["level"]) for rule in rules] == [
        ("unknown-field", "error"), ("wrong-value", "warning"),
    ]  # fmt: skip
    assert rules[0]["shortDescription"]["text"] == "A table has no such field"
    assert "A field is a column of the table's source" in rules[0]["help"]["text"]
    assert "helpUri" not in rules[0]


def test_help_leads_to_a_page_where_there_is_one() -> None:
    (rule,) = run_of(PROBLEM, repository=Repository(docs="https://docs.example/errors"))["tool"]["driver"]["rules"]
    assert rule["helpUri"] == "https://docs.example/errors#unknown-field"


def test_columns_count_utf_16_units() -> None:
    text = "\U0001f600\U0001f600 ammount\U0001f600"  # columns 4 to 10 in characters, two more in UTF-16
    problem = Problem("unknown-field", "no", Span("m.yaml", 1, 4, 12))
    run = run_of(problem, sources={"m.yaml": text})
    assert run["columnKind"] == "utf16CodeUnits"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    start, end = region["startColumn"], region["endColumn"]
    units = text.encode("utf-16-le")
    assert (
        units[2 * (start - 1) : 2 * (end - 1)].decode("utf-16-le") == "ammount\U0001f600" == region["snippet"]["text"]
    )


def test_a_byte_order_mark_is_no_column() -> None:
    problem = Problem("unknown-key", "no", Span("m.yaml", 1, 1, 4))
    (result,) = run_of(problem, sources={"m.yaml": "\ufeffabc: 1"})["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"], region["snippet"]["text"]) == (1, 4, "abc")


def test_files_are_named_from_the_root_of_the_repository() -> None:
    found = {}
    for folder, file in (("", "a b/m.yaml"), ("sub", "m.yaml"), ("sub/deep", "../m:x.yaml"), ("sub", "\udcff.yaml")):
        (result,) = run_of(Problem("wrong-value", "x", Span(file, 1, 1, 1)), repository=Repository(folder))["results"]
        found[folder, file] = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert list(found.values()) == ["a%20b/m.yaml", "sub/m.yaml", "sub/m%3Ax.yaml", "sub/%FF.yaml"]


def test_fingerprints_stay_when_lines_move() -> None:
    def fingerprints(text: str, *lines: int) -> list[str]:
        problems = [Problem("unknown-field", "no", Span("m.yaml", line, 3, 5)) for line in lines]
        found = run_of(*problems, sources={"m.yaml": text})["results"]
        return [result["partialFingerprints"]["attain/v1"] for result in found]

    first = fingerprints("a\n  same\nb\n  same\n", 2, 4)
    assert first == fingerprints("# new\na\n    same\nb\nc\n  same\n", 3, 6)
    assert first[0] != first[1] and first[0].split(":")[0] == first[1].split(":")[0]
    assert fingerprints("other\n", 1)[0] not in first


def test_fingerprints_do_not_depend_on_the_working_directory() -> None:
    found = []
    for folder, file in (("", "sub/m.yaml"), ("sub", "m.yaml"), ("sub/deep", "../m.yaml"), ("", "m.yaml")):
        problem = Problem("unknown-field", "no", Span(file, 1, 1, 2))
        (result,) = run_of(problem, sources={file: "a: 1"}, repository=Repository(folder))["results"]
        found.append(result["partialFingerprints"]["attain/v1"])
    assert len(set(found[:3])) == 1 and found[3] != found[0]


def test_second_places_are_related_and_linked() -> None:
    problem = PROBLEM.also(Span("o.yaml", 1, 1, 3), "the [first]").also(Span("", 0, 0, 0), "nowhere")
    (result,) = run_of(problem)["results"]
    (related,) = result["relatedLocations"]
    assert (related["id"], related["message"]["text"]) == (1, "the [first]")
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "o.yaml"
    assert result["message"]["text"].endswith("did you mean `amount`?\n[the \\[first\\]](1)\nnowhere")


def test_nothing_of_the_definitions_is_a_link() -> None:
    (result,) = run_of(Problem("wrong-value", "no [x](https://evil.example)", Span("m.yaml", 1, 1, 2)))["results"]
    assert result["message"]["text"] == "no \\[x\\](https://evil.example)"


def test_a_suggestion_is_a_fix() -> None:
    (result,) = run_of(PROBLEM)["results"]
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement == {
        "deletedRegion": {"startLine": 2, "startColumn": 26, "endColumn": 33}, "insertedContent": {"text": "amount"},
    }  # fmt: skip
    line = TEXT.split("\n")[1]
    assert line[:25] + "amount" + line[32:] == "  win: count(deals where amount > 1)"


@pytest.mark.parametrize(
    "problem",
    [
        Problem("unknown-field", "no field `ammount`", Span("m.yaml", 2, 20, 33), "did you mean `amount`?"),
        Problem("unknown-field", "no field `ammount`", Span("m.yaml", 2, 26, 33), "did you mean `a b`?"),
        Problem("unknown-field", "no field `ammount`", Span("gone.yaml", 2, 26, 33), "did you mean `amount`?"),
        Problem("unknown-field", "no field `ammount`", Span("m.yaml", 2, 26, 33), "here"),
    ],
)
def test_what_is_not_exact_is_no_fix(problem: Problem) -> None:
    (result,) = run_of(problem)["results"]
    assert "fixes" not in result


def test_problems_without_a_place_are_at_home() -> None:
    problem = Problem("wrong-value", "`x` is no day", Span("--as-of", 1, 1, 2))
    (result,) = run_of(problem, repository=Repository("sub", "m.yaml"))["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "sub/m.yaml" and place["region"]["startLine"] == 1
    assert result["message"]["text"] == "--as-of: `x` is no day"


def test_what_is_ignored_is_suppressed_with_its_reason() -> None:
    run = run_of(ignored=[(PROBLEM, "moved in \x1b Q3")])
    (result,) = run["results"]
    assert result["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": "moved in \\x1b Q3"}]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["unknown-field"]


def test_rules_of_others() -> None:
    """What is no problem of the catalogue brings its own rule, and its level."""
    found = warning("metric-changed", "revenue", Span("m.yaml", 2, 3, 6))
    run = run_of(found, rules={"metric-changed": Rule("A metric changed", "Look at it.", "note")})
    assert run["results"][0]["level"] == "note"
    (rule,) = run["tool"]["driver"]["rules"]
    assert rule["properties"]["problem.severity"] == "recommendation" and rule["help"]["text"] == "Look at it."


def test_hostile_texts_stay_texts() -> None:
    """Every document is valid, can be decoded strictly, and says nothing that reorders, hides or links."""
    for problem, sources in hostile_problems():
        text = problems_to_sarif([problem], sources, Repository(home="m.yaml"), [(problem, problem.message)])
        document = json.loads(text.encode("utf-8").decode("utf-8"))
        jsonschema.Draft4Validator(SCHEMA).validate(document)
        assert not set(text) & set("\x1b\x07\x00\u202e\u2066\u2028\u200b\ufeff")
        result = document["runs"][0]["results"][0]
        json.dumps(document, ensure_ascii=False).encode("utf-8")  # no half of a surrogate pair
        assert "\u202e" not in result["message"]["text"] and "\x1b" not in result["message"]["text"]
        assert "[click](https" not in result["message"]["text"]
