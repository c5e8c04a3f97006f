"""The action for GitHub: its steps are run, in a real repository, as a pull request would have them run."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.ci.runner import Job, inputs_of, install_programs, run_steps
from tests.diff.test_revisions import git

DEFINITIONS = """\
version: 1

tables:
  deals:
    file: deals.csv
    key: deal_id
    time: closed_at
    fields:
      deal_id: {type: integer}
      status: {type: text}
      closed_at: {type: date}

metrics:
  won: count(deals where status = 'won')
  rate: won / count(deals)

tests:
  - name: two of three
    given:
      deals: |
        deal_id,status,closed_at
        1,won,2026-01-05
        2,won,2026-01-06
        3,lost,2026-01-07
    when: won
    expect: 2
"""
Check = Callable[..., Job]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose branch `main` holds definitions, and the branch of a pull request."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (folder / "metrics.yaml").write_text(DEFINITIONS)
    (folder / "deals.csv").write_text("deal_id,status,closed_at\n1,won,2026-01-05\n2,lost,2026-01-09\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
    git(folder, "checkout", "-q", "-b", "change")
    return folder


@pytest.fixture
def check(repository: Path, tmp_path: Path) -> Check:
    """Runs the action on what lies there; with other inputs, or as another event."""

    def call(**given: str) -> Job:
        head = given.pop("head", "acme/metrics")
        event, last = given.pop("event", "pull_request"), given.pop("last", "")
        base = subprocess.run(["git", "rev-parse", "main"], cwd=repository, capture_output=True, text=True, check=True)
        context = inputs_of("action.yml") | {f"inputs.{key.replace('_', '-')}": text for key, text in given.items()}
        context |= {
            "github.event_name": event, "github.event.pull_request.head.repo.full_name": head,
            "github.event.pull_request.base.sha": base.stdout.strip(), "github.action_path": "/actions/attain",
        }  # fmt: skip
        place = tmp_path / f"place{len(list(tmp_path.iterdir()))}"
        programs = install_programs(place / "programs")
        return run_steps("action.yml", Job(repository, place, context, programs), last)

    return call


def edit(folder: Path, old: str, new: str) -> None:
    """Replaces a text in the definitions."""
    text = (folder / "metrics.yaml").read_text()
    assert old in text
    (folder / "metrics.yaml").write_text(text.replace(old, new))


def report(job: Job, name: str) -> str:
    """A file of the report."""
    return (Path(job.outputs["report"]) / name).read_text()


def test_nothing_changed(check: Check) -> None:
    """All is well: every report is there, and in its form."""
    job = check()
    assert job.status == 0, job.said
    assert json.loads(report(job, "attain.sarif"))["version"] == "2.1.0"
    assert "<testsuite" in report(job, "validate.xml") and "two of three" in report(job, "test.xml")
    classes = {metric["name"]: metric["class"] for metric in json.loads(report(job, "diff.json"))["metrics"]}
    assert classes == {"won": "unchanged", "rate": "unchanged"}
    assert report(job, "comment.md").splitlines()[0] == "<!-- attain -->"
    log = (job.programs / "log").read_text().splitlines()
    assert log[1] == "-I -m pip install --quiet --disable-pip-version-check /actions/attain"
    assert all(line.startswith("-I ") for line in log)  # nothing of the pull request is imported


def test_a_change_of_meaning(check: Check, repository: Path) -> None:
    """It is told, at its line and in the comment; it fails where that is asked for, unless it was agreed on."""
    edit(repository, "count(deals where status = 'won')", "count(deals where status in ('won', 'renewed'))")
    job = check()
    assert job.status == 0, job.said
    assert "won" in report(job, "comment.md") and "won" in job.summary and "Renewed" not in job.said
    assert "::warning" in job.said or "::notice" in job.said
    failed = check(fail_on="meaning")
    assert failed.status == 1 and "::error::failed: attain diff (exit 1)" in failed.said
    assert report(failed, "comment.md") == report(job, "comment.md")
    subprocess.run(
        ["sh", failed.programs / "attain", "diff", "main", "--accept", "agreed.json", "--write-accept"], check=True,
        cwd=repository, capture_output=True,
    )  # fmt: skip
    assert check(fail_on="meaning", accept="agreed.json").status == 0


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("won / count(deals)", "one / count(deals)", "attain validate (exit 1)"),
        ("count(deals where status = 'won')", "count(  deals where status = 'won')", "attain fmt (exit 1)"),
        ("expect: 2", "expect: 3", "attain test (exit 1)"),
    ],
)
def test_what_fails(check: Check, repository: Path, old: str, new: str, part: str) -> None:
    """A mistake, a file that is not formatted, a test: everything else is run all the same."""
    edit(repository, old, new)
    job = check()
    assert job.status == 1 and part in job.said
    assert (Path(job.outputs["report"]) / "comment.md").exists()


def test_data_are_looked_at_only_where_asked_and_never_for_a_fork(check: Check, repository: Path) -> None:
    """Deal 1 stands twice in the data: who looks at them finds it."""
    (repository / "deals.csv").write_text("deal_id,status,closed_at\n1,won,2026-01-05\n1,lost,2026-01-09\n")
    assert check().status == 0
    own = check(data="true")
    assert own.outputs["data"] == "true" and own.status == 1 and "duplicate-key-value" in own.said
    job = check(data="true", head="stranger/metrics")
    assert job.status == 0 and "duplicate-key-value" not in job.said, job.said
    for fork in (
        {"head": "stranger/metrics"},
        {"head": ""},
        {"event": "pull_request_target"},
        {"event": "workflow_run"},
    ):
        job = check(data="true", last="start", **fork)
        assert job.outputs["data"] == "false" and "::notice::data are not looked at" in job.said, fork


def test_rows_are_in_no_log(check: Check, repository: Path) -> None:
    """With data, figures are told, and no rows, unless so many are asked for."""
    (repository / "deals.csv").write_text("deal_id,status,closed_at\n770077,won,2026-01-05\n2,lost,2026-01-09\n")
    edit(repository, "count(deals where status = 'won')", "count(deals where status = 'renewed')")
    job = check(data="true")
    assert "770077" not in job.said + job.summary + report(job, "comment.md") + report(job, "diff.json")
    shown = check(data="true", samples="2")
    assert "770077" in shown.summary


def test_what_comes_from_outside_is_never_a_script(check: Check, repository: Path) -> None:
    """Inputs, names of files and definitions with shell and workflow commands in them."""
    ran = repository / "ran"
    shell = f"$(touch {ran});`touch {ran}`'\"; touch {ran} #"
    for given in ({"path": shell}, {"fail_on": shell, "accept": shell}, {"version": f"1;{shell}"}):
        assert check(**given).status != 0, given
    for base in (shell, "--output=x"):
        assert "::warning::what changed cannot be told" in check(base=base).said
    assert not ran.exists() and not (repository / "x").exists()
    (repository / "::error ::planted.yaml").write_text("metrics:   {}\n")
    edit(repository, "version: 1\n", 'version: 1\ninclude: ["::error ::planted.yaml"]\n')
    edit(repository, "  rate: won", "  rate: &a won\n  '::error::planted': won\n  '##[error]planted': won")
    assert not commands_of(check().said, "planted")


def commands_of(said: str, word: str) -> list[str]:
    """The lines that a runner would take as a command and that plant something in it."""
    found: list[str] = []
    waiting_for = ""
    for line in said.splitlines():
        if waiting_for:
            waiting_for = "" if line == f"::{waiting_for}::" else waiting_for
            continue
        if line.startswith("::stop-commands::"):
            waiting_for = line.removeprefix("::stop-commands::")
        elif re.match(rf"\s*::error\s*::{word}", line) or "##[" in line:
            found.append(line)
    return found


def test_without_a_base(check: Check, repository: Path) -> None:
    """A base without definitions: nothing is compared, and it is said; without a base, too."""
    git(repository, "checkout", "-q", "--orphan", "empty")
    git(repository, "rm", "-rqf", "--cached", ".")
    git(repository, "commit", "-q", "--allow-empty", "-m", "nothing")
    assert (repository / "metrics.yaml").exists()
    job = check(base="empty")
    assert job.status == 0 and "::warning::what changed cannot be told" in job.said
