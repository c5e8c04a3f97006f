"""What is unpickled is the user's own: folders and files that others may write are passed over."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from tests.limits.conftest import Run

from attain.base.cache import cache_folder


class Trap:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


@pytest.fixture
def cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own."""
    monkeypatch.delenv("ATTAIN_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "cache"))
    return folder.parent / "cache" / "attain"


def fresh() -> str:
    """What a process of its own answers, in which nothing was read before."""
    command = [sys.executable, "-m", "attain", "run", "revenue"]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def spring(cache: Path, trap: Path) -> None:
    """Puts a trap into every file of the cache."""
    for path in cache.iterdir():
        path.write_bytes(pickle.dumps(Trap(trap)))


def test_a_folder_of_ones_own(run: Run, cache: Path) -> None:
    """It is used, and is the user's alone."""
    run("run", "revenue")
    assert list(cache.iterdir())
    assert cache.stat().st_mode & 0o777 == 0o700
    assert not any(path.stat().st_mode & 0o022 for path in cache.iterdir())
    assert run("run", "revenue").out == "revenue\n12\n"


@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_a_folder_that_others_may_write(run: Run, cache: Path, folder: Path, mode: int) -> None:
    """Nothing is read from it, and nothing written to it."""
    run("run", "revenue")
    spring(cache, folder / "sprung")
    cache.chmod(mode)
    before = {path: path.read_bytes() for path in cache.iterdir()}
    assert cache_folder() is None
    assert fresh() == "revenue\n12\n"
    assert not (folder / "sprung").exists()
    assert {path: path.read_bytes() for path in cache.iterdir()} == before


def test_a_file_that_others_may_write(run: Run, cache: Path, folder: Path) -> None:
    run("run", "revenue")
    spring(cache, folder / "sprung")
    for path in cache.iterdir():
        path.chmod(0o660)
    assert fresh() == "revenue\n12\n"
    assert not (folder / "sprung").exists()


def test_a_link_in_place_of_the_folder(run: Run, cache: Path, folder: Path) -> None:
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    cache.parent.mkdir()
    cache.symlink_to(elsewhere)
    assert fresh() == "revenue\n12\n"
    assert not list(elsewhere.iterdir())


def test_a_link_in_place_of_a_file(run: Run, cache: Path, folder: Path) -> None:
    run("run", "revenue")
    trap = folder.parent / "trap"
    trap.write_bytes(pickle.dumps(Trap(folder / "sprung")))
    for path in list(cache.iterdir()):
        path.unlink()
        path.symlink_to(trap)
    assert fresh() == "revenue\n12\n"
    assert not (folder / "sprung").exists()


def test_a_folder_of_somebody_else(run: Run, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("run", "revenue")
    monkeypatch.setattr("os.geteuid", lambda: 12345)
    assert cache_folder() is None
    assert run("run", "revenue").out == "revenue\n12\n"


def test_rubbish_in_the_cache(run: Run, cache: Path) -> None:
    """The work is done again."""
    run("run", "revenue")
    for rubbish in (b"", b"rubbish", pickle.dumps({"a": 1}), b"\x80\x05."):
        for path in cache.iterdir():
            path.write_bytes(rubbish)
        assert run("run", "revenue").out == "revenue\n12\n"


def test_a_kept_model_is_found_from_any_folder(tmp_path: Path) -> None:
    """Kept by a command inside the project's folder, used by one outside of it: the data are where they were."""
    project, cache = tmp_path / "project", tmp_path / "cache"
    project.mkdir()
    (project / "metrics.yaml").write_text("tables: {t: {file: t.csv, key: id}}\nmetrics: {n: count(t)}\n")
    (project / "t.csv").write_text("id\n1\n2\n")
    env = {**os.environ, "XDG_CACHE_HOME": str(cache), "ATTAIN_CACHE": ""}
    for folder, file in ((project, "metrics.yaml"), (tmp_path, "project/metrics.yaml"), (tmp_path, str(project))):
        command = [sys.executable, "-m", "attain", "run", "n", "-q", "-f", file]
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "n\n2\n"), done.stderr
