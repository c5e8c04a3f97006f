"""`attain diff` in a repository that somebody prepared: nothing of it runs, and nothing outside of it is read."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.diff.test_revisions import DEFINITIONS, classes, edit, git

from attain.cli import main

SECRET = "s3cr3t-of-somebody"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, `main`, its definitions, and a change of them that lies there; beside the
    repository a file that is none of its business."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text(f"deal_id,status,closed_at\n1,{SECRET},2026-01-05\n")
    (tmp_path / "secret.yaml").write_text(f"# {SECRET}\nmetrics: {{{SECRET}: 1}}\n")
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    (folder / "deals.csv").write_text("deal_id,status,closed_at\n1,won,2026-01-05\n2,lost,2026-01-09\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    edit(folder, "status = 'won'", "status = 'lost'")
    monkeypatch.chdir(folder)
    return folder


def plant(folder: Path, ran: Path) -> str:
    """Writes into the configuration of a repository every setting by which git runs a program; gives the program."""
    program = folder.parent / "program"
    program.write_text(f"#!/bin/sh\ntouch {ran}\ncat\n")
    program.chmod(0o755)
    hooks = folder.parent / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman", "pre-auto-gc"):
        (hooks / hook).write_text(program.read_text())
        (hooks / hook).chmod(0o755)
    settings = {
        "core.fsmonitor": program, "core.hooksPath": hooks, "core.pager": program, "core.editor": program,
        "core.sshCommand": program, "core.gitProxy": program, "core.askPass": program,
        "credential.helper": f"!{program}",
        "core.alternateRefsCommand": program, "diff.external": program, "diff.evil.textconv": program,
        "diff.evil.command": program, "filter.evil.smudge": program, "filter.evil.clean": program,
        "filter.evil.process": program, "gpg.program": program, "log.showSignature": "true",
        "alias.ls-tree": f"!{program}",
        "alias.cat-file": f"!{program}", "alias.rev-parse": f"!{program}", "pager.cat-file": program,
        "pager.ls-tree": program, "uploadpack.packObjectsHook": program, "remote.origin.url": f"ext::{program}",
        "remote.origin.uploadpack": program, "remote.origin.promisor": "true",
        "core.attributesFile": folder / "attributes",
    }  # fmt: skip
    for name, value in settings.items():
        git(folder, "config", name, str(value))
    for file in (folder / ".gitattributes", folder / "attributes", folder / ".git/info/attributes"):
        file.parent.mkdir(exist_ok=True)
        file.write_text("* filter=evil diff=evil\n")
    return str(program)


def test_nothing_of_a_repository_runs(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Settings, attributes, hooks and variables of the environment that name programs."""
    ran = tmp_path / "ran"
    program = plant(repository, ran)
    for name in (
        "GIT_EXTERNAL_DIFF",
        "GIT_PAGER",
        "PAGER",
        "GIT_SSH_COMMAND",
        "GIT_ASKPASS",
        "GIT_EDITOR",
        "GIT_PROXY_COMMAND",
    ):
        monkeypatch.setenv(name, program)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", program)
    for arguments in (["main"], ["main", "main"], ["HEAD", "main", "--data"]):
        assert main(["diff", *arguments]) == 0
        assert not ran.exists(), arguments
    assert "won" in capsys.readouterr().out
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    subprocess.run(
        ["git", "diff", "--ext-diff"], cwd=repository, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    assert ran.exists()  # what was planted does run where git is called as people call it


def test_a_repository_among_the_files(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of definitions that is itself made to look like a repository, with another history: it is not asked."""
    folder = repository / "team"
    folder.mkdir()
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    (folder / "deals.csv").write_text("deal_id,status,closed_at\n1,won,2026-01-05\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "two")
    edit(folder, "status = 'won'", "status = 'renewed'")
    git(folder, "init", "-q", "-b", "main", "inner")
    (folder / "inner/metrics.yaml").write_text((folder / "metrics.yaml").read_text())
    git(folder / "inner", "add", "-A")
    git(folder / "inner", "commit", "-q", "-m", "as if nothing had changed")
    for part in (folder / "inner/.git").iterdir():
        part.rename(folder / part.name)
    git(repository, "config", "--file", str(folder / "config"), "core.bare", "false")
    git(repository, "config", "--file", str(folder / "config"), "core.worktree", str(folder))
    status = main(["diff", "main", "-f", "team/metrics.yaml", "--format", "json"])
    said = capsys.readouterr()
    assert (status, set(json.loads(said.out))) == (2, {"errors", "warnings", "problems", "ignored"})  # and no metrics
    assert "git refuses" in said.err
    (folder / "HEAD").unlink()  # no repository any more
    assert classes(capsys, "main", "-f", "team/metrics.yaml")["won"] == "meaning"


def test_a_repository_that_names_another_folder(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`core.worktree`: told, and nothing is read there."""
    git(repository, "config", "core.worktree", str(tmp_path / "hooks"))
    (tmp_path / "hooks").mkdir()
    assert main(["diff", "main"]) == 2
    assert "is not in this repository" in capsys.readouterr().err


HOSTILE = {
    "include: [../secret.yaml]": "path-outside",
    "include: [/etc/passwd]": "path-outside",
    "include: [link.yaml]": "file-missing",
    "include: ['file:///etc/passwd']": "path-outside",
    "name: !!python/object/apply:os.system ['touch ran']": "yaml-tag",
    "name: !!python/name:os.system": "yaml-tag",
    "name: &a [x]\nother: *a": "yaml-anchor",
    "<<: {version: 1}": "unknown-key",
    "tables: {x: {file: ../secret.csv}}": "path-outside",
    "tables: {x: {file: /etc/passwd}}": "path-outside",
    "tables: {x: {sql: \"select * from read_csv('../secret.csv')\"}}": "source-sql",
    "tables: {x: {sql: \"select * from '/etc/passwd'\"}}": "source-sql",
    "tables: {x: {sql: \"copy (select 1) to 'ran'\"}}": "source-sql",
    "tables: {x: {sql: \"select getenv('HOME') as a\"}}": "source-sql",
    "connections: {default: {type: duckdb, path: ../secret.duckdb}}": "path-outside",
    "tests: [{name: a, given: {deals: {file: ../secret.csv}}, when: won, expect: 1}]": "path-outside",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_definitions_are_data(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    """Hostile definitions in BASE, in HEAD, and as they lie here: each command tells what is refused, runs nothing, and
    says nothing of what lies outside."""
    (repository / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (repository / "hostile.yaml").write_text(f"version: 1\n{text}\n")
    (repository / "metrics.yaml").write_text(DEFINITIONS + "include: [hostile.yaml]\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "hostile")
    for arguments in (
        ["diff", "HEAD~1", "HEAD"], ["diff", "HEAD", "HEAD~1"], ["diff", "HEAD~1"], ["validate"],
        ["validate", "--offline"], ["test"], ["fmt", "--check"], ["diff", "HEAD~1", "HEAD", "--data"], ["lock"],
    ):  # fmt: skip
        status = main(arguments)
        said = capsys.readouterr()
        passed_over = arguments[0] in ("fmt", "diff", "lock") if text.startswith("tests") else arguments[0] == "fmt"
        if not passed_over and not (HOSTILE[text] == "file-missing" and arguments == ["diff", "HEAD~1"]):
            assert status in (1, 3), (arguments, said)
        assert SECRET not in said.out + said.err and "root:" not in said.out + said.err
        if arguments == ["validate"] and "link" not in text:
            assert f"error[{HOSTILE[text]}]" in said.err + said.out, said
    assert not (repository / "ran").exists()


def test_a_link_that_takes_the_place_of_the_definitions(
    repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """metrics.yaml itself, and attain.lock, as links out of the repository, in a revision."""
    for name in ("metrics.yaml", "attain.lock"):
        (repository / name).unlink(missing_ok=True)
        (repository / name).symlink_to(tmp_path / "secret.yaml")
        git(repository, "add", "-A")
        git(repository, "commit", "-q", "-m", f"a link, {name}")
        status = main(["diff", "HEAD~1", "HEAD", "--format", "json"])
        said = capsys.readouterr()
        assert SECRET not in said.out + said.err
        assert status == 2 if name == "metrics.yaml" else status in (0, 2), said
        if status == 0:
            assert json.loads(said.out)["metrics"]
