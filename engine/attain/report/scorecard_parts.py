"""Small parts of a scorecard's page."""

from __future__ import annotations

from collections.abc import Sequence

from attain.model.scorecard import METHODS, Card, Change, Scorecard, Verdict
from attain.report.html import Html, join, tag
from attain.report.scorecard_values import SIGNS, Figures, percent


def badge(verdict: Verdict | None) -> Html | None:
    """A band with its sign, which tells it without colour."""
    if verdict is None:
        return None
    sign = tag("span", SIGNS[verdict.level], aria_hidden="true")
    return tag("span", sign, f" {verdict.band}", class_=f"badge l{verdict.level}")


def moved(figures: Figures, change: Change | None, card: Scorecard) -> Html | None:
    """A change to the period before, with words for those who do not see the sign."""
    if change is None:
        return None
    level = "" if change.better is None else " l2" if change.better else " l0"
    spoken = "" if change.better is None else ", for the better" if change.better else ", for the worse"
    words = f" against the {card.stretch.grain.name.replace('_', ' ')} before{spoken}"
    return tag("span", figures.change(change), tag("span", words, class_="unseen"), class_=f"change{level}")


def figure_list(card: Scorecard, figures: Figures, one: Card) -> Html:
    """The figures of a KPI with their names; those that there are."""
    grain = card.stretch.grain.name.replace("_", " ")
    line = figures.kpi.line
    projected = figures.projected(one.projection) if line.method != "value" else ""
    pairs = [
        ("Actual", figures.text(one.actual) or "–"),
        ("Target", figures.target(one)),
        ("Reached", percent(one.attainment)),
        ("Gap", figures.signed(one.gap)),
        (f"Against the {grain} before", figures.change(one.period_before)),
        ("Against a year before", "" if card.stretch.is_year else figures.change(one.year_before)),
        ("Should be by now", figures.text(one.expected) if line.method != "value" else ""),
        (f"Pace {METHODS[line.method]}".replace("Pace the", "Pace, the"), percent(one.pace)),
        ("Projected", projected),
        ("Left per working day" if line.metric.good == "down" else "Needed per working day", figures.text(one.needed)),
    ]
    return tag("dl", *(join(tag("dt", name), tag("dd", text)) for name, text in pairs if text), class_="figures")


def bar(share: float) -> Html:
    """A bar of a length from 0 to 1, to compare by eye; the number stands beside it."""
    width = f"{max(share, 0.0) * 100:.1f}"
    rect = tag("rect", width=width, height="8", rx="1", fill="var(--accent)")
    return tag("svg", rect, viewBox="0 0 100 8", preserveAspectRatio="none", class_="bar", aria_hidden="true")


def number_table(caption: str, header: Sequence[str], rows: Sequence[Sequence[str]], names: int = 1) -> Html:
    """A table whose first `names` columns name the row, in a box that scrolls by itself where it is too wide."""
    head = tag("tr", *(tag("th", text, scope="col") if text else tag("td", "") for text in header))
    body = [
        tag("tr", *(tag("th", cell, scope="row") if i < names else tag("td", cell) for i, cell in enumerate(row)))
        for row in rows
    ]
    table = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    return tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=caption)
