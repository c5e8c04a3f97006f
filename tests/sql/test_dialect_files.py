"""A dialect is one file; what stands in the shipped ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
import yaml
from sqlglot import exp
from tests.sql.test_shapes import HERE

from attain.pipeline import QueryRequest, compile_query, open_project
from attain.read import dialects
from attain.read.dialects import dialect_names, dialects_folder, read_dialect

KEYS = {"sqlglot", "support", "docs", "reads_files", "raises", "templates", "types", "unsupported", "grouping_sets"}


@pytest.mark.parametrize("name", ["ansi", *dialect_names()])
def test_keys(name: str) -> None:
    """Only those that mean something; a template is not unsupported, too."""
    content = yaml.safe_load((dialects_folder() / f"{name}.yaml").read_text())
    assert set(content) <= KEYS
    assert not set(content.get("templates") or ()) & set(content.get("unsupported") or ())


@pytest.mark.parametrize("name", dialect_names())
def test_templates(name: str) -> None:
    """Each is parsed, printed and parsed again to the same text, in the dialect that it is written in."""
    dialect = read_dialect(name)
    assert dialect is not None and dialect.docs.startswith("https://")
    for operation, (text, written) in dialect.templates.items():
        tree = sqlglot.parse_one(text, read=written or None)
        assert not list(tree.find_all(exp.Command)), operation
        printed = tree.sql(dialect.sqlglot)
        assert sqlglot.parse_one(printed, read=dialect.sqlglot).sql(dialect.sqlglot) == printed, operation


@pytest.mark.parametrize("name", dialect_names())
def test_places(name: str) -> None:
    """A template has the places of DuckDB's, without a gap; `only` what engines do differently may leave one out."""
    dialect, reference = read_dialect(name), read_dialect("duckdb")
    assert dialect is not None and reference is not None
    for operation, (text, _) in dialect.templates.items():
        places = sorted(set(re.findall(r"\b_[a-h]\b", text)))
        assert places == [f"_{letter}" for letter in "abcdefgh"[: len(places)]], operation
        if operation in reference.templates:
            wanted = set(re.findall(r"\b_[a-h]\b", reference.templates[operation][0]))
            assert set(places) == wanted, operation


def test_types() -> None:
    """Every kind of type has a name in every dialect."""
    for name in dialect_names():
        dialect = read_dialect(name)
        assert dialect is not None
        kinds = {"text", "integer", "decimal", "float", "boolean", "date", "timestamp", "timestamptz"}
        assert set(dialect.types) == kinds


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of dialects of the test's own."""
    for path in dialects_folder().glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(dialects, "dialects_folder", lambda: tmp_path)
    monkeypatch.setenv("ATTAIN_CACHE", "off")
    return tmp_path


def test_adding_a_dialect_is_one_file(shelf: Path) -> None:
    """Three lines that differ from ansi, and it compiles."""
    (shelf / "mine.yaml").write_text(
        "sqlglot: postgres\ntemplates:\n  divide: RATIO(_a, _b)\n  truncate_month: FIRST_DAY(_a)\n  sum: TOTAL(_a)\n"
    )
    project = open_project(HERE / "model.yaml", offline=True)
    request = QueryRequest(metrics=("win_rate", "revenue"), grain="month", sparse=True, as_of="2026-06-30")
    sql = compile_query(project, request, dialect="mine").sql
    assert "RATIO(" in sql and "FIRST_DAY(closed_on)" in sql and "TOTAL(" in sql
    spoken = read_dialect("mine")
    assert spoken is not None and spoken.support == "compiled" and not spoken.raises
    assert "mine" in dialect_names()


def test_what_it_does_not_say_is_unsupported(shelf: Path) -> None:
    """An operation that neither it nor ansi has."""
    (shelf / "mine.yaml").write_text("sqlglot: postgres\n")
    project = open_project(HERE / "model.yaml", offline=True)
    compiled = compile_query(project, QueryRequest(metrics=("median(deals.amount)",)), dialect="mine")
    assert [problem.code for problem in compiled.problems] == ["unsupported-in-dialect"]
    assert compiled.problems[0].hints == ("mine has no way to say `median`",)


@pytest.mark.parametrize("text", ["template: {sum: SUM(_a)}\n", "templates: [sum]\n", "sum: SUM(_a)\n", "- a\n"])
def test_other_keys_are_refused(shelf: Path, text: str) -> None:
    """A misspelt key would otherwise be an override without effect."""
    (shelf / "mine.yaml").write_text(text)
    with pytest.raises(ValueError, match=r"mine\.yaml"):
        read_dialect("mine")
