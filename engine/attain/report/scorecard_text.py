"""A scorecard for people: a table on a terminal, a table in Markdown, and what must be said with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from attain.model.scorecard import Card, Change, Kpi, Scorecard
from attain.report.paint import Paint, painter
from attain.report.scorecard_values import (
    BETTER,
    SIGNS,
    WORSE,
    Figures,
    by_category,
    heading_of,
    methods_of,
    percent,
    title_of,
    trend_of,
    verdict_of,
    verdict_text,
)
from attain.report.tables import markdown_cell
from attain.report.text import clip_text, display_width, escape_text, pad_text
from attain.report.values import value_to_text

GAP = "  "
STYLES = ("bad", "middling", "good")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its header, where it stands, how badly it is wanted where room is short (0 most), its
    text of a card, and the style of it."""

    header: str
    rank: int
    text: Callable[[Figures, Card], str]
    style: Callable[[Card], str] = lambda card: ""
    right: bool = True


def columns_of(card: Scorecard) -> list[Column]:
    """The columns that a scorecard can have; those in which nothing stands are left out later. Of a year, the period
    before is the year before."""
    grain = card.stretch.grain.name.replace("_", " ")
    columns = [
        Column("actual", 0, lambda f, c: f.text(c.actual)),
        Column("target", 1, lambda f, c: f.target(c)),
        Column("reached", 2, lambda f, c: percent(c.attainment)),
        Column("pace", 3, lambda f, c: percent(c.pace)),
        Column("band", 2, lambda f, c: verdict_text(verdict_of(c)), band_style, right=False),
        Column(
            f"vs {grain} before", 4, lambda f, c: f.change(c.period_before), lambda c: change_style(c.period_before)
        ),
        Column("vs year before", 6, lambda f, c: f.change(c.year_before), lambda c: change_style(c.year_before)),
        Column("projected", 5, projection_text),
        Column("gap", 7, lambda f, c: f.signed(c.gap)),
        Column("per working day", 8, lambda f, c: f.text(c.needed)),
        Column("trend", 5, lambda f, c: trend_of(f.kpi, c), right=False),
    ]
    twice = columns[6] if card.stretch.is_year else None
    return [one for one in columns if one is not twice]


def projection_text(figures: Figures, card: Card) -> str:
    """Where the period ends at this rate; nothing where that is the figure itself."""
    return "" if figures.kpi.line.method == "value" else figures.projected(card.projection)


def band_style(card: Card) -> str:
    """The colour of a band."""
    verdict = verdict_of(card)
    return STYLES[verdict.level] if verdict is not None else ""


def change_style(change: Change | None) -> str:
    """The colour of a change."""
    return "" if change is None or change.better is None else "good" if change.better else "bad"


# -- rows of cells -----------------------------------------------------------------------------------------------------
Row = list[tuple[str, str]]  # texts with their styles


def rows_of(card: Scorecard, columns: Sequence[Column]) -> Iterator[Row]:
    """A row for each category, KPI and slice: the name first, then the columns."""
    for category, kpis in by_category(card.kpis):
        if any(kpi.line.metric.category for kpi in card.kpis):
            yield [(escape_text(category) or "(no category)", "strong"), *[("", "")] * len(columns)]
        for kpi in kpis:
            yield from kpi_rows(card, kpi, columns)


def kpi_rows(card: Scorecard, kpi: Kpi, columns: Sequence[Column]) -> Iterator[Row]:
    """The rows of one KPI: its total, then its slices below it."""
    figures = Figures(kpi, card.currency)
    for one in kpi.cards:
        name = escape_text(title_of(kpi)) if one.total else f"  {slice_text(card, one)}"
        yield [(name, ""), *((column.text(figures, one), column.style(one)) for column in columns)]


def slice_text(card: Scorecard, one: Card) -> str:
    """The members of a slice; a missing one is a dash."""
    pairs = zip(one.members, card.dimensions, strict=True)
    return ", ".join(value_to_text(value, column, card.currency) or "-" for value, column in pairs)


