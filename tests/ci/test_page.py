"""docs/ci.md, followed step by step: what it leaves behind is a pull request that the action checks."""

from __future__ import annotations

import re
from pathlib import Path

from tests.ci.runner import ROOT, Job, inputs_of, install_programs, run_steps
from tests.ci.test_templates import commented
from tests.docs.console import fill_page, run_git

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def test_the_page_shows_what_we_hand_out() -> None:
    """The workflows of the page are the templates."""
    for name in ("attain", "attain-comment"):
        block = re.search(rf"^```yaml \.github/workflows/{name}\.yml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        assert block is not None and block[1] == (ROOT / f"templates/{name}.github.yml").read_text(encoding="utf-8")


def test_the_pull_request_of_the_page(tmp_path: Path) -> None:
    """Its commands answer what the page says; the action then fails on the change, unless it was agreed on."""
    folder = tmp_path / "repository"
    folder.mkdir()
    assert fill_page(PAGE, folder) == PAGE
    assert run_git(folder, ["status", "--porcelain"]) == "?? .pre-commit-config.yaml"
    assert run_git(folder, ["log", "--format=%s", "main..renewals"]) == "Renewals count as won"
    for accept, status in (("agreed.json", 0), ("", 1)):
        context = inputs_of("action.yml") | {
            "inputs.fail-on": "meaning,inherited", "inputs.accept": accept, "github.event_name": "pull_request",
            "github.event.pull_request.head.repo.full_name": "stranger/metrics",
            "github.event.pull_request.base.sha": run_git(folder, ["rev-parse", "main"]),
        }  # fmt: skip
        place = tmp_path / f"place {accept}"
        job = run_steps("action.yml", Job(folder, place, context, install_programs(place / "programs")))
        assert job.status == status, job.said
        comment = (Path(job.outputs["report"]) / "comment.md").read_text()
        assert comment.startswith("<!-- attain -->\n") and "win&#95;rate" in comment.replace("\\_", "&#95;").replace(
            "_", "&#95;"
        )
        _, harmless, _ = commented(tmp_path / f"comment {accept}", comment)
        assert harmless.split() == comment.split()  # of what is ours, nothing is lost
        assert re.search(r"^### Metrics: [0-9a-f]{7} to metrics.yaml$", comment, re.MULTILINE)
