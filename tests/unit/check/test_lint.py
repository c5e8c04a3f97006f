"""Rules that are switched on: what each finds, and how they are switched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from attain.base.span import Span
from attain.check.lint import RULES, add_asked
from attain.project import Project, check_project
from attain.run.engine import Settings
from attain.validating import find_lint

TABLES = """\
tables:
  deals:
    source: deals
    key: id
    time: day
    joins: {owner: {to: reps, on: rep_id}}
    fields:
      {id: {type: integer}, rep_id: {type: integer}, day: {type: date}, status: {type: text}, big: id > 3,
       amount: {type: integer, unit: money}, Old Column: {type: text}}
  reps: {source: reps, key: rep_id, fields: {rep_id: {type: integer}}}
currency: USD
"""


def checked(folder: Path, text: str) -> Project:
    """Definitions that have no errors."""
    (folder / "m.yaml").write_text(text)
    project = check_project(folder, ["m.yaml"], None, True, Settings(), date(2026, 6, 30))
    assert project.model is not None, project.problems
    return project


def found(folder: Path, rule: str, metrics: str, rest: str = "") -> list[str]:
    """The names that a rule finds something at, in order."""
    project = checked(folder, f"{TABLES}metrics:\n{metrics}{rest}")
    problems = find_lint(project, {rule: "warning"})
    assert {problem.code for problem in problems} <= {rule}
    lines = project.sources["m.yaml"].text.split("\n")
    return [lines[p.span.line - 1][p.span.column - 1 : p.span.end - 1] for p in problems]


def test_descriptions(tmp_path: Path) -> None:
    """Of metrics that lists show, and that are to stay."""
    metrics = """\
  a: count(deals)
  b: {expr: count(deals), description: All.}
  c: {expr: count(deals), description: ""}
  d: {expr: count(deals), hidden: true}
  e: {expr: count(deals), deprecated: {use: b}}
"""
    assert found(tmp_path, "description-missing", metrics) == ["a", "c"]


def test_owners(tmp_path: Path) -> None:
    """A target has that of its metric, an alert that of its target or metric."""
    metrics = "  a: {expr: count(deals), owner: x}\n  b: count(deals)\n  h: {expr: count(deals), hidden: true}\n"
    rest = """\
targets:
  ta: {metric: a, grain: month, value: 3}
  tb: {metric: b, grain: month, value: 3}
  tc: {metric: h, grain: month, value: 3, owner: y}
alerts:
  aa: {metric: a, grain: month, when: below 3}
  ab: {metric: b, grain: month, when: below 3}
  ac: {metric: b, grain: month, when: below 3, owner: z}
"""
    assert found(tmp_path, "owner-missing", metrics, rest) == ["b", "tb", "ab"]


def test_units(tmp_path: Path) -> None:
    """What is counted, money and days need none; a share does, and says it."""
    metrics = """\
  a: count(deals)
  b: sum(deals.amount)
  c: count(deals where big) / count(deals)
  d: {expr: c, unit: percent}
  e: {expr: max(deals.id), unit: number}
  f: max(deals.id)
  g: max(deals.day)
  h: {expr: max(deals.id), hidden: true}
"""
    assert found(tmp_path, "unit-missing", metrics) == ["c", "f"]


def test_fields_say_units_for_their_metrics(tmp_path: Path) -> None:
    """A number of fields that are declared as numbers is one; a quotient may be a share, and says nothing."""
    text = """\
tables:
  ads:
    source: ads
    key: id
    time: day
    joins: {site: {to: sites, on: site_id}}
    fields:
      {id: {type: integer}, day: {type: date}, site_id: {type: integer}, clicks: {type: integer, unit: number},
       views: {type: integer}, twice: {expr: clicks * 2, unit: number}}
  sites: {source: sites, key: site_id, fields: {site_id: {type: integer}, rank: {type: integer, unit: number}}}
metrics:
  a: sum(ads.clicks)
  b: sum(ads.views)
  c: sum(ads.clicks + ads.views)
  d: sum(ads.twice)
  e: sum(ads.clicks) / sum(ads.views)
  f: a * 2
  g: avg(a per month)
  h: max(ads.site.rank)
  i: b * 2
  j: sum(ads.clicks where views > 3)
"""
    project = checked(tmp_path, text)
    found = [p.message.split("`")[1] for p in find_lint(project, {"unit-missing": "warning"})]
    assert found == ["b", "c", "e", "i"]


def test_names(tmp_path: Path) -> None:
    """All names that are ours to choose, but no columns of the source."""
    metrics = """\
  a: count(deals)
  a1_b2: count(deals)
  A: count(deals)
  aB: count(deals)
  a__b: count(deals)
  a_: count(deals)
  1a: count(deals)
  größe: count(deals)
