"""What a code means, for people and for machines: with definitions that are wrong, and what is said about them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Protocol

from attain.base.codes import Code
from attain.report.machine import json_text

WIDTH = 100
MOST_LINES = 40  # of definitions that are shown
MOST_EXAMPLES = 4
KINDS = {
    "error": "An error: it stops the command, and nothing silences it.",
    "warning": "A warning: it stops nothing. Where it is meant, an entry of `ignore:` silences it until a day.",
    "either": "A warning or an error. As a warning, an entry of `ignore:` silences it until a day.",
    "lint": "A rule that `lint:` or `--lint` switches on, as a warning or an error; `ignore:` silences it until a day.",
}


class Example(Protocol):
    """Wrong definitions, and what is said about them (attain.read.examples.Example)."""

    @property
    def title(self) -> str: ...
    @property
    def definitions(self) -> str: ...
    @property
    def command(self) -> str: ...
    @property
    def message(self) -> str: ...


def code_to_text(name: str, code: Code, examples: Sequence[Example]) -> str:
    """The code's title and meaning, the first example in full, and the messages of a few others."""
    blocks = [f"{name}: {code.title}", _wrapped(code.explanation), _wrapped(KINDS[code.kind])]
    for number, example in enumerate(examples[:MOST_EXAMPLES]):
        blocks += _example_blocks(example, with_definitions=number == 0)
    return "\n\n".join(blocks) + "\n"


def code_to_json(name: str, code: Code, examples: Sequence[Example]) -> str:
    """One object: code, kind, title, explanation, and examples with title, definitions, command and message."""
    found = [
        {"title": e.title, "definitions": e.definitions, "command": e.command, "message": e.message} for e in examples
    ]
    record = {"code": name, "kind": code.kind, "title": code.title, "explanation": code.explanation, "examples": found}
    return json_text(record, 2) + "\n"


def _example_blocks(example: Example, *, with_definitions: bool) -> list[str]:
    """An example: its title, what was written, what is said."""
    blocks = [f"For example, {example.title}:" if with_definitions else f"Or, {example.title}:"]
    lines = example.definitions.rstrip("\n").split("\n")
    if with_definitions and example.definitions and len(lines) <= MOST_LINES:
        blocks.append(_indented("\n".join(lines)))
    command = f"$ {example.command}\n" if example.command else ""
    return [*blocks, _indented(f"{command}{example.message}")]


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")
