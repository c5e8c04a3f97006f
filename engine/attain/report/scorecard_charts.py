"""Charts of a scorecard as SVG, by Vega-Lite. Colours are the page's CSS variables, so that one picture is right in
light, dark and print. Only numbers and names of periods go in."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.base.problem import Problem
from attain.base.span import Span
from attain.model.result import Value
from attain.model.scorecard import Card, Kpi, Stretch
from attain.report.html import Html
from attain.report.scorecard_values import trend_values

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # names the language; nothing is loaded from there
WIDTH, HEIGHT = 400, 150
FONT = 12
BAR = {"band": 0.7}  # the share of a period that its column takes
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
Row = dict[str, Any]  # of a chart: plain values by field
_ROOT = re.compile(r'<svg [^>]*?width="[\d.]+" height="[\d.]+" viewBox="([^"]+)">')


def missing_library() -> Problem | None:
    """The problem that charts cannot be drawn, or None."""
    try:
        import vl_convert  # noqa: F401
    except ImportError:
        problem = Problem("missing-package", "a scorecard in HTML needs the package `vl-convert-python`", Span.none())
        return problem.hint("install it with `pip install 'attain[html]'`")
    return None


def chart_of(kpi: Kpi, card: Card, stretch: Stretch) -> Html:
    """The trend of a KPI: columns for what adds up over time, else a line; its target, its bands behind, and the
    projection where the period still runs."""
    return svg_of(trend_spec(kpi, card, stretch))


def spark_of(kpi: Kpi, card: Card) -> Html | None:
    """The trend as a line without axes, its last point hollow where it is only projected; None where there are not
    two values to join."""
    points = [{"i": i, "v": number(value)} for i, value in enumerate(trend_values(kpi, card))]
    projected = bool(card.trend) and trend_values(kpi, card)[-1] is not card.trend[-1].value
    if sum(point["v"] is not None for point in points) < 2:
        return None
    scale = {"zero": False, "nice": False}
    layers = [
        {"mark": {"type": "line", "color": "var(--ink-2)", "strokeWidth": 1.5}},
        {"transform": [{"filter": f"datum.i == {len(points) - 1}"}],
         "mark": {"type": "point", "filled": not projected, "size": 22, "color": "var(--accent)", "opacity": 1}},
    ]  # fmt: skip
    axes = {"x": {"field": "i", "type": "quantitative", "axis": None, "scale": {"nice": False}},
            "y": {"field": "v", "type": "quantitative", "axis": None, "scale": scale}}  # fmt: skip
    return svg_of(based({"width": 96, "height": 24, "data": {"values": points}, "encoding": axes, "layer": layers}))


def svg_of(spec: dict[str, Any]) -> Html:
    """A picture that takes the width it is given; what it shows is said beside it, so it is hidden from readers of
    the page's text."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(spec)
    return Html(_ROOT.sub(r'<svg xmlns="http://www.w3.org/2000/svg" viewBox="\1" aria-hidden="true">', svg, count=1))


def based(spec: dict[str, Any]) -> dict[str, Any]:
    """A specification with what all charts share."""
    axis = {"labelColor": "var(--ink-2)", "gridColor": "var(--line)", "domainColor": "var(--line)", "ticks": False,
            "labelFontSize": FONT, "labelPadding": 6, "title": None}  # fmt: skip
    config = {"axis": axis, "view": {"stroke": None}, "font": "system-ui, sans-serif"}
    return {"$schema": SCHEMA, "background": None, "padding": 4, "config": config, **spec}


# -- the trend ---------------------------------------------------------------------------------------------------------
def trend_spec(kpi: Kpi, card: Card, stretch: Stretch) -> dict[str, Any]:
    """The specification of a trend."""
    flow = kpi.line.method != "value"
    labels = labels_of(card, stretch)
    values = [number(point.value) for point in card.trend]
    targets = [number(point.target) for point in card.trend]
    rows: list[Row] = [{"p": p, "v": v, "t": t} for p, v, t in zip(labels, values, targets, strict=True)]
    projection = number(card.projection) if flow else None
    domain = domain_of([*values, *targets, projection, *bounds_of(kpi)], flow)
    x = {"field": "p", "type": "ordinal", "scale": {"domain": labels}, "axis": {"labelAngle": 0, "labelOverlap": True}}
    axis = {"tickCount": 4, "format": axis_format(kpi)}
    y = {"field": "v", "type": "quantitative", "scale": {"domain": domain, "nice": False}, "axis": axis, "stack": None}
    outline = [projection_layer(labels[-1], projection)] if projection is not None else []
    layers = [*band_layers(kpi, rows, domain), *value_layers(flow), *outline, *target_layers(rows)]
    spec = {"width": WIDTH, "height": HEIGHT, "data": {"values": rows}, "encoding": {"x": x, "y": y}, "layer": layers}
    return based(spec)