"""
    rest = "constants: {Pi: 3}\ntargets: {T: {metric: a, grain: month, value: 3}}\n"
    rest += "alerts: {al-ert: {metric: a, grain: month, when: below 3}}\ndimensions: {Dim: deals.status}\n"
    odd = ["Dim", "A", "aB", "a__b", "a_", "1a", "größe", "Pi", "T", "al-ert"]
    assert found(tmp_path, "name-style", metrics, rest) == odd


@pytest.mark.parametrize(
    ("name", "better"),
    [("winRate", "win_rate"), ("ARR", "arr"), ("HTTPCalls", "http_calls"), ("Deals Won", "deals_won"), ("a__b", "a_b"),
     ("Q1Revenue2026", "q1_revenue2026"), ("größe", ""), ("1a", "")],
)  # fmt: skip
def test_a_better_name_is_suggested(tmp_path: Path, name: str, better: str) -> None:
    project = checked(tmp_path, f"{TABLES}metrics: {{'{name}': count(deals)}}\n")
    (problem,) = find_lint(project, {"name-style": "warning"})
    assert problem.label == (f"write `{better}`" if better else "")


def test_unused(tmp_path: Path) -> None:
    """What a metric, a target, an alert or a condition names is used."""
    metrics = """\
  a: {expr: count(deals), hidden: true}
  b: {expr: count(deals), hidden: true}
  c: {expr: count(deals), hidden: true}
  d: {expr: count(deals), hidden: true}
  e: {expr: count(deals), hidden: true}
  f: {expr: count(deals), hidden: true}
  shown: a / 2 + sum(e per reps.rep_id)
  busy: count(reps where b > 1)
"""
    rest = "targets: {t: {metric: c, grain: month, value: 3}}\nalerts: {x: {metric: d, grain: month, when: below 3}}\n"
    assert found(tmp_path, "unused-metric", metrics, rest) == ["f"]


def test_targets(tmp_path: Path) -> None:
    """What is good upward or downward wants one."""
    metrics = """\
  a: {expr: count(deals), good: up}
  b: {expr: count(deals), good: down}
  c: {expr: count(deals), good: neutral}
  d: count(deals)
  e: {expr: count(deals), good: up, hidden: true}
  f: {expr: count(deals), good: up}
"""
    rest = "targets: {t: {metric: a, grain: month, value: 3}}\n"
    assert found(tmp_path, "metric-without-target", metrics, rest) == ["b", "f"]


@pytest.mark.parametrize(
    ("lint", "expected"),
    [
        ("name-style", {"name-style": "warning"}),
        ("[name-style, unused-metric]", {"name-style": "warning", "unused-metric": "warning"}),
        ("{name-style: error}", {"name-style": "error"}),
        ("all", dict.fromkeys(RULES, "warning")),
        ("{all: error, name-style: off}", {**dict.fromkeys(RULES, "error"), "name-style": "off"}),
        ("[]", {}),
        ("", {}),
    ],
)
def test_switches(tmp_path: Path, lint: str, expected: dict[str, str]) -> None:
    assert checked(tmp_path, f"lint: {lint}\n{TABLES}").lint == expected


def test_of_two_files_the_stricter_counts(tmp_path: Path) -> None:
    for name, level in (("a", "warning"), ("b", "error"), ("c", "off")):
        (tmp_path / f"{name}.yaml").write_text(f"lint: {{name-style: {level}}}\n")
    names = ["a.yaml", "b.yaml", "c.yaml"]
    project = check_project(tmp_path, names, None, True, Settings(), date(2026, 6, 30))
    assert project.lint == {"name-style": "error"}


@pytest.mark.parametrize(
    ("lint", "message", "label"),
    [
        ("[name-styl]", "there is no rule `name-styl`", "did you mean `name-style`?"),
        ("{name-style: eror}", "`eror` is none of: error, warning, off", "did you mean `error`?"),
        ("{name-style: [error]}", "one value belongs here, not a list or a block of keys", ""),
        ("[[name-style]]", "one value belongs here, not a list or a block of keys", ""),
        ("{name-style: }", "nothing is written here", ""),
    ],
)
def test_wrong_switches(tmp_path: Path, lint: str, message: str, label: str) -> None:
    (tmp_path / "m.yaml").write_text(f"lint: {lint}\n{TABLES}")
    project = check_project(tmp_path, ["m.yaml"], None, True, Settings(), date(2026, 6, 30))
    (problem,) = project.problems
    assert (problem.message, problem.label, problem.span.line) == (message, label, 1)


def test_the_command_line_comes_on_top() -> None:
    def asked(*parts: str) -> dict[str, str]:
        levels, problems = add_asked({"name-style": "error"}, parts, Span.none())
        assert problems == []
        return levels

    assert asked() == {"name-style": "error"}
    assert asked("unused-metric") == {"name-style": "error", "unused-metric": "warning"}
    assert asked("none") == {}
    assert asked("none", "unit-missing=error") == {"unit-missing": "error"}
    assert asked("all", "name-style=off") == {**dict.fromkeys(RULES, "warning"), "name-style": "off"}
    _, problems = add_asked({}, ["unit", "name-style=bad", ""], Span.none())
    assert len(problems) == 3


def test_a_level_is_how_bad_it_is(tmp_path: Path) -> None:
    project = checked(tmp_path, f"{TABLES}metrics: {{A: count(deals)}}\n")
    for level in ("error", "warning"):
        assert [p.severity.value for p in find_lint(project, {"name-style": level})] == [level]
    assert find_lint(project, {"name-style": "off"}) == []
