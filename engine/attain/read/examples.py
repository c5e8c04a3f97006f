"""The pages of problems that are shipped: for each code, wrong definitions and what is said about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COUNTS = re.compile(r"\n+\d+ (error|warning)s?(, \d+ warnings?)?(\n[^\n]*)?\s*$")


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody wrote (`definitions`, `command`; either may be empty), and what they were told."""

    title: str
    definitions: str
    command: str
    message: str


def pages_folder() -> Path:
    """The folder of pages: in the installed package, else in the repository."""
    shipped = Path(__file__).resolve().parent.parent / "problems"
    return shipped if shipped.is_dir() else Path(__file__).resolve().parents[3] / "tests" / "problems"


def read_examples(code: str) -> tuple[Example, ...]:
    """The examples of a code, in the order of its page; none where it has no page."""
    page = pages_folder() / f"{code}.md"
    if not page.is_file():
        return ()
    shared, *sections = re.split(r"^## ", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return tuple(_example(shared, *section.split("\n", 1)) for section in sections)


def _example(shared: str, title: str, text: str = "") -> Example:
    """One section of a page."""
    definitions: list[str] = []
    command = ""
    messages: list[str] = []
    for info, body in _BLOCK.findall(f"{shared}\n{text}"):
        words = info.split()
        if words == ["yaml", "metrics"]:
            definitions.append(body)
        elif words[0] in ("query", "command") and not messages:
            asked = " ".join(body.split("\n")).strip()
            command = asked if words[0] == "command" else f"attain run {asked}"
        elif words[0] == "problems":
            messages.append(_COUNTS.sub("", body).rstrip("\n"))
    return Example(title.strip(), "".join(definitions), command, "\n\n".join(messages))
