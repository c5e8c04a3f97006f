"""Targets: of which metric, in which periods, for which members, and what is meant to be reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from itertools import pairwise

from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import did_you_mean, listed, some_of
from attain.check.additivity import ADDITIVE, NOT
from attain.check.draft import Draft, Failed
from attain.check.keys import resolve_key
from attain.check.names import find_metric
from attain.check.target_bands import bands_of
from attain.check.target_figures import figure_of, rows_of
from attain.check.target_source import member_of_source, ramp_of, source_of
from attain.model import types as t
from attain.model.aggregate import Key, WindowOperator
from attain.model.calendar import Grain
from attain.model.semantic import Metric
from attain.model.target import Spread, Target, Terms
from attain.model.types import Kind, Type
from attain.read import syntax as s
from attain.read.expressions import read_day, read_expression
from attain.read.shape import TargetShape, TermsShape
from attain.read.text import text_of_scalar
from attain.read.tree import Scalar

#: What a target may say; exactly one of these keys stands in it.
KINDS = ("values", "source", "value", "between", "growth")
#: Keys that may stand above a list of versions, for all of them.
SHARED = ("grain", "by", "spread", "ramp", "bands", "over")
#: Which keys go with which kind, beside those that go with all.
WITH = {"spread": ("values", "source", "value", "growth"), "ramp": ("source",), "over": ("growth",)}
SPREADS = ("even", "business_days")


def check_target(draft: Draft, name: str) -> Target:
    """One target. Raises `Failed` or `NeedsFirst`."""
    scalar, shape = draft.target_shapes[name]
    metric = metric_of(draft, shape)
    versions = versions_of(draft, scalar, shape, metric)
    check_versions(draft, versions)
    check_default(draft, name)
    return Target(
        name, metric.name, metric.additivity == ADDITIVE, metric.additivity != NOT, tuple(versions),
        is_default(draft, name),
        str(shape.owner or ""), str(shape.label or ""), str(shape.description or ""), scalar.span,
    )  # fmt: skip


def metric_of(draft: Draft, shape: TargetShape) -> Metric:
    """The metric that a target is of: one that is a number."""
    if str(shape.metric) not in draft.metric_shapes:
        label = did_you_mean(shape.metric, draft.metric_shapes)
        problem = Problem("unknown-metric", f"there is no metric `{shape.metric}`", shape.metric.span, label)
        raise draft.fail(problem.hint("a target is of a metric: give its expression a name below `metrics:`"))
    metric = find_metric(draft, str(shape.metric), shape.metric.span)
    if not (metric.type.is_number or metric.type.kind is Kind.DURATION):
        from attain.check.sides import kind_name

        message = f"a target is a number, and `{metric.name}` is {kind_name(metric.type)}"
        raise draft.fail(Problem("type-mismatch", message, shape.metric.span))
    return metric


# -- several of one metric ---------------------------------------------------------------------------------------------
def names_of(draft: Draft, metric: str) -> list[str]:
    """The targets of a metric, in the order written."""
    return [name for name, (of, _) in draft.target_metrics.items() if of == metric]


def is_default(draft: Draft, name: str) -> bool:
    """Whether `target(m)` means this one: the only one, or the one that says so."""
    shape = draft.target_shapes[name][1]
    return bool(shape.default) or len(names_of(draft, str(shape.metric))) == 1


def check_default(draft: Draft, name: str) -> None:
    """Of several targets of one metric exactly one is the default: told at the second one that says so, or at the
    second one where none does."""
    metric = str(draft.target_shapes[name][1].metric)
    names = names_of(draft, metric)
    marked = [other for other in names if draft.target_shapes[other][1].default]
    places = marked if marked else names
    if len(names) == 1 or len(marked) == 1 or len(places) < 2 or name != places[1]:
        return
    scalar, first = draft.target_shapes[name][0], draft.target_shapes[places[0]][0]
    message = f"`{metric}` has {len(names)} targets, and none is the default"
    hint = f"write default: true at the one that target({metric}) is to mean; another is target({metric}, {name})"
    if marked:
        message, hint = f"`{metric}` has two default targets", "leave `default: true` at one of them"
    problem = Problem("ambiguous-target", message, scalar.span).also(first.span, "and this one")
    draft.problems.append(problem.hint(hint))


# -- versions ----------------------------------------------------------------------------------------------------------
def versions_of(draft: Draft, scalar: Scalar, shape: TargetShape, metric: Metric) -> list[Terms]:
    """What a target says, in each of its versions; they all are checked, so that all of their problems are told."""
    if shape.versions is None:
        return [terms_of(draft, scalar, shape, metric)]
    said = next((getattr(shape, key) for key in KINDS if getattr(shape, key) is not None), None)
    if said is not None or not shape.versions:
        message = "what is meant to be reached stands in each of its `versions:`, not above them"
        message = message if shape.versions else "`versions:` is empty"
        raise draft.fail(
            Problem("target-form", message, scalar.span).hint("write versions: [{valid_from: .., ..}, ..]")
        )
    found: list[Terms] = []
    failed: Failed | None = None
    for version in shape.versions:
        shared = {key: getattr(shape, key) for key in SHARED if not getattr(version, key)}
        try:
            found.append(terms_of(draft, scalar, version.model_copy(update=shared), metric))
        except Failed as failure:
            failed = failure
    if failed is not None:
        raise failed
    return sorted(found, key=lambda terms: terms.valid_from or date.min)


def check_versions(draft: Draft, versions: list[Terms]) -> None:
    """No two versions are in force on one day."""
    for earlier, later in pairwise(versions):
        if earlier.valid_to is not None and later.valid_from is not None and earlier.valid_to <= later.valid_from:
            continue
        since = later.valid_from.isoformat() if later.valid_from is not None else "ever"
        problem = Problem("overlapping-targets", f"two versions are in force from {since} on", later.span, "this one")
        problem = problem.also(earlier.span, "and this one")
        hint = "valid_from is the first day of a version, valid_to the first day after it"
        raise draft.fail(problem.hint(hint, f"end the earlier one: valid_to: {since}" if since != "ever" else ""))


def day_of(draft: Draft, text: Scalar | None) -> date | None:
    """A day as it is written; None where none is."""
    if text is None:
        return None
    day = read_day(text)
    if day is None:
        raise draft.fail(Problem("date-form", f"`{text}` is not a day", text.span, "write 2026-01-31"))
    return day


# -- terms -------------------------------------------------------------------------------------------------------------
def terms_of(draft: Draft, scalar: Scalar, shape: TermsShape, metric: Metric) -> Terms:
    """What a target says in one version."""
    kind = kind_of(draft, scalar, shape)
    adds_up = metric.additivity == ADDITIVE
    grain = grain_of(draft, scalar, shape, kind, metric)
    by = keys_of(draft, shape, kind, metric)
    first, last = day_of(draft, shape.valid_from), day_of(draft, shape.valid_to)
    if first is not None and last is not None and first >= last:
        assert shape.valid_to is not None
        problem = Problem("wrong-value", "this version ends before it begins", shape.valid_to.span)
        raise draft.fail(problem.hint("valid_from is its first day, valid_to the first day after it"))
    build: Callable[..., Terms] = {
        "values": build_values, "source": build_source, "value": build_value, "between": build_range,
        "growth": build_growth,
    }[kind]  # fmt: skip
    terms = build(draft, shape, metric, grain, by)
    judged = "value" if kind in ("value", "between") else "attainment"
    bands = bands_of(draft, shape.bands, metric, judged)
    spread = spread_of(draft, shape, adds_up, metric)
    span = place_of(shape, kind, scalar)
    return Terms(
        kind, grain, terms.by, terms.type, terms.rows, terms.source, terms.value, terms.low, terms.high, terms.before,
        spread, bands, judged, first, last, span,
    )  # fmt: skip


def place_of(shape: TermsShape, kind: str, scalar: Scalar) -> Span:
    """Where a version is written: the day from which it holds, else its name."""
    return shape.valid_from.span if shape.valid_from is not None else scalar.span


def kind_of(draft: Draft, scalar: Scalar, shape: TermsShape) -> str:
    """Which of the things that a target may say it says: exactly one."""
    said = [key for key in KINDS if getattr(shape, key) is not None]
    if len(said) != 1:
        found = "nothing" if not said else listed(f"{key}:" for key in said)
        problem = Problem("target-form", f"target `{scalar}` says {found}, and a target says one thing", scalar.span)
        raise draft.fail(problem.hint(f"write one of: {', '.join(f'{key}:' for key in KINDS)}"))
    for key, kinds in WITH.items():
        if getattr(shape, key) and said[0] not in kinds:
            problem = Problem("target-form", f"`{key}:` has no meaning with `{said[0]}:`", scalar.span)
            raise draft.fail(problem.hint(f"it goes with {listed(f'{kind}:' for kind in kinds)}"))
    return said[0]


def grain_of(draft: Draft, scalar: Scalar, shape: TermsShape, kind: str, metric: Metric) -> Grain | None:
    """The grain of a target; None where it holds in every cell."""
    if shape.grain is None:
        if kind == "source":
            return draft.calendar.grain("month")
        if kind == "between" or (kind == "value" and metric.additivity != ADDITIVE):
            return None
        message = f"of what periods is this? target `{scalar}` needs a `grain:`"
        problem = Problem("target-form", message, scalar.span)
        because = f"`{metric.name}` adds up over time: so much a month is another target than so much a year"
        raise draft.fail(
            problem.hint("write grain: month (or week, quarter, year ..)", because if kind == "value" else "")
        )
    grain = draft.calendar.grain(str(shape.grain))
    if grain is None or grain.unit == "hour":
        known = [name for name in draft.calendar.grain_names() if name != "hour"]
        message = f"there is no grain `{shape.grain}`" if grain is None else "a target is of a day or longer"
        problem = Problem("unknown-grain", message, shape.grain.span, did_you_mean(shape.grain, known))
        raise draft.fail(problem.hint(f"grains: {', '.join(known)}"))
    return grain


def keys_of(draft: Draft, shape: TermsShape, kind: str, metric: Metric) -> tuple[Key, ...] | None:
    """The dimensions of a target, each one that its metric has. None means every one of them."""
    words: list[Scalar] = list(shape.by or ())
    if shape.source is not None and shape.source.by:
        if words:
            message = "`by:` stands here twice: in the target and in its source"
            raise draft.fail(Problem("target-form", message, words[0].span).hint("leave the one above the source out"))
        words = list(shape.source.by)
    elif kind == "growth" and shape.by is None:
        return None
    if words and kind == "value" and metric.additivity != NOT:
        problem = Problem(
            "target-form", f"how much of `{metric.name}` for each? it adds up over members", words[0].span
        )
        raise draft.fail(problem.hint("write `values:` with a value for each member, or leave `by:` out"))
    keys: list[Key] = []
    for word in words:
        key = resolve_key(draft, name_of(draft, word), metric.tables)
        if key.name in {known.name for known in keys}:
            raise draft.fail(Problem("wrong-value", f"`{key.name}` stands here twice", word.span))
        keys.append(key)
    return tuple(keys)


def name_of(draft: Draft, word: Scalar) -> s.Name:
    """A dimension as it is written."""
    tree = tree_of(draft, word)
    if not isinstance(tree, s.Name):
        problem = Problem("unknown-dimension", "only names stand here", tree.span)
        raise draft.fail(problem.hint("derive it below a table's `fields:`"))
    return tree


def tree_of(draft: Draft, text: Scalar) -> s.Syntax:
    """An expression of a target as a tree."""
    expression, problems = text_of_scalar(text)
    tree, more = read_expression(expression) if not problems else (None, [])
    draft.problems += [*problems, *more]
    if tree is None:
        raise Failed
    return tree


# -- what is meant to be reached ---------------------------------------------------------------------------------------
def decimal(scale: int) -> Type:
    """The type of values with so many digits after the point."""
    return Type(Kind.DECIMAL, 38, scale)


def scale_of(value: Fraction) -> int:
    """How many digits after the point a value that was written down has."""
    return next((n for n in range(18) if (value * 10**n).denominator == 1), 18)


def build_values(
    draft: Draft, shape: TermsShape, metric: Metric, grain: Grain | None, by: tuple[Key, ...] | None
) -> Terms:
    """Values written down, by period and member."""
    assert shape.values is not None and grain is not None and by is not None
    rows = rows_of(draft, shape.values, metric, grain, by, shape_span(shape))
    scale = max([2, *(scale_of(row.value) for row in rows)])
    return Terms("values", grain, by, decimal(scale), rows=rows)


def build_source(
    draft: Draft, shape: TermsShape, metric: Metric, grain: Grain | None, by: tuple[Key, ...] | None
) -> Terms:
    """Values in a table."""
    assert shape.source is not None and by is not None
    written = {str(name): expression for name, expression in shape.source.by.items()}
    texts = list(written.values()) or list(shape.by or ())
    members = tuple(
        member_of_source(draft, shape.source, tree_of(draft, text), key, metric)
        for key, text in zip(by, texts, strict=True)
    )
    source = source_of(draft, shape.source, tree_of(draft, shape.source.value), metric, members)
    if shape.ramp is not None:
        if grain is not None and grain.unit == "month" and grain.step > 1:
            words = grain.name.replace("_", " ")
            message = f"a ramp goes by months, and this target is by {words}"
            problem = Problem("target-form", message, shape.ramp.since.span)
            raise draft.fail(problem.hint(f"give the table a row for each month, and leave `grain: {grain.name}` out"))
        source = ramp_of(draft, shape.ramp, tree_of(draft, shape.ramp.since), source)
    type = source.value.type
    return Terms("source", grain, by, type if type.kind is Kind.FLOAT else decimal(max(2, type.scale)), source=source)


def build_value(
    draft: Draft, shape: TermsShape, metric: Metric, grain: Grain | None, by: tuple[Key, ...] | None
) -> Terms:
    """One value for every period, or every cell."""
    assert shape.value is not None
    value = figure_of(draft, shape.value, metric)
    return Terms("value", grain, by, decimal(max(2, scale_of(value))), value=value)


def build_range(
    draft: Draft, shape: TermsShape, metric: Metric, grain: Grain | None, by: tuple[Key, ...] | None
) -> Terms:
    """From one value on, and below another one."""
    assert shape.between is not None
    if len(shape.between) != 2:
        place = shape.between[-1].span if shape.between else shape_span(shape)
        raise draft.fail(Problem("target-form", "a range is two numbers", place).hint("write between: [3, 5]"))
    low, high = (figure_of(draft, text, metric) for text in shape.between)
    if low >= high:
        problem = Problem("wrong-value", "this range is empty", shape.between[1].span)
        raise draft.fail(problem.hint("write the smaller number first: between: [3, 5] is from 3, and below 5"))
    return Terms("between", grain, by, decimal(max(2, scale_of(low), scale_of(high))), low=low, high=high)


def shape_span(shape: TermsShape) -> Span:
    """Any place in what a target says."""
    words = [shape.grain, shape.valid_from, *(shape.by or ()), *shape.bands]
    return next((word.span for word in words if word is not None), Span.none())


def build_growth(
    draft: Draft, shape: TermsShape, metric: Metric, grain: Grain | None, by: tuple[Key, ...] | None
) -> Terms:
    """The metric's own value in a period before, and a share on top of it."""
    from attain.check.target_figures import number_of

    assert shape.growth is not None
    share = number_of(draft, shape.growth)
    if share <= -1:
        problem = Problem("wrong-value", "nothing would be left", shape.growth.span)
        raise draft.fail(problem.hint("growth: -10% is a tenth less, growth: 20% a fifth more"))
    if abs(share) >= 5 and not shape.growth.endswith("%"):
        problem = Problem("wrong-value", f"growth by {share} is {share * 100}%", shape.growth.span, f"write {share}%")
        raise draft.fail(problem.hint("write a share: growth: 20%"))
    before = length_of(draft, shape.over) if shape.over is not None else WindowOperator("prior", months=12)
    scale = max(2, metric.type.scale) + scale_of(share)
    type = decimal(scale) if metric.type.is_exact and scale <= 18 else t.FLOAT
    return Terms("growth", grain, by, type, value=share, before=before)


