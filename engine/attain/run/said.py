"""What was said before: a small file, so that nothing is said twice."""

from __future__ import annotations

import json
from pathlib import Path

from attain.base.problem import Problem
from attain.base.span import Span
from attain.run.engine import RunProblem

FORM = 1
#: Of each alert: what it was about, and the state that was told.
Said = dict[str, dict[str, str]]


def read_said(path: Path) -> Said:
    """What a file says was said; nothing where there is no file yet. Raises RunProblem where it cannot be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise unreadable(path) from None
    said = found.get("said") if isinstance(found, dict) and found.get("attain_alerts") == FORM else None
    if not isinstance(said, dict) or not all(isinstance(states, dict) for states in said.values()):
        raise unreadable(path)
    return {str(alert): {str(k): str(v) for k, v in states.items()} for alert, states in said.items()}


def said_to_text(said: Said) -> str:
    """The text of the file."""
    kept = {alert: dict(sorted(states.items())) for alert, states in sorted(said.items()) if states}
    return json.dumps({"attain_alerts": FORM, "said": kept}, indent=2, ensure_ascii=False) + "\n"


def unreadable(path: Path) -> RunProblem:
    """The problem of a file that holds something else."""
    problem = Problem("state-file", f"`{path}` is no file of what was said", Span("--state", 0, 0, 0))
    return RunProblem(problem.hint("name another file, or remove it: everything that fires is sent once more then"))
