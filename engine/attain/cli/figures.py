"""The options of `attain diff` that ask for figures."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from attain.base.problem import Problem
from attain.base.span import Span
from attain.cli.options import add_options, refuse_empty, split_list
from attain.cli.project import QUERY
from attain.cli.screen import Stop

if TYPE_CHECKING:
    from attain.differences.asked import Asked
    from attain.model.difference import Tolerance


@dataclass(frozen=True, slots=True)
class FiguresAsked:
    """What `--data` is asked for, and the day that counts as now (None: today)."""

    asked: Asked
    day: date | None


_DATA = [
    click.option("--data", is_flag=True, help="Run both versions on the data at hand, and compare their figures."),
    click.option("--grain", default="month", show_default=True, metavar="G", help="With --data: by which periods."),
    click.option(
        "--by", multiple=True, metavar="D[,D..]",
        help="With --data: by what else, each by itself; left out: by each dimension of a metric.",
    ),
    click.option("--where", default="", metavar="EXPR", help="With --data: only where this holds."),
    click.option("--from", "start", default="", metavar="DATE", help="With --data: the first day of the range."),
    click.option("--to", "end", default="", metavar="DATE", help="With --data: the first day after the range."),
    click.option("--as-of", default="", metavar="DATE", help="With --data: the day that counts as now."),
    click.option(
        "--tolerance", default="", metavar="T", help="With --data: figures may move so far: 0.01, or 0.1% of them."
    ),
    click.option(
        "--samples", type=click.IntRange(min=0), default=3, show_default=True, metavar="N",
        help="With --data: so many rows that came in, went out or changed; 0 for none.",
    ),
    click.option("--no-samples", is_flag=True, help="With --data: no rows are shown, only figures."),
]  # fmt: skip


def data_options(function: Callable[..., int]) -> Callable[..., int]:
    """`--data` and what belongs to it: the function gets what was asked, or None."""

    @functools.wraps(function)
    def wrapped(
        *, data: bool, grain: str, by: tuple[str, ...], where: str, start: str, end: str, as_of: str, tolerance: str,
        samples: int, no_samples: bool, **rest: Any,
    ) -> int:  # fmt: skip
        from attain.differences.asked import Asked

        given = {"by": by, "where": where, "start": start, "end": end, "as_of": as_of, "tolerance": tolerance}
        refuse_empty(click.get_current_context(), given)
        if not data:
            refuse_without_data()
            return function(figures=None, **rest)
        names = tuple(part for text in by for part in split_list(text))
        asked = Asked(
            grain, names or None, where, start, end, as_of, tolerance_of(tolerance), 0 if no_samples else samples
        )
        return function(figures=FiguresAsked(asked, day_of(as_of)), **rest)

    return add_options(wrapped, _DATA)


def refuse_without_data() -> None:
    """Options that say nothing without figures are a mistake where there are none."""
    context = click.get_current_context()
    names = {"grain": "grain", "by": "by", "where": "where", "start": "from", "end": "to", "as_of": "as-of",
             "tolerance": "tolerance", "samples": "samples"}  # fmt: skip
    for name, option in names.items():
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            problem = Problem("wrong-arguments", f"`--{option}` is about figures, and none are compared",
                              Span(f"--{option}", 0, 0, 0))  # fmt: skip
            raise Stop([problem.hint("add --data: both versions are run on the data at hand")], QUERY)


def tolerance_of(text: str) -> Tolerance:
    """How far figures may move."""
    from attain.model.difference import Tolerance

    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%?)\s*", text)
    if not text:
        return Tolerance()
    if match is None:
        problem = Problem("number-form", f"`{text}` is no tolerance", Span("--tolerance", 0, 0, 0))
        raise Stop([problem.hint("write a number, 0.01, or a share of the figure: 0.1%")], QUERY)
    size = Fraction(match[1])
    return Tolerance(size / 100 if match[2] else size, bool(match[2]), text.strip())


def day_of(text: str) -> date | None:
    """The as-of day."""
    from attain.read.expressions import read_day

    day = read_day(text) if text else None
    if text and day is None:
        problem = Problem("date-form", f"`{text}` is not a day", Span("--as-of", 0, 0, 0))
        raise Stop([problem.hint("write it as 2026-01-31")], QUERY)
    return day
