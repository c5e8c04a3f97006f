"""What tests reach: the figure, and the place of each thing that none does."""

from __future__ import annotations

from typing import Any

from attain.base.problem import Label
from attain.model.test_coverage import BRANCH, CONDITION, METRIC, Coverage, Item
from attain.report.grid import columns_to_lines
from attain.report.machine import place_record
from attain.report.markdown import cell, coded
from attain.report.paint import painter
from attain.report.problems import place_of
from attain.report.text import count_of, escape_text

_WORDS = {METRIC: "metrics", CONDITION: "conditions", BRANCH: "branches"}
_MOST = 200  # lines of a comment


def percent_text(coverage: Coverage) -> str:
    """`83.3%`, cut and not rounded: 100% is all of it."""
    tenths = int(coverage.share * 1000)
    return f"{tenths // 10}.{tenths % 10}%"


def coverage_line(coverage: Coverage) -> str:
    """`coverage 83.3%: 12 of 15 metrics; of 12 conditions 11 are met and 9 are not; 5 of 6 branches`"""
    parts = [share_text(coverage, METRIC)]
    conditions = [item for item in coverage.of([CONDITION]) if not item.why]
    met, unmet = sum(item.met > 0 for item in conditions), sum(item.unmet > 0 for item in conditions)
    if conditions:
        parts.append(f"of {count_of(len(conditions), 'condition')} {met:,} met and {unmet:,} not met by some row")
    parts += [share_text(coverage, BRANCH)] if coverage.of([BRANCH]) else []
    return f"coverage {percent_text(coverage)}: {'; '.join(parts)}"


def share_text(coverage: Coverage, kind: str) -> str:
    """`12 of 15 metrics`"""
    reached, points = coverage.count(kind)
    return f"{reached:,} of {points:,} {_WORDS[kind]}"


def missed(coverage: Coverage) -> list[tuple[Item, str]]:
    """What no test reaches, with what is to be said of it: of a metric that none asks for only that."""
    asked = {item.owner for item in coverage.items if item.kind == METRIC and item.met}
    metrics = {item.owner for item in coverage.items if item.kind == METRIC}
    found: list[tuple[Item, str]] = []
    for item in coverage.items:
        if item.reached == item.points and not item.why:
            continue
        if item.kind != METRIC and item.owner in metrics and item.owner not in asked:
            continue
        found.append((item, why_missed(item)))
    return found


def why_missed(item: Item) -> str:
    """What no test does."""
    what = "cell" if item.is_of_cells else "given row"
    if item.kind == METRIC:
        return "no test asks for it"
    if item.why:
        return f"cannot be measured: {item.why}"
    if item.kind == BRANCH:
        return f"no {what} comes to this branch: {item.text}"
    if not item.met and not item.unmet:
        return f"no {what} comes to this condition: {item.text}"
    return f"no {what} meets: {item.text}" if not item.met else f"every {what} meets: {item.text}"


def coverage_to_text(coverage: Coverage, *, color: bool) -> str:
    """What is not reached, a line each."""
    paint = painter(color)
    lines = columns_to_lines([[place_of(item.span), item.owner, why] for item, why in missed(coverage)])
    return "".join(f"{line}\n" for line in [paint(coverage_line(coverage), "strong"), *lines])


def coverage_to_markdown(coverage: Coverage) -> str:
    """The figure, and a table of what is not reached."""
    found = missed(coverage)
    lines = [escape_text(coverage_line(coverage))]
    if found:
        lines += ["", "| place | | not reached |", "|---|---|---|"]
        lines += [f"| {cell(place_of(i.span))} | {cell(i.owner)} | {coded(why)} |" for i, why in found[:_MOST]]
    if len(found) > _MOST:
        lines += ["", f"The table is cut: {len(found) - _MOST:,} more."]
    return "\n".join(lines)


def coverage_record(coverage: Coverage) -> dict[str, Any]:
    """The figures, and what is not reached, as plain values: `percent`, for each kind `reached` and `of`, and `missed`
    (kind, owner, text, why, met, unmet, place)."""
    kinds = {word: dict(zip(("reached", "of"), coverage.count(kind), strict=True)) for kind, word in _WORDS.items()}
    records = []
    for item, why in missed(coverage):
        place = {key: value for key, value in place_record(Label(item.span, "")).items() if key != "text"}
        records.append({"kind": item.kind, "owner": item.owner, "text": item.text, "why": why, "met": item.met,
                        "unmet": item.unmet, **place})  # fmt: skip
    return {"percent": int(coverage.share * 1000) / 10, **kinds, "missed": records}
