"""Checked models, kept between commands: found again as long as nothing that they were made of has changed."""

from __future__ import annotations

import atexit
import hashlib
import pickle
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from attain import __version__
from attain.base.cache import read_cached, write_cached
from attain.run.files import find_files
from attain.run.lock import FILE_NAME

FORM = 4  # of what is stored


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stored: the state of everything that went in, and what came out (pickled by itself, so that it is read
    only where the state is as it was)."""

    state: dict[str, str]
    patterns: tuple[tuple[str, str], ...]
    files: tuple[str, ...]
    value: Any


def name_of(root: Path, names: Iterable[str], connection: str | None) -> str:
    """The name of an entry: one for each project and connection."""
    asked = "\0".join([str(root.resolve()), *names, connection or ""])
    return f"model-{hashlib.sha256(asked.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"


def stat_of(path: Path) -> str:
    """A file's size and time of change; "" where there is none."""
    try:
        found = path.stat()
    except OSError:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def digest_of(path: Path) -> str:
    """A file's content as a hash; "" where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def state_of(root: Path, files: Iterable[str], patterns: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The state of everything that a checked model depends on: definitions and lock by content, data files (and the
    data base, as pattern) by their stat, the version of Attain and Python."""
    state = {"version": f"{FORM} {__version__} {sys.version} {code_stamp()}", FILE_NAME: digest_of(root / FILE_NAME)}
    state |= {f"file {name}": digest_of(root / name) for name in files}
    for kind, pattern in patterns:
        found = find_files(root, pattern)[0] if kind == "file" else [root / pattern]
        state[f"{kind} {pattern}"] = "; ".join(f"{path} {stat_of(path)}" for path in found)
    return state


@cache
def code_stamp() -> str:
    """The newest change of Attain's own code: another one while it is being worked on."""
    folder = Path(__file__).parent
    files = [*folder.rglob("*.py"), *folder.glob("dialects/*.yaml"), *folder.parents[1].glob("dialects/*.yaml")]
    return str(max(int(path.stat().st_mtime) for path in files))


def hash_of(root: Path, state: dict[str, str]) -> str:
    """One hash of a state, for names of what was compiled from it."""
    return hashlib.sha256(repr([str(root.resolve()), sorted(state.items())]).encode()).hexdigest()


def name_of_sql(state: str, *asked: str) -> str:
    """The name of a compiled statement."""
    text = "\0".join([state, *asked])
    return f"model-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}-sql"


def load_model(name: str, root: Path) -> tuple[Any, str] | None:
    """What was stored for a project whose state is as it was, with the hash of that state; or None."""
    entry = read_cached(name)
    if not isinstance(entry, Entry) or entry.state != state_of(root, entry.files, entry.patterns):
        return None
    return pickle.loads(entry.value), hash_of(root, entry.state)


def store_model(
    name: str, root: Path, files: tuple[str, ...], patterns: tuple[tuple[str, str], ...], value: Any
) -> str:
    """Stores what a project was checked to; gives the hash of its state."""
    state = state_of(root, files, patterns)
    if not _PENDING:
        atexit.register(write_pending)
    _PENDING[name] = Entry(state, patterns, files, value)
    while len(_PENDING) > MOST_PENDING:
        del _PENDING[next(iter(_PENDING))]
    return hash_of(root, state)


#: What is to be stored when the process ends: work that goes on, such as an edit, does not wait for it.
_PENDING: dict[str, Entry] = {}
MOST_PENDING = 4


def write_pending() -> None:
    """Stores what was checked last."""
    while _PENDING:
        name, entry = _PENDING.popitem()
        write_cached(name, replace(entry, value=pickle.dumps(entry.value, protocol=pickle.HIGHEST_PROTOCOL)))
