"""Files that commands write: whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from attain.base.problem import Problem
from attain.base.span import Span
from attain.cli.screen import Stop


def check_target(path: Path, option: str = "-o") -> None:
    """Stops where a file cannot be written to, before any work is done for it."""
    if path.is_dir():
        raise Stop([Problem("output-failed", f"`{path}` is a folder; name a file", Span(option, 0, 0, 0))], 2)
    if not path.parent.is_dir():
        problem = Problem("output-failed", f"there is no folder `{path.parent}` to write to", Span(option, 0, 0, 0))
        raise Stop([problem], 2)


def write_file(path: Path, data: bytes, option: str = "-o") -> None:
    """Writes a file by writing another beside it that then takes its place: nobody ever sees half of it."""
    try:
        if path.exists() and not path.is_file():  # a device or a pipe
            path.write_bytes(data)
        else:
            _replace(Path(os.path.realpath(path)), data)
    except OSError as error:
        problem = Problem("output-failed", f"`{path}` cannot be written: {error.strerror}", Span(option, 0, 0, 0))
        raise Stop([problem], 3) from None


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
