"""A small runner of workflows: the `run:` steps of a composite action or a job, one after the other, in a shell, with
the files that GitHub's runner hands to steps. `uses:` steps are left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@dataclass
class Job:
    """What steps find around them, and what they leave behind."""

    folder: Path  # the working directory
    place: Path  # where the runner keeps its own files
    context: dict[str, str]  # `inputs.path`, `github.event_name`, ..
    programs: Path  # a folder before all others on PATH
    said: str = ""
    status: int = 0
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> str:
        """What stands on the page of the run."""
        return (self.place / "summary").read_text()


def steps_of(name: str) -> list[dict[str, Any]]:
    """The steps of a file of the repository: of an action, or of the one job of a workflow."""
    found = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    if "runs" in found:
        steps: list[dict[str, Any]] = found["runs"]["steps"]
        return steps
    ((_, job),) = found["jobs"].items()
    return list(job["steps"])


def inputs_of(name: str) -> dict[str, str]:
    """The inputs of an action as they are where nothing is said."""
    found = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return {f"inputs.{key}": str(entry["default"]) for key, entry in found["inputs"].items()}


def run_steps(name: str, job: Job, last: str = "") -> Job:
    """Runs the steps, at most up to the one of the id `last`; the first that fails ends the job, as on GitHub."""
    job.place.mkdir(parents=True, exist_ok=True)
    (job.place / "summary").touch()
    for step in steps_of(name):
        if "run" not in step or not is_wanted(step, job.context):
            continue
        output = job.place / "output"
        output.write_text("")
        given = {key: filled(str(value), job.context) for key, value in step.get("env", {}).items()}
        environment = {name: os.environ[name] for name in ("HOME", "LANG", "LC_ALL") if name in os.environ} | given | {
            "PATH": f"{job.programs}{os.pathsep}{os.environ['PATH']}", "GITHUB_OUTPUT": str(output), "CI": "true",
            "GITHUB_STEP_SUMMARY": str(job.place / "summary"), "RUNNER_TEMP": str(job.place / "temp"),
            "GITHUB_REPOSITORY": "acme/metrics", "GITHUB_WORKSPACE": str(job.folder),
        }  # fmt: skip
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]], cwd=job.folder, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300,
        )  # fmt: skip
        job.said += done.stdout
        for line in output.read_text().splitlines():
            key, _, value = line.partition("=")
            job.outputs[key] = value
            job.context[f"steps.{step.get('id', '')}.outputs.{key}"] = value
        job.status = done.returncode
        if done.returncode or step.get("id") == last:
            break
    return job


def is_wanted(step: dict[str, Any], context: dict[str, str]) -> bool:
    """Whether the condition of a step holds."""
    condition = re.fullmatch(r"\$\{\{ (\S+) == '(\w+)' \}\}", step.get("if", "${{ x == 'x' }}"))
    assert condition is not None, step["if"]
    return context.get(condition[1], condition[1]) == condition[2]


def filled(text: str, context: dict[str, str]) -> str:
    """A text with its expressions filled in: names, and `a || b`. What is unknown is empty."""

    def value(match: re.Match[str]) -> str:
        return next((found for name in match[1].split(" || ") if (found := context.get(name.strip(), ""))), "")

    return _EXPRESSION.sub(value, text)


def install_programs(folder: Path) -> Path:
    """Programs in the place of others: `python3 -m venv` makes an environment whose pip only writes down what it is
    asked for, and whose `attain` is the one of this repository."""
    folder.mkdir(parents=True)
    log = folder / "log"
    attain = f'#!/bin/sh\nPYTHONPATH="{ROOT / "engine"}" exec "{sys.executable}" -P -m attain "$@"\n'
    script = f"""\
        #!/bin/sh
        echo "$@" >> "{log}"
        case "$*" in
          "-I -m venv "*)
            mkdir -p "$4/bin"
            cp "{folder}/attain" "$4/bin/attain"
            cp "{folder}/python3" "$4/bin/python" ;;
          *"-m pip"*) ;;
          *) exec "{sys.executable}" "$@" ;;
        esac
    """
    (folder / "attain").write_text(attain)
    (folder / "python3").write_text(re.sub("^        ", "", script, flags=re.MULTILINE))
    for program in ("attain", "python3"):
        (folder / program).chmod(0o755)
    return folder
