"""Figures of a scorecard as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from attain.model import types as t
from attain.model.result import Value
from attain.model.scorecard import METHODS, Card, Change, Kpi, Scorecard, Stretch, Verdict
from attain.model.types import Kind
from attain.report.text import escape_text
from attain.report.values import grouped, is_short, money_in, value_to_text

BLOCKS = "▁▂▃▄▅▆▇█"
NOTHING = "·"  # a period of a trend without a value
#: What stands before a band, from the worst to the best: told apart without colour.
SIGNS = ("✗", "!", "✓")
BETTER, WORSE = SIGNS[2], SIGNS[0]  # behind a change


class Figures:
    """Writes the figures of one KPI: all of them short, or none (`$1.2M`)."""

    def __init__(self, kpi: Kpi, currency: str) -> None:
        self.kpi, self.currency = kpi, currency
        values = (value for card in kpi.cards for value in (card.actual, card.target, card.projection))
        self.short = is_short(values, kpi.column)
        self.counts = kpi.column.type.kind is Kind.INTEGER and money_in(kpi.column.unit) is None

    def text(self, value: Value) -> str:
        """A figure in the unit of the metric; a missing one is empty."""
        column = self.kpi.column
        if isinstance(value, float | Decimal) and value != int(value):
            column = replace(column, type=t.FLOAT)  # a part of a target of whole deals, say
        return value_to_text(value, column, self.currency, short=self.short)

    def projected(self, value: Value) -> str:
        """Where something ends at its rate: of what is counted, a whole number."""
        if self.counts and isinstance(value, float | Decimal):
            value = int(decimal(value).quantize(Decimal(1), ROUND_HALF_UP))
        return self.text(value)

    def signed(self, value: Value) -> str:
        """A difference with its sign: `+$1,200.00`, `-3`, of a percentage `-1.9 pts`."""
        unit = self.kpi.column.unit
        if unit.shown == "percent" and not unit.factors and value is not None:
            return f"{sign_of(value)}{grouped(abs(decimal(value)) * 100, 1)} pts"
        text = self.text(value)
        return f"+{text}" if text and not text.startswith("-") and any(c in "123456789" for c in text) else text

    def target(self, card: Card) -> str:
        """The target: a value, or a range in words; nothing where a range says nothing of slices."""
        terms = self.kpi.line.terms
        if not card.total and not self.kpi.line.slices:
            return ""
        if terms is None or terms.kind != "between" or terms.low is None or terms.high is None:
            return self.text(card.target)
        low, high = (self.text(Decimal(end.numerator) / Decimal(end.denominator)) for end in (terms.low, terms.high))
        return f"{low} to {high}"

    def change(self, change: Change | None) -> str:
        """`+4.2% ✓`: what has changed, in points where the metric is a percentage, and whether that is for the better;
        the difference itself where a share of nothing would be asked for."""
        if change is None:
            return ""
        unit = self.kpi.column.unit
        if unit.shown == "percent" and not unit.factors:
            text = self.signed(change.difference)
        elif change.share is not None:
            text = f"{sign_of(change.share)}{grouped(abs(decimal(change.share)) * 100, 1)}%"
        else:
            text = self.signed(change.difference)
        mark = "" if change.better is None else f" {BETTER if change.better else WORSE}"
        return text + mark


def decimal(value: Value) -> Decimal:
    """A number as a decimal, without the noise of floating digits."""
    return Decimal(format(value, ".12g")) if isinstance(value, float) else Decimal(str(value))


def sign_of(value: Value) -> str:
    """The sign before a change."""
    number = decimal(value)
    return "+" if number > 0 else "-" if number < 0 else ""


def percent(value: Value) -> str:
    """A share as a percentage: `96.2%`."""
    return f"{grouped(decimal(value) * 100, 1)}%" if value is not None else ""


def verdict_text(verdict: Verdict | None) -> str:
    """`✓ on track`"""
    return f"{SIGNS[verdict.level]} {escape_text(verdict.band)}" if verdict is not None else ""


def verdict_of(card: Card) -> Verdict | None:
    """What the card is judged to be: the whole period when it is over, its pace while it runs."""
    return card.verdict if card.verdict is not None else card.pace_verdict


def sparkline(values: Iterable[Value]) -> str:
    """One block a period, from the least to the largest value; a point where there is none."""
    numbers = [decimal(v) if isinstance(v, int | float | Decimal) and not isinstance(v, bool) else None for v in values]
    known = [number for number in numbers if number is not None and number.is_finite()]
    if not known:
        return ""
    least, width = min(known), max(known) - min(known)

    def block(number: Decimal | None) -> str:
        if number is None or not number.is_finite():
            return NOTHING
        return BLOCKS[int((number - least) / width * (len(BLOCKS) - 1) + Decimal("0.5"))] if width else BLOCKS[3]

    return "".join(map(block, numbers))


def trend_of(kpi: Kpi, card: Card) -> str:
    """The sparkline of a card's trend."""
    return sparkline(trend_values(kpi, card))


def trend_values(kpi: Kpi, card: Card) -> list[Value]:
    """The values of a trend to be compared by eye: what adds up over time stands in the period that still runs at its
    projection, since a part of a month is no fall."""
    values = [point.value for point in card.trend]
    if values and kpi.line.method != "value" and card.projection is not None:
        values[-1] = card.projection
    return values


def title_of(kpi: Kpi) -> str:
    """What a KPI is called: its label, else its name."""
    return kpi.line.metric.label or kpi.line.metric.name


def period_name(stretch: Stretch) -> str:
    """`2026-05`, `2026-Q2`, `2026`, `2026-W20`, `2026-05-14`, `fiscal quarter from 2026-02-01`"""
    start, name = stretch.start, stretch.grain.name
    forms = {"year": f"{start.year}", "quarter": f"{start.year}-Q{start.month // 3 + 1}", "day": start.isoformat()}
    if name == "month":
        return f"{start:%Y-%m}"
    if name == "week" and start.weekday() == 0:
        return "{}-W{:02}".format(*start.isocalendar()[:2])
    return forms.get(name) or f"{name.replace('_', ' ')} from {start}"


def heading_of(card: Scorecard) -> str:
    """What the scorecard is of: the period, and how far it has come."""
    stretch = card.stretch
    parts = [f"{escape_text(card.name)}: {period_name(stretch)}" if card.name else period_name(stretch)]
    parts += [f"as of {stretch.as_of}"]
    if stretch.state == "running":
        gone, whole = (stretch.as_of - stretch.start).days + 1, (stretch.end - stretch.start).days
        parts.append(f"{gone} of {whole} days gone")
        if card.working_days is not None:
            parts.append(f"{card.working_days[0]} of {sum(card.working_days)} working days gone")
    elif stretch.state == "not begun":
        parts.append("not begun")
    return ", ".join([*parts, *([f"where {escape_text(card.where)}"] if card.where else [])])


def methods_of(card: Scorecard) -> list[tuple[str, list[str]]]:
    """How pace is told, with the KPIs that it is told so of; nothing of a period that does not run."""
    if card.stretch.state != "running":
        return []
    used: dict[str, list[str]] = {}
    for kpi in card.kpis:
        used.setdefault(METHODS[kpi.line.method], []).append(kpi.line.metric.name)
    return list(used.items())


def by_category(kpis: Sequence[Kpi]) -> list[tuple[str, list[Kpi]]]:
    """The KPIs by their category, in the order in which the categories come; those without one last."""
    found: dict[str, list[Kpi]] = {}
    for kpi in kpis:
        found.setdefault(kpi.line.metric.category, []).append(kpi)
    return sorted(found.items(), key=lambda pair: not pair[0])
