"""`attain diff --data` over random edits: its figures are those of `run` for either version, whether both stand in one
statement or not; what was proven the same does not move; and the parts of edits add up to the whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from tests.properties.answers import SEEDS, many
from tests.properties.blocks import Model, model_to_yaml, tables_to_csv
from tests.properties.draws import Draw
from tests.properties.game import COMPILED
from tests.properties.queries import batch
from tests.properties.test_claims_of_diff import edited_model
from tests.support.engine import TODAY, write_project

from attain.check.request import QueryRequest
from attain.compare.classify import Comparison, compare_models
from attain.differences.asked import Asked
from attain.differences.compare import compare_data
from attain.differences.figures import is_moved
from attain.model.difference import DataComparison, Movement, Tolerance
from attain.model.result import Value
from attain.pipeline import run_query
from attain.project import Project, open_project


@many(0.15)
@given(SEEDS)
def test_figures_are_those_of_run(seed: int) -> None:
    """Every cell that was compared, asked of each version by itself."""
    draw = Draw(seed)
    made = batch(draw, COMPILED)
    head_made, head = edited_model(draw, made.model)
    if head is None:
        return
    with both(made.model, head_made) as (one, other):
        if one.model is None or other.model is None:
            return
        comparison = compare_models(one.model, other.model)
        data, problems, _ = compare_data(one, other, comparison, Asked(samples=2), TODAY)
        assert data is not None and not problems
        check(data, comparison, one, other)


@contextmanager
def both(old: Model, new: Model) -> Iterator[tuple[Project, Project]]:
    """Both versions over the same data, each in a folder."""
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        for folder, model in ((first, old), (second, new)):
            write_project(Path(folder), model_to_yaml(model), tables_to_csv(old))
        projects = [open_project(Path(folder) / "metrics.yaml", today=TODAY) for folder in (first, second)]
        try:
            yield projects[0], projects[1]
        finally:
            for project in projects:
                project.close()


def check(data: DataComparison, comparison: Comparison, one: Project, other: Project) -> None:
    """Each figure against `run`; no alarm; parts that add up."""
    for moved in data.movements:
        assert not moved.alarm, (moved.name, moved.cls, [cut.moved for cut in moved.cuts])
        for cut in moved.cuts:
            if cut.window or not cut.figures:
                continue
            by = (cut.name,) if cut.kind == "dimension" else ()
            grain = cut.name if cut.kind == "period" else ""
            before, after = (answer(project, moved.name, by, grain) for project in (one, other))
            for figure in cut.figures:
                key = () if cut.kind == "total" else (figure.member,)
                for shown, found in ((figure.before, before), (figure.after, after)):
                    # asked beside others, a metric has their cells, too
                    same = key not in found or not is_moved(found[key], shown, "both", Tolerance())
                    assert same, (moved.name, cut.name, figure, found)
        assert parts_add_up(moved), moved.causes


def parts_add_up(moved: Movement) -> bool:
    """Whether the parts of shared differences are the whole, exactly."""
    causes = moved.causes
    return causes is None or causes.how != "shared" or sum(part.part for part in causes.parts) == causes.whole


def answer(project: Project, name: str, by: tuple[str, ...], grain: str) -> dict[tuple[Value, ...], Value]:
    """What `run` gives for one metric."""
    result, problems, _ = run_query(project, QueryRequest((name,), by, grain), today=TODAY)
    assert result is not None, problems
    return {row[:-1]: row[-1] for row in result.rows}
