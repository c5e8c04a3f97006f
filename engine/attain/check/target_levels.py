"""Values of targets beside each other: periods that a member lacks between others, and targets of one metric at several
levels that do not come to the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from attain.base.problem import Problem, warning
from attain.base.suggest import count_of
from attain.check.sides import number_text
from attain.model.calendar import Grain
from attain.model.periods import next_period, period_start
from attain.model.semantic import SemanticModel
from attain.model.target import Target, Terms

Members = tuple[object, ...]
#: The values of a target: by the first day of the period, and the members.
Figures = Mapping[tuple[date, Members], Fraction]
MOST = 3  # examples of one problem
CLOSE = Fraction(1, 1000)  # less is the noise of floating values


def check_levels(model: SemanticModel) -> list[Problem]:
    """What the values that are written down lack or contradict. They may be meant, so only `validate` asks for them."""
    known: list[tuple[Target, Terms, Figures]] = []
    for target in model.targets.values():
        for terms in target.versions:
            if terms.kind == "values" and terms.grain is not None and not terms.grain.table:
                known.append((target, terms, written(terms)))
    gaps = [problem for entry in known for problem in gap_problems(*entry)]
    return [*gaps, *disagreements(known)]


def written(terms: Terms) -> Figures:
    """The values that a target holds itself."""
    return {(row.start, tuple(member.value for member in row.members)): row.value for row in terms.rows}


def period_text(day: date, grain: Grain) -> str:
    """A period as its key is written."""
    if grain.name == "week":
        year, week, _ = date.fromordinal(day.toordinal() + 3).isocalendar()
        return f"{year}-W{week:02}"
    if grain.name == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return {"month": f"{day:%Y-%m}", "year": f"{day.year:04}"}.get(grain.name, day.isoformat())


def members_text(terms: Terms, members: Members) -> str:
    """`region EMEA`, `rep 7`; empty of a target without dimensions."""
    shown = ["(missing)" if member is None else str(member) for member in members]
    return ", ".join(f"{key.name} {member}" for key, member in zip(terms.by or (), shown, strict=True))


# -- gaps --------------------------------------------------------------------------------------------------------------
def gaps_in(figures: Figures, grain: Grain) -> list[tuple[date, Members]]:
    """The periods between a member's first and last for which it has no value."""
    periods: dict[Members, set[date]] = {}
    for start, members in figures:
        periods.setdefault(members, set()).add(start)
    found: list[tuple[date, Members]] = []
    for members, own in periods.items():
        day, last = min(own), max(own)
        while day < last:
            day = next_period(day, grain)
            found += [(day, members)] if day not in own else []
    return sorted(found, key=lambda gap: (gap[0], str(gap[1])))


def gap_problems(target: Target, terms: Terms, figures: Figures) -> list[Problem]:
    """The warning of gaps, with examples; none where there are none."""
    if terms.grain is None or terms.grain.table:
        return []
    gaps = gaps_in(figures, terms.grain)
    if not gaps:
        return []
    told = [gap_text(target, terms, *gap) for gap in gaps[:MOST]]
    more = f", and {count_of(len(gaps) - MOST, 'more gap')}" if len(gaps) > MOST else ""
    problem = warning("target-gap", f"{told[0]}, but for the periods around it", target.span)
    if len(gaps) > 1:
        problem = problem.hint(f"also: {'; '.join(told[1:])}{more}" if len(told) > 1 else "")
    return [problem.hint("what is added up is without it; a target of nothing is written as 0")]


def gap_text(target: Target, terms: Terms, start: date, members: Members) -> str:
    """`rep 7 has no quota for 2026-03`"""
    assert terms.grain is not None
    who = members_text(terms, members)
    period = period_text(start, terms.grain)
    return f"{who} has no {target.name} for {period}" if who else f"{target.name} has no value for {period}"


