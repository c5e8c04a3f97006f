"""What fires: `below 10_000`, `change beyond 20% over 1 year`, `unusual`, `no data for 3 days`, `band off track`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from attain.base.problem import Problem
from attain.base.suggest import did_you_mean, listed
from attain.check.draft import Draft
from attain.check.target_figures import check_share, figure_of, number_of
from attain.check.targets import length_of, tree_of
from attain.model import types as t
from attain.model import units as u
from attain.model.aggregate import WindowOperator
from attain.model.alert import USUAL_BOUND, Condition
from attain.model.calendar import Grain
from attain.model.semantic import Metric
from attain.model.target import Band, Target
from attain.read import syntax as s
from attain.read.tree import Scalar

FORMS = (
    "below 10_000", "above 30%", "below 80% of target",
    "change beyond 20%", "drop beyond 20% over 1 year", "rise beyond 20%", "unusual",
    "unusually low", "no data for 3 days", "band off track",
)  # fmt: skip
_LEVEL = re.compile(r"(below|above)\s+(?P<bound>.+)")
_OF_TARGET = re.compile(r"(below|above)\s+(?P<bound>\S+)\s+of\s+(?:the\s+|its\s+)?target")
_CHANGE = re.compile(r"(change|drop|rise)\s+beyond\s+(?P<bound>\S+)(?:\s+over\s+(?P<length>.+))?")
_UNUSUAL = re.compile(r"(?P<side>unusual|unusually\s+low|unusually\s+high)(?:\s+beyond\s+(?P<bound>\S+))?")
_SILENT = re.compile(r"no\s+data\s+for\s+(?P<length>.+)")
_BAND = re.compile(r"(?:in\s+)?band\s+(?P<names>.+)")
#: Words that people write for those above.
_OTHER_WORDS = {
    "fall": "drop", "decrease": "drop", "decline": "drop", "down": "drop", "increase": "rise", "grow": "rise",
    "growth": "rise", "up": "rise", "<": "below", "less": "below", "under": "below", ">": "above", "more": "above",
    "over": "above", "anomaly": "unusual", "outlier": "unusual", "strange": "unusual", "stale": "no data for",
    "missing": "no data for",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is on: a metric, the target that its bands are of, and its grain; `targets` are all there are."""

    metric: Metric
    target: Target | None
    grain: Grain | None
    targets: Mapping[str, Target | None]


def read_condition(draft: Draft, text: Scalar, subject: Subject) -> Condition:
    """One condition as it is written."""
    written = str(text).strip()
    readers: tuple[tuple[re.Pattern[str], Callable[..., Condition]], ...] = (
        (_OF_TARGET, share_of_target), (_LEVEL, level), (_CHANGE, change), (_UNUSUAL, unusual), (_SILENT, silent),
        (_BAND, band),
    )  # fmt: skip
    for pattern, read in readers:
        match = pattern.fullmatch(written)
        if match is not None:
            return read(draft, text, match, subject)
    raise draft.fail(unreadable(text, written))


def unreadable(text: Scalar, written: str) -> Problem:
    """The problem of a condition that is none."""
    first = written.split(maxsplit=1)[0].lower() if written else ""
    known = ("below", "above", "change", "drop", "rise", "unusual", "no", "band")
    other = _OTHER_WORDS.get(first.strip("0123456789.%"))
    label = f"write {other} .." if other else did_you_mean(first, known)
    if first in ("below", "above"):
        label = f"{first} what?"
    elif first in ("change", "drop", "rise"):
        label = f"write {first} beyond 20%"
    problem = Problem("alert-form", f"`{text}` is nothing that an alert could look for", text.span, label)
    return problem.hint(f"write one of: {', '.join(FORMS)}")


def part(text: Scalar, found: str) -> Scalar:
    """A part of a condition, at its place."""
    offset = text.start + (1 if text.style in ("'", '"') else 0) + max(str(text).find(found), 0)
    return Scalar.of(found, "", offset, offset + len(found), text.lines)


# -- of a value --------------------------------------------------------------------------------------------------------
def level(draft: Draft, text: Scalar, match: re.Match[str], subject: Subject) -> Condition:
    """`below 10_000`, `above 30%`, `above 30 days`."""
    bound = part(text, match["bound"])
    return Condition(match[1], str(text), bound_of(draft, bound, subject.metric), span=text.span)


def share_of_target(draft: Draft, text: Scalar, match: re.Match[str], subject: Subject) -> Condition:
    """`below 80% of target`."""
    target = subject.target
    if target is None:
        raise draft.fail(no_target(text, subject, "this is a share of a target"))
    if all(terms.kind == "between" for terms in target.versions):
        problem = Problem("alert-form", f"the target `{target.name}` is a range, of which there is no share", text.span)
        raise draft.fail(problem.also(target.span, "this target").hint("write below 3, or the name of a band"))
    place = part(text, match["bound"])
    share = number_of(draft, place)
    check_share(draft, place, share, u.PERCENT, "attainment")
    return Condition(match[1], str(text), share, of_target=True, span=text.span)


