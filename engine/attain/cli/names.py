"""Names for completion, read from the files by their indentation alone: no library is loaded for a press of Tab."""

from __future__ import annotations

import re
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from attain.model.calendar import GRAINS

_TOP = re.compile(r"^([A-Za-z_]+):")
_INCLUDE = re.compile(r"[\w./-]+\.ya?ml")
_MOST = 200  # files


def names_in(path: Path, sections: tuple[str, ...]) -> list[str]:
    """The names directly below these top-level keys, in a file and those that it includes, or in a folder."""
    waiting = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    seen: set[Path] = set()
    names: list[str] = []
    while waiting and len(seen) < _MOST:
        file = waiting.pop(0)
        if file in seen:
            continue
        seen.add(file)
        try:
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found, included = _scan(text, sections)
        names += found
        waiting += [file.parent / name for name in included]
    return list(dict.fromkeys(names))


def _scan(text: str, sections: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Names below the keys, and files of `include:`, of one text."""
    names: list[str] = []
    included: list[str] = []
    section, depth = "", 0
    for line in text.splitlines():
        if match := _TOP.match(line):
            section, depth = match[1], 0
        if section == "include":
            included += _INCLUDE.findall(line)
        indent = len(line) - len(line.lstrip(" "))
        if section in sections and indent > 0 and (match := re.match(r"([A-Za-z_]\w*):", line[indent:])):
            depth = depth or indent
            names += [match[1]] if indent == depth else []
    return names, included


def _of_context(context: click.Context, sections: tuple[str, ...]) -> list[str]:
    return names_in(Path(context.params.get("file") or "metrics.yaml"), sections)


def complete_metric(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Metrics."""
    return _items(_of_context(context, ("metrics",)), incomplete)


def complete_name(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Metrics, targets, dimensions and tables."""
    return _items(_of_context(context, ("metrics", "targets", "dimensions", "tables")), incomplete)


def complete_dimensions(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Dimensions, also after a comma."""
    before, comma, _ = incomplete.rpartition(",")
    return _items([before + comma + name for name in _of_context(context, ("dimensions",))], incomplete)


def complete_alert(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Alerts."""
    return _items(_of_context(context, ("alerts",)), incomplete)


def complete_grain(context: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Grains that every calendar has."""
    return _items(list(GRAINS), incomplete)


def _items(names: list[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
