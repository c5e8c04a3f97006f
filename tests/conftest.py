"""Pages of tests are found here, and the profiles of Hypothesis are registered."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.support.collecting import CasePage, write_updates

HERE = Path(__file__).parent
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

settings.register_profile("dev", max_examples=100, deadline=None, suppress_health_check=SLOW)
settings.register_profile("ci", max_examples=50, deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("torture", max_examples=10_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# What tests keep between commands is theirs alone, and goes with them.
CACHE = tempfile.TemporaryDirectory(prefix="attain-tests-")
os.environ["XDG_CACHE_HOME"] = CACHE.name


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-cases` writes what the engine answers into the pages; `=reference` what the interpreter does."""
    parser.addoption(
        "--update-cases",
        nargs="?",
        const="engine",
        choices=["engine", "reference"],
        help="write what is answered into the pages of tests/cases and tests/problems; read the diff afterwards",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Every page of tests/cases and tests/problems."""
    if file_path.suffix == ".md" and file_path.parent in (HERE / "cases", HERE / "problems"):
        return CasePage.from_parent(parent, path=file_path)
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After all tests, so that the places in a page stay what they were."""
    write_updates(session.config)