def value_layers(flow: bool) -> list[dict[str, Any]]:
    """Columns, or a line with points."""
    if flow:
        return [{"mark": {"type": "bar", "color": "var(--accent)", "width": BAR}}]
    line = {"type": "line", "color": "var(--accent)", "strokeWidth": 2, "invalid": "break-paths-show-domains"}
    return [
        {"mark": line},
        {"mark": {"type": "point", "filled": True, "size": 40, "color": "var(--accent)", "opacity": 1}},
    ]


def target_layers(rows: list[Row]) -> list[dict[str, Any]]:
    """The target of each period as a stroke across it."""
    if all(row["t"] is None for row in rows):
        return []
    stroke = {"type": "tick", "color": "var(--ink)", "thickness": 2, "bandSize": WIDTH / max(len(rows), 1) * 0.95}
    return [{"transform": [{"filter": "isValid(datum.t)"}], "mark": stroke, "encoding": {"y": {"field": "t"}}}]


def projection_layer(label: str, value: float) -> dict[str, Any]:
    """Where the running period ends at this rate: an outline."""
    outline = {
        "type": "bar",
        "filled": False,
        "stroke": "var(--accent)",
        "strokeDash": [3, 3],
        "strokeWidth": 1.5,
        "width": BAR,
    }
    return {"data": {"values": [{"p": label, "v": value}]}, "mark": outline}


def band_layers(kpi: Kpi, rows: list[Row], domain: list[float]) -> list[dict[str, Any]]:
    """Behind each period the bands of its target, the worst and the best in their colours."""
    shapes = [shape for row in rows for shape in shapes_of(kpi, row, domain)]
    if not shapes:
        return []
    tints = ["var(--tint-bad)", "var(--tint-mid)", "var(--tint-good)"]
    color = {"field": "level", "type": "nominal", "legend": None, "scale": {"domain": [0, 1, 2], "range": tints}}
    ends = {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}, "color": color}
    return [{"data": {"values": shapes}, "mark": {"type": "rect", "opacity": 1}, "encoding": ends}]


def shapes_of(kpi: Kpi, row: Row, domain: list[float]) -> list[dict[str, Any]]:
    """The bands of one period as stretches of the axis."""
    terms = kpi.line.terms
    if terms is None:
        return []
    edges: list[tuple[Fraction | None, Fraction | None, int]] = [
        (band.lower, band.upper, level_of(band.rank, len(terms.bands))) for band in terms.bands
    ]
    if terms.kind == "between":
        edges = [(None, terms.low, 0), (terms.low, terms.high, 2), (terms.high, None, 0)]
    scale = 1.0 if terms.kind == "between" or terms.judged == "value" else row["t"]
    if not edges or scale is None or scale <= 0:
        return []
    shapes = []
    for lower, upper, level in edges:
        low = domain[0] if lower is None else max(float(lower) * scale, domain[0])
        high = domain[1] if upper is None else min(float(upper) * scale, domain[1])
        if low < high:
            shapes.append({"p": row["p"], "low": low, "high": high, "level": level})
    return shapes


def level_of(rank: int, count: int) -> int:
    """How good a band is, from 0 to 2, by its place among the bands."""
    return 2 if rank == count - 1 else 0 if rank == 0 else 1


def bounds_of(kpi: Kpi) -> list[float | None]:
    """The ends of a range, which are to be seen."""
    terms = kpi.line.terms
    if terms is None or terms.low is None or terms.high is None:
        return []
    return [float(terms.low), float(terms.high)]


def domain_of(values: list[float | None], flow: bool) -> list[float]:
    """From where to where the axis goes: columns begin at zero; a line begins there, too, unless all of it is far
    above."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if flow or low <= (high - low) * 2:
        low = min(low, 0.0)
    room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    return [low - (room if low else 0.0), high + room]


def axis_format(kpi: Kpi) -> str:
    """How the axis writes its numbers; the unit stands beside the chart."""
    unit = kpi.column.unit
    return ".0%" if unit.shown == "percent" and not unit.factors else "~s"


def number(value: Value) -> float | None:
    """A value for a chart; None where there is none."""
    return float(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def labels_of(card: Card, stretch: Stretch) -> list[str]:
    """A short name of each period: `May 26`, `Q2 26`, `2026`, of weeks and days `14 May`."""
    return [label_of(point.start, stretch.grain.name) for point in card.trend]


def label_of(day: date, grain: str) -> str:
    """A short name of the period that begins on a day."""
    if grain == "year":
        return str(day.year)
    if grain == "quarter":
        return f"Q{day.month // 3 + 1} {day:%y}"
    return f"{day:%d} {MONTHS[day.month - 1]}" if grain in ("day", "week") else f"{MONTHS[day.month - 1]} {day:%y}"
