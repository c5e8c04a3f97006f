"""A scorecard made by hand: bands, a range, costs, slices; with names and members that try to be more than text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.model import expression as e
from attain.model import types as t
from attain.model import units as u
from attain.model.result import ResultColumn, Value
from attain.model.scorecard import Breakdown, Card, Detail, Kpi, Line, Point, Scorecard, Stretch
from attain.model.semantic import Metric
from attain.model.target import Band, Target, Terms
from attain.scorecard.figures import Facts, card_of

from .lines import MONTH, three_bands

#: What somebody could write into a label or a member to have a page do something.
EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'</style>"
STRETCH = Stretch(MONTH, date(2026, 6, 1), date(2026, 7, 1), date(2026, 6, 12), date(2025, 6, 1))
REGION = ResultColumn("region", t.TEXT, u.TEXT, "dimension")


def months() -> list[date]:
    """June 2025 to June 2026."""
    return [date(2025 + (5 + i) // 12, (5 + i) % 12 + 1, 1) for i in range(13)]


def points(values: Sequence[Any], targets: Sequence[Any] | None = None) -> tuple[Point, ...]:
    """A trend."""
    return tuple(
        Point(start, value, target)
        for start, value, target in zip(months(), values, targets or [None] * 13, strict=True)
    )


def metric(name: str, unit: u.Unit, type: t.Type, **more: Any) -> Metric:
    """A metric as the model has it."""
    return Metric(name, e.Literal(None, type), type, unit, more.pop("additivity", "additive"), ("deals",), **more)


def kpi(of: Metric, terms: Terms | None, method: str, facts: Sequence[tuple[Value, Facts]]) -> Kpi:
    """A KPI with a card for the total, and one for each further member."""
    target = Target(f"{of.name}_plan", of.name, True, True, (terms,)) if terms is not None else None
    line = Line(of, target, terms, method)
    cards: list[Card] = [
        card_of(line, STRETCH, found, (member,), i == 0, 13) for i, (member, found) in enumerate(facts)
    ]
    return Kpi(line, ResultColumn(of.name, of.type, of.unit, "metric"), tuple(cards))


def sample() -> Scorecard:
    """Four KPIs in three categories."""
    bands = Terms("values", MONTH, (), t.MONEY, bands=three_bands())
    revenue = kpi(
        metric("revenue", u.MONEY, t.MONEY, label="Revenue", good="up", category="results", owner="cro@acme.example",
               description="Value of the deals won.", text="sum(deals.amount where won)"),
        bands, "even",
        [(None, Facts(Decimal(412_000), Decimal(398_000), Decimal(350_500), Decimal(1_200_000), Decimal(480_000),
                      points([Decimal(800_000 + 30_000 * i) for i in range(12)] + [Decimal(412_000)],
                             [Decimal(900_000 + 25_000 * i) for i in range(13)]))),
         ("EMEA", Facts(Decimal(212_000), Decimal(190_000), None, Decimal(500_000), Decimal(200_000),
                        points([Decimal(300_000 + 10_000 * i) for i in range(12)] + [Decimal(212_000)]))),
         (EVIL, Facts(Decimal(0), None, None, None, None, points([None] * 13)))],
    )  # fmt: skip
    win_rate = kpi(
        metric("win_rate", u.PERCENT, t.FLOAT, label="Win rate", good="up", category="performance",
               additivity="not additive", text="deals_won / deals_decided"),
        Terms("value", None, (), t.FLOAT, value=Fraction(1, 4), judged="value",
              bands=(Band("low", None, Fraction(1, 5), 0),
                     Band("fine, with room to do more of it", Fraction(1, 5), None, 1))),
        "value",
        [(None, Facts(0.231, 0.26, 0.2, 0.25, None,
                      points([0.2 + 0.01 * (i % 5) for i in range(12)] + [0.231], [0.25] * 13)))],
    )  # fmt: skip
    ratio = kpi(
        metric("ltv_to_cac", u.RATIO, t.FLOAT, label=f"LTV to CAC {EVIL}", category="performance", owner=EVIL,
               additivity="not additive", description=EVIL, text="ltv / cac"),
        Terms("between", None, (), t.FLOAT, low=Fraction(3), high=Fraction(5)), "value",
        [(None, Facts(5.4, 4.1, None, None, None, points([3 + 0.2 * i for i in range(12)] + [5.4])))],
    )  # fmt: skip
    costs = kpi(
        metric("costs", u.MONEY, t.MONEY, label="Marketing costs", good="down", text="sum(costs.amount)"),
        Terms("values", MONTH, (), t.MONEY), "business_days",
        [(None, Facts(Decimal("8200.50"), Decimal(4500), None, Decimal(9000), Decimal(3600),
                      points([Decimal(5000)] * 12 + [Decimal("8200.50")], [Decimal(9000)] * 13)))],
    )  # fmt: skip
    return Scorecard(
        "Acme & Söhne", "USD", STRETCH, (REGION,), (revenue, win_rate, ratio, costs), (9, 13), "", ("as of 2026-06-12",)
    )


def details() -> dict[str, Detail]:
    """What the page says beside the figures."""
    found = {kpi.line.metric.name: Detail(f"SELECT '{EVIL}'", (), (EVIL,)) for kpi in sample().kpis}
    slices = sample().kpis[0].cards[1:]
    found["revenue"] = replace(found["revenue"], breakdowns=(Breakdown(REGION, "Country", slices, 3),))
    return found
