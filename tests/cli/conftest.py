"""The command line in a folder of its own, over a fake pipeline."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from attain.cli import main

from .fake import TEXT, Pipeline

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    """The pipeline that commands find."""
    fake = Pipeline()
    monkeypatch.setitem(sys.modules, "attain.pipeline", fake.module())
    return fake


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory, with definitions in it."""
    for name in ("NO_COLOR", "FORCE_COLOR", "ATTAIN_DEBUG", "_ATTAIN_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "metrics.yaml").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(pipeline: Pipeline, folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `attain ARGUMENTS`."""

    def call(*arguments: str) -> Done:
        status = main(list(arguments))
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return call


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output and standard error are a person's terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda self: True)
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda self: True)
