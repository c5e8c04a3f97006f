"""The JSON schema of definitions against the check of their shape: what one takes, the other takes.

Files are read as an editor reads them (YAML 1.2: values, not spellings) for the schema, and as Attain does for the
check. The files: all of the examples, all that stand in the pages of tests and docs, and mutations of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.support.corpus import corpus

from attain.project import open_project
from attain.read.definitions import read_shape
from attain.read.json_schema import SHAPE_CODES, build_schema, schema_text
from attain.read.key_help import HELP, PROPOSED
from attain.read.leaves import NUMBER
from attain.read.shape import CHOICES
from attain.read.tree import Mapping, Node, Scalar, Sequence, read_tree

ROOT = Path(__file__).parents[3]
SCHEMA = build_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def value_of(node: Node) -> Any:
    """What an editor sees: YAML's core schema, version 1.2."""
    if isinstance(node, Mapping):
        return {str(key): value_of(value) for key, value in node.items.items()}
    if isinstance(node, Sequence):
        return [value_of(item) for item in node.items]
    if node.style:
        return str(node)
    if node.is_null:
        return None
    if node.lower() in ("true", "false") and node in (node.lower(), node.upper(), node.capitalize()):
        return node.lower() == "true"
    if _INTEGER.fullmatch(node):
        return int(node, 0) if node.startswith("0") and len(node) > 1 and node[1] in "ox" else int(node)
    return float(node.replace(".inf", "inf").replace(".nan", "nan")) if _FLOAT.fullmatch(node) else str(node)


def nodes_of(root: Node) -> Iterator[Node]:
    """Every node, keys among them."""
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [*node.items, *node.items.values()] if isinstance(node, Mapping) else []
        waiting += node.items if isinstance(node, Sequence) else []


def is_spelled(node: Node) -> bool:
    """Whether it depends on the spelling what this is: a quoted number, a number that only YAML knows, an empty key."""
    if isinstance(node, Mapping):
        return any(key.is_null for key in node.items)
    if not isinstance(node, Scalar):
        return False
    if node.style:
        return re.fullmatch(NUMBER, node) is not None
    number = _INTEGER.fullmatch(node) or _FLOAT.fullmatch(node)
    return number is not None and not re.fullmatch(r"-?[0-9]+|-?[0-9]+\.[0-9]*[1-9]", node)


def verdicts(text: str) -> tuple[bool, bool] | None:
    """Whether the check and the schema take a file; None where it is not YAML as definitions are written, or where
    what it is depends on the spelling."""
    root, problems = read_tree("metrics.yaml", text)
    if root is None or problems or any(is_spelled(node) for node in nodes_of(root)):
        return None
    document, told = read_shape("metrics.yaml", text)
    if any(problem.code not in SHAPE_CODES for problem in told):
        return None
    metrics = [metric for metric in document.metrics.values() if metric is not None] if document is not None else []
    others = [getattr(metric, key) for metric in metrics for key, words in CHOICES.items()
              if getattr(metric, key) not in (None, *words)]  # fmt: skip
    return not told and not others, VALIDATOR.is_valid(value_of(root))


TABLES = "tables: {deals: {file: d.csv, key: id, fields: {id: {type: integer}}}}\n"


@pytest.mark.parametrize(
    ("key", "word"), [("good", "upp"), ("good", "Up"), ("kind", "late"), ("good", "down"), ("kind", "lagging")]
)
def test_words_that_are_known(key: str, word: str, tmp_path: Path) -> None:
    """What may be said of a metric is one of a few words: for `attain validate`, and for the schema."""
    text = TABLES + f"metrics: {{m: {{expr: count(deals), {key}: {word}}}}}\n"
    (tmp_path / "metrics.yaml").write_text(text)
    told = [problem.code for problem in open_project(tmp_path, offline=True).problems]
    root, _ = read_tree("metrics.yaml", text)
    assert root is not None
    assert (told == ["wrong-value"], told == []) == (not VALIDATOR.is_valid(value_of(root)), word in CHOICES[key])


def test_the_files_that_there_are() -> None:
    """Both verdicts are the same for every one, and both occur."""
    found = {text: verdict for text in corpus() if (verdict := verdicts(text)) is not None}
    assert [text for text, (check, schema) in found.items() if check != schema] == []
    assert sum(check for check, _ in found.values()) > 400
    assert sum(not check for check, _ in found.values()) > 20


VALUES = [
    "", "~", "null", "5", "-5", "2.5", "60%", "1_000", "x", "''", "'a b'", "true", "false", "yes", "2026-01-01", "[]",
    "[x]", "[x, [y]]", "[5, ~]", "{}", "{a: 1}", "{a: {b: [c]}}", "{expr: x}", "{like: 1 year}", "{file: x.csv}",
    "[{a: 1}]", "[{a: [1]}]", "{file: x, b: y}", "{metric: revenue, when: below 5}", "{table: t, date: d}",
    "{to: reps, on: [a, b]}", "{from: a, to: b}", "{since: a, months: []}", "{since: a, months: [10%]}",
    "{column: a, per: []}", "{by: even}", "{use: b}", "{a: }", "[~]", "5 days", "99%", "{type: duckdb}",
]  # fmt: skip
KEYS = sorted({key for block in (SCHEMA, *SCHEMA["definitions"].values()) for key in block.get("properties", {})})


