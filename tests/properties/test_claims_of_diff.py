"""What `attain diff` calls the same has the same value: random edits, told apart by the reference interpreter.

Every metric that is called unchanged, cosmetic, equivalent or interface after an edit is asked of the interpreter in
both versions. A counter-example to one claim fails.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from tests.properties.answers import SEEDS, answer_of_reference, many, same_answers
from tests.properties.blocks import Case, Model, case_to_page, model_to_yaml, tables_to_csv
from tests.properties.draws import Draw
from tests.properties.game import COMPILED
from tests.properties.mutations import edited
from tests.properties.queries import batch
from tests.reference import Unsupported, Wrong
from tests.support.engine import TODAY, write_project
from tests.support.values import rows_to_table

from attain.compare.classify import Comparison, compare_models
from attain.model.semantic import SemanticModel
from attain.project import open_project

SAME = ("unchanged", "cosmetic", "equivalent", "interface")


@many(0.3)
@given(SEEDS)
def test_what_is_called_the_same_is_the_same(seed: int) -> None:
    """Old and new version give the same rows to every query over metrics that are called the same."""
    draw = Draw(seed)
    made = batch(draw, COMPILED)
    base, _ = checked(made.model)
    head_made, head = edited_model(draw, made.model)
    if base is None or head is None:
        return
    comparison = compare_models(base, head)
    for case in made.cases:
        assert_same(comparison, case, Case(head_made, case.query))


def test_most_edits_are_judged() -> None:
    """Among random edits there are those that are proven to change nothing, and those that are not."""
    found: list[str] = []
    for seed in range(12):
        draw = Draw(seed)
        made = batch(draw, COMPILED)
        base, _ = checked(made.model)
        _, head = edited_model(draw, made.model)
        if base is not None and head is not None:
            found += [change.cls for change in compare_models(base, head).of("metric")]
    assert min(map(found.count, ("equivalent", "meaning", "inherited"))) > 4


def assert_same(comparison: Comparison, old: Case, new: Case) -> None:
    """Both versions answer the same, as far as what is asked is called the same."""
    classes = {change.name: change.cls for change in comparison.of("metric")}
    asked = tuple(name for name in old.query.metrics if classes.get(name) in SAME)
    if len(asked) < len(old.query.metrics) or any(name in ("having", "order", "top") for name, _ in old.query.options):
        query = replace(old.query, metrics=asked).without("having", "order", "top", "limit")
        old, new = Case(old.model, query), Case(new.model, query)
    if not asked:
        return
    try:
        before, after = answer_of_reference(old), answer_of_reference(new)
    except (Wrong, Unsupported):
        return
    page = case_to_page(old, rows_to_table(*before))
    edits = {n: (old.model.metrics[n].text, new.model.metrics[n].text, classes[n]) for n in asked}
    assert same_answers(before, after), f"{page}\n\nedited: {edits}\n\n{rows_to_table(*after)}"


def edited_model(draw: Draw, model: Model) -> tuple[Model, SemanticModel | None]:
    """A model with every second metric edited, those edits left out that are mistakes."""
    texts = {n: edited(draw, m.text) if draw.chance() else m.text for n, m in model.metrics.items()}
    for _ in range(8):
        head = replace(model, metrics={n: replace(m, text=texts[n]) for n, m in model.metrics.items()})
        found, wrong = checked(head)
        if found is not None or not wrong:
            return head, found
        texts |= {name: model.metrics[name].text for name in wrong}
    return model, None


def checked(model: Model) -> tuple[SemanticModel | None, set[str]]:
    """The checked model; else the metrics whose lines are wrong."""
    text = model_to_yaml(model)
    with TemporaryDirectory() as name:
        write_project(Path(name), text, tables_to_csv(model))
        project = open_project(Path(name) / "metrics.yaml", today=TODAY)
        project.close()
    lines = text.split("\n")
    wrong = {lines[problem.span.line - 1].strip().split(":")[0] for problem in project.problems if problem.span.line}
    return project.model, wrong & set(model.metrics)
