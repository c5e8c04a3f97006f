"""What the data say about targets: values of a table that lack a period, members that nobody is, targets at two levels
that disagree; and which parts of a target a result had to do without."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attain.base.problem import Problem, warning
from attain.base.span import Span
from attain.base.suggest import count_of, did_you_mean
from attain.check.target_levels import Figures, Members, disagreements, gap_problems, members_text, period_text, written
from attain.data_checks import rows_of
from attain.model.aggregate import Filter, TargetValue
from attain.model.periods import next_period, period_start
from attain.model.query import Query
from attain.model.result import Result
from attain.model.semantic import SemanticModel
from attain.model.target import Target, Terms
from attain.plan.builder import Builder
from attain.plan.leaves import leaves_of
from attain.plan.places import place_outputs
from attain.plan.ranges import query_frame
from attain.plan.target_keys import same_key, why_no_target
from attain.plan.target_values import home_of, plan_members, plan_unplaced, plan_values
from attain.plan.targets import divides

if TYPE_CHECKING:
    from attain.project import Project

MOST = 3  # examples of what is missing


def figures_of(project: Project, target: Target, version: int, filter: Filter | None = None) -> Figures:
    """The values of one version of a target, by period and members."""
    assert project.model is not None
    found: dict[tuple[date, Members], Fraction] = {}
    for row in rows_of(project, plan_values(project.model, target, version, filter)):
        if row[0] is not None and row[-1] is not None:
            found[day_of(row[0]), tuple(row[1:-1])] = Fraction(str(row[-1]))
    return found


# -- definitions -------------------------------------------------------------------------------------------------------
def check_target_data(project: Project) -> list[Problem]:
    """What the values of all targets lack or contradict, where that needs the data at hand."""
    model = project.model
    assert model is not None
    problems: list[Problem] = []
    known: list[tuple[Target, Terms, Figures]] = []
    for target in model.targets.values():
        for version, terms in enumerate(target.versions):
            if terms.kind not in ("values", "source") or terms.grain is None or terms.grain.table:
                continue
            figures = written(terms) if terms.kind == "values" else figures_of(project, target, version)
            known.append((target, terms, figures))
            problems += gap_problems(target, terms, figures) if terms.kind == "source" else []
            problems += unknown_members(project, model, target, terms, figures)
            problems += values_without_period(project, target, terms) if terms.kind == "source" else []
            if terms.kind == "source" and not target.adds_up:
                problems += several_values(project, target, version, terms)
    tables = [entry for entry in known if entry[1].kind == "source"]
    told = {id(entry) for entry in tables}
    for entry in tables:  # those of two targets that are written down are told without data
        others = [other for other in known if id(other) not in told or known.index(other) > known.index(entry)]
        problems += [p for other in others for p in disagreements([entry, other])]
    return problems


def values_without_period(project: Project, target: Target, terms: Terms) -> list[Problem]:
    """The warning of values in a table whose period is missing: they count nowhere."""
    assert project.model is not None and terms.source is not None and terms.grain is not None
    lost = rows_of(project, plan_unplaced(project.model, terms.source))
    if not lost:
        return []
    grain = terms.grain.name.replace("_", " ")
    text = f"`{terms.source.table}` has {count_of(len(lost), 'row')} with a value of {target.name} and no {grain}"
    who = list(dict.fromkeys(found for row in lost if (found := members_text(terms, tuple(row[:-1])))))
    problem = warning("target-gap", f"{text}: {'; '.join(who[:MOST])}" if who else text, target.span)
    return [problem.hint("such a value counts in no period: say in the table which one it is for")]


def several_values(project: Project, target: Target, version: int, terms: Terms) -> list[Problem]:
    """The periods and members of a target that does not add up for which a table has several values: it has none."""
    assert project.model is not None and terms.source is not None and terms.grain is not None
    rows = rows_of(project, plan_values(project.model, target, version))
    found = [row for row in rows if row[0] is not None and row[-1] is None]
    if not found:
        return []
    shown = "; ".join(part_text(terms, day_of(row[0]), tuple(row[1:-1])) for row in found[:MOST])
    message = f"`{terms.source.table}` has several values of {target.name} for {shown}"
    problem = Problem("overlapping-targets", message, target.span)
    return [problem.hint(f"{target.metric} does not add up, so which one counts would be a guess: leave one of each")]


def day_of(value: date | datetime) -> date:
    """A day as the connection gives it."""
    return value.date() if isinstance(value, datetime) else value


def unknown_members(
    project: Project, model: SemanticModel, target: Target, terms: Terms, figures: Figures
) -> list[Problem]:
    """The members that a target has values for, and the dimension does not have."""
    problems: list[Problem] = []
    for place, key in enumerate(terms.by or ()):
        have = {row[0] for row in rows_of(project, plan_members(model, key))}
        known = [str(member) for member in have if member is not None]
        strange = {members[place] for _, members in figures} - have - {None}
        if not home_of(model, key)[2]:  # one that does not occur yet may be meant, one that is misspelt is not
            strange = {member for member in strange if did_you_mean(str(member), known)}
        for member in sorted(strange, key=str)[:MOST]:
            span = place_of_member(target, terms, place, member)
            label = did_you_mean(str(member), known)
            text = f"`{target.name}` has a value for {key.name} {member}, and there is no such {key.name}"
            problem = warning("unknown-member", text, span, label)
            more = f"and {count_of(len(strange) - MOST, 'more member')}" if len(strange) > MOST else ""
            problems.append(problem.hint(more, "it counts where members are added up, and nothing is set against it"))
    return problems


def place_of_member(target: Target, terms: Terms, place: int, member: object) -> Span:
    """Where a member's value is written, or the target."""
    return next((row.span for row in terms.rows if row.members[place].value == member), target.span)


