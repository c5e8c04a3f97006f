"""Bands: named stretches of figures, each below a bound, in order and without gaps."""

from __future__ import annotations

import re
from fractions import Fraction

from attain.base.problem import Problem
from attain.base.span import Span
from attain.check.draft import Draft
from attain.check.target_figures import check_share, number_of
from attain.model.semantic import Metric
from attain.model.target import Band
from attain.model.units import PERCENT
from attain.read.tree import Scalar

_FORM = re.compile(r"(below|above)(?:\s+(\S+))?")
HINT = "write bands in order: {off track: below 80%, at risk: below 95%, on track: above}"


def bands_of(draft: Draft, shape: dict[Scalar, Scalar], metric: Metric, judged: str) -> tuple[Band, ...]:
    """The bands of a target, in the order of the figures. They are written upward (`below` .. `below`, `above`) or
    downward (`above` .. `above`, `below`)."""
    if not shape:
        return ()
    read = [read_band(draft, name, text, metric, judged) for name, text in shape.items()]
    words = [word for _, word, _ in read]
    side = words[0]
    *before, (last, word, rest) = read
    for name, other, bound in before:
        if other != side or bound is None:
            raise draft.fail(Problem("band-form", "the bands are in no order", shape[name].span).hint(HINT))
    if word == side and rest is not None:
        message = f"nothing is said of what is not {side} {shape[last].split()[-1]}"
        other = "above" if side == "below" else "below"
        raise draft.fail(Problem("band-form", message, last.span).hint(f"add a last band: NAME: {other}"))
    bounds = [bound for _, _, bound in before if bound is not None]
    check_order(draft, [name for name, _, _ in before], bounds, shape, side)
    check_last(draft, last, rest, bounds, shape)
    return ranked([name for name, _, _ in read], bounds, side, metric)


def read_band(
    draft: Draft, name: Scalar, text: Scalar, metric: Metric, judged: str
) -> tuple[Scalar, str, Fraction | None]:
    """A band's name, `below` or `above`, and its bound where it has one."""
    match = _FORM.fullmatch(str(text).strip())
    if match is None:
        problem = Problem("band-form", f"`{text}` is no band", text.span)
        raise draft.fail(problem.hint("a band is `below 80%`, `above 120%`, or, as the last one, `above` or `below`"))
    if match[2] is None:
        return name, match[1], None
    offset = text.start + str(text).find(match[2]) + (1 if text.style in ("'", '"') else 0)
    bound = Scalar.of(match[2], "", offset, offset + len(match[2]), text.lines)
    value = number_of(draft, bound)
    if judged == "attainment":
        check_share(draft, bound, value, PERCENT, "attainment")
    else:
        check_share(draft, bound, value, metric.unit, f"`{metric.name}`, which these bands judge,")
    return name, match[1], value


def check_order(
    draft: Draft, names: list[Scalar], bounds: list[Fraction], shape: dict[Scalar, Scalar], side: str
) -> None:
    """Each bound lies beyond the one before: else its band holds nothing."""
    for i in range(1, len(bounds)):
        if (bounds[i] > bounds[i - 1]) if side == "below" else (bounds[i] < bounds[i - 1]):
            continue
        text, first = shape[names[i]], shape[names[i - 1]]
        problem = Problem("band-unreachable", f"nothing can lie in the band `{names[i]}`", text.span)
        problem = problem.also(first.span, f"`{names[i - 1]}` takes all that is {first} already")
        raise draft.fail(problem.hint(HINT))


def check_last(
    draft: Draft, last: Scalar, rest: Fraction | None, bounds: list[Fraction], shape: dict[Scalar, Scalar]
) -> None:
    """The last band begins where the one before ends."""
    if rest is None or (bounds and rest == bounds[-1]):
        return
    word, bound = str(shape[last]).split(maxsplit=1)
    message = "one band is none: nothing is said of the rest"
    if bounds:
        edge = str(list(shape.values())[-2]).split()[-1]
        gap = (rest > bounds[-1]) == (word == "above")
        message = f"between {edge} and {bound} figures lie in {'no band' if gap else 'two bands'}"
    raise draft.fail(Problem("band-form", message, shape[last].span).hint(f"write only `{word}`: all that is left"))


def ranked(names: list[Scalar], bounds: list[Fraction], side: str, metric: Metric) -> tuple[Band, ...]:
    """The bands in the order of the figures; the best is the highest one, or with `good: down` the lowest."""
    if side == "above":
        names, bounds = names[::-1], bounds[::-1]
    edges: list[Fraction | None] = [None, *bounds, None]
    last = len(names) - 1
    places = range(last, -1, -1) if metric.good == "down" else range(last + 1)
    spans: list[Span] = [name.span for name in names]
    return tuple(
        Band(str(name), edges[i], edges[i + 1], rank, spans[i])
        for i, (name, rank) in enumerate(zip(names, places, strict=True))
    )
