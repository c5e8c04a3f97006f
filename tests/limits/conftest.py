"""The command line in a folder of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from attain.cli import main

HEAD = """version: 1
name: limits
tables:
  deals: {file: deals.csv, key: id, time: day}
"""
DEALS = "id,amount,day\n1,5,2025-01-05\n2,7,2025-02-06\n"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All of it."""
        return self.out + self.err

    @property
    def codes(self) -> list[str]:
        """The codes of its errors, in order."""
        return re.findall(r"error\[([a-z-]+)\]", self.said)


Run = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory: deals, and definitions of one metric."""
    for name in ("FORCE_COLOR", "ATTAIN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ATTAIN_CACHE", "off")
    monkeypatch.setenv("COLUMNS", "100")
    home = tmp_path / "home"
    home.mkdir()
    (home / "deals.csv").write_text(DEALS)
    (home / "metrics.yaml").write_text(HEAD + "metrics: {revenue: sum(deals.amount)}\n")
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `attain ARGUMENTS`; `metrics`, if given, is written first: the definitions after the tables."""

    def call(*arguments: str, metrics: str | None = None, definitions: str | None = None) -> Done:
        if metrics is not None:
            definitions = HEAD + "metrics:\n" + metrics
        if definitions is not None:
            (folder / "metrics.yaml").write_text(definitions)
        status = main(list(arguments))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Done(status, captured.out, captured.err)

    return call
