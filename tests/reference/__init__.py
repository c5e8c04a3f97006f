"""The reference interpreter: language.md read literally, cell by cell, for tests only.

It shares nothing with the engine. Slow is fine; dicts and loops. Left out: targets, units (but for durations), --top,
--totals, convert, holidays by country, sources that are no CSV text.

Readings: what is decided here where language.md is silent.

Cells
- Without dimensions the empty slice always occurs (one row, even of an empty table; one a period of a range), except
  with --sparse where nothing occurs.
- `all` and the condition of `(m where ..)` do not matter to which slices occur: the row must lie in the slice itself.
- `all(m)` drops the members of an enclosing `per X` too (they are dimensions of the inner cell), not the row of a
  metric in a row condition.
- A metric in a row condition is taken in the cell (slice, filters, window) narrowed to that row.
- The metrics in an aggregate's own `where` have no part in which cells occur, nor in the range.
Names
- A table's own column goes before any chain of joins; a roll-up never takes the empty chain.
- In the expression of a field its own name means the column of that name.
- A dimension of a single word and no `paths:` is that field of the table, or of the one table a chain ends in.
Values
- sqrt and ln out of their domain, power without a finite real result, mod by zero: missing. mod has the sign of the
  dividend. contains and starts_with of a missing text are missing (in a condition: false).
- A duration of months is never compared with one of days; whole days and months are added by the calendar, hours and
  fractions as elapsed time. Times without a zone are instants of the calendar's (the table's) zone: elapsed time over a
  change of clocks is the true one.
- A column or metric declared in seconds to weeks holds durations; they leave in their unit, a variance as squares.
- A product of durations, and a number divided by one, are plain numbers of their units.
- months(a, b) is the most whole months that can be added to a (clamped to the ends of months) without passing b;
  business_days and business_hours of a backward stretch are 0, months negative.
- any and every pass over missing booleans; a comparison is never missing. count, min .. `distinct` likewise.
Per
- Members: the values that occur in the cell for any aggregate inside (its `where`, and `(m where ..)` inside, aside);
  with several X the combinations; with a grain too, members x every period.
- The periods of `per month` are those whose first day lies in the window as it is cut by the as-of day (uncut if some
  aggregate inside is on an axis marked ahead); each is cut by the as-of day itself. Inside, the grain is that one.
- Without a window: the range of the inner metrics with the query's filters, the same for every slice.
- first and last per a grain: by period. Nulls of members are passed over.
Time
- A table without a time axis defines no periods. Nothing defines the range and none is given: no rows.
- Only --from or only --to: the other end as if it were left out. Without a grain they are exact days: [from, to),
  [from, end), (-inf, to); end is the as-of day's, of axes marked ahead none.
- Windows are compared on the calendar's wall: the hour that comes twice is one period.
- rolling and to_date start as the whole period says (moved, never cut) and end with the cut window; an empty window
  (wholly after the as-of day) stays empty for every operator, and no stock is alive in it.
- prior(m) by a grain of the calendar's table: each end keeps its distance from the first day of its period.
- running without a window is unbounded, and not cut. Stocks end with the as-of day, whatever is marked ahead.
- period_start and period_end are those of the cut window, both missing in an empty one.
Results
- Nulls come last in --order both ways; ties go by period and dimensions. --having and --order may name any metric.
- The columns of expressions are named by their text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .definitions import read_definitions
from .errors import Unsupported, Wrong
from .query import read_query, run_query
from .world import World

__all__ = ["Answer", "Unsupported", "Wrong", "interpret"]


@dataclass
class Answer:
    """The result of a query; `ordered` if --order fixed the order (else by period and dimensions)."""

    columns: list[str]
    rows: list[list[object]]
    ordered: bool


def interpret(
    definitions: str,
    tables: dict[str, str],
    query: str,
    *,
    types: dict[str, dict[str, str]] | None = None,
    today: date | None = None,
) -> Answer:
    """The answer to a query: definitions is the text of metrics.yaml, tables the CSV text of each file's stem."""
    asked = read_query(query)
    world = World(read_definitions(definitions), tables, types or {}, asked.as_of or today or date.today())
    columns = [asked.grain] if asked.grain else []
    columns += [name.text for name in asked.by] + [text for text, _ in asked.metrics]
    try:
        return Answer(columns, run_query(world, asked), bool(asked.order))
    except RecursionError as error:
        raise Wrong("the definitions go in a circle") from error
