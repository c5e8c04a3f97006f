"""Every form of `attain validate` over definitions that try to break out of it, read back by a real parser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import jsonschema
import pytest
from markdown_it import MarkdownIt
from tests.report.hostile import TEXTS

from attain.cli import main

SCHEMA = json.loads((Path(__file__).parents[1] / "report" / "schemas" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
#: Raw, these move a cursor, ring, hide or reorder; no form may hold them.
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
#: What the runner of GitHub's workflows takes for a command.
COMMAND = re.compile(r"^\s*::|##\[")
ANNOTATION = re.compile(r"::(error|warning) ([^:]*)::(.*)")


def definitions(text: str, number: int) -> str:
    """A file that holds a text wherever one may stand, as a name or a value, in a style of its own."""
    quoted = json.dumps(re.sub("[\ud800-\udfff]", "?", text))
    return f"""\
tables:
  deals{number}: {{source: {quoted}, key: id, time: day, fields: {{id: {{type: integer}}, {quoted}: {quoted}}}}}
  {quoted}: {{source: deals, key: {quoted}, joins: {{{quoted}: {{to: {quoted}, on: {quoted}}}}}}}
dimensions:
  d{number}: {quoted}
metrics:
  {quoted}: count(deals{number})
  a{number}: {{expr: {quoted}, description: {quoted}, owner: {quoted}, unit: {quoted}, good: {quoted}, by: {quoted}}}
  b{number}: {{expr: count(deals{number}), unit: money, label: {quoted}, description: {quoted}}}
targets:
  {quoted}: {{metric: {quoted}, grain: {quoted}, values: {{{quoted}: 3}}, owner: {quoted}}}
alerts:
  {quoted}: {{metric: b{number}, when: {quoted}}}
ignore:
  - {{code: unit-unlikely, name: b{number}, reason: {quoted}, until: 2099-12-31}}
  - {{code: {quoted}, name: {quoted}, reason: {quoted}, until: {quoted}}}
lint: {{{quoted}: {quoted}}}
"""


def file_name(text: str, number: int) -> bytes:
    """The text as the name of a file, as far as a file may be called so."""
    cut = (
        text.replace("/", "_").replace("\0", "_").encode("utf-8", "surrogateescape" if number % 2 else "replace")[:180]
    )
    return cut + f"{number}.yaml".encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of such definitions; every second file is called so, too."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / ".git").mkdir()
    for number, text in enumerate(TEXTS):
        try:
            path = folder / file_name(text, number).decode("utf-8", "surrogateescape")
            path.write_text(definitions(text, number), encoding="utf-8")
        except (OSError, UnicodeEncodeError):  # a file system that does not know such names
            (folder / f"{number}.yaml").write_text(definitions(text, number), encoding="utf-8")
    (folder / "sound.yaml").write_text(sound(), encoding="utf-8")
    return folder


def sound() -> str:
    """Definitions without errors, in which the texts are names and descriptions, so that rules and what is ignored meet
    them, too."""
    plain = [text for text in TEXTS if text.strip() and len(text) <= 200 and text.isprintable()]
    names = [json.dumps(text) for text in plain]
    metrics = "".join(f"  {name}: {{expr: count(s), unit: money}}\n" for name in names)
    ignored = "".join(
        f"  - {{code: unit-unlikely, name: {name}, reason: {name}, until: 2099-12-31}}\n" for name in names[::2]
    )
    table = "tables: {s: {source: s, key: id, fields: {id: {type: integer}}}}\n"
    return f"{table}metrics:\n{metrics}ignore:\n{ignored}"


def validated(capsysbinary: pytest.CaptureFixture[bytes], form: str, place: Path, *options: str) -> str:
    """What is written in a form; nothing on either stream hides, reorders, or is a command."""
    main(["validate", "--offline", "--format", form, "--lint", "all", "-f", str(place), *options])
    captured = capsysbinary.readouterr()
    out, err = captured.out.decode("utf-8"), captured.err.decode("utf-8")
    assert not FORBIDDEN.search(out.replace("\n", "")) and not FORBIDDEN.search(err.replace("\n", ""))
    for line in [*err.split("\n"), *(out.split("\n") if form != "github" else [])]:
        assert not COMMAND.search(line), line
    assert out
    return out


@pytest.fixture(params=["errors", "sound"])
def place(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the definitions are: all files, or the one without errors."""
    monkeypatch.chdir(folder)
    yield Path() if request.param == "errors" else Path("sound.yaml")