# -- results -----------------------------------------------------------------------------------------------------------
def said_of_targets(project: Project, query: Query, result: Result) -> list[str]:
    """Which parts are missing where the values of a target were added up."""
    model = project.model
    assert model is not None
    builder = Builder(model, query)
    outputs = place_outputs(builder, [(o.name, o.expression) for o in query.outputs])
    notes: dict[str, None] = {}
    for leaf in leaves_of(builder, outputs):
        if isinstance(leaf, TargetValue) and leaf.version is not None and leaf.version >= 0:
            notes |= dict.fromkeys(missing_parts(project, builder, leaf, query, result))
    return list(notes)


def missing_parts(project: Project, builder: Builder, leaf: TargetValue, query: Query, result: Result) -> list[str]:
    """The note of the parts of a target that are missing in a result; none where nothing is added up."""
    target = builder.model.targets[leaf.target]
    terms = target.versions[leaf.version or 0]
    frame = query_frame(builder).without(leaf.place.dropped)
    if terms.kind not in ("values", "source") or terms.grain is None or terms.grain.table:
        return []
    if not target.adds_up_over_members or leaf.place.windows or leaf.filters:
        return []
    if why_no_target(builder, frame, leaf, terms):
        return []
    if query.grain is not None and query.grain.table:
        return []
    own = [i for i, key in enumerate(terms.by or ()) if any(same_key(builder.model, key, k) for k in frame.keys)]
    longer = target.adds_up and (query.grain is None or not divides(query.grain, terms.grain))
    if not longer and len(own) == len(terms.by or ()):
        return []
    figures = written(terms)
    if terms.kind != "values" or query.filter is not None:
        figures = figures_of(project, target, leaf.version or 0, query.filter)
    lacking = lacking_parts(figures, terms, query, bounds_of(query, result), own)
    if not lacking:
        return []
    shown = "; ".join(part_text(terms, *part) for part in lacking[:MOST])
    more = f" and {len(lacking) - MOST:,} more" if len(lacking) > MOST else ""
    return [f"the target {target.name} has no value for {shown}{more}: what is added up is without it"]


def part_text(terms: Terms, start: date, members: Members) -> str:
    """`region AMER in 2026-03`"""
    assert terms.grain is not None
    who = members_text(terms, members)
    period = period_text(start, terms.grain)
    return f"{who} in {period}" if who else period


def bounds_of(query: Query, result: Result) -> tuple[date | None, date | None]:
    """From when to when a result goes: its periods, or the query's range."""
    if query.grain is None:
        return query.start, query.end
    place = 1 if query.totals else 0
    found: list[Any] = [row[place] for row in result.rows if row[place] is not None]
    days = [day_of(value) for value in found]
    return (min(days), next_period(max(days), query.grain)) if days else (query.start, query.end)


def lacking_parts(
    figures: Figures, terms: Terms, query: Query, bounds: tuple[date | None, date | None], own: list[int]
) -> list[tuple[date, Members]]:
    """Of every cell that has some part of a target, the periods and members that it has no part of: those of the
    members that there are in the range, and the periods of the cell."""
    assert terms.grain is not None
    begin, end = bounds
    after = {key: next_period(key[0], terms.grain) for key in figures}
    inside = [key for key in figures if (begin is None or after[key] > begin) and (end is None or key[0] < end)]
    if not inside:
        return []
    periods = [min(start for start, _ in inside) if begin is None else period_start(begin, terms.grain)]
    last = max(start for start, _ in inside) if end is None else date.fromordinal(end.toordinal() - 1)
    while next_period(periods[-1], terms.grain) <= last:
        periods.append(next_period(periods[-1], terms.grain))

    longer = query.grain is not None and not divides(query.grain, terms.grain)

    def cell_of(start: date, members: Members) -> tuple[object, ...]:
        when = start if query.grain is not None else None
        if longer and query.grain is not None:
            when = period_start(start, query.grain)
        return when, *(members[i] for i in own)

    filled = {cell_of(*key) for key in inside}
    everyone = sorted({members for _, members in inside}, key=str)
    expected = [(start, members) for start in periods for members in everyone if cell_of(start, members) in filled]
    return [part for part in expected if part not in figures]
