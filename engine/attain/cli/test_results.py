"""What tests came to, with files named as whoever reads it sees them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from attain.base.problem import Problem
from attain.base.span import Source, Span
from attain.cli.forms import Findings, seen_from_root
from attain.cli.options import Place
from attain.cli.project import renamed_problem, repository_of, seen_from
from attain.cli.screen import Stop
from attain.model.test import Outcome

if TYPE_CHECKING:
    from attain.model.test_coverage import Coverage
    from attain.pipeline import Project

#: Forms that are read elsewhere than where the command runs: files are named from the root of the repository.
FROM_ROOT = ("github", "junit", "markdown")
FORMS = ("text", "json", *FROM_ROOT)


@dataclass(frozen=True, slots=True)
class Results:
    """Outcomes, problems of what is no test at all, what is reached, and the texts that all of them point into."""

    outcomes: Sequence[Outcome]
    others: Sequence[Problem]
    coverage: Coverage | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)


def seen_results(project: Project, found: Results, form: str) -> Results:
    """The results with files named as they are seen from the working directory, or from the root of the repository."""
    folder = repository_of(project).folder if form in FROM_ROOT else ""
    texts = dict(project.sources)
    for outcome in found.outcomes:
        texts |= outcome.sources
    names = {name: posixpath.normpath(posixpath.join(folder, seen_from(project.root, name))) for name in texts}

    def placed(span: Span) -> Span:
        return replace(span, file=names.get(span.file, span.file))

    coverage = found.coverage
    if coverage is not None:
        coverage = replace(coverage, items=tuple(replace(item, span=placed(item.span)) for item in coverage.items))
    outcomes = [seen_outcome(outcome, names, placed) for outcome in found.outcomes]
    others = [renamed_problem(problem, names) for problem in found.others]
    return Results(outcomes, others, coverage, {names[name]: source for name, source in texts.items()})


def seen_outcome(outcome: Outcome, names: Mapping[str, str], placed: Callable[[Span], Span]) -> Outcome:
    """One outcome with files named as they are seen."""
    problems = tuple(renamed_problem(problem, names) for problem in outcome.problems)
    return replace(outcome, span=placed(outcome.span), problems=problems)


def results_to_form(found: Results, form: str) -> str:
    """The results in one of the forms for machines."""
    from attain.report.tests_forms import FORMS as WRITERS

    return WRITERS[form](found.outcomes, found.sources, found.others, found.coverage)


def stop_to_form(stop: Stop, place: Place, form: str) -> str:
    """What there is to write where no test could be run: why."""
    from attain.cli.project import repository_at

    root = place.path if place.path.is_dir() else place.path.parent
    found = Findings(stop.problems, stop.sources, (), "", root)
    found = seen_from_root(found, repository_at(root, "").folder) if form in FROM_ROOT else found
    return results_to_form(Results((), found.problems, None, found.sources), form)
