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


def test_definitions_that_moved(repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`REVISION:path` is where definitions lay then; data are those of today."""
    git(tmp_path, "mv", "metrics", "figures")
    git(tmp_path, "commit", "-qm", "moved")
    folder = tmp_path / "figures"
    edit(folder, "status = 'won'", "status = 'lost'")
    asked = ("-f", str(folder / "metrics.yaml"))
    assert main(["diff", "HEAD~1", *asked]) == 2
    assert "if it lay elsewhere: HEAD~1:folder/metrics.yaml" in capsys.readouterr().err
    for old in ("HEAD~1:metrics/metrics.yaml", "HEAD~1:metrics"):
        assert classes(capsys, old, *asked) == {"won": "meaning", "rate": "inherited"}


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


def test_every_kind_can_be_agreed_on(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Dimensions, tables, targets and alerts as metrics: each by the hashes of both sides, so another edit fails."""
    more = """\
dimensions:
  status: {paths: {deals: status}}
targets:
  plan: {metric: won, grain: month, values: {2026-01: 5}}
alerts:
  few: {metric: won, grain: month, when: below 3}
"""
    text = (repository / "metrics.yaml").read_text() + more
    (repository / "metrics.yaml").write_text(text)
    git(repository, "commit", "-qam", "more")
    for old, new, third, kind in (
        ("deals: status", "deals: closed_at", "deals: deal_id", "dimension"),
        ("deal_id\n", "deal_id\n    fields: {x: deal_id + 1}\n", "deal_id\n    fields: {x: 1 + 1}\n", "table"),
        ("2026-01: 5", "2026-01: 6", "2026-01: 7", "target"), ("below 3", "below 4", "below 5", "alert"),
        ("metric: won, grain: month, when", "owner: a@b.example, metric: won, grain: month, when",
         "owner: c@d.example, metric: won, grain: month, when", "alert"),
        ("  won: count(deals where status = 'won')", "  won: {expr: count(deals where status = 'won'), label: W}",
         "  won: {expr: count(deals where status = 'won'), label: V}", "metric"),
    ):  # fmt: skip
        (repository / "metrics.yaml").write_text(text.replace(old, new))
        accepted = ["--accept", f"agreed-{kind}.json"]
        assert main(["diff", "HEAD", "--fail-on", "any"]) == 1, kind
        assert main(["diff", "HEAD", *accepted, "--write-accept"]) == 0
        assert main(["diff", "HEAD", *accepted, "--fail-on", "any"]) == 0, kind
        (repository / "metrics.yaml").write_text(text.replace(old, third))
        assert main(["diff", "HEAD", *accepted, "--fail-on", "any"]) == 1, kind
    capsys.readouterr()


@pytest.mark.parametrize("name", ["nowhere", "--output=x", "-p", "main:../..", "mian:metrics"])
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


def test_nothing_of_the_repository_runs(repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """No hook, pager, monitor, external diff, text conversion or alias that the repository names is run."""
    ran = tmp_path / "ran"
    script = tmp_path / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "diff.external", "diff.evil.textconv", "core.sshCommand",
                 "core.editor", "uploadpack.packObjectsHook", "filter.evil.process", "filter.evil.smudge"):  # fmt: skip
        git(repository, "config", name, str(script))
    for name in ("ls-tree", "cat-file", "rev-parse", "for-each-ref"):
        git(repository, "config", f"alias.{name}", f"!{script}")
    git(repository, "config", "core.hooksPath", str(tmp_path))
    for hook in ("post-checkout", "post-index-change", "reference-transaction"):
        (tmp_path / hook).write_text(script.read_text())
        (tmp_path / hook).chmod(0o755)
    (repository / ".gitattributes").write_text("*.yaml filter=evil diff=evil\n")
    edit(repository, "status = 'won'", "status = 'lost'")
    assert classes(capsys, "main") == {"won": "meaning", "rate": "inherited"}
    assert main(["diff", "mian"]) == 2
    assert "did you mean `main`?" in capsys.readouterr().err
    assert not ran.exists()


def test_a_submodule_is_not_followed(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another repository in a revision has none of its files: what includes one is told that it is not there."""
    edit(repository, "version: 1\n", "version: 1\ninclude: [other/more.yaml]\n")
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},metrics/other")
    git(repository, "commit", "-qam", "a submodule")
    edit(repository, "include: [other/more.yaml]\n", "")
    assert main(["diff", "HEAD"]) == 1
    assert "there is no file `other/more.yaml`" in capsys.readouterr().err


def test_odd_names(repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Folders and files with spaces, umlauts, quotes, line ends and a dash in front are read as they are."""
    folder = tmp_path / "mé trics 'x'"
    folder.mkdir()
    (folder / "deals.csv").write_text((repository / "deals.csv").read_text())
    head, tail = DEFINITIONS.split("metrics:\n")
    (folder / '-tables "1".yaml').write_text(head)
    (folder / "zwei\nZeilen ü.yaml").write_text("metrics:\n" + tail)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "odd")
    path = folder / "zwei\nZeilen ü.yaml"
    path.write_text(path.read_text().replace("'won'", "'lost'"))
    assert classes(capsys, "HEAD", "-f", str(folder)) == {"won": "meaning", "rate": "inherited"}


def test_a_shallow_clone_says_what_to_fetch(
    repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """What a checkout in CI usually lacks is named, with how to have it."""
    edit(repository, "'won'", "'lost'")
    git(repository, "commit", "-qam", "two")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{tmp_path}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow" / "metrics")
    assert main(["diff", "HEAD~1"]) == 2
    said = capsys.readouterr().err
    assert "this clone is shallow" in said and "fetch-depth: 0" in said
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "clone", "-q", f"file://{tmp_path}", "whole")
    monkeypatch.chdir(tmp_path / "whole" / "metrics")
    assert main(["diff", "origin/feature"]) == 2
    assert "git fetch origin feature:refs/remotes/origin/feature" in capsys.readouterr().err


def test_a_partial_clone_fetches_nothing(
    repository: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Files that have not been fetched are told; nothing goes over a network."""
    edit(repository, "'won'", "'lost'")
    git(repository, "commit", "-qam", "two")
    git(repository, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{tmp_path}", "partial")
    folder = tmp_path / "partial" / "metrics"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    assert main(["diff", "HEAD~1", "--offline"]) == 2
    assert "this clone is partial" in capsys.readouterr().err
