"""`attain fmt`: which files it writes, and which it does not."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from attain.cli import main

UGLY = "version:   1\nmetrics:\n    a:  COUNT( t )  # all\n"
NEAT = "version: 1\n\nmetrics:\n  a: count(t)  # all\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a file that includes another."""
    home = tmp_path / "project"
    (home / "more").mkdir(parents=True)
    (home / "metrics.yaml").write_text(UGLY + "include: [more/b.yaml]\n")
    (home / "more/b.yaml").write_text(UGLY)
    monkeypatch.chdir(home)
    return home


def test_definitions_with_what_they_include(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fmt"]) == 0
    assert capsys.readouterr().err.splitlines() == [
        "formatted metrics.yaml", "formatted more/b.yaml", "2 files formatted",
    ]  # fmt: skip
    assert (project / "more/b.yaml").read_text() == NEAT
    assert main(["fmt", "--check"]) == 0
    assert capsys.readouterr() == ("", "2 files are as they should be\n")


def test_check_writes_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (project / "more/b.yaml").read_bytes()
    assert main(["fmt", "--check", "more"]) == 1
    assert capsys.readouterr() == ("more/b.yaml\n", "1 file would be formatted\n")
    assert (project / "more/b.yaml").read_bytes() == before


def test_diff_is_a_patch(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is printed, nothing is written, and git applies it."""
    (project / "more/b.yaml").write_text(UGLY.rstrip("\n"))
    assert main(["fmt", "--diff", "more/b.yaml"]) == 0
    patch = capsys.readouterr().out
    assert (project / "more/b.yaml").read_text() == UGLY.rstrip("\n")
    subprocess.run(["git", "apply", "-"], input=patch, text=True, check=True, cwd=project)
    assert (project / "more/b.yaml").read_text() == NEAT


def test_a_file_that_cannot_be_read_is_left(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told; the others are written."""
    (project / "more/c.yaml").write_text("a:\n\tb: 1\n")
    assert main(["fmt", "more"]) == 1
    said = capsys.readouterr().err
    assert "more/c.yaml:2:1: error[yaml-syntax]: a tab indents here" in said
    assert "1 file formatted, 1 file cannot be read" in said
    assert (project / "more/c.yaml").read_text() == "a:\n\tb: 1\n"
    assert (project / "more/b.yaml").read_text() == NEAT


def test_nothing_is_written_through_links_or_outside(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outside = project.parent / "outside.yaml"
    outside.write_text(UGLY)
    (project / "link.yaml").symlink_to(outside)
    (project / "folder").symlink_to(project / "more")
    for asked in ("link.yaml", "folder/b.yaml", "folder", "../outside.yaml", str(outside), "nothing.yaml"):
        assert main(["fmt", asked]) == 2, asked
    said = capsys.readouterr().err
    assert said.count("error[path-outside]") == 5 and said.count("error[file-missing]") == 1
    assert main(["fmt", "."]) == 0
    assert "link.yaml is a link: it is left as it is" in capsys.readouterr().err
    assert outside.read_text() == UGLY and (project / "link.yaml").is_symlink()
    (project / "metrics.yaml").write_text("include: [link.yaml, ../outside.yaml, folder/b.yaml]\n")
    (project / "more/b.yaml").write_text(UGLY)
    assert main(["fmt"]) == 0
    assert outside.read_text() == UGLY and (project / "more/b.yaml").read_text() == UGLY


def test_what_is_no_yaml_is_not_touched(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "deals.csv").write_text("a:   1")
    assert main(["fmt", "deals.csv"]) == 2
    assert "error[wrong-argument]: `deals.csv` is no YAML file" in capsys.readouterr().err
    assert (project / "deals.csv").read_text() == "a:   1"


def test_a_file_keeps_its_mode(project: Path) -> None:
    os.chmod(project / "more/b.yaml", 0o640)
    assert main(["fmt", "more"]) == 0
    assert (project / "more/b.yaml").stat().st_mode & 0o777 == 0o640


def test_names_are_escaped(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name with the codes of a terminal in it."""
    (project / "more/\x1b[31mred.yaml").write_text(UGLY)
    assert main(["fmt", "--check", "more"]) == 1
    assert main(["fmt", "--diff", "more"]) == 0
    assert main(["fmt", "more"]) == 0
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err and "red.yaml" in out and "red.yaml" in err


def test_a_change_of_meaning_is_a_bug(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written, and it is said that this is our fault."""
    monkeypatch.setattr("attain.read.format.laid_out", lambda root, text: text.replace("1", "2"))
    assert main(["fmt"]) == 70
    assert (project / "more/b.yaml").read_text() == UGLY


def test_diff_finds_no_change(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `attain diff` says of definitions before and after."""
    (project / "base.yaml").write_text(
        "version: 1\ntables:\n    deals: { file: deals.csv,key: deal_id }\nmetrics:\n"
        "    revenue: SUM( deals.amount   where status='won' )\n    share: revenue/ all(revenue)   # of all\n"
    )
    (project / "head.yaml").write_text((project / "base.yaml").read_text())
    (project / "deals.csv").write_text("deal_id,status,amount\n1,won,5\n2,lost,7\n")
    assert main(["fmt", "head.yaml"]) == 0
    assert (project / "head.yaml").read_text() != (project / "base.yaml").read_text()
    assert main(["diff", "base.yaml", "head.yaml", "--format", "json", "--fail-on", "any"]) in (0, 1)
    import json

    classes = {metric["name"]: metric["class"] for metric in json.loads(capsys.readouterr().out)["metrics"]}
    assert set(classes.values()) <= {"cosmetic", "unchanged"}, classes
