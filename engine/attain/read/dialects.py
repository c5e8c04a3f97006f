"""The dialects that are shipped: YAML files that say how each differs from `ansi.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from attain.model.dialect import Dialect

PARTS = ("templates", "unsupported", "types")
KEYS = (*PARTS, "sqlglot", "support", "docs", "reads_files", "raises", "grouping_sets")


def dialects_folder() -> Path:
    """The folder of dialects: in the installed package, else in the repository."""
    shipped = Path(__file__).resolve().parent.parent / "dialects"
    return shipped if shipped.is_dir() else Path(__file__).resolve().parents[3] / "dialects"


def dialect_names() -> list[str]:
    """The dialects that can be compiled for."""
    return sorted(path.stem for path in dialects_folder().glob("*.yaml") if path.stem != "ansi")


def read_dialect(name: str) -> Dialect | None:
    """A dialect with what it inherits from `ansi.yaml`; None where there is none of that name."""
    if name not in dialect_names():
        return None
    base, own = _load("ansi"), _load(name)
    merged: dict[str, dict[str, str]] = {part: {**base.get(part, {}), **own.get(part, {})} for part in PARTS}
    sqlglot = str(own.get("sqlglot", name))
    ours = own.get("templates", {})
    unsupported = {op: reason for op, reason in merged["unsupported"].items() if op not in ours}
    templates = {
        op: (text, sqlglot if op in ours else "") for op, text in merged["templates"].items() if op not in unsupported
    }
    return Dialect(
        name, sqlglot, str(own.get("support", "compiled")), templates, unsupported, merged["types"],
        own.get("reads_files") == "true", own.get("raises") == "true", str(own.get("docs", "")),
        own.get("grouping_sets") == "true",
    )  # fmt: skip


def _load(name: str) -> dict[str, Any]:
    path = dialects_folder() / f"{name}.yaml"
    return _load_file(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _load_file(path: Path, changed: int) -> dict[str, Any]:
    """A file as it was at its last change; the same file is read once."""
    del changed
    name = path.stem
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    found: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    if not isinstance(found, dict) or not all(isinstance(found.get(part, {}), dict) for part in PARTS):
        raise ValueError(f"{name}.yaml: {', '.join(PARTS)} are blocks of keys")
    if unknown := found.keys() - set(KEYS):
        raise ValueError(f"{name}.yaml: no such key: {', '.join(sorted(map(str, unknown)))}")
    return found