def test_text(capsysbinary: pytest.CaptureFixture[bytes], place: Path) -> None:
    out = validated(capsysbinary, "text", place)
    assert max(map(len, out.split("\n"))) < 25_000  # a text of 10,000 characters stands in a message once or twice


def test_json(capsysbinary: pytest.CaptureFixture[bytes], place: Path) -> None:
    found = json.loads(validated(capsysbinary, "json", place))
    assert len(found["problems"]) == found["errors"] + found["warnings"] > 10
    assert {problem["severity"] for problem in found["problems"]} <= {"error", "warning"}


def test_github(capsysbinary: pytest.CaptureFixture[bytes], place: Path) -> None:
    """Each line is one annotation, whatever names hold."""
    lines = validated(capsysbinary, "github", place).removesuffix("\n").split("\n")
    problems = json.loads(validated(capsysbinary, "json", place))["problems"]
    assert len(lines) == len(problems)
    for line, problem in zip(lines, problems, strict=True):
        found = ANNOTATION.fullmatch(line)
        assert found is not None and found[1] == problem["severity"]
        properties = dict(part.split("=", 1) for part in found[2].split(","))
        assert set(properties) <= {"file", "line", "col", "endColumn", "title"}
        assert properties["title"] == problem["code"]
        assert properties.get("line", "0") == str(problem["line"])


def test_sarif(capsysbinary: pytest.CaptureFixture[bytes], place: Path) -> None:
    """Valid by the published schema; every file that is named is there."""
    document: dict[str, Any] = json.loads(validated(capsysbinary, "sarif", place))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    json.dumps(document, ensure_ascii=False).encode("utf-8")
    results = document["runs"][0]["results"]
    assert len(results) > 10
    for result in results:
        location = result["locations"][0]["physicalLocation"]
        path = Path(unquote_to_bytes(location["artifactLocation"]["uri"]).decode("utf-8", "surrogateescape"))
        assert path.is_file()
        region = location.get("region", {})
        text = path.read_text(encoding="utf-8").split("\n")
        if "snippet" in region:
            units = text[region["startLine"] - 1].encode("utf-16-le")
            cut = units[2 * (region["startColumn"] - 1) : 2 * (region["endColumn"] - 1)].decode("utf-16-le")
            assert cut == region["snippet"]["text"]


def test_junit(capsysbinary: pytest.CaptureFixture[bytes], place: Path) -> None:
    root = ElementTree.fromstring(validated(capsysbinary, "junit", place).encode("utf-8"))
    found = json.loads(validated(capsysbinary, "json", place))
    assert len(root.findall("*/*/failure")) == found["errors"] == int(root.get("failures", ""))
    assert len(root.findall("*/*/skipped")) == len(found["ignored"])
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "skipped", "system-out",
    }  # fmt: skip


def test_markdown(capsysbinary: pytest.CaptureFixture[bytes], place: Path) -> None:
    """A table; of HTML only what is ours, no link, no image, no code block, and short enough for a comment."""
    text = validated(capsysbinary, "markdown", place)
    assert len(text) < 65_536
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert {token.type for token in inline} <= {"text", "text_special", "strong_open", "strong_close", "html_inline"}
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<code>", "</code>", "<br>"}
    blocks = {token.type for token in tokens if token.nesting >= 0}
    assert not blocks & {"fence", "code_block", "blockquote_open", "bullet_list_open", "hr"}
    assert sum(token.type == "html_block" for token in tokens) == 1  # the marker


def test_the_definitions_are_reached(capsysbinary: pytest.CaptureFixture[bytes], folder: Path) -> None:
    """The texts stand in messages, and rules and entries of `ignore:` meet them."""
    main(["validate", "--offline", "--format", "json", "-f", str(folder)])
    found = json.loads(capsysbinary.readouterr().out)
    assert len({problem["code"] for problem in found["problems"]}) >= 8
    assert any("<script>" in problem["message"] for problem in found["problems"])
    main(["validate", "--offline", "--format", "json", "--lint", "all", "-f", str(folder / "sound.yaml")])
    found = json.loads(capsysbinary.readouterr().out)
    codes = {problem["code"] for problem in found["problems"]}
    assert {"name-style", "owner-missing", "description-missing", "unit-unlikely"} <= codes
    assert len(found["ignored"]) > 5 and "ignore-unused" not in codes
