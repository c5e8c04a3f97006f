"""A scorecard as one page of HTML that needs nothing else: no script, no request; for screens of any width, light and
dark, and for print."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from importlib.resources import files

from attain.model.scorecard import Breakdown, Detail, Kpi, Scorecard
from attain.report.html import Html, join, tag
from attain.report.scorecard_charts import chart_of, labels_of, spark_of
from attain.report.scorecard_parts import badge, bar, figure_list, moved, number_table
from attain.report.scorecard_values import (
    Figures,
    by_category,
    heading_of,
    methods_of,
    percent,
    period_name,
    title_of,
    trend_of,
    verdict_of,
)
from attain.report.values import value_to_text

NUMBERS = (int, float, Decimal)
LEVELS = ("in the worst band", "between", "in the best band")


def scorecard_to_html(card: Scorecard, details: Mapping[str, Detail]) -> str:
    """The whole page: what it is of, a tile for each KPI by category, then a part for each KPI."""
    style = files("attain.report").joinpath("scorecard.css").read_text(encoding="utf-8")
    title = f"{card.name}: {period_name(card.stretch)}" if card.name else f"Scorecard {period_name(card.stretch)}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="generator", content="Attain"),
        tag("title", title),
        Html(f"<style>{style}</style>"),
    )
    body = tag(
        "body",
        tag("a", "Skip to the figures", href="#figures", class_="skip"),
        page_head(card, title),
        tag("main", *tiles(card), *parts(card, details), id="figures"),
        page_foot(card),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en')}\n"


def policy(style: str) -> str:
    """What the page may load: its own style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def anchor(kpi: Kpi) -> str:
    """Where the part of a KPI is on the page."""
    return f"kpi-{kpi.line.metric.name}"


# -- head and foot -----------------------------------------------------------------------------------------------------
def page_head(card: Scorecard, title: str) -> Html:
    """The title, how far the period has come, how many KPIs stand how, and ways to the categories."""
    words = heading_of(card).partition(", ")[2]
    links = [
        tag("li", tag("a", name or "Other", href=f"#cat-{i}")) for i, (name, _) in enumerate(by_category(card.kpis))
    ]
    nav = tag("nav", tag("ul", *links), aria_label="Categories") if len(links) > 1 else None
    return tag("header", tag("h1", title), tag("p", words, class_="about"), standing(card), nav)


def standing(card: Scorecard) -> Html | None:
    """How many KPIs are in their best band, between, in their worst."""
    verdicts = [verdict_of(one) for kpi in card.kpis for one in kpi.cards[:1]]
    counts = [sum(v is not None and v.level == level for v in verdicts) for level in (2, 1, 0)]
    if not any(counts):
        return None
    items = [
        tag("li", tag("span", "✗!✓"[level], class_=f"sign l{level}", aria_hidden="true"), f" {count} {LEVELS[level]}")
        for level, count in zip((2, 1, 0), counts, strict=True)
    ]
    return tag("ul", *items, class_="standing", aria_label="How the KPIs stand")


def page_foot(card: Scorecard) -> Html:
    """What is to be said with the figures: how pace is told, and the notes."""
    notes = [f"Pace {how}: {', '.join(names)}" for how, names in methods_of(card)]
    legend = (
        "Behind a change ✓ is for the better, ✗ for the worse. Shaded in charts: the bands; the stroke is the target, "
        "the dashed outline where the period ends at this rate."
    )
    items = [tag("li", note) for note in (*notes, legend, *card.notes)]
    return tag("footer", tag("h2", "Notes"), tag("ul", *items), aria_label="Notes")


# -- tiles -------------------------------------------------------------------------------------------------------------
def tiles(card: Scorecard) -> Iterator[Html]:
    """A section for each category with a tile for each of its KPIs."""
    for i, (category, kpis) in enumerate(by_category(card.kpis)):
        items = [tag("li", tile(card, kpi)) for kpi in kpis]
        heading = tag("h2", category or ("Other" if i else "KPIs"), id=f"cat-{i}")
        yield tag("section", heading, tag("ul", *items, class_="tiles"), aria_labelledby=f"cat-{i}")


def tile(card: Scorecard, kpi: Kpi) -> Html:
    """The figure, its target and its band, the change, and the trend: a link to the part of the KPI."""
    figures, one = Figures(kpi, card.currency), kpi.cards[0]
    target = figures.target(one)
    against = f"of {target}" if target else "no target"
    reached = percent(one.attainment)
    spark = spark_of(kpi, one)
    return tag(
        "a",
        tag("span", title_of(kpi), class_="name"),
        tag("span", figures.text(one.actual) or "–", class_="figure"),
        tag("span", f"{against} · {reached} reached" if reached and target else against, class_="against"),
        tag("span", badge(verdict_of(one)), moved(figures, one.period_before, card), class_="marks"),
        tag("span", spark, class_="spark") if spark is not None else None,
        href=f"#{anchor(kpi)}",
        class_="tile",
    )


