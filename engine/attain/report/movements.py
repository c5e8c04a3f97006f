"""What a change of definitions does to the figures, for people: each metric's largest moves, which edit causes how
much, and rows that came and went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from attain.model.difference import Causes, Cut, DataComparison, Figure, Movement, Rows
from attain.model.result import ResultColumn, Value
from attain.model.types import Kind
from attain.report.grid import grid_to_text
from attain.report.paint import painter
from attain.report.text import clip_text, count_of, escape_text
from attain.report.values import float_to_raw, value_to_text

#: So many figures of each cut are shown to people.
MOST_FIGURES = 5
MISSING = "missing"
ABSENT = "not there"


def movements_to_text(data: DataComparison) -> str:
    """A block for each metric whose figures moved, then what was compared."""
    shown: dict[object, str] = {}
    blocks = [text_of(movement, data, shown) for movement in data.movements if movement.count_moved]
    return "\n\n".join([*blocks, *still(data)]) + "\n"


def text_of(movement: Movement, data: DataComparison, shown: dict[object, str]) -> str:
    """The figures of one metric; rows that another one has shown are named after it."""
    lines = [heading(movement)]
    rows = [row for cut in movement.cuts for row in rows_of(cut, movement, data.currency)]
    left = [False, False, True, True, True, True]
    lines += [f"  {line}" for line in grid_to_text(HEADER, rows, left, painter(False)).splitlines()]
    lines += [f"  {words}" for words in words_of(movement, data.currency)]
    for sample in movement.rows:
        first = shown.setdefault(known_by(sample), movement.name)
        if first != movement.name:
            lines.append(escape_text(f"  rows of {sample.table}, {sample.cell}: those that are shown of {first}"))
            continue
        lines += ["", *(f"  {line}" for line in sample_to_text(sample, data.currency).splitlines())]
    return "\n".join(lines)


def known_by(sample: Rows) -> object:
    """What tells some rows from others: where they are from, how many there are, and which those are that are shown."""
    rows = tuple((what, values[:1]) for what, values in sample.rows)
    return sample.table, sample.cell, sample.entered, sample.left, sample.changed, rows


HEADER = ["", "", "before", "after", "difference", ""]


def heading(movement: Movement) -> str:
    """Which metric, and how many of its cells moved."""
    was = f" (was {movement.was})" if movement.was else ""
    moved = f"{movement.count_moved:,} of {count_of(movement.compared, 'cell')} moved"
    return escape_text(f"figures of {movement.name}{was}: {moved}")


def rows_of(cut: Cut, movement: Movement, currency: str) -> list[list[str]]:
    """The figures of a cut that are shown: the total whatever it is, else those that moved most."""
    shown = list(cut.figures) if cut.kind == "total" else cut.moved[:MOST_FIGURES]
    found = [
        [cut_name(cut), member_text(cut, figure, currency), *figure_texts(figure, movement.column, currency)]
        for figure in shown
    ]
    more = len(cut.moved) - len(shown)
    return found + ([[cut_name(cut), f"and {more:,} more that moved", "", "", "", ""]] if more > 0 else [])


def cut_name(cut: Cut) -> str:
    """What a figure is of: `total`, `month`, `region`."""
    return escape_text("total" if cut.kind == "total" else cut.name)


def member_text(cut: Cut, figure: Figure, currency: str) -> str:
    """Which member, or period; of the total the stretch of time."""
    if cut.kind == "total":
        return escape_text(cut.window)
    said = value_to_text(figure.member, cut.column, currency) if cut.column is not None else str(figure.member)
    within = f" ({cut.window})" if cut.kind == "dimension" and cut.window else ""
    return clip_text(escape_text((said if figure.member is not None else "(missing)") + within), 40)


def figure_texts(figure: Figure, column: ResultColumn, currency: str) -> list[str]:
    """Before, after, the difference, and that as a share."""
    before = value_text(figure.before, column, currency) if figure.where != "after" else ABSENT
    after = value_text(figure.after, column, currency) if figure.where != "before" else ABSENT
    return [before, after, difference_text(figure.difference, column, currency), share_text(figure.relative)]


def value_text(value: Value, column: ResultColumn, currency: str) -> str:
    """A value for people; a missing one is said to be."""
    return value_to_text(value, column, currency) if value is not None else MISSING


def difference_text(gap: Fraction | None, column: ResultColumn, currency: str) -> str:
    """A difference with its sign, in the unit of its values; of percentages in points."""
    if gap is None:
        return ""
    if column.unit.shown == "percent" and not column.unit.factors:
        return f"{signed(float(gap * 100), '.1f')} points"
    said = value_to_text(plain(gap, column), column, currency)
    return said if gap <= 0 else f"+{said}"


def plain(number: Fraction, column: ResultColumn) -> int | float | Decimal:
    """A number of its column's kind."""
    if column.type.kind is Kind.INTEGER and number.denominator == 1:
        return int(number)
    if column.type.kind in (Kind.DECIMAL, Kind.INTEGER):
        return Decimal(number.numerator) / Decimal(number.denominator)
    return float(number)


