"""Pages of tests: Markdown whose headings of level 2 are tests and whose fenced blocks are their parts.

Blocks before the first of those headings belong to every test of the page. A test's `metrics` blocks are put together
in their order; its own `csv` block takes the place of a shared one of the same name.

Blocks in:  ```yaml metrics```, ```yaml NAME.yaml``` (another file), ```csv NAME```, ```query``` (after `attain run`);
            ```yaml catalogue```: the definitions of the repository's metrics.yaml, before what else is defined
Blocks out: ```table```, ```check``` (SQL over the CSV tables), ```plan```, ```sql DIALECT```, ```problems```;
            each is about the query above it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.catalogue import catalogue_definitions, catalogue_tables

INPUTS = frozenset(("metrics", "catalogue", "file", "csv", "query", "command"))
OUTPUTS = frozenset(("table", "check", "plan", "sql", "problems"))
_FENCE = "```"


class PageError(Exception):
    """A page that cannot be read: an unknown block, a test that expects nothing."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, the name after it, its text, the line (from 1) of its opening fence."""

    kind: str
    name: str
    text: str
    line: int


@dataclass(frozen=True)
class Ask:
    """A query (of `attain run`, or a whole command) and what is expected of it; both empty: the definitions alone."""

    query: str = ""
    command: str = ""
    outputs: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Case:
    """One test of a page."""

    page: Path
    title: str
    line: int
    definitions: str
    files: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    asks: tuple[Ask, ...] = ()

    @property
    def has_rows(self) -> bool:
        """Whether rows are expected of some query."""
        return any(block.kind in ("table", "check") for ask in self.asks for block in ask.outputs)


@dataclass
class _Section:
    title: str
    line: int
    blocks: list[Block] = field(default_factory=list)


def read_page(page: Path, text: str | None = None) -> list[Case]:
    """The tests of a page, in order."""
    shared, *sections = _read_sections(page.read_text() if text is None else text)
    for block in shared.blocks:
        if block.kind in OUTPUTS:
            raise PageError(f"line {block.line}: `{block.kind}` stands before the first test")
    if not sections:
        raise PageError("no heading of level 2, so no test")
    return [_build_case(page, shared.blocks, section) for section in sections]


def _build_case(page: Path, shared: list[Block], section: _Section) -> Case:
    blocks = [*shared, *section.blocks]
    tables = {block.name: block.text for block in blocks if block.kind == "csv"}
    is_catalogue = any(block.kind == "catalogue" for block in blocks)
    case = Case(
        page,
        section.title,
        section.line,
        definitions="\n".join(_definitions(block) for block in blocks if block.kind in ("metrics", "catalogue")),
        files={block.name: block.text for block in blocks if block.kind == "file"},
        tables=catalogue_tables(tables) if is_catalogue else tables,
        asks=tuple(_asks(blocks)),
    )
    if not any(ask.outputs for ask in case.asks):
        raise PageError(f"line {section.line}: `{section.title}` expects nothing: no {', '.join(sorted(OUTPUTS))}")
    return case


def _definitions(block: Block) -> str:
    return catalogue_definitions() if block.kind == "catalogue" else block.text


def _asks(blocks: list[Block]) -> Iterator[Ask]:
    now = Ask()
    for block in blocks:
        if block.kind in ("query", "command"):
            if now.outputs:
                yield now
            text = " ".join(block.text.split("\n"))
            now = Ask(query=text) if block.kind == "query" else Ask(command=text)
        elif block.kind in OUTPUTS:
            now = Ask(now.query, now.command, (*now.outputs, block))
    if now.outputs:
        yield now


def _read_sections(text: str) -> list[_Section]:
    sections = [_Section("", 0)]
    lines = enumerate(text.split("\n"), 1)
    for number, line in lines:
        if line.startswith(_FENCE):
            sections[-1].blocks.append(_read_block(number, line, lines))
        elif line.startswith("## "):
            sections.append(_Section(line[3:].strip(), number))
        elif line.startswith("###"):
            raise PageError(f"line {number}: tests are headings of level 2, deeper ones mean nothing")
    return sections


def _read_block(number: int, opening: str, lines: Iterator[tuple[int, str]]) -> Block:
    kind, name = _kind_of(number, opening.removeprefix(_FENCE).split())
    body = []
    for _, line in lines:
        if line.startswith(_FENCE):
            return Block(kind, name, "\n".join(body), number)
        body.append(line)
    raise PageError(f"line {number}: the block has no end")


def _kind_of(number: int, words: list[str]) -> tuple[str, str]:
    match words:
        case ["yaml", "metrics" | "catalogue" as kind]:
            return kind, ""
        case ["yaml", name] if name.endswith(".yaml"):
            return "file", name
        case ["csv" | "sql" as kind, name]:
            return kind, name
        case ["query" | "command" | "table" | "check" | "plan" | "problems" as kind]:
            return kind, ""
    raise PageError(f"line {number}: unknown block `{' '.join(words)}`")


def replace_blocks(text: str, changes: dict[int, str]) -> str:
    """The page with other texts in the blocks that open in the lines given."""
    out: list[str] = []
    lines = enumerate(text.split("\n"), 1)
    for number, line in lines:
        out.append(line)
        if not line.startswith(_FENCE):
            continue
        body = []
        for _, inner in lines:
            if inner.startswith(_FENCE):
                out += [*(changes[number].split("\n") if number in changes else body), inner]
                break
            body.append(inner)
    return "\n".join(out)
