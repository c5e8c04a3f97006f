"""Why figures moved: metrics whose figures are compared in; which edit causes how much, and the rows behind it, out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from attain.check.request import CellRequest
from attain.compare.classify import Comparison
from attain.compare.graph import Node
from attain.differences.asked import MOST_ATTRIBUTED
from attain.differences.attribution import Question, attribute
from attain.differences.samples import MOST_SAMPLED, Side, member_condition, rows_between
from attain.differences.state import AFTER, BEFORE, Found, Pair, Run, day_of
from attain.model.difference import Causes, Cut, Figure, Rows
from attain.model.periods import next_period
from attain.project import Project


def causes_of(run: Run, base: Project, head: Project, comparison: Comparison) -> dict[str, Causes]:
    """Which edits cause how much of the difference of each metric, in the cell that says most of it."""
    questions: list[Question] = []
    for known in run.found.values():
        anchor = anchor_of(known)
        if anchor is None or comparison.causes is None:
            continue
        cut, moved = anchor
        start = [("metric", known.pair.new.name), ("metric", known.pair.old.name)]
        start += [("dimension", cut.name)] if cut.kind == "dimension" else []
        edits = {node: text for node, text in comparison.causes.reached(start).items() if node[1] != "connections"}
        if edits:
            questions.append(question_of(run, known.pair, cut, moved, edits))
    several = [question for question in questions if len(question.edits) > 1]
    if len(several) > MOST_ATTRIBUTED:
        run.notes.append(f"which edit causes how much is told of {MOST_ATTRIBUTED} metrics: those that changed most")
        left = {question.name for question in several[MOST_ATTRIBUTED:]}
        questions = [question for question in questions if question.name not in left]
    return attribute(base, head, run.sides, questions)


def anchor_of(known: Found) -> tuple[Cut, Figure] | None:
    """The cell in which a difference is looked at more closely: the total where that moved, else the period, else the
    member that moved most; None where nothing moved."""
    for kind in ("total", "period", "dimension"):
        found = [(cut, moved) for cut in known.cuts if cut.kind == kind for moved in cut.moved[:1]]
        if found:
            return max(found, key=lambda pair: abs(pair[1].difference or Fraction(0)))
    return None


def question_of(run: Run, pair: Pair, cut: Cut, moved: Figure, edits: Mapping[Node, str]) -> Question:
    """The query that gives one cell again."""
    if cut.kind == "total":
        return Question(pair.new.name, moved, (), run.request(), "in total", edits)
    if cut.kind == "period":
        day, grain = day_of(moved.member), run.sides.model(AFTER).calendar.grain(run.asked.grain)
        request = run.request(grain=run.asked.grain)
        if day is not None and grain is not None and not grain.table:
            request = replace(request, start=day.isoformat(), end=next_period(day, grain).isoformat())
        return Question(pair.new.name, moved, (moved.member,), request, f"in {cut.name} {moved.member}", edits)
    member = "missing" if moved.member is None else moved.member
    if not pair.needs_window or run.last is None:
        request = run.request(by=(cut.name,))
        return Question(pair.new.name, moved, (moved.member,), request, f"for {cut.name} {member}", edits)
    start, end = run.last
    request = run.request(by=(cut.name,), grain=run.asked.grain, start=start.isoformat(), end=end.isoformat())
    cell = f"for {cut.name} {member} ({cut.window})"
    return Question(pair.new.name, moved, (start, moved.member), request, cell, edits)


def sample_rows(run: Run, base: Project, head: Project) -> dict[str, list[Rows]]:
    """Rows that came, went or changed behind each metric that moved, as far as there are not too many."""
    found: dict[str, list[Rows]] = {}
    moved = [(known, anchor) for known in run.found.values() if (anchor := anchor_of(known)) is not None]
    if len(moved) > MOST_SAMPLED:
        run.notes.append(f"rows are shown of the first {MOST_SAMPLED} of {len(moved)} metrics that moved")
    for known, (cut, figure) in moved[:MOST_SAMPLED]:
        requests = [cell_request(run, known.pair, side, cut, figure) for side in (BEFORE, AFTER)]
        if requests[0] is None or requests[1] is None:
            continue
        sides = (Side(base, requests[0]), Side(head, requests[1]))
        rows, said = rows_between(*sides, cell_words(cut, figure), run.asked.samples, run.sides.today)
        found[known.pair.new.name] = rows
        known.notes += said
    return found


def cell_request(run: Run, pair: Pair, side: int, cut: Cut, figure: Figure) -> CellRequest | None:
    """The cell of one version whose rows are looked at; None of hours."""
    asked, name = run.asked, (pair.old if side == BEFORE else pair.new).name
    own = CellRequest(name, asked.where, start=asked.start, end=asked.end, as_of=run.sides.today.isoformat())
    if cut.kind == "total":
        return own
    if cut.kind == "period":
        whole = isinstance(figure.member, date) and asked.grain != "hour"
        period = str(figure.member)[:10]
        return replace(own, grain=asked.grain, period=period, start="", end="") if whole else None
    member = member_condition(run.sides.model(side), cut.name, figure.member)
    own = replace(own, where=f"({asked.where}) and {member}" if asked.where else member)
    if not pair.needs_window or run.last is None:
        return own
    return replace(own, grain=asked.grain, period=run.last[0].isoformat(), start="", end="")


def cell_words(cut: Cut, figure: Figure) -> str:
    """Which cell it is, in words."""
    if cut.kind == "total":
        return " ".join(["in total", *([cut.window] if cut.window else [])])
    member = "missing" if figure.member is None else str(figure.member)
    return f"in {cut.name} {member}" if cut.kind == "period" else f"for {cut.name} {member}"
