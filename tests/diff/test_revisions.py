"""`attain diff` over git revisions, folders and files; nothing in the working tree is touched."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from attain.cli import main

DEFINITIONS = """\
version: 1
tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
metrics:
  won: count(deals where status = 'won')
  rate: won / count(deals)
"""


def git(folder: Path, *arguments: str) -> None:
    """A command of git, as somebody."""
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@acme.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, `main`, and the definitions in a folder below it."""
    folder = tmp_path / "metrics"
    folder.mkdir()
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    (folder / "deals.csv").write_text("deal_id,status,closed_at\n1,won,2026-01-05\n2,lost,2026-01-09\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    monkeypatch.chdir(folder)
    return folder


def classes(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """The class of each metric."""
    assert main(["diff", *arguments, "--format", "json"]) == 0
    return {metric["name"]: metric["class"] for metric in json.loads(capsys.readouterr().out)["metrics"]}


def edit(folder: Path, old: str, new: str) -> None:
    """Replaces a text in the definitions."""
    text = (folder / "metrics.yaml").read_text()
    assert old in text
    (folder / "metrics.yaml").write_text(text.replace(old, new))


def test_working_tree(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What lies here against a revision; git sees nothing of it."""
    edit(repository, "status = 'won'", "status in ('won', 'renewed')")
    assert classes(capsys, "main") == {"won": "meaning", "rate": "inherited"}
    assert classes(capsys, "main", "main") == {"won": "unchanged", "rate": "unchanged"}
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=repository, capture_output=True, text=True, check=True
    )
    assert status.stdout == " M metrics/metrics.yaml\n"


def test_two_revisions(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two commits, whatever lies here by now."""
    edit(repository, "won / count(deals)", "won / count(deals where true)")
    git(repository, "commit", "-qam", "two")
    edit(repository, "count(deals where", "count(nothing where")
    assert classes(capsys, "HEAD~1", "HEAD") == {"won": "unchanged", "rate": "equivalent"}


def test_folders_and_files(repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder with a metrics.yaml, and a file."""
    other = tmp_path / "old"
    other.mkdir()
    (other / "metrics.yaml").write_text(DEFINITIONS.replace("rate: won", "share: won"))
    (other / "deals.csv").write_text((repository / "deals.csv").read_text())
    found = classes(capsys, str(other / "metrics.yaml"), "metrics.yaml")
    assert found == classes(capsys, str(other)) == {"won": "unchanged", "rate": "renamed"}


def test_links_and_filters(repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A link in a revision is not followed, and no filter or hook that the repository names runs."""
    secret = tmp_path / "secret.yaml"
    secret.write_text("version: 1\n")
    ran = tmp_path / "ran"
    git(repository, "config", "filter.evil.smudge", f"touch {ran}")
    (repository / ".gitattributes").write_text("*.yaml filter=evil\n")
    (repository / "more.yaml").symlink_to(secret)
    edit(repository, "version: 1\n", "version: 1\ninclude: [more.yaml]\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "a link")
    edit(repository, "include: [more.yaml]\n", "")
    assert main(["diff", "main", "HEAD"]) == 1
    assert "there is no file `more.yaml`" in capsys.readouterr().err
    assert not ran.exists()


def test_agreed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An agreed change stays agreed; another edit of the same metric is not."""
    edit(repository, "status = 'won'", "status in ('won', 'renewed')")
    assert main(["diff", "main", "--fail-on", "meaning"]) == 1
    assert main(["diff", "main", "--accept", "agreed.json", "--write-accept"]) == 0
    assert main(["diff", "main", "--accept", "agreed.json", "--fail-on", "any"]) == 0
    edit(repository, "'renewed'", "'renewed', 'kept'")
    assert main(["diff", "main", "--accept", "agreed.json", "--fail-on", "meaning"]) == 1
    assert "fails: metric won (meaning)" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "-p", "main:metrics"])
def test_unknown_revision(repository: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """What is no revision is told, and never taken as an option of git."""
    assert main(["diff", "--", name]) == 2
    assert "unknown-revision" in capsys.readouterr().err


def test_markup_is_escaped(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a definition contains is no markup of a comment, and no workflow command."""
    edit(repository, "status = 'won'", "status = '<img src=x>|@all ![x](http://evil.example)'")
    assert main(["diff", "main", "--format", "markdown"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("<!-- attain diff -->\n")
    assert "<img" not in said and "](" not in said and "@all" not in said
    edit(repository, "count(deals where", "count(deals where 1 = 1 and")
    assert main(["diff", "main", "--format", "github"]) == 0
    assert all(line.startswith("::") for line in capsys.readouterr().out.splitlines())
