"""Which files of definitions a path names."""

from __future__ import annotations

from pathlib import Path


def files_of(path: Path) -> tuple[Path, list[str]]:
    """The root folder and the names of the files to start from, of `-f FILE or FOLDER`."""
    if path.is_dir():
        found = sorted(
            p for p in path.rglob("*.yaml") if not any(part.startswith(".") for part in p.relative_to(path).parts)
        )
        return path, [p.relative_to(path).as_posix() for p in found]
    return path.parent, [path.name]
