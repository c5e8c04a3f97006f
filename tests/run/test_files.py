"""Which files a table's text names."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.run.tools import write

from attain.run.files import csv_delimiter, csv_options, find_files, find_line, find_path, format_of


def names(root: Path, pattern: str) -> list[str]:
    files, reason = find_files(root, pattern)
    assert reason == ""
    return [path.relative_to(root.resolve()).as_posix() for path in files]


def test_one_file(tmp_path: Path) -> None:
    write(tmp_path, "data/deals.csv", "a\n1\n")
    assert names(tmp_path, "data/deals.csv") == ["data/deals.csv"]


def test_a_glob_is_sorted_and_passes_over_hidden_files(tmp_path: Path) -> None:
    for name in ("data/deals.2.csv", "data/deals.1.csv", "data/.deals.3.csv", "data/other.csv"):
        write(tmp_path, name, "a\n1\n")
    assert names(tmp_path, "data/deals.*.csv") == ["data/deals.1.csv", "data/deals.2.csv"]


def test_two_stars_go_down_folders(tmp_path: Path) -> None:
    for name in ("data/2025/a.csv", "data/2026/01/b.csv", "data/c.csv"):
        write(tmp_path, name, "a\n1\n")
    assert names(tmp_path, "data/**/*.csv") == ["data/2025/a.csv", "data/2026/01/b.csv", "data/c.csv"]


def test_nothing_matches_is_no_refusal(tmp_path: Path) -> None:
    assert find_files(tmp_path, "data/*.csv") == ([], "")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("../secret.csv", "leaves"),
        ("data/../../secret.csv", "leaves"),
        ("data\\..\\..\\secret.csv", "leaves"),
        ("/etc/passwd", "absolute"),
        ("C:/secret.csv", "absolute"),
        ("~/secret.csv", "absolute"),
        ("https://example.com/a.csv", "only files"),
        ("", "empty"),
    ],
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, pattern: str, why: str) -> None:
    write(tmp_path, "secret.csv", "a\n1\n")
    files, reason = find_files(tmp_path / "project", pattern)
    assert files == []
    assert why in reason


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.csv", "a\n1\n")
    root = tmp_path / "project"
    root.mkdir()
    (root / "deals.csv").symlink_to(secret)
    (root / "folder").symlink_to(tmp_path)
    assert "link" in find_files(root, "deals.csv")[1]
    assert "link" in find_files(root, "*.csv")[1]
    assert "link" in find_files(root, "folder/*.csv")[1]
    assert "link" in find_path(root, "deals.csv")[1]


def test_a_link_inside_the_folder_is_resolved(tmp_path: Path) -> None:
    target = write(tmp_path, "data/real.csv", "a\n1\n")
    (tmp_path / "deals.csv").symlink_to(target)
    assert names(tmp_path, "deals.csv") == ["data/real.csv"]


def test_other_kinds_of_files_mixtures_and_odd_names_are_refused(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.csv", "b.json", "c[1].csv"):
        write(tmp_path, name, "a\n1\n")
    assert "not a kind of file" in find_files(tmp_path, "a.xlsx")[1]
    assert "several formats: csv, json" in find_files(tmp_path, "b.*")[1]
    assert "rename it" in find_files(tmp_path, "c[1].csv")[1]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "csv"),
        ("A.CSV", "csv"),
        ("a.tsv.gz", "csv"),
        ("a.json", "json"),
        ("a.ndjson.gz", "json"),
        ("a.parquet", "parquet"),
        ("a.parquet.gz", ""),
        ("a.txt", ""),
    ],
)
def test_the_name_says_the_format(name: str, kind: str) -> None:
    assert format_of(name) == kind


@pytest.mark.parametrize(
    ("name", "text", "delimiter"),
    [
        ("a.csv", "id,name\n", ","),
        ("a.csv", "id;name,short\n1;2\n", ","),
        ("a.csv", "id;name;short\n", ";"),
        ("a.csv", 'id;"a,b,c,d";z\n', ";"),
        ("a.csv", "id|name\n", "|"),
        ("a.csv", "only\n", ","),
        ("a.tsv", "id,name\tz\n", "\t"),
    ],
)
def test_the_first_line_says_the_delimiter(tmp_path: Path, name: str, text: str, delimiter: str) -> None:
    assert csv_delimiter(write(tmp_path, name, text)) == delimiter


def test_how_a_csv_is_read_leaves_nothing_to_guess(tmp_path: Path) -> None:
    options = csv_options([write(tmp_path, "a.csv", "id;name\n")])
    assert options == {
        "auto_detect": False,
        "header": True,
        "delim": ";",
        "quote": '"',
        "escape": '"',
        "nullstr": "",
        "strict_mode": True,
    }


def test_the_line_of_a_value_counts_lines_and_not_records(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'id,note\n1,"two\nlines"\n\nx,y\n')
    assert find_line(path, "id", "x") == 5
    assert find_line(path, "id", "z") is None
