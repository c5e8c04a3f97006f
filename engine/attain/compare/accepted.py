"""Changes that were agreed on: a file keyed by what changed and by the hashes of both sides, so that an agreed change
stays agreed and no other does."""

from __future__ import annotations

import json
from pathlib import Path

from attain.compare.classify import Change


def key_of(change: Change) -> str:
    """What an agreement is about."""
    return f"{change.kind} {change.name} {change.base or '-'} {change.head or '-'}"


def read_accepted(path: Path) -> frozenset[str]:
    """The keys of a file; none where there is no file yet. Raises ValueError where it is none of ours."""
    if not path.is_file():
        return frozenset()
    found = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(found, dict) or not isinstance(found.get("accepted"), list):
        raise ValueError("it has no list `accepted`")
    return frozenset(str(key) for key in found["accepted"])


def accepted_text(keys: frozenset[str]) -> str:
    """A file of such keys, in order, so that it merges line by line."""
    return json.dumps({"accepted": sorted(keys)}, indent=2, ensure_ascii=True) + "\n"