def bound_of(draft: Draft, text: Scalar, metric: Metric) -> Fraction:
    """A value of a metric: a number, or a length of time where it is one."""
    if not (" " in text and metric.unit.is_duration):
        return figure_of(draft, text, metric, "a share of its target is below 80% of target")
    tree = tree_of(draft, text)
    unit = u.plural(metric.unit.factors[0][0])
    if isinstance(tree, s.Duration) and tree.unit in t.ELAPSED and unit in t.ELAPSED:
        return tree.amount * t.ELAPSED[tree.unit] / t.ELAPSED[unit]
    if isinstance(tree, s.Duration) and tree.unit == unit:
        return tree.amount
    problem = Problem("unit-mismatch", f"`{metric.name}` is in {unit}, and this is not", text.span)
    raise draft.fail(problem.hint(f"write a number of {unit}"))


# -- of a change -------------------------------------------------------------------------------------------------------
def change(draft: Draft, text: Scalar, match: re.Match[str], subject: Subject) -> Condition:
    """`change beyond 20%`, `drop beyond 20% over 1 year`."""
    bound = part(text, match["bound"])
    share = number_of(draft, bound)
    if share <= 0 or (not bound.endswith("%") and share >= 1):
        hint = f"write {match[1]} beyond {bound.removeprefix('-')}%" if share else f"write {match[1]} beyond 20%"
        raise draft.fail(Problem("wrong-value", "a change is a share above zero", bound.span).hint(hint))
    if match[1] == "drop" and share > 1:
        problem = Problem("wrong-value", "nothing drops by more than 100%", bound.span)
        raise draft.fail(problem.hint("write drop beyond 50%"))
    length = length_of(draft, part(text, match["length"])) if match["length"] else None
    return Condition(match[1], str(text), share, length, span=text.span)


def unusual(draft: Draft, text: Scalar, match: re.Match[str], subject: Subject) -> Condition:
    """`unusual`, `unusually low`, `unusual beyond 5`."""
    bound = USUAL_BOUND
    if match["bound"]:
        place = part(text, match["bound"])
        bound = number_of(draft, place)
        if bound < 1 or place.endswith("%"):
            problem = Problem("wrong-value", "how many times the usual deviation? a number from 1 on", place.span)
            raise draft.fail(problem.hint(f"{float(USUAL_BOUND)} unless said otherwise; 5 fires less often"))
    kind = {"unusual": "unusual", "low": "low", "high": "high"}[match["side"].split()[-1]]
    return Condition(kind, str(text), bound, span=text.span)


# -- of the data -------------------------------------------------------------------------------------------------------
def silent(draft: Draft, text: Scalar, match: re.Match[str], subject: Subject) -> Condition:
    """`no data for 3 days`."""
    place = part(text, match["length"])
    tree = tree_of(draft, place)
    if not isinstance(tree, s.Duration) or tree.amount <= 0:
        problem = Problem("duration-form", f"`{place}` is no length of time", place.span)
        raise draft.fail(problem.hint("write no data for 3 days"))
    if tree.unit in ("hours", "minutes", "seconds"):
        micro = round(tree.amount * t.ELAPSED[tree.unit])
        return Condition("silent", str(text), length=WindowOperator("prior", 0, micro), span=text.span)
    return Condition("silent", str(text), length=length_of(draft, place), span=text.span)


# -- of a target -------------------------------------------------------------------------------------------------------
def band(draft: Draft, text: Scalar, match: re.Match[str], subject: Subject) -> Condition:
    """`band off track`, `band at risk or worse`."""
    target = subject.target
    if target is None:
        raise draft.fail(no_target(text, subject, "bands are those of a target"))
    bands = [found for terms in target.versions for found in terms.bands]
    if not bands:
        problem = Problem("alert-form", f"the target `{target.name}` has no bands", text.span)
        hint = f"write below targets: {target.name}: bands: {{off track: below 80%, on track: above}}"
        raise draft.fail(problem.also(target.span, "this target").hint(hint))
    return Condition("band", str(text), bands=named_bands(draft, text, match["names"], bands, target), span=text.span)


def no_target(text: Scalar, subject: Subject, because: str) -> Problem:
    """The problem of a band, or a share, where there is no target whose it could be."""
    own = [name for name, target in subject.targets.items() if target and target.metric == subject.metric.name]
    if not own and any(target is None for target in subject.targets.values()):
        return Problem("alert-form", "this is about a target that has problems", text.span)
    problem = Problem("alert-form", f"{because}, and `{subject.metric.name}` has none", text.span)
    if own:
        return problem.hint(f"it has {listed(own)}, and none is the default: write target: {own[0]} for the metric")
    return problem.hint("declare one below `targets:`; of a value alone write below 10_000")


def named_bands(draft: Draft, text: Scalar, names: str, bands: list[Band], target: Target) -> tuple[str, ...]:
    """The bands that are meant: the one that is named, `or worse` with those below it."""
    worse = re.fullmatch(r"(.+?)\s+or\s+(worse|better)", names)
    name = worse[1] if worse else names
    known = list(dict.fromkeys(found.name for found in bands))
    if name not in known:
        problem = Problem("alert-form", f"`{target.name}` has no band `{name}`", part(text, name).span,
                          did_you_mean(name, known))  # fmt: skip
        raise draft.fail(problem.hint(f"its bands: {', '.join(known)}"))
    if worse is None:
        return (name,)
    rank = next(found.rank for found in bands if found.name == name)
    kept = [x.name for x in bands if (x.rank <= rank if worse[2] == "worse" else x.rank >= rank)]
    return tuple(dict.fromkeys(kept))
