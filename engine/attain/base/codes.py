"""The catalogue of problem codes: what each fact means for somebody who looks after metrics, and what to do about it.

`docs/errors.md` is made from it and from the pages in `tests/problems`. A code of the sources without an entry here, or
an entry without a code in the sources, fails a test.
"""

from __future__ import annotations

from typing import NamedTuple


class Code(NamedTuple):
    """A fact in one line, and what it means and what to do in a few sentences.

    `kind` is "error", "warning", "either" (now this, now that), or "lint", a rule that is switched on;
    `of_data` says that it is looked for in the rows, so never without them.
    """

    title: str
    explanation: str
    kind: str = "error"
    of_data: bool = False


#: Groups in the order in which people meet them; below `code: title` its explanation, indented. Behind the code stands
#: in parentheses what it is other than an error: `code (warning): title`, `code (warning, of data): title`.
_TEXT = """
# Files of definitions

file-missing: A file of definitions is not there
  The file or folder that `-f` or `include:` names does not exist, or the folder holds no `*.yaml` file. A path in
  `include:` starts from the file it stands in; without `-f`, `metrics.yaml` is looked for in the current folder.
  Correct the path, or write a starting project with `attain init`.
file-too-large: The definitions are larger than any that people write
  A file of definitions may have 8 MB, a namespace 2,000 files. Beyond that something else was usually named by
  mistake: a data file, or a folder that holds far more than definitions. Name the right folder with `-f`, or split a
  generated file into several.
yaml-syntax: The file is not YAML
  YAML could not be read at this place, so nothing after it was looked at. The usual causes are a colon with a space
  inside an unquoted text, a value that begins with a quote and goes on after it, a tab where spaces must indent, and
  a value that begins with a character of YAML's own. Quote the whole value, or write it on lines of its own below
  `|`.
yaml-anchor: Anchors and aliases are not read
  YAML can copy a part of a file with `&name` and `*name`. A definition that is put together from copies cannot be
  read where it stands, and a message about it would point to the wrong place. Write it out, or define a metric or a
  field once and use its name. If the `&` or `*` belongs to a text, quote the text.
yaml-tag: Tags are not read
  A value that begins with `!` is a tag to YAML, which would turn the value into something else. Definitions have no
  tags. Take it out; if the `!` belongs to a text, quote the text.
yaml-document: A file holds two YAML documents
  A line `---` ends a YAML document and begins another. Which of the two would count is not obvious, so neither is
  taken. Remove the line, or make two files and name the second below `include:` of the first.
yaml-key: A key is not a plain word
  In front of a colon stands a list or a block instead of a name. This comes from a `?` or from brackets at the
  beginning of a line. Write a word there.
yaml-too-deep: Blocks are nested too deeply
  Definitions need four or five levels; more than 64 is a file that was generated wrongly or is meant to do harm. Look
  at the place that is named, and take the extra brackets or indentation out.
duplicate-key: A key stands twice in one block
  YAML would silently keep only the last of the two, so a metric defined a second time further down would replace the
  first, and every figure built on it would change without a word. Remove one of them, or give the second another
  name.
duplicate-name: Two definitions have one name
  All files of a namespace share their names. With two metrics of one name, a report would show one or the other,
  depending on which file was read last. Both places are shown: remove one of them or rename it.
name-form: This cannot be a name
  The name is empty, longer than 200 characters, or holds control characters. Nobody could write it in an expression
  or read it in a result. Use letters, digits and underscores; other characters work if expressions put the name in
  double quotes.
name-taken: A dimension is called like a grain
  `month`, `week` and the other grains are names of periods. A dimension of that name would make `per month` mean two
  things, and its column in a result would stand beside the period's under the same heading. Call it by what it holds:
  `close_month`.
unknown-key: There is no such key here
  A key that is not known would have no effect: a misspelled `unit:` or `where:` would simply be missing from the
  figure. Write the key that is suggested, or one of those listed. In Attain a condition is not a key, but a part of
  the expression.
missing-key: A block lacks a key that it needs
  Some blocks mean nothing without a certain key: a metric needs `expr:`, a join needs `to:` and `on:`. Add the key
  that the message names below the place it shows.
wrong-shape: A list, a block or a single value stands where another belongs
  The file is YAML, but not in the form of a definition: for example a list below `tables:`, where each table's name
  is a key, or `yes` where `true` belongs (`yes`, `no`, `on` and `off` are texts here). Write it in the form that the
  message asks for.
wrong-value: A value is not one of those that make sense here
  The key or the option is right, but what it holds is not: a unit, type, weekday, month, time zone or country that
  there is not, a range that ends before it starts, the same column asked for twice. The message lists what can stand
  there, or says what contradicts what.
flow-comma: YAML cuts a value at its comma
  Inside braces a comma begins the next key, so `{expr: if(a, b, c), unit: money}` reaches Attain as the expression
  `if(a` and two odd keys. Quote the value, also where it is a type such as `"decimal(12, 2)"`, or write the keys on
  lines of their own.
comment-in-folded-text: A comment would swallow the next line
  In a text of several lines that is plain or begins with `>`, YAML joins the lines before Attain sees them. A comment
  at the end of one line would then hide the rest of the expression, for instance its condition, and the figure would
  be too large. Begin the expression with `|`, which keeps its lines.
path-outside: A path leads out of the definitions' folder
  Definitions are shared and reviewed, and they may come from somebody else; they read only files below their own
  folder. An absolute path would also be wrong on every other machine. Put the files below the folder, or name a
  connection whose place each user sets.

# Tables and their data

table-source: It is not said where a table's rows come from
  A table has exactly one of `source:` (a table of the connection), `file:` (CSV, JSON or Parquet) and `sql:` (one
  SELECT). With none there are no rows; with two, which of them counts would be a guess. A spreadsheet must be saved
  as CSV first.
source-sql: The query of a table may not be run
  A `sql:` source holds one SELECT over named tables with well-known functions, and nothing else: no statement that
  changes data, no function that reads files or settings. That is what makes it safe to run definitions that somebody
  else wrote. Files are named by a table of their own with `file:`.
path-not-allowed: A file may not be read here
  The file is a link that leads out of the definitions' folder, its name holds `*`, `?` or `[`, which stand for other
  files, the files of one table are of different formats, or the connection is a database that reads no files. Rename
  or move the file, or use the connection for tables with `source:`.
data-file-missing: A data file is not there
  No file has the name, or fits the pattern, that the table gives. Paths start from the folder of the definitions.
  Correct the path, or put the file there; where no data are at hand on purpose, `attain validate --offline` works
  from the lock.
data-file-unreadable: A data file is damaged
  A line has more or fewer values than the header has names, a quote is never closed, the text is not UTF-8, or the
  files of one table have different columns. Skipping the line would leave its deals out of every figure. Mend the
  line that is named; a value that holds the separator stands in double quotes: "9,500".
value-does-not-fit: A value is not of its column's type
  A declared type, or the lock, says what a column holds, and a row holds something else: a word among numbers, a date
  in another form. Dropping the value would make a sum too small without a word. Correct the file, or declare what the
  column really holds.
columns-unknown: Nothing says which columns a table has
  There are no data at hand (or `--offline` told Attain not to look), no lock that knows the table, and no `type:` for
  the column. Names and types cannot be checked then. Run `attain lock` where the data are and commit `attain.lock`,
  or declare the columns below `fields:`.
unknown-column: There is no such column
  A key, a time axis, a join or an entry below `fields:` names a column that the table's source does not have, or
  `--order` names one that the result does not have. The message lists the columns that there are. A column that is to
  be computed needs an `expr:`.
unknown-table: There is no such table
  Tables are known by the names they have below `tables:`, not by those of files or of the warehouse. Write the name
  that is suggested, or define the table. In `count(..)` a bare name is a table; a field is written
  `count(table.field)`.
key-missing: A table needs a `key:` for this
  A join finds a row of the other table by its key, a roll-up brings children to their parent by it, and `first` and
  `last` decide ties by it. Without a key, several rows could be found, and a deal would be counted once for each of
  them. Declare the column, or columns, of which no two rows share a value.
join-key: A join's columns do not fit the key of the other table
  `on:` must name as many columns as the other table's key has, of the same types. Text and numbers never match, so
  every deal would lose its owner, and every region would be empty. Declare the same `type:` on both sides, or name
  all columns of the key.
no-lifespan: A table has no versions
  A join with `at:` takes the version of a thing that was valid at the time of the row: the plan that an account had
  when the deal was closed. For that the other table says in `lifespan: {from: .., to: ..}` from when to when each row
  is valid, and its key is the reference and the beginning. If it has a single row for each thing, leave `at:` out.
type-mismatch: Values of this type cannot be used so
  For example a sum of texts, a number compared with a text, a time axis that is text, or a condition where a number
  belongs. Databases convert such values by rules of their own, and `'9' > '10'` is then true. Declare the column's
  `type:`, or write what is meant; the message names both sides.
unit-mismatch: Units do not fit
  Money and deals cannot be added or compared, a unit of measure does not belong to a text, and a declared unit must
  agree with what the expression gives. A sum of euros and days is a number, but no figure. The message shows which
  part has which unit: change the expression, or the unit of the field that is wrong.
unit-unlikely (warning): A count is declared as money or as a share
  So many deals can be called customers or opportunities, and any name is taken. Shown as money or percent, 34 deals
  would read $34.00 or 3,400.0%. A share needs something to divide by: `count(deals where won) / count(deals)`.
hundredfold-percent (warning): A percentage seems to be a hundred times too large
  A percent is a share of one: 0.63 is shown as 63.0%, and 63 as 6,300.0%. So nothing is multiplied by 100, and in a
  condition 60% is written `60%`, not 60.
sum-of-ratio: Shares or prices are added up
  The win rates of ten reps, or the prices of ten products, have a sum that is no rate and no price of anything: how
  much stands behind each of them is lost. Multiply each row by what it is a share of, or by how many were sold, and
  add that up; or take the mean. The rate of all rows together is a ratio of two sums, and needs no sum around it.
  What is per time (money/month) does add up.
sum-of-averages (warning): Means are added up
  The average deals of ten reps add up to a number that is neither an average nor a total. It is a warning only, since
  such a sum may be wanted. The mean of all rows is the metric by itself, without a sum around it.
duplicate-key-value: A key is not unique in the data
  The definitions say that no two rows share this key, and the data have such rows. A join would find both, so every
  deal of that rep would be counted twice; the query is stopped instead. Remove the duplicate at its source, or
  declare the further column that makes the key unique.
overlapping-versions: Two versions of one thing are valid at once
  In a history each version ends where the next one begins; here one is still valid when the next begins. A join `at:`
  a time in between would find both, so a deal would be counted twice, under two plans; the query is stopped instead.
  Correct the end of the earlier version at its source. A version that ends before it begins, or as it begins, is never
  valid and never in the way.
contradictory-calendar: A calendar table puts a day into two periods
  Each row of a calendar table says of a day on which day its period begins. Here a day lies before the first day of its
  period, stands twice with two periods, or comes after the beginning of a later one. Whichever of the two were taken,
  some figures would be in the wrong period; the query is stopped instead. Correct the row at its source.
dangling-reference (warning, of data): References that lead nowhere
  Rows hold a value that is no key of the table they refer to: deals of a rep who was deleted. Nothing is lost: the
  rows are counted, and stand under an empty region. It is told because a growing empty group is how broken loads show
  first.

# Names

unknown-field: A table has no such field
  A field is a column of the table's source, or is derived below its `fields:`. The message says where the table comes
  from and what it has. Names are case-sensitive: `Amount` is not `amount`.
unknown-join: There is no such join
  `deals.owner.region` goes by the join `owner` that the table `deals` declares below `joins:`. A join is known by the
  name given there, not by the table it leads to. Write one of the joins that are listed, or declare it.
unknown-name: Nothing has this name
  In an expression, the first part of a dotted name is the aggregate's own table or one of its joins; `attain show`
  takes a metric, a dimension or a table. Write the name that is suggested. `attain list` names everything there is.
unknown-metric: There is no such metric
  Outside of aggregates, names are metrics and constants. If it is a column, it needs an aggregate around it:
  `sum(deals.amount)`. `attain list --all` names all metrics, also hidden ones.
unknown-function: There is no such function
  The language has its own short list of functions, which mean the same in every warehouse. For many names of SQL and
  of spreadsheets the message says what to write instead. Division by zero gives no value by itself, so `a / b` needs
  no safe variant.
unknown-dimension: There is no such dimension
  `--by`, `--where`, `per` and `by:` take a dimension, a column that every table of the query has, or `table.field`. A
  period is asked for with `--grain`, a condition on a metric with `--having`. `attain list dimensions` names them
  all.
unknown-grain: There is no such grain
  Grains are the lengths of periods: hour, day, week, month, quarter, year, fiscal_quarter and fiscal_year. Write the
  one that is suggested: `month`, not `monthly`.
not-a-field: A join or a table stands where a field belongs
  `owner` is the way from a deal to its rep, and has no value by itself. Name the field at its end, as in
  `owner.region`, or the column that holds the reference: `rep_id is not null`.
other-table: A field of another table stands in an aggregate
  An aggregate goes over the rows of one table, the one its first argument names. A row of that table has no row of
  the other, unless a join says which; pairing all with all would multiply every amount. Reach the field through the
  join that is shown, or aggregate each table by itself and combine the results.
name-hidden (warning): One name hides another
  The same word is a field and a metric, a join and a table, or a dimension and a metric. The nearer one is taken,
  which may not be the one you had in mind: `cycle > 30 days` then looks at each deal's own cycle, not at the metric.
  Nothing is wrong if that is meant; otherwise rename one of them.
cycle: Definitions go round in a circle
  A metric, field or dimension is defined by something that is defined by it, so none of them has a value. The message
  shows the circle, and the places where it closes. One of these definitions must go back to a table.
deprecated-metric (either): A metric is to be used no longer
  Its owner marked it with `deprecated:`. Until the day given there this is a warning, afterwards an error, so that a
  figure does not live on in reports after its meaning has been given up. Use the metric that the message names.
reserved-word: A word of the language stands where a name belongs
  The words null, true, false, where, and, or, not, in, is, like, between, case and distinct cannot be names as they
  are. Put the name in double quotes: `deals."case"`. Every other word may name a field or a metric.

# Joins and dimensions

ambiguous-join-path: There are several ways to that table
  A deal has an owner and a developer, and both are reps: its region could be that of either, and the figures differ.
  Attain does not choose. Say which one is meant, with a dimension that names the path, or with `via` in a roll-up.
no-join-path: There is no way to that table
  No chain of joins leads from the table that is aggregated to the one that is asked for. Costs have no rep, so costs
  by rep have no answer; spreading them over all reps would invent one. Declare the join if the data have the column,
  or ask for something that both have.
dimension-not-reached: A table of the metric does not have this dimension
  A metric over several tables can be cut only by what all of them have; otherwise one part of a ratio would be cut
  and the other not, and the ratio would be wrong in every row. Add a path for the table below `dimensions:`, or cut
  by a dimension that the message names.
dimension-not-allowed: The metric is not to be cut by this
  Its `by:` lists the dimensions that its owner stands for, and this one is not among them. Ask for one of those
  listed, or talk to the owner about adding it.
dimension-path: A dimension's path leads nowhere
  A path is names with dots between them: joins, then a field, such as `owner.region`. Either it is not of that form,
  or no table has all of these joins and the field. What needs computing is derived below the table's `fields:` first;
  with `paths:`, each table has a path of its own.
dimension-type: A dimension is of different types in different tables
  The values of one table would never equal those of the other, so costs and deals would stand in rows of their own
  instead of side by side. Declare the same `type:` for both columns, or correct the path that leads to the wrong one.

# Expressions

syntax: The expression cannot be read
  At the place marked, something is missing or does not belong: an operator between two values, the end of the
  expression, a character from another language. What stands before the mark was understood. The language reference
  shows what an expression may hold.
smart-quote: A typographic quote
  Word processors and chats change straight quotes into curly ones, which look right and mean nothing here. Texts
  stand in straight single quotes: `'won'`.
wrong-operator: An operator of another language
  Equality is `=`, and conditions are joined by `and`, `or` and `not`. Texts are joined by `concat(a, b)`. Write the
  operator that the message gives.
percent-sign: A percent sign without a number before it
  `60%` is the number 0.6. The rest of a division, which is `%` in some languages, is `mod(a, b)` here.
double-minus: Two minus signs in a row
  In SQL `--` begins a comment, in arithmetic it subtracts a negative number; here `a--b` would be the one or the
  other depending on who reads it. Put a space behind it for a comment, or between the two signs for arithmetic.
trailing-comma: A comma with nothing behind it
  Something was removed, or forgotten, at the end of a list. Take the comma out, or write what is missing.
parenthesis: Parentheses do not match
  One is never closed, or closes nothing. Where it belongs decides what is divided by what, so it is not guessed. The
  mark stands at the one that has no partner.
unclosed-text: A text or a quoted name is never closed
  The closing quote is missing, and everything up to the end would be part of the text. Single quotes enclose texts,
  double quotes enclose names. A quote inside a text is written twice: `'it''s'`.
case-form: A `case` is not complete
  It reads `case when condition then value else other end`. Without `else` the value is missing where no condition
  holds; `end` is always needed. For a single condition `if(condition, a, b)` is shorter.
chained-comparison: Comparisons do not chain
  `10 < amount < 50` compares the result of the first comparison with 50 in most languages, which is always true.
  Write `amount between 10 and 50` (which includes both ends), or two comparisons with `and`.
null-comparison: Nothing is equal to null
  In SQL `rep_id = null` is never true, and `not in (1, null)` never either, so a condition like that silently counts
  nothing. Write `rep_id is null` or `rep_id is not null`.
number-form: This is not a number
  Numbers are written `12`, `1_000.5` or `60%`: digits, at most one point, underscores between digits. There is no
  comma in a number, since commas separate arguments.
date-form: This is not a day
  Days are written year, month, day: `date '2026-01-31'` in an expression, `2026-01-31` on the command line. Forms
  such as 01/02/2026 mean January in one country and February in another. A day that the calendar does not have, such
  as 30 February, is refused as well.
duration-form: This is no length of time
  Months, quarters and years differ in length, so half a month is no certain number of days; and a duration is no
  percentage. Write it in days, hours or minutes.
calendar-duration: A month is not a number of days
  A month added to a date is clear: a month after 31 January is 28 February. But whether 30 days are more than a month
  has no answer. Compare durations with days or weeks, or compare dates: `closed_at > created_at + 1 month`.
count-star: `count(*)` does not say of which table
  A metric stands on its own, without a FROM, so the rows that are counted must be named: `count(deals)`. A condition
  goes inside: `count(deals where won)`.
filter-clause: A condition stands behind an aggregate instead of in it
  What SQL writes as `sum(x) filter (where ..)` is `sum(x where ..)` here. The condition belongs to this one
  aggregate; other aggregates of the metric are not affected.
over-clause: There are no windows over rows
  `over (..)` in SQL depends on which rows happen to be in the result, so a filter changes the figure. What it is used
  for is said directly in this language, by operators on metrics; the message lists them.
not-a-query: A metric is an expression, not a query
  A metric says what is computed, never from where, by what or in which order: it can then be cut and filtered in any
  way and stay the same metric. Write only the aggregate. Grouping, filters and order are asked for when it is run,
  joins are declared once below `tables:`, and a column's type below `fields:`.
stray-where: A `where` stands behind an aggregate
  The condition belongs inside the parentheses of the aggregate it narrows: `sum(deals.amount where won)`. Behind a
  ratio it would not be clear whether both parts are narrowed or one.
stray-clause: A clause stands behind the parentheses
  `on`, `via`, `by`, `per`, `over` and `as of` stand inside the parentheses of the call they belong to, behind its
  last argument: `count(deals on created_at)`.
clause-twice: A clause stands twice
  An aggregate has at most one `where`, one `on`, and so on. Join two conditions by `and`.
clause-order: `per` stands last
  `max(revenue where region = 'EMEA' per rep)`: first what is aggregated and what narrows it, then over which parts.
  Move the `per` clause to the end.
clause-not-here: A clause has no meaning here
  For example `by` in a sum (what a metric is cut by is asked for when it is run), `distinct` outside of `count`, `on`
  in a roll-up, which sees all time, or `period_end()` in a field, which knows no period. The message says where the
  clause belongs.
expression-too-long: An expression is longer than 20,000 characters
  Nobody can review an expression of that length, and it was most likely generated. Give its parts names of their own:
  fields, or hidden metrics. A long list of values is better kept in a table that is joined.
expression-too-deep: An expression is nested too deeply
  More than 100 levels of parentheses, calls or operators are a sign of a generated text. Give its parts names of
  their own: fields, or hidden metrics.
wrong-arguments: A function was given the wrong arguments
  Too few or too many of them, a percentile that does not say which (`percentile(deals.amount, 90%)`), a rounding
  whose digits are not written down, the same part twice behind `per`, or no metric at all. The message shows how the
  function is written.

# Aggregates, rows and cells

no-table: An aggregate does not say over which table
  A metric belongs to no table, so its aggregates name theirs: `sum(deals.amount)`, not `sum(amount)`. After the first
  name, other fields of that table may stand without it: `sum(deals.amount where status = 'won')`.
field-outside-aggregate: A field stands where one value is needed
  A metric has one value for each cell of a result, and a field has one for each row. Say what is to be made of the
  rows: their sum, mean, count, largest. `deals.amount / count(deals)` divides nothing in particular;
  `sum(deals.amount) / count(deals)` is the average.
no-aggregate: A metric aggregates nothing
  A metric is a value made of rows: a count, a sum, a mean, or something made of those. An expression of numbers alone
  is the same in every cell. Put a number with a name below `constants:`, and use it in metrics.
text-order (warning): Texts are compared by order with what looks like a number or a day
  Texts are compared letter by letter: `'9'` comes after `'10'`, and `29.01.2026` after `2026-01-30`. The answer looks
  like one and is wrong. Declare the column's `type:`, and compare it with a number or with date '2026-01-31'.
not-a-condition: A condition is needed here
  Behind `where`, and between `and`, `or` and `not`, stands something that is true or false. A text or a number is
  neither; in some languages `where amount` means that it is not zero. Compare it with something, or ask whether it is
  there: `amount is not null`.
metric-in-row: A metric stands where a row's value belongs
  A metric has a value for a cell, not for a single row, so `avg(revenue)` does not say what the mean is taken over.
  Write `avg(revenue per rep)` for the mean of the reps' revenues. In a condition a metric does stand for the row:
  `count(reps where revenue > 10_000)`.
no-rates: `convert` has nothing to go by
  An amount is converted by the rates of a table that `rates:` names at the top of the file, to or from the file's
  `currency:`. One of the two is not there. Write it; the message shows how.
metric-operator-in-row: An operator on metrics stands inside an aggregate
  Growth, prior periods and shares compare a whole metric between cells; a single row has no prior period. Define the
  metric first, and put the operator around its name.
aggregate-in-row: An aggregate stands inside another
  In `count(deals where amount > avg(deals.amount))` the mean could be that of all deals ever, or of those of the same
  month and region: two different figures. Give the inner one a name: as a roll-up among a table's `fields:` it is
  over all time, as a metric it is in the window of the query.
aggregate-in-condition: An aggregate stands in a condition of the query
  `--where` picks rows by what they can be cut by, before anything is aggregated; `--having` picks rows of the result,
  by the names of the metrics asked for. Ask for the aggregate as a metric and compare its name in `--having`.
rollup-in-expression: A roll-up must be a field of its own
  A field that aggregates the children of a row is written alone, without arithmetic around it, so that it can be
  checked and shown by its name. Give each aggregate a name below `fields:`, and compute with the names in another
  field.
no-working-hours: The calendar says no working hours
  `business_hours(a, b)` counts the hours in which people work, and only the calendar knows when that is. Nine to five
  is not taken for granted: a support desk that works until eight would look faster than it is. Write
  `working_hours: [9, 17]` below `calendar:`; the days are Monday to Friday unless `working_days:` says otherwise.
no-time-axis: Nothing says when these rows happened
  The table has no `time:`, so its rows belong to no period, or `first` and `last` have no order to go by. Declare
  `time:`, name a column with `on` or `by`, or give a range with `--from` and `--to`: the rows of a table without time
  are then in every period of it.
needs-window: A time operator has no window to move
  `prior`, `growth`, `rolling` and `to_date` move or stretch the window of a cell. Without a grain and without a range
  a cell has no window, so there is nothing to move; `prior` without a length goes back by one period, which only a
  grain has. Ask with `--grain month`, or with `--from` and `--to`.
no-stock: `as of` needs to know since when and until when rows are there
  What is there at an instant can be told of a table with a `lifespan:` (each row from a time to a time) or with a
  `snapshot:` (all rows again at each time of a column). Declare one of them at the table, or leave `as of` out: then
  the rows are those that happened in the window.
not-in-result: `--having` names a metric that was not asked for
  The condition is over the rows of the result, and the result does not have that column. Ask for the metric as well.

# Targets

target-form: A target does not say one thing that is meant to be reached
  A target has a metric and exactly one of `values:`, `source:`, `value:`, `between:` and `growth:`; which periods and
  members it is for must be said, too, by `grain:` and `by:`. Of a metric that adds up, so much a month is another
  target than so much a year, so it needs a grain. With `versions:` all of this stands in each version, and only the
  metric above them.
period-form: This is no period of the target
  The keys of a target are `2026`, `2026-Q1`, `2026-01`, `2026-W05` or `2026-01-31`, whichever its grain is; periods of
  a fiscal or another calendar are named by their first day. A period that the calendar does not have would never be
  asked for, and its value would be missing without a word.
overlapping-targets: Two values hold for the same period
  A target stands twice for one period and member, or two of its versions are in force on one day. Which of them counts
  would be a guess. Remove one, or end the earlier version where the later begins: `valid_to` is the first day after it.
unknown-target: A metric has no such target
  `target(m)` and `attainment(m)` ask for a target of `m` below `targets:`, `target(m, name)` for the one of that name.
  There is none, or the name is that of another metric's target.
ambiguous-target: A metric has several targets, and none is the default
  A plan and a stretch goal give two attainments, and a report must not show one or the other by chance. Mark one as
  `default: true`: it is what `target(m)` means; the others are asked for by name, `target(m, stretch)`.
band-form: Bands that are in no order
  Bands share out all figures: each has one bound, and the last has what is left. They are written upward, `{off track:
  below 80%, at risk: below 95%, on track: above}`, or downward with `above`.
band-unreachable: A band that no figure can reach
  The bands before it have taken everything: after `below 95%` nothing is left for `below 80%`. Put the bands in order.

target-gap (warning): A member's target lacks a period
  A rep has a quota for February and for April, and none for March. What is added up is without it, so an attainment of
  the quarter looks better than it is. Fill the gap in; where nothing is meant to be reached, write 0, which is not the
  same as no target.
unknown-member (warning, of data): A target is for a member that there is not
  The dimension has no such member: it is misspelt, or has been renamed. Where members are added up the value counts,
  and nothing that happens is ever set against it. Write the member as the data has it.
targets-disagree (warning): Targets of one metric at two levels come to different amounts
  The months of a plan add up to another amount than the year of the board, or the quotas of the reps to another one
  than the plan of their region. Both may be meant, such as quotas with some room; if not, a report shows one as reached
  and the other as missed. `attain validate` shows the first difference.

# Alerts

alert-form: An alert does not say what fires
  An alert is on a metric or on a target, and `when:` says what is to be told: `below 10_000`, `change beyond 20%`,
  `unusual`, `no data for 3 days`, `band off track`. What compares periods needs a `grain:`, what names a band a target
  with `bands:`. Write one of the forms that the message lists.
unknown-alert: There is no alert of that name
  `attain alerts` looks at all alerts, or at those that are named behind it. Names are those below `alerts:`.
webhook-failed: What fires could not be sent
  The address that `--webhook` names did not take the message, also when it was tried again: it could not be reached,
  refused, or led elsewhere. Nothing is marked as said, so the next run sends it. The message names only the host, since
  the rest of such an address is a secret.
state-file: The file of what was said cannot be read
  `--state` keeps what was sent, so that nothing is sent twice. The file holds something else, or may not be read. Name
  another file, or remove it: then everything that fires is sent once more.

# Tests

test-form: A test does not say what it expects
  A test gives rows and expects some (`given`, `when`, `expect`), asserts a condition (`assert`), keeps a result
  (`when`, `golden`), or holds a metric against a query by hand (`when`, `reconcile`). It is one of these, and has all
  of its parts. Write one of the forms that the message lists; docs/testing.md shows each.
test-rows: Rows of a test cannot be read
  They are CSV text below `|` (the first line holds the names, each row as many values), a list of blocks, or a CSV
  file below the folder of the definitions. A value that holds a comma or a quote stands in double quotes. Tests are
  small: what is larger belongs into the data.
test-columns: A test expects other columns than the result has
  A result has the period, the dimensions in the order asked for, and the metrics; all of them are expected, in any
  order. Expect what `attain run` shows for the same query, or ask for fewer metrics.

# Rules that are switched on, and what is ignored

description-missing (lint): A metric does not say what it means
  A name such as `win_rate` leaves open what was divided by what. A sentence below `description:` says it, and names the
  trap in reading it; lists, scorecards and exports show it. Hidden metrics need none.
owner-missing (lint): Nobody answers for a metric
  When a figure looks odd, or a definition is to be changed, somebody must be asked. `owner:` names a person or a team.
  A target and an alert have the owner of their metric, unless they name their own.
unit-missing (lint): Nothing says what a metric measures
  Without `unit:` a metric has the unit that follows from its columns and counts. A quotient of counts, or a sum of a
  column without a unit, is a plain number: 0.632 where a reader expects 63.2%. Declare the unit at the field where all
  its metrics gain from it, else at the metric; `number` and `ratio` say that a plain number is meant.
name-style (lint): A name is not in snake_case
  Names become columns of results, and stand in expressions and reports. In one style nobody has to look up whether it
  was `winRate` or `win_rate`: lower-case words with underscores between them. Columns keep the names of their source; a
  `label:` is what people see.
unused-metric (lint): A hidden metric is built on by nothing
  A hidden metric is a building block: lists and dashboards leave it out. When the last metric, target or alert that
  named it has gone, it is only in the way of whoever reads the definitions. Take it out, or show it.
metric-without-target (lint): A metric says which way is good, and not how much is enough
  `good: up` or `good: down` says that it matters where the metric goes. Whether it is where it should be, only a target
  says. Write one below `targets:`; where nothing is to be reached, leave `good:` out.
ignore-form: An entry of `ignore:` does not say enough, or names what cannot be ignored
  An entry silences one kind of warning where it is meant, and says for whom, why and how long: `code:`, `name:` or
  `file:`, `reason:` and `until:`, its last day. Errors are never ignored: a figure that depends on them would be wrong.
ignore-expired (warning): The day of an entry of `ignore:` is over
  What it silenced is told again. That is what the day is for: somebody looks whether the reason still holds. Mend what
  it was about and take the entry out, or agree on another day.
ignore-unused (warning): An entry of `ignore:` silences nothing
  What it was about has been mended, or its name is misspelt, and then something is told that should not be. Entries
  that stay behind would silence the next problem of their kind, which nobody has looked at. Take it out.

# Running

too-many-cells: The result would be too large
  Every slice gets every period, so a thousand accounts by hour over a year are nine million rows, most of them zero.
  The limit is there so that a slip costs a message instead of an afternoon. Leave empty cells out with `--sparse`,
  ask for less, or raise the limit with `--max-cells`.
plan-too-large: The query needs too many steps
  Metrics that build on metrics that build on metrics, each `per` something, multiply the steps of a query. No
  warehouse would run the statement well. Ask for fewer metrics at once, or build them on fewer others.
sql-too-large: The SQL of the query is too long
  A statement of more than a million characters is refused or choked on by most warehouses. Ask for fewer metrics at
  once, or give long lists of values a table of their own.
unsupported-in-dialect: The warehouse cannot compute this
  The dialect has no function that gives the same result, and an approximation would be another number under the same
  name. Use another metric there, or run this one on DuckDB over an extract.
unknown-dialect: There is no such dialect
  `--dialect` takes the names that `attain list dialects` shows.
unknown-connection: There is no such connection
  `-c` takes a name that stands below `connections:`. Without `-c` the one called `default` is used, and without that
  DuckDB in memory over the data files.
unknown-connection-type: Attain cannot run queries on this kind of database
  It runs DuckDB, PostgreSQL and SQLite by itself. For other warehouses `attain compile --dialect NAME` gives the SQL,
  to be run where you run SQL.
connection-failed: The connection cannot be opened
  The database file is not there, is not a database, or is in use by another program; or the server cannot be reached,
  or nothing says where it is. Definitions never hold hosts and passwords: those stand in the environment variable
  that the message names.
unknown-source: The connection has no such table
  `source:` names a table of the connection, if need be with its schema: `crm.deals`. Check the spelling and whether
  the right connection was used. Without a `default` connection there are only data files, which are named with
  `file:`.
query-failed: The database refused the query
  What it said stands in the message. Common causes are a `sql:` source over a table that is not there, missing
  rights, and whole numbers that grow beyond what the database holds. If the statement itself looks wrong, please
  report it: compiled SQL should never fail by itself.
out-of-memory: The query needs more memory than it may use
  Distinct counts, medians and results with very many cells need most. Allow more with `--memory-limit`, or ask for
  fewer dimensions, a coarser grain or a shorter range.
interrupted: The query was stopped
  By Ctrl-C, or because the time that `--timeout` allows was over. Nothing was written. Ask for a shorter range or
  fewer dimensions, or allow more time.
missing-package: An optional package is not installed
  PostgreSQL connections, Parquet results and the holidays of countries need packages that not every installation
  has. The message names the command that installs what is missing.
unknown-revision: There is no such version to compare with
  BASE and HEAD of `attain diff` are files, folders, or revisions of the git repository that holds the definitions: a
  branch, a tag, a commit. A clone of a continuous integration often has only the newest commit: have it fetch the
  branch that is compared with, too (`fetch-depth: 0`).
output-failed: The result cannot be written
  The folder does not exist, the name is that of a folder, or the disk is full or read-only. Nothing that was there
  has been changed: a file is written whole or not at all.
lock-unreadable: `attain.lock` cannot be read
  It is not in the form that `attain lock` writes, most often after a merge that left conflict marks in it. Column
  types would have to be guessed instead. Run `attain lock` where the data are, and commit what it writes.
stale-lock: The lock is not as the data are
  A column was added, removed or changed its type since `attain lock` ran, or the lock was never written. Checks
  without data would then agree with something that is no longer so. Look at what changed, and run `attain lock`.
no-rows (warning, of data): A table has no rows
  The file or the table is there, and empty. Everything that is computed from it is 0 or has no value. Most often a load
  failed, or `file:` names another file than was meant.
never-filled (warning, of data): A field has no value in any row
  Definitions name this field, and `attain validate --data` found it empty everywhere: an export without it, a column
  that has moved, a derived field whose parts are never there together. What goes over it is empty, and a condition on
  it is never met. Take another column, or have it filled. The end of a lifespan may be empty, and is not told.
lifespan-backwards (warning, of data): Rows end before they begin
  By the lifespan of their table these rows were never there: no `as of` counts them, and no join with `at:` finds them.
  Correct the two times where they are kept, or exchange `from` and `to` if the definition has them the wrong way round.
metric-fails: A metric cannot be computed from these data
  `attain validate --data` executes every metric. The database stopped at this one: a number grew too large, a value is
  not of the type that it is read as, the plan has too many steps, the time was over. Whoever asks for the metric would
  meet the same. The message says what the database says; metrics that fail alike are told together.
empty-metric (warning, of data): A metric has no value anywhere, or is 0 everywhere
  `attain validate --data` executes every metric, by month and in total. That there is nothing in any of them is most
  often a condition that no row meets, such as `status = 'Won'` where the data say `won`. Compare the words in the
  condition with those in the data. A difference that is 0 everywhere is not told, since it may be meant to be.
unit-probe (either, of data): A metric does not change with amounts of money as its unit says
  `attain validate --data` multiplies every amount of money by 7, in columns and where numbers are written down beside
  them, and asks each metric again: money has to be 7 times as much, money per deal too, and a count, a ratio or a
  length of time what it was. A figure that does otherwise would be another one in another currency, or is declared to
  be what it is not. A warning is for what may be meant: a root or a logarithm of an amount, and what is declared money
  and made of nothing that is. Declare `unit: money` at the field that holds the amounts.
additivity-probe (either, of data): A metric does not double, or does not stay, when all tables are doubled
  `attain validate --data` puts every table together with a copy of itself under other keys, which joins only with
  itself, and asks each metric again: a sum and a count have to double, a ratio, an average and a median to stay what
  they were. An error means that rows are counted twice, or left out, somewhere on the way: please report it where the
  definitions look right. A warning is for figures over a `sql:` source that has other rows when there are more: one
  with LIMIT, DISTINCT or GROUP BY. Declare the table itself, and leave rows out by a condition in the metric.

# The command line

unknown-command: There is no such command
  `attain --help` lists the commands. The message suggests the nearest one.
unknown-option: The command has no such option
  Options belong to commands: `--by` to `run` and `compile`, `--data` to `validate`. `attain COMMAND --help` lists
  what it takes.
missing-argument: The command needs an argument
  `run` and `compile` need at least one metric, `show` needs a name. `attain list` names what there is.
wrong-argument: An option or argument does not make sense
  A number was expected and something else was given, a value is not one of those allowed, or two options contradict
  each other. `attain COMMAND --help` says what it takes.
file-exists: `attain init` overwrites nothing
  A file that it would write is there already, and may hold somebody's definitions. Name another folder, or move the
  file away.
nothing-to-read: `attain init --from` found no tables
  The folder holds no CSV, JSON or Parquet files, or the database has no tables. Name the folder in which the data
  files lie.
"""


def read_catalogue(text: str) -> dict[str, dict[str, Code]]:
    """The groups of the text, each with its codes in order."""
    groups: dict[str, dict[str, Code]] = {}
    group: dict[str, Code] = {}
    code = ""
    for line in filter(None, text.split("\n")):
        if line.startswith("# "):
            group = groups.setdefault(line[2:], {})
        elif line.startswith("  "):
            group[code] = group[code]._replace(explanation=f"{group[code].explanation} {line.strip()}".strip())
        else:
            head, _, title = line.partition(": ")
            code, _, kinds = head.removesuffix(")").partition(" (")
            kind, _, data = kinds.partition(", ")
            group[code] = Code(title, "", kind or "error", data == "of data")
    return groups


#: The groups with their codes, and every code with what it means.
GROUPS = read_catalogue(_TEXT)
CODES: dict[str, Code] = {code: entry for group in GROUPS.values() for code, entry in group.items()}
