"""Published figures: definitions beside a test, data elsewhere, an answer for each name."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from attain.base.problem import has_errors
from attain.model.units import PERCENT
from attain.pipeline import Project, QueryRequest, open_project, run_query

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"  # beside the repository; never copied into it
TODAY = date(2026, 7, 1)
Rows = list[list[Any]]


class Dataset:
    """A data set and its answers. Skips the module that asks where the data is not at hand."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data = DATA / name
        if not (self.data / "answers.json").is_file():
            pytest.skip(f"the data set {name} is not at hand (looked in ../shared/data)", allow_module_level=True)
        entries = json.loads((self.data / "answers.json").read_text(encoding="utf-8"))
        self.answers: dict[str, dict[str, Any]] = {entry["metric"]: entry for entry in entries}

    def project(self, folder: Path) -> Project:
        """The definitions beside the tests over the data, in a folder of their own."""
        shutil.copy(HERE / self.name / "metrics.yaml", folder)
        for path in self.data.glob("*.csv"):
            shutil.copy(path, folder)
        project = open_project(folder / "metrics.yaml", today=TODAY)
        assert not has_errors(project.problems), [p.message for p in project.problems]
        return project

    def figures(self, asked: Mapping[str, Figure]) -> list[str]:
        """The names of the figures that are asked for. Every other one must stand in NOT_YET.md."""
        listed = re.findall(
            rf"^- `{self.name}/(\w+)`:", (HERE / "NOT_YET.md").read_text(encoding="utf-8"), re.MULTILINE
        )
        assert sorted(self.answers) == sorted([*asked, *listed]), "each answer is a figure, or a line of NOT_YET.md"
        return sorted(asked)

    def check(self, name: str, figure: Figure, project: Project) -> None:
        """A figure against its answer and against what was published."""
        found = figure.rows(project) if isinstance(figure, Ask) else figure(project)
        compare(found, self.answers[name])
        compare_published(found, self.answers[name])


@dataclass(frozen=True)
class Ask:
    """A query whose rows are the figure's. `fractions`: positions of percents that the answer has as fractions, not
    times 100."""

    metrics: str | Sequence[str]
    by: str = ""
    grain: str = ""
    where: str = ""
    start: str = ""
    end: str = ""
    as_of: str = ""
    order: str = ""
    limit: int | None = None
    fractions: tuple[int, ...] = ()

    def request(self) -> QueryRequest:
        """As the command line has it."""
        metrics = tuple(self.metrics.split()) if isinstance(self.metrics, str) else tuple(self.metrics)
        return QueryRequest(
            metrics, tuple(self.by.split()), self.grain, self.where, start=self.start, end=self.end, as_of=self.as_of,
            order=self.order, limit=self.limit,
        )  # fmt: skip

    def rows(self, project: Project) -> Rows:
        """The rows of the engine, percents times 100 as the answers have them."""
        result, problems, _ = run_query(project, self.request(), today=TODAY)
        assert result is not None, "\n".join(f"{p.code}: {p.message}" for p in problems)
        times = [100 if c.unit == PERCENT and i not in self.fractions else 1 for i, c in enumerate(result.columns)]
        return [[v if n == 1 or v is None else v * n for v, n in zip(row, times, strict=True)] for row in result.rows]


Figure = Ask | Callable[[Project], Rows]


def plain(value: Any) -> Any:
    """A value as JSON has it: days as ISO dates, `2017-03` and `Q1 2017` as their first days, decimals as floats."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str) and re.fullmatch(r"20\d\d-\d\d", value):
        return f"{value}-01"
    if isinstance(value, str) and re.fullmatch(r"Q\d 20\d\d", value):
        return f"{value[3:]}-{int(value[1]) * 3 - 2:02}-01"
    return value


def in_order(rows: Rows, keys: int) -> Rows:
    """Rows by what they are about: the columns that the answer is grouped by."""
    return sorted(rows, key=lambda row: [(v is None, str(plain(v)).zfill(9)) for v in row[:keys]])


def compare(found: Rows, answer: dict[str, Any]) -> None:
    """The answer's rows, whatever their order: numbers to six digits after the point, all else exactly."""
    keys = len(answer["group_by"])
    mine, theirs = in_order(found, keys), in_order(answer["values"], keys)
    assert [len(row) for row in mine] == [len(row) for row in theirs], f"as many rows and columns as the answer: {mine}"
    pairs = zip(mine, theirs, strict=True)
    wrong = [(a, b) for a, b in pairs if not all(same(x, y) for x, y in zip(a, b, strict=True))]
    assert not wrong, "(found, answer): " + "; ".join(map(str, wrong[:5]))


def same(mine: Any, theirs: Any, within: float = 0.5e-6) -> bool:
    """One value; a number within half of the answer's last digit."""
    mine, theirs = plain(mine), plain(theirs)
    if isinstance(mine, bool) or isinstance(theirs, bool | str | None):
        return type(mine) is type(theirs) and bool(mine == theirs)
    return mine is not None and abs(mine - theirs) <= within * 1.000001 + 1e-12 * abs(theirs)


def compare_published(found: Rows, answer: dict[str, Any]) -> None:
    """What was published, to its rounding: the rows of a table that were, and of a row the values that were."""
    published, rounding, keys = answer["published_value"], answer["published_rounding"], len(answer["group_by"])
    mine = {tuple(str(plain(v)) for v in row[:keys]): row for row in found}
    for row in published if isinstance(published, list) else [[published]]:
        ours = mine[tuple(str(plain(v)) for v in row[:keys])]
        for position, value in enumerate(row):
            digits = rounding[position] if isinstance(rounding, list) else rounding
            known = position < keys or value is None or same(ours[position], value, 0.5 * 10**-digits)
            assert known, (row, ours)


def check_parts(project: Project, metrics: str, dimension: str, grain: str = "") -> None:
    """The groups of additive metrics add up to their totals, whatever the dimension: the rows with a missing or
    dangling reference are a group, too."""
    parts = Ask(metrics, by=dimension, grain=grain).rows(project)
    periods = 1 if grain else 0
    for whole in Ask(metrics, grain=grain).rows(project):
        of_it = [row[periods + 1 :] for row in parts if row[:periods] == whole[:periods]]
        found = [sum(column) for column in zip(*of_it, strict=True)]
        assert all(map(same, found, whole[periods:])), (dimension, found, whole)
