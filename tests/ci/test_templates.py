"""Every file for CI: by its schema, without scripts made of what comes from outside, with what runs it pinned."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.ci.runner import ROOT, Job, run_steps, steps_of
from tests.diff.test_revisions import git

ACTION, CHECK, COMMENT = "action.yml", "templates/attain.github.yml", "templates/attain-comment.github.yml"
GITLAB, HOOKS = "templates/attain.gitlab-ci.yml", ".pre-commit-hooks.yaml"
SCHEMAS = {ACTION: "github-actions", CHECK: "github-workflows", COMMENT: "github-workflows", GITLAB: "gitlab-ci"}


def read(name: str) -> Any:
    """A file of the repository."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def scripts() -> list[tuple[str, str]]:
    """Every shell script in them."""
    found = [(name, step["run"]) for name in (ACTION, CHECK, COMMENT) for step in steps_of(name) if "run" in step]
    return [
        *found,
        *((GITLAB, line) for line in (*read(GITLAB)["attain"]["before_script"], *read(GITLAB)["attain"]["script"])),
    ]


@pytest.mark.parametrize("name", SCHEMAS)
def test_by_its_schema(name: str) -> None:
    """The schemas that editors use for them."""
    pytest.importorskip("check_jsonschema")
    more = ["--data-transform", "gitlab-ci"] if name == GITLAB else []
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        f"vendor.{SCHEMAS[name]}",
        *more,
        ROOT / name,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_script_is_made_of_what_comes_from_outside() -> None:
    """Expressions stand in `env:` and `with:` alone."""
    assert len(scripts()) > 8
    assert [script for _, script in scripts() if "${{" in script] == []