# -- a part for each KPI -----------------------------------------------------------------------------------------------
def parts(card: Scorecard, details: Mapping[str, Detail]) -> Iterator[Html]:
    """The parts of all KPIs, in the order of the tiles."""
    yield tag("h2", "Each KPI", class_="each")
    for _, kpis in by_category(card.kpis):
        for kpi in kpis:
            yield part(card, kpi, details[kpi.line.metric.name])


def part(card: Scorecard, kpi: Kpi, detail: Detail) -> Html:
    """One KPI: its figures, its trend, its breakdowns, what it means, its SQL, its owner."""
    figures, metric = Figures(kpi, card.currency), kpi.line.metric
    heading = tag("h3", title_of(kpi), " ", badge(verdict_of(kpi.cards[0])), id=anchor(kpi))
    return tag(
        "article",
        heading,
        tag("p", metric.description, class_="about") if metric.description else None,
        tag("div", figure_list(card, figures, kpi.cards[0]), trend(card, kpi, figures), class_="pair"),
        slices(card, kpi, figures),
        tag("div", *(breakdown(figures, one, card.currency) for one in detail.breakdowns), class_="breakdowns"),
        definition(kpi, detail),
        tag("details", tag("summary", "SQL"), code(detail.sql)) if detail.sql else None,
        tag("p", tag("a", "Up", href="#figures"), class_="up"),
        aria_labelledby=anchor(kpi),
    )


def code(text: str) -> Html:
    """A text as it is, in a box that the keyboard can scroll."""
    return tag("pre", tag("code", text.strip()), tabindex="0")


def trend(card: Scorecard, kpi: Kpi, figures: Figures) -> Html:
    """The chart of the trend, in words for those who do not see it, and as a table."""
    one = kpi.cards[0]
    labels = labels_of(one, card.stretch)
    rows = [
        [label, figures.text(point.value), figures.text(point.target)]
        for label, point in zip(labels, one.trend, strict=True)
    ]
    words = f"{title_of(kpi)} by {card.stretch.grain.name.replace('_', ' ')}, from {labels[0]} to {labels[-1]}"
    last = figures.text(one.actual)
    chart = tag(
        "div", chart_of(kpi, one, card.stretch), role="img", aria_label=f"{words}; the last is {last or 'none'}"
    )
    header = ["period", "actual", "target"]
    if not any(row[2] for row in rows):
        header, rows = header[:2], [row[:2] for row in rows]
    table = tag("details", tag("summary", "The figures of the chart"), number_table(words, header, rows))
    return tag("figure", chart, table)


def slices(card: Scorecard, kpi: Kpi, figures: Figures) -> Html | None:
    """The slices that were asked for."""
    if len(kpi.cards) < 2:
        return None
    names = [column.name for column in card.dimensions]
    rows = [
        [*(value_to_text(v, c, card.currency) or "–" for v, c in zip(one.members, card.dimensions, strict=True)),
         figures.text(one.actual), figures.target(one), percent(one.attainment), badge(verdict_of(one)) or "",
         figures.change(one.period_before), trend_of(kpi, one)]
        for one in kpi.cards[1:]
    ]  # fmt: skip
    header = [*names, "actual", "target", "reached", "band", "change", "trend"]
    return number_table(f"{title_of(kpi)} by {', '.join(names)}", header, rows, len(names))


def breakdown(figures: Figures, found: Breakdown, currency: str) -> Html:
    """A table of the largest slices with a bar for each."""
    most = max((abs(float(one.actual)) for one in found.cards if isinstance(one.actual, NUMBERS)), default=0.0)
    has_target = any(one.target is not None for one in found.cards)
    rows: list[list[str]] = []
    for one in found.cards:
        name = value_to_text(one.members[0], found.dimension, currency) or "–"
        size = abs(float(one.actual)) / most if most and isinstance(one.actual, NUMBERS) else 0.0
        rows.append([name, figures.text(one.actual), bar(size), *([figures.text(one.target), percent(one.attainment)]
                                                                  if has_target else [])])  # fmt: skip
    header = [found.label, "actual", "", *(["target", "reached"] if has_target else [])]
    table = number_table(f"{title_of(figures.kpi)} by {found.label}", header, rows)
    more = tag("p", f"and {found.more} more", class_="more") if found.more else None
    return tag("div", table, more, class_="wide" if has_target else None)


def definition(kpi: Kpi, detail: Detail) -> Html:
    """What the metric is: its expression and what is known of it."""
    metric, target = kpi.line.metric, kpi.line.target
    facts = {
        "Name": metric.name,
        "Unit": str(metric.unit),
        "Adds up": metric.additivity,
        "Better": {"up": "more", "down": "less"}.get(metric.good, metric.good),
        "Built from": ", ".join(detail.uses),
        "Target": f"{target.name}: {target.description}".rstrip(": ") if target is not None else "",
        "Owner": kpi.line.owner,
    }
    pairs = [join(tag("dt", name), tag("dd", text)) for name, text in facts.items() if text]
    return tag(
        "details", tag("summary", "Definition"), code(metric.text), tag("dl", *pairs, class_="facts"), class_="def"
    )
