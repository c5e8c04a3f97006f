"""A test may come from a stranger's pull request: it reads nothing but its rows and the project's files, ends in time,
and whatever it holds is told as a problem."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.docs.shell import run_attain

from .conftest import DEALS, DEFINITIONS, REPS, Run

CASE = "  - name: x\n    given: {{deals: {{file: {}}}}}\n    when: revenue\n    expect: 0\n"


@pytest.mark.parametrize(
    "path",
    ["../secret.csv", "/etc/passwd", "~/x.csv", "a/../../secret.csv", "file:///etc/passwd", "C:\\x.csv", "out.csv"],
)
def test_no_file_outside_of_the_project_is_read(run: Run, folder: Path, path: str) -> None:
    (folder.parent / "secret.csv").write_text("deal_id\n4711\n")
    if not (folder / "out.csv").is_symlink():
        (folder / "out.csv").symlink_to(folder.parent / "secret.csv")
    for command in ("attain test", "attain validate", "attain test --update"):
        said = run(CASE.format(path), command)
        assert said.status == 1 and "4711" not in said.out + said.err
        assert "error[path-" in said.out + said.err


@pytest.mark.parametrize("name", ["metrics.yaml", "notes.txt", ".env", "deals.parquet", "deals.csv.gz"])
def test_only_csv_files_are_read(run: Run, folder: Path, name: str) -> None:
    if not (folder / name).exists():
        (folder / name).write_text("SECRET=4711\n")
    said = run(CASE.format(name))
    assert said.status == 1 and "is not a CSV file" in said.err and "4711" not in said.err


def test_a_folder_a_device_and_a_file_that_is_no_text(run: Run, folder: Path) -> None:
    (folder / "folder.csv").mkdir()
    (folder / "bytes.csv").write_bytes(b"deal_id\n\xff\xfe\n")
    (folder / "null.csv").write_bytes(b"deal_id\n1\0\n")
    for name, what in (("folder", "there is no file"), ("bytes", "is not UTF-8"), ("null", "a null character")):
        said = run(CASE.format(f"{name}.csv"))
        assert said.status in (1, 3) and what in said.err


def test_rows_are_limited(run: Run, folder: Path) -> None:
    (folder / "many.csv").write_text("deal_id\n" + "1\n" * 50_001)
    assert "more than 50,000 rows in a test" in run(CASE.format("many.csv")).err
    (folder / "large.csv").write_text("deal_id\n" + " " * 8_000_001)
    assert "is larger than 8,000,000 bytes" in run(CASE.format("large.csv")).err
    (folder / "wide.csv").write_text(",".join(f"c{i}" for i in range(1_001)) + "\n")
    assert "more than 1,000 columns" in run(CASE.format("wide.csv")).err
    (folder / "quotes.csv").write_text('deal_id\n"' + '""' * 3_000_000)
    assert "a quote that is never closed" in run(CASE.format("quotes.csv")).err


def test_a_statement_is_stopped(run: Run) -> None:
    endless = ", ".join(f"deals d{i}" for i in range(40))
    sql = f"SELECT count(*) AS revenue FROM {endless}"
    said = run(f"  - name: x\n    when: revenue\n    reconcile: {sql}\n  - name: y\n    assert: revenue > 0\n",
               "attain test --timeout 0.5 --all")  # fmt: skip
    assert said.status == 3 and "ERROR tests.yaml:2:11: x" in said.out and "the time limit" in said.out
    assert "ok    tests.yaml:5:11: y" in said.out  # and the next one runs


def test_results_are_limited(run: Run) -> None:
    case = (
        "  - name: x\n    given: {deals: [{deal_id: 1, amount: 1, closed_at: 1950-01-01}]}\n"
        "    when: {metrics: revenue, grain: hour, from: 1900-01-01, to: 2999-01-01, as_of: 2999-01-01}\n"
        "    expect: []\n"
    )
    said = run(case)
    assert said.status in (1, 3) and "too-many-cells" in said.out


def test_a_condition_of_very_many_words_is_read_in_time(run: Run) -> None:
    import time

    started = time.monotonic()
    run(f"  - name: x\n    assert: {'(a by b ' * 2_400}\n  - name: y\n    assert: {'a by b ' * 400_000}\n")
    assert time.monotonic() - started < 30


def test_tables_that_a_database_does_not_tell_apart(tmp_path: Path) -> None:
    """Names are not the same in capitals; a table's rows are its own."""
    (tmp_path / "t.csv").write_text("a\n1\n")
    (tmp_path / "metrics.yaml").write_text(
        "version: 1\ntables:\n  deals: {file: t.csv, key: a}\n  Deals: {file: t.csv, key: a}\n"
        "  'we\"ird': {file: t.csv, key: a}\n  'sp ace.d': {file: t.csv, key: a}\n"
        'metrics: {x: count(deals), y: count(Deals), z: \'count("we""ird")\', w: \'count("sp ace.d")\'}\n'
        "tests:\n  - name: n\n"
        "    given: {deals: [{a: 1}], Deals: [{a: 1}, {a: 2}], 'we\"ird': [{a: 1}, {a: 2}, {a: 3}]}\n"
        "    when: [x, y, z, w]\n    expect: {x: 1, y: 2, z: 3, w: 0}\n"
    )
    assert run_attain(tmp_path, "attain test").err == "1 test: 1 passed\n"


TEXT = st.one_of(
    st.sampled_from(
        ["revenue", "region", "month", "deals", "a,b\n1,2", "", "null", "{", "1", "50%", "-1", "file", "cycle"]
    ),
    st.text(max_size=12),
)
LEAF = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT)
ANY = st.recursive(
    LEAF, lambda below: st.lists(below, max_size=3) | st.dictionaries(TEXT, below, max_size=3), max_leaves=6
)
KEYS = ["name", "given", "when", "expect", "golden", "assert", "reconcile", "tolerance", "description", "metrics"]
FORMS = ["text", "json", "junit", "github", "markdown"]


@settings(max_examples=60)
@given(
    tests=st.lists(st.dictionaries(st.sampled_from(KEYS), ANY, max_size=5).map(lambda test: {"name": "n", **test})),
    form=st.sampled_from(FORMS),
)
def test_whatever_stands_there_is_told(tmp_path_factory: pytest.TempPathFactory, tests: object, form: str) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "deals.csv").write_text(DEALS)
    (folder / "reps.csv").write_text(REPS)
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    (folder / "tests.yaml").write_text(yaml.safe_dump({"tests": tests}), errors="surrogatepass")
    said = run_attain(folder, f"attain test -f . --format {form} --timeout 20 --update")
    assert said.status in (0, 1, 2, 3), said
    assert "\x1b" not in said.out + said.err
    assert (folder / "deals.csv").read_text() == DEALS and (folder / "reps.csv").read_text() == REPS
    assert (folder / "metrics.yaml").read_text() == DEFINITIONS