# -- levels ------------------------------------------------------------------------------------------------------------
def disagreements(known: Iterable[tuple[Target, Terms, Figures]]) -> list[Problem]:
    """The warnings of all pairs of targets of one metric that are given at two levels and differ."""
    listed = list(known)
    problems: list[Problem] = []
    for i, one in enumerate(listed):
        for other in listed[i + 1 :]:
            if one[0].metric == other[0].metric and one[0] is not other[0] and one[0].adds_up:
                problems += disagreement(one, other)
    return problems


def disagreement(one: tuple[Target, Terms, Figures], other: tuple[Target, Terms, Figures]) -> list[Problem]:
    """The warning of two targets at two levels, with the first difference and how many there are."""
    first, second = one[1], other[1]
    if not at_once(first, second) or not (coarse := common_grain(first, second)):
        return []
    keys = [key.name for key in first.by or () if key.name in {own.name for own in second.by or ()}]
    level = (coarse, keys)
    if same_level(first, second):
        return []
    mine, others = (at_level(terms, figures, *level) for _, terms, figures in (one, other))
    apart = [
        (cell, mine[cell], others[cell]) for cell in mine if cell in others and abs(mine[cell] - others[cell]) > CLOSE
    ]
    if not apart:
        return []
    (start, members), a, b = min(apart, key=lambda found: (found[0][0], str(found[0][1])))
    where = " ".join([period_text(start, coarse), *(f"{n} {m}" for n, m in zip(keys, members, strict=True))])
    message = (
        f"`{one[0].name}` comes to {number_text(a)} for {where}, and `{other[0].name}` to {number_text(b)}: "
        f"{number_text(abs(a - b))} apart"
    )
    problem = warning("targets-disagree", message, other[0].span).also(one[0].span, f"`{one[0].name}` is here")
    more = f"so it is in {count_of(len(apart) - 1, 'more cell')}" if len(apart) > 1 else ""
    return [problem.hint(more, f"both are targets of {one[0].metric}, at two levels: one of them is what is missed")]


def at_once(one: Terms, other: Terms) -> bool:
    """Whether two versions are in force on some day."""
    since = max(one.valid_from or date.min, other.valid_from or date.min)
    return since < min(one.valid_to or date.max, other.valid_to or date.max)


def same_level(one: Terms, other: Terms) -> bool:
    """Whether two targets are of the same periods and dimensions: then they are meant to differ."""
    return one.grain == other.grain and {key.name for key in one.by or ()} == {key.name for key in other.by or ()}


def common_grain(one: Terms, other: Terms) -> Grain | None:
    """The coarser of two grains, where its periods are made of those of the other; else None."""
    grains = [terms.grain for terms in (one, other) if terms.grain is not None and not terms.grain.table]
    if len(grains) != 2:
        return None
    fine, coarse = sorted(grains, key=lambda grain: (grain.unit == "month", grain.step))
    if fine == coarse or (fine.unit == "day" and fine.step == 1):
        return coarse
    if fine.unit != "month" or coarse.unit != "month" or coarse.step % fine.step:
        return None
    return coarse if (coarse.offset - fine.offset) % fine.step == 0 else None


def at_level(terms: Terms, figures: Figures, grain: Grain, keys: list[str]) -> dict[tuple[date, Members], Fraction]:
    """Values added up to a level: only periods of which every part has some value."""
    assert terms.grain is not None
    places = [i for i, key in enumerate(terms.by or ()) if key.name in keys]
    order = sorted(places, key=lambda i: keys.index((terms.by or ())[i].name))
    found: dict[tuple[date, Members], Fraction] = {}
    parts: dict[tuple[date, Members], set[date]] = {}
    for (start, members), value in figures.items():
        cell = (period_start(start, grain), tuple(members[i] for i in order))
        found[cell] = found.get(cell, Fraction(0)) + value
        parts.setdefault(cell, set()).add(start)
    return {cell: value for cell, value in found.items() if is_whole(cell[0], parts[cell], terms.grain, grain)}


def is_whole(start: date, parts: set[date], fine: Grain, coarse: Grain) -> bool:
    """Whether the periods that there are make all of a coarser one."""
    day, end = start, next_period(start, coarse)
    while day < end:
        if day not in parts:
            return False
        day = next_period(day, fine)
    return True