def length_of(draft: Draft, text: Scalar) -> WindowOperator:
    """`1 year`: how far back, in whole months or days."""
    from attain.check.operators import MONTHS

    tree = tree_of(draft, text)
    if not isinstance(tree, s.Duration) or tree.amount <= 0:
        raise draft.fail(Problem("duration-form", f"`{text}` is no length of time", text.span).hint("write 1 year"))
    months = tree.amount * MONTHS.get(tree.unit, 0)
    days = Fraction(0) if tree.unit in MONTHS else tree.amount * t.ELAPSED[tree.unit] / t.ELAPSED["days"]
    if months.denominator != 1 or days.denominator != 1:
        problem = Problem("duration-form", "periods are moved by whole days or months", text.span)
        raise draft.fail(problem.hint("write 1 year, 3 months or 52 weeks"))
    return WindowOperator("prior", int(months), int(days) * t.ELAPSED["days"])


def spread_of(draft: Draft, shape: TermsShape, adds_up: bool, metric: Metric) -> Spread:
    """How values are shared out to parts of their periods."""
    spread = shape.spread
    if spread is None:
        return Spread()
    place = spread.by if spread.by is not None else spread.like
    if place is None:
        raise draft.fail(Problem("target-form", "how is it spread?", shape_span(shape)).hint(f"write {how()}"))
    if not adds_up:
        problem = Problem("target-form", f"`{metric.name}` does not add up, so nothing of it is spread", place.span)
        raise draft.fail(problem.hint("its target holds as it is in every part of its period: leave `spread:` out"))
    if spread.like is not None:
        return Spread("like", length_of(draft, spread.like))
    if place not in SPREADS:
        problem = Problem("wrong-value", f"`{place}` is no way to spread", place.span, did_you_mean(place, SPREADS))
        raise draft.fail(problem.hint(f"write {how()}"))
    return Spread(str(place))


def how() -> str:
    """The ways to spread."""
    return some_of(["spread: even", "spread: business_days", "spread: {like: 1 year}"])