def mutated(text: str, draw: random.Random) -> str:
    """The file with one place changed: a value put in place of another, a key renamed, a key taken out or added."""
    root, _ = read_tree("metrics.yaml", text)
    assert root is not None
    pairs = [pair for node in nodes_of(root) if isinstance(node, Mapping) for pair in node.items.items()]
    pairs = [(key, value) for key, value in pairs if value.end > value.start]
    if not pairs:
        return text
    key, value = draw.choice(pairs)
    how = draw.randrange(4)
    if how == 0:
        return text[: key.start] + draw.choice([*KEYS, "nothing", "2026"]) + text[key.end :]
    block = isinstance(value, Mapping | Sequence) and "\n" in text[value.start : value.end]
    after = "\n" if block or (isinstance(value, Scalar) and value.style in ("|", ">")) else ""
    if how == 1:  # taken out, if the key stands by itself on its line
        begin = text.rfind("\n", 0, key.start) + 1
        if not text[begin : key.start].strip() and text[value.end : value.end + 1] in ("", "\n"):
            return text[:begin] + text[value.end :].removeprefix("\n")
    if how == 2:
        begin = text.rfind("\n", 0, key.start) + 1
        if not text[begin : key.start].strip():
            return f"{text[: key.start]}{draw.choice(KEYS)}: {draw.choice(VALUES)}\n{text[begin:]}"
    return text[: key.end] + ": " + draw.choice(VALUES) + after + text[value.end :]


@pytest.mark.parametrize("seed", range(8))
def test_mutations(seed: int) -> None:
    """One change to a file that there is; and a second one to that. Both verdicts are the same, and both occur."""
    draw, counts = random.Random(seed), {True: 0, False: 0}
    for text in draw.sample([text for text in corpus() if len(text) < 6_000], 150):
        if verdicts(text) is None:
            continue
        once = mutated(text, draw)
        for changed in (once, mutated(once, draw) if verdicts(once) is not None else once):
            found = verdicts(changed)
            if found is not None:
                assert found[0] == found[1], f"check {found[0]}, schema {found[1]}:\n{changed}"
                counts[found[0]] += 1
    assert min(counts.values()) > 20, counts


@pytest.mark.parametrize("value", VALUES)
def test_every_value_below_every_key(value: str) -> None:
    """Each value below each key of each block."""
    places = [
        ("metrics", "a", "expr: x"),
        ("tables", "a", ""),
        ("targets", "a", "metric: x"),
        ("alerts", "a", "when: b"),
    ]
    blocks = [(f"{key}: {value}\n", key) for key in SCHEMA["properties"]]
    for section, name, must in places:
        block = section.removesuffix("s")
        for key in SCHEMA["definitions"][block]["properties"]:
            lines = [f"{key}: {value}", *([must] if must and not must.startswith(f"{key}:") else [])]
            blocks.append((f"{section}:\n  {name}:\n" + "".join(f"    {line}\n" for line in lines), f"{section}.{key}"))
    for key in SCHEMA["definitions"]["test"]["properties"]:
        blocks.append((f"tests:\n  - {key}: {value}\n" + ("" if key == "name" else "    name: b\n"), f"tests.{key}"))
    for text, place in blocks:
        found = verdicts(text)
        assert found is None or found[0] == found[1], f"{place}: check {found and found[0]}:\n{text}"


def test_what_a_schema_cannot_see() -> None:
    """Values whose spelling decides: the check refuses them, and the schema takes them. No others are known."""
    for text in (
        'constants: {a: "60%"}',
        "constants: {a: 1e3}",
        "constants: {a: .5}",
        "version: 1.0",
        "constants: {~: 1}",
    ):
        assert verdicts(text) is None
        root, _ = read_tree("metrics.yaml", text)
        assert root is not None
        assert read_shape("metrics.yaml", text)[1] and VALIDATOR.is_valid(value_of(root)), text


def test_it_is_a_schema_and_the_shipped_one() -> None:
    """A schema of draft 7, which lies in the package as it is made."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert (ROOT / "engine/attain/schema.json").read_text(encoding="utf-8") == schema_text()


def test_every_key_is_explained() -> None:
    """Each key has a line for those who point at it, and no line is left over."""
    blocks = {"document": SCHEMA, **SCHEMA["definitions"]}
    keys = [(name, key, made) for name, block in blocks.items() for key, made in block.get("properties", {}).items()]
    assert [f"{name}.{key}" for name, key, made in keys if not made.get("description")] == []
    used = {name for block, key, _ in keys for name in (f"{block}.{key}", key)}
    assert sorted((HELP.keys() | PROPOSED.keys()) - used) == []
