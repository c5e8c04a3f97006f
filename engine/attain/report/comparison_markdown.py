"""What a change of definitions means, as a comment of a pull request: one comment, found again by its marker, within
the size that GitHub takes, in which nothing that definitions or data hold is markup."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attain.model.difference import Cut, DataComparison, Figure, Movement, Rows
from attain.report.comparison import Change, for_whom, in_report_order, summary
from attain.report.markdown import cell, coded
from attain.report.movements import cells, cut_name, figure_texts, member_text, sample_heading, still, words_of
from attain.report.text import clip_text, count_of, escape_text

#: A signature that finds our own comment of a pull request again.
MARKER = "<!-- attain diff -->"
#: Characters of the parts; together less than the 65,536 that GitHub takes in a comment.
MOST_CHANGES, MOST_FIGURES, MOST_ROWS, MOST_REST = 26_000, 20_000, 10_000, 6_000
#: Of what causes a change so much is told.
MOST_CAUSES = 6
#: Of each cut so many figures are shown.
MOST_MOVES = 3


def changes_to_markdown(
    changes: Sequence[Change], names: Mapping[str, str], data: DataComparison | None = None,
    accepted: frozenset[str] = frozenset(),
) -> str:  # fmt: skip
    """The comment: a summary, a table of what changed; where figures were compared what moved, folded up, and which
    were looked at."""
    shown = [change for change in in_report_order(changes) if change.cls != "unchanged"]
    head = [MARKER, "", f"### Metrics: {called(names['base'])} to {called(names['head'])}", "", cell(summary(changes))]
    head += ["", *cut([markdown_row(change, accepted) for change in shown], MOST_CHANGES, CHANGED)] if shown else []
    if data is not None:
        head += ["", *figures_part(data), *rows_part(data), *rest_part(data)]
    return "\n".join(head) + "\n"


def called(name: str) -> str:
    """How a version is called."""
    return cell(clip_text(escape_text(name), 100))


CHANGED = ("| definition | class | what changed |", "|---|---|---|")
MOVED = ("| metric | cell | before | after | difference | |", "|---|---|---:|---:|---:|---:|")


def cut(rows: Iterable[str], most: int, heading: Sequence[str]) -> list[str]:
    """A table that is no longer than so many characters, with what is left out."""
    found, size, left = list(heading), 0, 0
    for row in rows:
        size += len(row) + 1
        left += size > most
        found += [row] if not left else []
    return [*found, *(["", f"The table is cut: {left:,} more."] if left else [])]


def markdown_row(change: Change, accepted: frozenset[str]) -> str:
    """A row of the table of changes."""
    marks = [f"**{change.cls}**" if change.breaking else change.cls, *(["breaking"] if change.breaking else [])]
    marks += ["agreed"] if f"{change.kind} {change.name}" in accepted else []
    because = [f"because {cause}" for cause in change.because[:MOST_CAUSES]]
    more = len(change.because) - MOST_CAUSES
    said = [change.sentence, *because, *([f"and {more:,} more edits"] if more > 0 else []), *for_whom(change)]
    return f"| {change.kind} {cell(change.name)} | {', '.join(marks)} | {'<br>'.join(coded(x) for x in said if x)} |"


# -- figures -----------------------------------------------------------------------------------------------------------
def figures_part(data: DataComparison) -> list[str]:
    """The largest moves of each metric, and what causes them."""
    moved = [movement for movement in data.movements if movement.count_moved]
    if not moved:
        return []
    rows = [row for movement in moved for row in moves_of(movement, data.currency)]
    words = [line for movement in moved for line in caused(movement, data.currency)]
    summed = f"Figures: {count_of(len(moved), 'metric')} moved, of {len(data.movements):,} that were compared"
    half = MOST_FIGURES // 2
    return [*folded(summed, [*cut(rows, half, MOVED), "", *cut(words, half, ())])]


def moves_of(movement: Movement, currency: str) -> list[str]:
    """Rows of the table of figures: the total, and of every other cut what moved most."""
    return [
        f"| {cell(movement.name)} | {cell(f'{cut_name(part)} {member_text(part, figure, currency)}'.strip())} | "
        f"{' | '.join(cell(text) for text in figure_texts(figure, movement.column, currency))} |"
        for part in movement.cuts for figure in shown_of(part)
    ]  # fmt: skip


def shown_of(part: Cut) -> list[Figure]:
    """The figures of a cut that are shown."""
    return list(part.figures) if part.kind == "total" else list(part.moved[:MOST_MOVES])


def caused(movement: Movement, currency: str) -> list[str]:
    """What is said of a metric, as a list."""
    said = words_of(movement, currency)
    return [
        f"- **{cell(movement.name)}**",
        *(f"{'  ' * (1 + line.startswith('  '))}- {coded(line.strip())}" for line in said),
    ]


def rows_part(data: DataComparison) -> list[str]:
    """Rows that came, went or changed."""
    samples = [sample for movement in data.movements for sample in movement.rows]
    found: list[str] = []
    size, left = 0, 0
    for sample in samples:
        table = sample_table(sample, data.currency)
        size += sum(len(line) + 1 for line in table)
        left += size > MOST_ROWS
        found += [] if left else table
    found += [f"Cut: {left:,} more tables of rows."] if left else []
    return folded("Rows that came in, went out or changed", found) if found else []


def sample_table(sample: Rows, currency: str) -> list[str]:
    """The rows of one aggregate."""
    names = [cell(column.name) for column in sample.columns]
    rows = [[what, *map(cell, cells(sample.columns, values, currency))] for what, values in sample.rows]
    table = [f"| | {' | '.join(names)} |", f"|---{'|---' * len(names)}|", *(f"| {' | '.join(row)} |" for row in rows)]
    return [coded(sample_heading(sample)), "", *table, ""]


def rest_part(data: DataComparison) -> list[str]:
    """What did not move, and what was not compared."""
    lines = [f"- {coded(line)}" for line in still(data)[0].split("\n") if line]
    return folded("What was compared, and what was not", cut(lines, MOST_REST, ()))


def folded(title: str, lines: Sequence[str]) -> list[str]:
    """Lines behind a title that opens them."""
    return [f"<details><summary>{cell(title)}</summary>", "", *lines, "", "</details>", ""]