def table_of(card: Scorecard, width: int) -> tuple[list[Column], list[Row], list[str]]:
    """The columns in which something stands and that there is room for, the rows, and the headers left out."""
    columns = columns_of(card)
    rows = list(rows_of(card, columns))
    kept = [i for i in range(len(columns)) if any(row[i + 1][0] for row in rows)]
    dropped: list[str] = []
    while width and len(kept) > 1 and width_of(columns, rows, kept) > width:
        last = max(kept, key=lambda i: (columns[i].rank, i))
        kept.remove(last)
        dropped.append(columns[last].header)
    chosen = [columns[i] for i in kept]
    return chosen, [[row[0], *(row[i + 1] for i in kept)] for row in rows], dropped


def width_of(columns: Sequence[Column], rows: Sequence[Row], kept: Sequence[int]) -> int:
    """The width that a table of some of the columns takes."""
    names = max([display_width("KPI"), *(display_width(row[0][0]) for row in rows)])
    widths = (max(display_width(t) for t in [columns[i].header, *(row[i + 1][0] for row in rows)]) for i in kept)
    return names + sum(len(GAP) + width for width in widths)


# -- forms -------------------------------------------------------------------------------------------------------------
def scorecard_to_table(card: Scorecard, *, color: bool, width: int) -> str:
    """The scorecard in columns that line up: what it is of, a line for each KPI by category, each slice below it.
    With a `width`, the columns that matter least are left out where there is no room."""
    paint = painter(color)
    columns, rows, _ = table_of(card, width)
    header: Row = [(text, "strong") for text in ("KPI", *(column.header for column in columns))]
    widths = [max(display_width(row[i][0]) for row in [header, *rows]) for i in range(len(header))]
    right = [False, *(column.right for column in columns)]
    rule: Row = [("-" * width, "frame") for width in widths]
    lines = [painted_line(row, widths, right, paint) for row in [header, rule, *rows]]
    heading = paint(clip_text(heading_of(card), width) if width else heading_of(card), "strong")
    return "\n".join([heading, "", *lines]) + "\n"


def painted_line(row: Row, widths: Sequence[int], right: Sequence[bool], paint: Paint) -> str:
    """One line: padded first, then painted, so that colours move nothing."""
    cells = zip(row, widths, right, strict=True)
    padded = [(pad_text(text, width, right=at_right), style) for (text, style), width, at_right in cells]
    last = max((i for i, (text, _) in enumerate(padded) if text.strip()), default=0)
    shown = [*padded[:last], (padded[last][0].rstrip(), padded[last][1])]
    return GAP.join(paint(text, style) if style else text for text, style in shown)


def scorecard_to_markdown(card: Scorecard) -> str:
    """The same as a table of Markdown; slices stand in a column of their own."""
    columns, rows, _ = table_of(card, 0)
    header = ["KPI", *(column.header for column in columns)]
    rule = ["---", *("---:" if column.right else "---" for column in columns)]
    lines = [header, rule, *([markdown_name(row), *(markdown_cell(text) for text, _ in row[1:])] for row in rows)]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"**{markdown_cell(heading_of(card))}**\n\n{table}"


def markdown_name(row: Row) -> str:
    """The first cell: a category is bold, a slice is marked with a dash."""
    text, style = row[0]
    shown = markdown_cell(text.strip())
    return f"**{shown}**" if style == "strong" else f"– {shown}" if text.startswith("  ") else shown


def scorecard_notes(card: Scorecard, *, legend: bool, width: int = 0) -> list[str]:
    """What is to be said with a scorecard, a line each: how pace is told, what signs mean, which columns there was no
    room for."""
    notes = [f"pace {how}: {names_text(names)}" for how, names in methods_of(card)]
    if legend:
        dropped = table_of(card, width)[2]
        notes += [f"no room for: {', '.join(dropped)}; --format csv has them"] if dropped else []
        if card.stretch.state == "running" and "trend" not in dropped:
            notes.append("trend: the last period stands where it is projected to end")
        signs = f"{SIGNS[2]} the best band, {SIGNS[1]} between, {SIGNS[0]} the worst"
        notes.append(f"{signs}; behind a change {BETTER} for the better, {WORSE} for the worse")
    return [escape_text(note) for note in (*card.notes, *notes)]


def names_text(names: Sequence[str], most: int = 6) -> str:
    """Some names, and how many more."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
