"""Every form of `attain test`, over tests that try to break out of it, read back by a real parser; and the names and
texts that `attain fmt` writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt
from tests.cli.test_forms import ANNOTATION, COMMAND, FORBIDDEN
from tests.report.hostile import TEXTS

from attain.cli import main

FILE = "a <b> ]]> ::error:: ##[x] |.yaml"


def quote(text: str) -> str:
    """A text in double quotes, as YAML has them: what it does not take as it is, is escaped."""
    return re.sub(
        "[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]",
        lambda found: f"\\u{ord(found[0]):04x}",
        json.dumps(text, ensure_ascii=False),
    )


def definitions() -> str:
    """Tests that fail, are wrong or pass, with a text for their names, descriptions, rows and expected values."""
    parts = ["tables: {deals: {source: deals, key: id, fields: {id: {type: integer}, status: {type: text}}}}\n"]
    parts.append(
        "metrics: {n: count(deals), last_status: max(deals.status)}\ndimensions: {status: deals.status}\ntests:\n"
    )
    texts = [
        re.sub("[\ud800-\udfff\x00]", "?", text)
        for text in (*TEXTS, "</pre></details><script>x")
        if text.strip() and len(text) < 2_000
    ]
    for number, text in enumerate(texts):
        quoted = quote(text)
        rows = f"{{deals: [{{id: 1, status: {quoted}}}, {{id: 2, status: b}}]}}"
        head = f"  - {{name: {quote(f'{number}{text}')}, description: {quoted}, given: {rows}, "
        parts.append(f"{head}when: {{metrics: n, by: status}}, expect: [{{status: {quoted}, n: 7}}]}}\n")
        parts.append(f"  - {{name: {quote(f'{text}{number}')}, given: {rows}, when: {quoted}, expect: {quoted}}}\n")
    return "".join(parts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with such tests in a file that is called alike."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / FILE).write_text(definitions(), encoding="utf-8")
    return folder


def said_in(
    capsysbinary: pytest.CaptureFixture[bytes], form: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """What is written in a form; nothing on either stream hides, reorders, or is a command."""
    monkeypatch.chdir(folder)
    assert main(["test", "--offline", "--all", "--format", form, "-f", "."]) == 1
    captured = capsysbinary.readouterr()
    out, err = captured.out.decode("utf-8"), captured.err.decode("utf-8")
    for text in (out, err):
        assert not FORBIDDEN.search(text.replace("\n", ""))
    for line in [*err.split("\n"), *(out.split("\n") if form != "github" else [])]:
        assert not COMMAND.search(line), line
    return out


def test_json(capsysbinary: pytest.CaptureFixture[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(said_in(capsysbinary, "json", folder, monkeypatch))
    assert len(found["tests"]) > 50 and any("<script>" in test["name"] for test in found["tests"])


def test_text(capsysbinary: pytest.CaptureFixture[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "FAIL" in said_in(capsysbinary, "text", folder, monkeypatch)


def test_junit(capsysbinary: pytest.CaptureFixture[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.loads(said_in(capsysbinary, "json", folder, monkeypatch))
    root = ElementTree.fromstring(said_in(capsysbinary, "junit", folder, monkeypatch).encode("utf-8"))
    assert len(root.findall(".//testcase")) == len(found["tests"])
    assert {element.tag for element in root.iter()} <= {
        "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out", "properties", "property",
    }  # fmt: skip


def test_github(capsysbinary: pytest.CaptureFixture[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each line is one annotation."""
    lines = said_in(capsysbinary, "github", folder, monkeypatch).removesuffix("\n").split("\n")
    assert len(lines) > 50
    for line in lines:
        found = ANNOTATION.fullmatch(line)
        assert found is not None and "##[" not in line, line
        assert {part.partition("=")[0] for part in found[2].split(",")} <= {"file", "line", "col", "endColumn", "title"}


def test_markdown(capsysbinary: pytest.CaptureFixture[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No link, no image, no HTML but ours, short enough for a comment."""
    text = said_in(capsysbinary, "markdown", folder, monkeypatch)
    assert len(text) < 65_536
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert not {token.type for token in inline} & {"link_open", "image"}
    html = {token.content.strip() for token in [*tokens, *inline] if token.type.startswith("html")}
    tags = {tag.lower() for content in html for tag in re.findall(r"<(?!!--)/?([^\s>]*)", content)}
    assert tags <= {"details", "summary", "code", "br", "pre"}, tags
    text = re.sub("<pre>.*?</pre>", "", text, flags=re.DOTALL)  # where GitHub makes neither links nor mentions
    assert "</pre>" not in text and "://" not in text and not re.search(r"(?<![&\w])@\w", text)


def test_fmt(capsysbinary: pytest.CaptureFixture[bytes], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list, the patch, what is said."""
    monkeypatch.chdir(folder)
    for options in (["--check"], ["--diff"]):
        main(["fmt", *options, "."])
        captured = capsysbinary.readouterr()
        out, err = captured.out.decode("utf-8"), captured.err.decode("utf-8")
        assert FILE.replace("##[", "##\\x5b") in out
        assert not FORBIDDEN.search(out.replace("\n", "")) and not FORBIDDEN.search(err.replace("\n", ""))
        assert not [line for line in [*out.split("\n"), *err.split("\n")] if line.startswith("::")]
