"""Pages as pytest collects them: a page is a file, each test an item for the engine and one for the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.support.cases import Mismatch, check_with_engine, check_with_reference
from tests.support.engine import EngineMissing
from tests.support.not_yet import construct_not_yet
from tests.support.pages import Case, PageError, read_page, replace_blocks

UPDATES = pytest.StashKey[dict[Path, dict[int, str]]]()


class CasePage(pytest.File):
    """A page."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its tests; a page that cannot be read is an error of its collection."""
        try:
            cases = read_page(self.path)
        except PageError as error:
            raise self.CollectError(f"{self.path.name}: {error}") from error
        for case in cases:
            yield EngineItem.from_parent(self, name=case.title, case=case)
            if case.has_rows:
                yield ReferenceItem.from_parent(self, name=f"{case.title} [reference]", case=case)


class _CaseItem(pytest.Item):
    def __init__(self, *, case: Case, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case

    @property
    def updates(self) -> dict[int, str] | None:
        """Where new texts of blocks go; None: they are compared. Only the source that was asked for writes."""
        if self.config.getoption("--update-cases") != self.source:
            return None
        return self.config.stash.setdefault(UPDATES, {}).setdefault(self.path, {})

    source = ""

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """What differs, without the frames of the runner."""
        if isinstance(excinfo.value, Mismatch):
            return f"{self.path}:{self.case.line}: {self.case.title}\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The heading's place."""
        return self.path, self.case.line - 1, self.name


class EngineItem(_CaseItem):
    """A test of a page, asked of the engine."""

    source = "engine"

    def runtest(self) -> None:
        """Every block that is expected. A construct that is not compiled yet is expected to fail, and must."""
        waiting = construct_not_yet(self.case)
        try:
            with TemporaryDirectory() as folder:
                not_yet = check_with_engine(self.case, Path(folder), self.updates)
        except EngineMissing as missing:
            pytest.skip(str(missing))
        if not_yet and not waiting:
            raise Mismatch(f"the engine does not compile this, and tests/support/not_yet.py does not say so: {not_yet}")
        if not_yet:
            pytest.xfail(not_yet)
        if waiting:
            raise Mismatch(f"{waiting} is compiled now: take it off tests/support/not_yet.py")


class ReferenceItem(_CaseItem):
    """A test of a page, asked of the reference interpreter."""

    source = "reference"

    def runtest(self) -> None:
        """The rows; skipped where the interpreter does not cover a construct."""
        from tests.reference import Unsupported

        try:
            check_with_reference(self.case, self.updates)
        except Unsupported as reason:
            pytest.skip(f"the reference interpreter does not cover it: {reason}")


def write_updates(config: pytest.Config) -> None:
    """New texts of blocks into their pages."""
    for page, changes in config.stash.get(UPDATES, {}).items():
        page.write_text(replace_blocks(page.read_text(), changes))
