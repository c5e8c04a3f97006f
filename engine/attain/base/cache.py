"""The folder for things that can be made again: in the user's cache directory, and the user's alone. What lies there
is unpickled, so a folder or file that anybody else could have written is not used at all."""

from __future__ import annotations

import os
import pickle
import stat
import tempfile
from pathlib import Path
from typing import Any

MOST_FILES = 400


def cache_folder() -> Path | None:
    """The folder, made if need be; None where there is no safe one, or where ATTAIN_CACHE=off."""
    if os.environ.get("ATTAIN_CACHE", "").lower() == "off" or not hasattr(os, "geteuid"):
        return None
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    folder = Path(base) / "attain"
    if not folder.is_absolute():
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    return folder if stat.S_ISDIR(found.st_mode) and is_ours(found) else None


def is_ours(found: os.stat_result) -> bool:
    """Whether a file is the user's own, and nobody else may write it."""
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def read_cached(name: str) -> Any:
    """What was stored under a name, or None."""
    folder = cache_folder()
    if folder is None:
        return None
    try:
        with open(folder / name, "rb", opener=_no_links) as file:
            return pickle.load(file) if is_ours(os.fstat(file.fileno())) else None
    except (OSError, pickle.PickleError, EOFError, AttributeError, ImportError, IndexError, TypeError, ValueError):
        return None  # not there, or of another version: it is made again


def write_cached(name: str, value: Any) -> None:
    """Stores a value under a name; does nothing where it cannot be stored."""
    folder = cache_folder()
    if folder is None:
        return
    try:
        handle, path = tempfile.mkstemp(dir=folder, prefix=".new-")  # 0600
        with os.fdopen(handle, "wb") as file:
            pickle.dump(value, file, protocol=pickle.HIGHEST_PROTOCOL)
        os.replace(path, folder / name)
        _drop_oldest(folder)
    except (OSError, pickle.PickleError, RecursionError):
        return  # a cache that cannot be written is no cache; the work is done all the same


def _drop_oldest(folder: Path) -> None:
    """Keeps the cache small."""
    files = [path for path in folder.iterdir() if path.name.startswith("model-")]
    if len(files) > MOST_FILES:
        files.sort(key=lambda path: path.stat().st_mtime)
        for path in files[: len(files) - MOST_FILES // 2]:
            path.unlink(missing_ok=True)


def _no_links(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
