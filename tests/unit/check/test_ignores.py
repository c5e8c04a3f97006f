"""What `ignore:` silences, for whom, and until when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from attain.model.silence import Silence, can_be_ignored
from attain.project import Project, check_project
from attain.run.engine import Settings
from attain.validating import codes_looked_for, find_lint, settle_problems

TODAY = date(2026, 6, 30)
TABLES = "tables: {deals: {source: deals, key: id, time: day, fields: {id: {type: integer}, day: {type: date}}}}\n"
#: Two metrics at which `unit-unlikely` is told.
METRICS = "metrics:\n  a: {expr: count(deals), unit: money}\n  b: {expr: count(deals), unit: money}\n"


def checked(folder: Path, today: date = TODAY, **files: str) -> Project:
    """Definitions, checked on a day."""
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))
    return check_project(folder, names, None, True, Settings(), today)


def told(project: Project, levels: dict[str, str] | None = None, today: date = TODAY) -> list[str]:
    """`code line` of what is told in the end."""
    levels = project.lint if levels is None else levels
    looked_for = codes_looked_for(project, levels, data=False)
    problems, _ = settle_problems(project, find_lint(project, levels), looked_for, today)
    return [f"{problem.code} {problem.span.line}" for problem in problems]


def entry(what: str, until: str = "2026-06-30") -> str:
    """An `ignore:` with one entry, of one line."""
    return f"ignore: [{{{what}, reason: agreed, until: {until}}}]\n"


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("code: unit-unlikely, name: a", ["unit-unlikely 5"]),
        ("code: unit-unlikely, name: [a, b]", []),
        ("code: unit-unlikely, file: m.yaml", []),
        ("code: unit-unlikely, file: m.yaml, name: b", ["unit-unlikely 4"]),
        ("code: unit-unlikely, file: other.yaml", ["ignore-unused 1", "unit-unlikely 4", "unit-unlikely 5"]),
        ("code: unit-unlikely, name: deals", ["ignore-unused 1", "unit-unlikely 4", "unit-unlikely 5"]),
        ("code: name-hidden, name: a", ["ignore-unused 1", "unit-unlikely 4", "unit-unlikely 5"]),
    ],
)
def test_an_entry_is_about_definitions_or_files(tmp_path: Path, what: str, expected: list[str]) -> None:
    project = checked(tmp_path, m=entry(what) + TABLES + METRICS)
    assert told(project) == expected


def test_a_name_of_several_that_needs_nothing_is_told(tmp_path: Path) -> None:
    """It would silence the next problem there, which nobody has looked at."""
    metrics = METRICS.replace("  b: {expr: count(deals), unit: money}", "  b: count(deals)")
    project = checked(tmp_path, m=entry("code: unit-unlikely, name: [a, b]") + TABLES + metrics)
    levels = codes_looked_for(project, {}, data=False)
    problems, ignored = settle_problems(project, [], levels, TODAY)
    assert [problem.message for problem in problems] == ["there is no `unit-unlikely` at `b`"]
    assert [hint for problem in problems for hint in problem.hints] == ["take `b` out"]
    assert len(ignored) == 1


def test_the_last_day_still_counts(tmp_path: Path) -> None:
    text = entry("code: unit-unlikely, name: [a, b]") + TABLES + METRICS
    assert told(checked(tmp_path, m=text)) == []
    later = date(2026, 7, 1)
    assert told(checked(tmp_path, later, m=text), today=later) == [
        "ignore-expired 1",
        "unit-unlikely 4",
        "unit-unlikely 5",
    ]


def test_what_is_ignored_is_not_told_by_other_commands(tmp_path: Path) -> None:
    """`run` shows the warnings of a project; what is ignored is none of them, and is kept with its reason."""
    project = checked(tmp_path, m=entry("code: unit-unlikely, name: a") + TABLES + METRICS)
    assert [problem.span.line for problem in project.problems] == [5]
    assert [(found.problem.span.line, found.why) for found in project.ignored] == [(4, "agreed (until 2026-06-30)")]


def test_folders_and_files_of_their_own(tmp_path: Path) -> None:
    """An entry of one file is about definitions of another; a path starts from the file that it stands in."""
    metrics = METRICS.replace("a:", "c:").replace("b:", "d:")
    project = checked(
        tmp_path, m=TABLES + METRICS, old__x=metrics, old__y=entry("code: unit-unlikely, file: x.yaml"),
        z=entry("code: unit-unlikely, file: old"),
    )  # fmt: skip
    assert told(project) == ["unit-unlikely 3", "unit-unlikely 4", "ignore-unused 1"]
    assert {problem.span.file for problem in project.problems} == {"m.yaml"}


def test_a_file_outside_is_refused(tmp_path: Path) -> None:
    project = checked(tmp_path, m=entry("code: unit-unlikely, file: ../x.yaml") + TABLES + METRICS)
    assert "path-outside 1" in told(project)


def test_errors_are_never_silenced(tmp_path: Path) -> None:
    """Neither by an entry that names one, nor by one that names what is a warning elsewhere."""
    wrong = TABLES + "metrics:\n  a: sum(deals.nothing)\n"
    assert "unknown-field 4" in told(checked(tmp_path, m=entry("code: unknown-field, name: a") + wrong))
    late = "  old: {expr: count(deals), deprecated: {until: 2026-01-01}}\n  new: old + 1\n"
    project = checked(tmp_path, m=entry("code: deprecated-metric, name: new") + TABLES + "metrics:\n" + late)
    (problem,) = project.problems
    assert (problem.code, problem.severity.value) == ("deprecated-metric", "error")
    assert not can_be_ignored(problem)


def test_a_warning_that_became_no_error_yet_is_silenced(tmp_path: Path) -> None:
    soon = "metrics:\n  old: {expr: count(deals), deprecated: {until: 2026-12-31}}\n  new: old + 1\n"
    assert told(checked(tmp_path, m=entry("code: deprecated-metric, name: new") + TABLES + soon)) == []


def test_rules_are_silenced_also_as_errors(tmp_path: Path) -> None:
    text = (
        "lint: {name-style: error}\n" + entry("code: name-style, name: ARR") + TABLES + "metrics: {ARR: count(deals)}\n"
    )
    assert told(checked(tmp_path, m=text)) == []


def test_unused_is_told_only_of_what_was_looked_for(tmp_path: Path) -> None:
    """Not of rules that are off, nor of rows that were not looked at, nor where errors came before."""
    for code in ("name-style", "dangling-reference"):
        assert told(checked(tmp_path, m=entry(f"code: {code}, name: deals") + TABLES)) == []
    text = entry("code: name-hidden, name: deals") + TABLES
    assert told(checked(tmp_path, m=text)) == ["ignore-unused 1"]
    assert told(checked(tmp_path, m=text + "metrics: {a: sum(deals.nothing)}\n")) == ["unknown-field 3"]


def test_entries_in_several_files_and_nothing_to_ignore() -> None:
    assert Silence().split([], TODAY) == ([], [])


def test_a_project_with_ignored_warnings_is_checked_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The day decides what is ignored, so what was ignored yesterday is not found again in the cache."""
    from attain.model_cache import write_pending
    from attain.project import open_project

    monkeypatch.setenv("ATTAIN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "m.yaml").write_text(entry("code: unit-unlikely, name: [a, b]") + TABLES + METRICS)
    for day, expected in ((TODAY, 0), (date(2026, 7, 1), 2)):
        assert len(open_project(tmp_path / "m.yaml", offline=True, today=day).problems) == expected
        write_pending()