def test_scripts_are_clean() -> None:
    """shellcheck finds nothing."""
    program = shutil.which("shellcheck", path=str(Path(sys.executable).parent)) or shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed")
    for name, script in scripts():
        done = subprocess.run([program, "-s", "bash", "-"], input=script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{name}:\n{done.stdout}"


def test_what_is_used_is_pinned() -> None:
    """Actions of others by the whole hash of a commit."""
    used = [step["uses"] for name in (ACTION, CHECK, COMMENT) for step in steps_of(name) if "uses" in step]
    others = [name for name in used if not name.startswith("OWNER/attain@")]
    assert len(others) == 3 and all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", name) for name in others)


def test_who_may_do_what() -> None:
    """The job that reads definitions may only read, and gets no token; the one that writes reads no definitions."""
    check, comment = read(CHECK), read(COMMENT)
    assert check["permissions"] == {"contents": "read"} and list(check[True]) == ["pull_request"]
    (job,) = check["jobs"].values()
    assert "permissions" not in job and job["steps"][0]["with"]["persist-credentials"] is False
    own = (
        (ROOT / ACTION).read_text().partition("runs:")[2].replace("secrets.token_hex", "").replace("import secrets", "")
    )
    assert not re.search(r"token|secrets", own + (ROOT / CHECK).read_text())
    assert comment["permissions"] == {} and list(comment[True]) == ["workflow_run"]
    (job,) = comment["jobs"].values()
    assert job["permissions"] == {"actions": "read", "pull-requests": "write"}
    text = (ROOT / COMMENT).read_text().partition("jobs:")[2]
    assert not re.search(r"checkout|pip install|git |attain (validate|test|diff)", text)


# -- the job that comments -------------------------------------------------------------------------------------------
GH = """\
#!/usr/bin/env python3
import json, os, sys
with open(os.environ["GH_LOG"], "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
path = next(word for word in sys.argv[1:] if word.startswith("repos/"))
if path.endswith("/pulls"):
    print("17" if "abc" in sys.argv[-1] else "")
elif path.endswith("/comments") and "--jq" in sys.argv:
    print(os.environ.get("KNOWN", ""))
"""


def commented(tmp_path: Path, body: str, commit: str = "abc", known: str = "") -> tuple[Job, str, list[list[str]]]:
    """Runs the job over a report; what it wrote as body, and what it asked GitHub."""
    programs, folder = tmp_path / "programs", tmp_path / "work"
    (folder / "report").mkdir(parents=True)
    programs.mkdir()
    (folder / "report" / "comment.md").write_text(body, encoding="utf-8", newline="")
    log = tmp_path / "log"
    log.touch()
    (programs / "gh").write_text(
        GH.replace('os.environ["GH_LOG"]', repr(str(log))).replace('os.environ.get("KNOWN", "")', repr(known))
    )
    (programs / "gh").chmod(0o755)
    context = {
        "github.token": "t", "github.event.workflow_run.head_sha": commit,
        "github.event.workflow_run.head_repository.owner.login": "stranger",
        "github.event.workflow_run.head_branch": "x;$(touch ran)",
    }  # fmt: skip
    job = run_steps(COMMENT, Job(folder, tmp_path / "place", context, programs))
    file = folder / "body.json"
    calls = [json.loads(line) for line in log.read_text().splitlines()]
    assert not (folder / "ran").exists()
    return job, json.loads(file.read_text())["body"] if file.exists() else "", calls


def test_one_comment_is_written_and_then_written_anew(tmp_path: Path) -> None:
    """The pull request is looked up by the commit; a comment that is there is changed."""
    job, body, calls = commented(tmp_path / "a", "<!-- attain -->\n**won**: meaning\n")
    assert job.status == 0, job.said
    assert body == "<!-- attain -->\n**won**: meaning\n"
    assert calls[0][-3:][0] == "head=stranger:x;$(touch ran)" and "abc" in calls[0][-1]
    assert calls[-1] == ["api", "-X", "POST", "repos/acme/metrics/issues/17/comments", "--input", "body.json"]
    _, _, calls = commented(tmp_path / "b", "x", known="99")
    assert calls[-1] == ["api", "-X", "PATCH", "repos/acme/metrics/issues/comments/99", "--input", "body.json"]
    job, _, calls = commented(tmp_path / "c", "x", commit="def")
    assert job.status == 0 and len(calls) == 1  # no open pull request has this commit


def test_a_report_that_somebody_made_up(tmp_path: Path) -> None:
    """Of a stranger's report only plain text is left: no links, images, mentions, markup, hidden text, or too much."""
    hostile = (
        "<!-- attain -->\n<!-- hidden --><img src=//evil.example/x><script>a</script>@everyone [click](http://evil.example)"
        "\n![x](//evil.example/p.png)\n[ref]: http://evil.example\nhttps://evil.example www.evil.example\n"
        "<details><summary>ok</summary>\n\n\u202egnp.exe\x1b[31m\x00\n</details>\n<!-- unclosed " + "x" * 100_000
    )
    _, body, _ = commented(tmp_path, hostile)
    assert body.startswith("<!-- attain -->\n") and body.count("<!--") == 1
    assert len(body) < 65_536
    assert "<details><summary>ok</summary>" in body
    for planted in ("<img", "<script", "@everyone", "](", "]:", "://", "www.", "\u202e", "\x1b", "\x00", "hidden"):
        assert planted not in body, planted


def test_a_report_that_is_a_link(tmp_path: Path) -> None:
    """It is not followed."""
    (tmp_path / "secret").write_text("secret")
    folder = tmp_path / "work"
    (folder / "report").mkdir(parents=True)
    (folder / "report" / "comment.md").symlink_to(tmp_path / "secret")
    job = run_steps(COMMENT, Job(folder, tmp_path / "place", {"github.token": "t"}, tmp_path))
    assert job.status == 1 and not (folder / "body.json").exists()


# -- pre-commit, GitLab ----------------------------------------------------------------------------------------------
def test_hooks_run(tmp_path: Path) -> None:
    """pre-commit itself, over a repository with a file that is not formatted and a metric that is wrong."""
    pytest.importorskip("pre_commit")
    hooks = [{**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"} for hook in read(HOOKS)]
    assert [hook["id"] for hook in hooks] == ["attain-validate", "attain-fmt", "attain-fmt-check"]
    config = {"repos": [{"repo": "local", "hooks": [hooks[0], hooks[2], hooks[1]]}]}
    (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    (tmp_path / "metrics.yaml").write_text("version: 1\nmetrics:\n    a:   b +  1\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"], cwd=tmp_path,
        capture_output=True, text=True, check=False,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "engine")},
    )  # fmt: skip
    results = re.findall(r"^(attain.*?)\.+(\w+)$", done.stdout, re.MULTILINE)
    assert results == [("attain validate", "Failed"), ("attain fmt --check", "Failed"), ("attain fmt", "Failed")], (
        done.stdout
    )
    assert "unknown-name" in done.stdout or "unknown-metric" in done.stdout
    assert (tmp_path / "metrics.yaml").read_text() == "version: 1\n\nmetrics:\n  a: b + 1\n"


@pytest.mark.parametrize(("expect", "status"), [("2", 0), ("3", 1)])
def test_gitlab_job(tmp_path: Path, expect: str, status: int) -> None:
    """The script of the job, run as it is: reports are there whether it fails or not."""
    from tests.ci.runner import install_programs
    from tests.ci.test_action import DEFINITIONS

    (tmp_path / "metrics.yaml").write_text(DEFINITIONS)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    (tmp_path / "metrics.yaml").write_text(DEFINITIONS.replace("expect: 2", f"expect: {expect}"))
    attain = install_programs(tmp_path / "programs") / "attain"
    (script,) = read(GITLAB)["attain"]["script"]
    variables = {key: str(value) for key, value in read(GITLAB)["variables"].items()}
    variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = "main"
    done = subprocess.run(
        ["bash", "-c", script.replace("/tmp/attain/bin/attain", str(attain))], cwd=tmp_path, text=True, check=False,
        capture_output=True, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **variables},
    )  # fmt: skip
    assert done.returncode == status, done.stdout + done.stderr
    for name in ("validate.xml", "test.xml", "attain.sarif", "diff.md"):
        assert (tmp_path / "attain-report" / name).stat().st_size > 0
