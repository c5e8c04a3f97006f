"""Targets in words and as records: what each says, in which periods, for which members, and how it is judged."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from attain.base.suggest import count_of
from attain.model.semantic import SemanticModel
from attain.model.target import Band, Spread, Target, Terms
from attain.model.units import PERCENT, Unit
from attain.report.values import number_to_text

#: How values get to finer grains, in words.
SPREADS = {"even": "evenly, by days", "business_days": "by working days"}


def figure(value: Fraction, unit: Unit, currency: str) -> str:
    """A number that was written down, with its unit."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return number_to_text(int(value) if value.denominator == 1 else exact, unit, currency)


def unit_of(model: SemanticModel, target: Target) -> Unit:
    """The unit of a target's values: its metric's."""
    return model.metrics[target.metric].unit


def terms_to_text(model: SemanticModel, target: Target, terms: Terms) -> str:
    """What a target says, in a few words: `48 values by month and region`, `25.0%`, `from 3.00, and below 5.00`."""
    unit, currency = unit_of(model, target), model.currency
    if terms.kind == "between" and terms.low is not None and terms.high is not None:
        return f"from {figure(terms.low, unit, currency)}, and below {figure(terms.high, unit, currency)}"
    words = grain_words(terms)
    by = "".join(f" and {key.name}" for key in terms.by or ())
    if terms.kind == "values":
        return f"{count_of(len(terms.rows), 'value')} by {words}{by}"
    if terms.kind == "source" and terms.source is not None:
        ramp = f", the first {count_of(len(terms.source.shares), 'month')} at a share" if terms.source.shares else ""
        return f"values of the table {terms.source.table} by {words}{by}{ramp}"
    if terms.kind == "growth" and terms.value is not None and terms.before is not None:
        length = str(terms.before).removeprefix("prior ")
        return f"what was {length} before and {figure(terms.value, PERCENT, '')} on top, by {words}{by}"
    assert terms.value is not None
    of_each = f", for each {', '.join(key.name for key in terms.by)}" if terms.by else ""
    return figure(terms.value, unit, currency) + (f" a {words}" if terms.grain else "") + of_each


def grain_words(terms: Terms) -> str:
    """The grain of a target."""
    return terms.grain.name.replace("_", " ") if terms.grain is not None else ""


def target_to_line(model: SemanticModel, target: Target) -> str:
    """What a target says, in all of its versions."""
    return "; ".join(
        terms_to_text(model, target, terms) + (f" ({force})" if (force := in_force(terms)) else "")
        for terms in target.versions
    )


def in_force(terms: Terms) -> str:
    """From when to when a version is in force; empty for one that always is."""
    parts = [
        f"from {terms.valid_from}" if terms.valid_from else "",
        f"before {terms.valid_to}" if terms.valid_to else "",
    ]
    return ", ".join(part for part in parts if part)


def spread_words(target: Target, spread: Spread) -> str:
    """How a target gets to finer grains."""
    if not target.adds_up:
        return "it holds in every part of its periods, and longer ones have none"
    if spread.kind == "like" and spread.before is not None:
        return f"in the shape of {target.metric} {str(spread.before).removeprefix('prior ')} before"
    return SPREADS[spread.kind]


def band_to_text(model: SemanticModel, target: Target, terms: Terms, band: Band) -> str:
    """`at risk: from 80.0%, below 95.0%`"""
    unit = PERCENT if terms.judged == "attainment" else unit_of(model, target)
    bounds = [f"from {figure(band.lower, unit, model.currency)}"] if band.lower is not None else []
    bounds += [f"below {figure(band.upper, unit, model.currency)}"] if band.upper is not None else []
    return f"{band.name}: {', '.join(bounds)}"


def bands_to_lines(model: SemanticModel, target: Target, terms: Terms) -> list[str]:
    """The bands of a target and what they judge, a line each."""
    return [f"{band_to_text(model, target, terms, band)} of its {judged(terms)}" for band in terms.bands]


def judged(terms: Terms) -> str:
    """What bands judge."""
    return "target" if terms.judged == "attainment" else "value"


def target_record(model: SemanticModel, target: Target) -> dict[str, Any]:
    """A target in full."""
    return {
        "name": target.name,
        "metric": target.metric,
        "default": target.default,
        "unit": str(unit_of(model, target)),
        "label": target.label,
        "description": target.description,
        "owner": target.owner,
        "versions": [terms_record(model, target, terms) for terms in target.versions],
        "file": target.span.file,
        "line": target.span.line,
    }


def terms_record(model: SemanticModel, target: Target, terms: Terms) -> dict[str, Any]:
    """What a target says in one version."""
    return {
        "kind": terms.kind,
        "says": terms_to_text(model, target, terms),
        "grain": terms.grain.name if terms.grain is not None else None,
        "by": [key.name for key in terms.by] if terms.by is not None else None,
        "spread": spread_words(target, terms.spread),
        "bands": [band_record(band) for band in terms.bands],
        "bands_judge": terms.judged if terms.bands else None,
        "valid_from": terms.valid_from.isoformat() if terms.valid_from else None,
        "valid_to": terms.valid_to.isoformat() if terms.valid_to else None,
    }


def band_record(band: Band) -> dict[str, Any]:
    """A band with its bounds and its place from the worst to the best."""
    bounds = (float(x) if x is not None else None for x in (band.lower, band.upper))
    return dict(zip(("name", "from", "below", "rank"), (band.name, *bounds, band.rank), strict=True))