def share_text(share: Fraction | None) -> str:
    """`+12.5%`; a share that would show as nothing with more digits."""
    if share is None or not share:
        return ""
    value = float(share * 100)
    return (
        f"{signed(value, ',.1f')}%"
        if abs(value) >= 0.05
        else f"{'+' if value > 0 else ''}{float_to_raw(float(f'{value:.1g}'))}%"
    )


def signed(value: float, form: str) -> str:
    """A number with its sign."""
    return format(value, f"+{form}")


def words_of(movement: Movement, currency: str) -> list[str]:
    """What is said of one metric beside its figures."""
    quiet = [cut for cut in movement.cuts if cut.kind != "total" and cut.figures and not cut.moved]
    found = [f"no figure moved: {cuts_words(quiet)}"] if quiet and movement.count_moved else []
    found += causes_to_words(movement.causes, movement.column, currency) if movement.causes is not None else []
    if movement.alarm:
        found.append(
            f"this should not be: the change is {movement.cls}, and was proven to keep every figure. Please report it"
        )
    return [
        escape_text(line)
        for line in [*found, *movement.notes, *(f"not compared {reason}" for reason in movement.skipped)]
    ]


def causes_to_words(causes: Causes, column: ResultColumn, currency: str) -> list[str]:
    """Which edit causes how much, a line each."""
    if causes.how == "only":
        return [f"caused by {causes.parts[0].edit}"] if causes.parts else []
    if causes.how == "together":
        return [f"the edits cannot be told apart ({causes.why}):", *(f"  {part.edit}" for part in causes.parts)]
    if causes.how == "shared":
        head = f"of the difference {causes.cell} ({difference_text(causes.whole, column, currency)}):"
        return [head, *(f"  {difference_text(p.part, column, currency) or '0'} by {p.edit}" for p in causes.parts)]
    head = f"of the difference {causes.cell} ({difference_text(causes.whole, column, currency)}), made first and last:"
    return [
        head, *(
            f"  {difference_text(p.part, column, currency)} and {difference_text(p.last, column, currency)} by {p.edit}"
            for p in causes.parts
        ),
        "  (too many edits to share the difference out: these do not add up to it)",
    ]  # fmt: skip


def sample_to_text(sample: Rows, currency: str) -> str:
    """Rows that came in, went out, or bring another value."""
    header = ["", *(escape_text(column.name) for column in sample.columns)]
    rows = [[what, *cells(sample.columns, values, currency)] for what, values in sample.rows]
    right = [False, *(column.type.is_number for column in sample.columns)]
    return f"{sample_heading(sample)}\n{grid_to_text(header, rows, right, painter(False)).rstrip()}"


def sample_heading(sample: Rows) -> str:
    """How many rows came and went."""
    counts = ((sample.entered, "entered"), (sample.left, "left"), (sample.changed, "bring another value"))
    said = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    return escape_text(f"rows of {sample.table} behind {sample.aggregate}, {sample.cell}: {said}")


def cells(columns: Sequence[ResultColumn], values: Sequence[Value], currency: str) -> list[str]:
    """The cells of a row, each of bearable length."""
    return [clip_text(value_to_text(v, c, currency), 32) for v, c in zip(values, columns, strict=True)]


# -- what did not move -----------------------------------------------------------------------------------------------
def still(data: DataComparison) -> list[str]:
    """What is said of all: where no figure moved, of which cells; and what was not compared."""
    lines: list[str] = []
    within = f" by more than {data.tolerance.text}" if data.tolerance.text else ""
    quiet = [m for m in data.movements if not m.count_moved and m.compared]
    lines += together((m.name, f"no figure moved{within}: {compared_words(m)}") for m in quiet)
    still_open = [m for m in data.movements if not m.count_moved]
    lines += together((m.name, f"not compared {reason}") for m in still_open for reason in m.skipped)
    if not data.movements:
        lines.append("no metric changed in a way that could move a figure")
    lines += data.notes
    lines.append(f"data as of {data.as_of}")
    return ["\n".join(escape_text(line) for line in lines)]


def together(said: Iterable[tuple[str, str]]) -> list[str]:
    """What is said of metrics, once for all of whom it is said."""
    found: dict[str, list[str]] = {}
    for name, words in said:
        found.setdefault(words, []).append(name)
    return [f"{', '.join(names)}: {words}" for words, names in found.items()]


def compared_words(movement: Movement) -> str:
    """Which cells of a metric were compared."""
    return cuts_words(movement.cuts)


def cuts_words(cuts: Sequence[Cut]) -> str:
    """How many cells there are: `1 in total, 6 by month, 3 by region`."""
    return ", ".join(
        f"{len(cut.figures):,} {'in total' if cut.kind == 'total' else f'by {cut.name}'}"
        + (f" ({cut.window})" if cut.window else "")
        for cut in cuts
    )
