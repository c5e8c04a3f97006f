"""The rows of a table with what their joins reach: which columns, which joins, derived fields and roll-ups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Rollup
from attain.model.semantic import Field, Table
from attain.model.semantic import Join as Reference
from attain.model.types import Type
from attain.plan.builder import Builder, plain_name
from attain.plan.fields import closure, converted, large_fields
from attain.plan.leaves import free
from attain.plan.measures import column_name, measure_of, or_empty, parts_of, rows_step
from attain.plan.rates import pairs_of, rates_of_rows
from attain.plan.steps import From, Group, Join, Rows
from attain.plan.versions import on_one_clock, valid_at

Path = tuple[str, ...]


def table_at(builder: Builder, table: str, path: Path) -> Table:
    """The table that a chain of joins leads to."""
    found = builder.model.tables[table]
    for name in path:
        found = builder.model.tables[found.joins[name].to]
    return found


@dataclass(slots=True)
class RowsOf:
    """One use of a table: `need` collects fields by path and `rates` exchange rates, `expression` gives them over the
    inputs once joined."""

    builder: Builder
    table: Table
    fields_below: frozenset[str] = frozenset()  # derived fields that a step below has computed already
    source: From = field(init=False)
    need: dict[Path, dict[str, None]] = field(default_factory=dict)
    aliases: dict[Path, From] = field(default_factory=dict)
    joins: list[Join] = field(default_factory=list)
    rollups: dict[tuple[str, Path], tuple[From, dict[str, str]]] = field(default_factory=dict)
    rates: dict[e.Rate, From | None] = field(default_factory=dict)
    asked: list[e.Expression] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source = From(self.table.name, self.table.name, is_table=True)

    # -- what is needed ----------------------------------------------------------------------------------------------
    def add(self, expressions: Iterable[e.Expression | None]) -> None:
        """Notes every field that expressions over a row of the table need."""
        asked = [x for x in expressions if x is not None]
        self.asked += asked
        stack = [node for x in asked for node in e.fields_in(x)]
        seen: set[e.Column | e.Rate] = set()
        while stack:
            column = stack.pop()
            if column in seen:
                continue
            seen.add(column)
            if isinstance(column, e.Rate):
                self.rates[column] = None
                stack += [node for part in column.parts for node in e.fields_in(part)]
                continue
            self.need.setdefault(column.path, {})[column.name] = None
            for length in range(len(column.path)):
                above = column.path[:length]
                join = table_at(self.builder, self.table.name, above).joins[column.path[length]]
                stack += [self.column(above, name) for name in goes_by(join)]
                self.need.setdefault(column.path[: length + 1], {})
            if not column.path and column.name not in self.fields_below:
                own = self.table.fields[column.name]
                if own.expression is not None:
                    stack += e.fields_in(own.expression)
                if own.rollup is not None:
                    stack += [self.column((), key) for key in self.table.key]

    def column(self, path: Path, name: str) -> e.Column:
        """A field of the table at the end of a path."""
        return e.Column(path, name, table_at(self.builder, self.table.name, path).fields[name].type)

    # -- joins -------------------------------------------------------------------------------------------------------
    def join(self) -> None:
        """Works out the inputs: the table itself (below it a step with its large derived fields), joined tables,
        roll-ups. Call it once everything needed is known."""
        own = [name for name in self.need.get((), {}) if name not in self.fields_below]
        large = large_fields(self.table, own)
        if large:
            self.source = fields_step(self.builder, self.table, frozenset(own))
            self.source = From(self.source.name, self.table.name)
            self.fields_below = self.fields_below | frozenset(own)
            self.need, self.rates = {}, {}
            self.add(self.asked[:])
        self.aliases[()] = self.source
        self.join_rollups([name for name in own if name not in self.fields_below])
        for path in sorted((p for p in self.need if p), key=lambda p: (len(p), p)):
            self.join_path(path)
        for rate in list(self.rates):
            self.join_rate(rate)

    def join_path(self, path: Path) -> None:
        """Joins the table at the end of a path, after what it is found by."""
        if path in self.aliases:
            return
        above = table_at(self.builder, self.table.name, path[:-1])
        join, target = above.joins[path[-1]], self.builder.model.tables[above.joins[path[-1]].to]
        if len(path) > 1:
            self.join_path(path[:-1])
        else:
            self.join_fields(goes_by(join))
        names = target.reference if join.at else target.key
        wanted = [*self.need[path], *names, *((target.lifespan or ()) if join.at else ())]
        taken = {used.alias.lower() for used in self.aliases.values()} | {self.table.name.lower()}
        self.aliases[path] = joined(self.builder, target, wanted, free(taken, plain_name("_".join(path))))
        pairs = tuple(
            (self.field(path[:-1], left), self.field(path, right), False)
            for left, right in zip(join.on, names, strict=True)
        )
        self.joins.append(Join(self.aliases[path], "left", pairs, self.at_time(path, join, target)))

    def at_time(self, path: Path, join: Reference, target: Table) -> e.Expression | None:
        """The condition that a version is valid at the time of the row; None of a join without one."""
        if not join.at:
            self.builder.verify(target.name)
            return None
        assert target.lifespan is not None
        start, end = (self.field(path, name) for name in target.lifespan)
        zone = self.builder.model.calendar.timezone
        times = on_one_clock((self.field(path[:-1], join.at), start, end), zone)
        self.builder.verify_versions(target.name, times[1:] != (start, end))
        return valid_at(*times)

    def join_fields(self, names: Iterable[str]) -> None:
        """Joins what own fields are derived from."""
        below = [name for name in closure(self.table, names) if name not in self.fields_below]
        self.join_rollups(below)
        for name in below:
            for node in e.fields_in(self.table.fields[name].expression or e.TRUE):
                if isinstance(node, e.Rate):
                    self.join_rate(node)
                elif node.path:
                    self.join_path(node.path)

    def join_rate(self, rate: e.Rate) -> None:
        """Joins an exchange rate, after what it is found by."""
        if self.rates[rate] is not None:
            return
        for node in (node for part in rate.parts for node in e.fields_in(part)):
            if isinstance(node, e.Rate):
                self.join_rate(node)
            elif node.path:
                self.join_path(node.path)
            else:
                self.join_fields([node.name])
        step = rates_of_rows(self.builder, self.table, rate)
        taken = {join.to.alias.lower() for join in self.joins} | {self.table.name.lower()}
        used = From(step.name, free(taken, step.name))
        self.rates[rate] = used
        self.joins.append(Join(used, "left", pairs_of(rate, used, self.expression)))

    def join_rollups(self, names: list[str]) -> None:
        """Joins the aggregated children that own fields need."""
        for name in closure(self.table, names):
            rollup = self.table.fields[name].rollup
            if rollup is not None and name not in self.fields_below:
                key = (rollup.aggregate.table, rollup.chain)
                if key not in self.rollups:
                    self.rollups[key] = self.children(key)

    def children(self, key: tuple[str, Path]) -> tuple[From, dict[str, str]]:
        """One group of children for all roll-ups of one chain that are needed, and its join."""
        child, chain = key
        wanted = [
            n for n in closure(self.table, (n for n in self.need[()] if n not in self.fields_below))
            if (r := self.table.fields[n].rollup) is not None and (r.aggregate.table, r.chain) == key
        ]  # fmt: skip
        self.join_fields(self.table.key)
        step, keys = rollup_step(self.builder, self.table, child, chain, wanted)
        used = From(step.name, step.name)
        pairs = tuple(
            (self.field((), k), used.slot(column, self.table.fields[k].type), False)
            for k, column in zip(self.table.key, keys, strict=True)
        )
        self.joins.append(Join(used, "left", pairs))
        self.builder.verify(self.table.name)
        return used, {name: plain_name(name) for name in wanted}

    # -- expressions -------------------------------------------------------------------------------------------------
    def field(self, path: Path, name: str) -> e.Expression:
        """A field over the inputs: a column, or a derived field written out."""
        found = table_at(self.builder, self.table.name, path).fields[name]
        source = self.aliases.get(path, self.source)
        if path or name in self.fields_below:
            return converted(source, found) if source.is_table else source.slot(name, found.type)
        if found.rollup is not None:
            return self.rolled_up(found)
        if found.expression is not None:
            return self.expression(found.expression)
        return converted(source, found) if source.is_table else source.slot(name, found.type)

    def rolled_up(self, found: Field) -> e.Expression:
        """A roll-up's value: of no children what the aggregate of nothing is."""
        assert found.rollup is not None
        used, columns = self.rollups[found.rollup.aggregate.table, found.rollup.chain]
        return or_empty(found.rollup.aggregate.function, used.slot(columns[found.name], found.type))

    def expression(self, expression: e.Expression) -> e.Expression:
        """An expression over a row of the table as one over the inputs."""

        def change(node: e.Expression) -> e.Expression | None:
            if isinstance(node, e.Rate):
                return self.rate(node)
            return self.field(node.path, node.name) if isinstance(node, e.Column) else None

        return e.transform(expression, change)

    def rate(self, rate: e.Rate) -> e.Expression:
        """An exchange rate over the inputs: 1 between equal currencies."""
        used = self.rates[rate]
        assert used is not None
        found = used.slot("rate", rate.type)
        if not rate.varies:
            return found
        same = e.Compare("=", self.expression(rate.source), e.Literal(rate.target, t.TEXT))
        equal = e.Logic("and", (same, e.Not(e.IsMissing(self.expression(rate.day)))))
        return e.Choice(((equal, e.Literal(Fraction(1), rate.type)),), found, rate.type)


def goes_by(join: Reference) -> tuple[str, ...]:
    """The fields of a row that a join finds the other row by."""
    return (*join.on, join.at) if join.at else join.on


def joined(builder: Builder, target: Table, names: Iterable[str], alias: str) -> From:
    """A table to join: itself where only its columns are needed, else a step with its derived fields."""
    names = frozenset(names)
    if all(target.fields[name].is_physical for name in names):
        return From(target.name, alias, is_table=True)
    step = fields_step(builder, target, names)
    return From(step.name, alias)


def references(builder: Builder, child: str, chain: Path, parent: Table) -> list[e.Column]:
    """The key of the parent's row as the rows of a child reach it: the reference itself, so that nothing more is
    joined; of a version the key of the row that is found."""
    above = table_at(builder, child, chain[:-1])
    join = above.joins[chain[-1]] if chain else None
    if join is None or join.at:
        return [e.Column(chain, name, parent.fields[name].type) for name in parent.key]
    return [e.Column(chain[:-1], name, above.fields[name].type) for name in join.on]


def fields_step(builder: Builder, table: Table, names: frozenset[str]) -> From:
    """A step with one row for each row of a table and columns for some of its fields, each computed once."""
    memo = ("fields", table.name, names)
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    order = closure(table, sorted(names))
    derived = [name for name in order if table.fields[name].expression is not None]
    base = [name for name in order if table.fields[name].expression is None]
    reached = {
        node: None
        for name in derived
        for node in e.fields_in(table.fields[name].expression or e.TRUE)
        if isinstance(node, e.Rate) or node.path
    }
    rows = RowsOf(builder, table)
    rows.add([*(rows.column((), name) for name in base), *reached])
    rows.join()
    columns: dict[e.Column | e.Rate, str] = {rows.column((), name): name for name in base}
    taken = set(order)
    for column in reached:
        columns[column] = free(taken, column_name(column))
    step = builder.name(table.name, "fields")
    listed = tuple((name, rows.expression(column)) for column, name in columns.items())
    source = builder.add(Rows(step, f"fields of {table.name}", rows.source, listed, tuple(rows.joins)))
    kept = {name: column.type for column, name in columns.items()}
    if derived:
        source, kept = derived_layers(builder, table, source, columns, derived, kept)
    builder.memo[memo] = source
    return source


def derived_layers(
    builder: Builder,
    table: Table,
    source: From,
    columns: Mapping[e.Column | e.Rate, str],
    derived: list[str],
    kept: dict[str, Type],
) -> tuple[From, dict[str, Type]]:
    """Layers of derived fields above the columns that they need; every field keeps its own name."""
    own = set(derived)

    def name_fields(node: e.Expression) -> e.Expression | None:
        if isinstance(node, e.Column) and not node.path and node.name in own:
            return e.MetricValue(node.name, node.type)
        return None

    definitions: dict[str, e.Expression] = {}
    for name in derived:
        expression = table.fields[name].expression
        assert expression is not None
        definitions[name] = e.transform(expression, name_fields)
    level: dict[str, int] = {}
    layers: list[list[tuple[str, e.Expression]]] = []
    for name, expression in definitions.items():
        level[name] = 1 + max((level[n.name] for n in e.walk(expression) if isinstance(n, e.MetricValue)), default=-1)
        while len(layers) <= level[name]:
            layers.append([])
        layers[level[name]].append((name, expression))
    for number, layer in enumerate(layers):
        here = source

        def place(node: e.Expression, here: From = here) -> e.Expression | None:
            if isinstance(node, e.MetricValue):
                return here.slot(node.name, node.type)
            return here.slot(columns[node], node.type) if isinstance(node, e.Column | e.Rate) else None

        passed = [(name, here.slot(name, type)) for name, type in kept.items()]
        new = [(name, e.transform(expression, place)) for name, expression in layer]
        step = builder.name(table.name, "fields", str(number + 2) if number else "derived")
        source = builder.add(Rows(step, f"derived fields of {table.name}", here, (*passed, *new)))
        kept = {**kept, **{name: expression.type for name, expression in layer}}
    return source, kept


def rollup_step(
    builder: Builder, parent: Table, child: str, chain: Path, names: list[str]
) -> tuple[From, tuple[str, ...]]:
    """The children of every parent, aggregated: one row for each parent that has any; and its key columns."""
    memo = ("rollup", parent.name, child, chain, tuple(names))
    if memo in builder.memo:
        return builder.memo[memo]  # type: ignore[return-value]
    rollups: list[tuple[str, Rollup]] = []
    for name in names:
        rollup = parent.fields[name].rollup
        assert rollup is not None
        rollups.append((name, rollup))
    rows = RowsOf(builder, builder.model.tables[child])
    found_by = references(builder, child, chain, parent)
    parts = [part for _, rollup in rollups for part in parts_of(builder, rollup.aggregate)]
    rows.add([*found_by, *parts])
    rows.join()
    step, slots = rows_step(builder, rows, [*found_by, *parts], f"{child} with what {parent.name} asks of them")
    keys = tuple(plain_name(f"{parent.name}_{key}") for key in parent.key)
    grouped = tuple((key, slots[column]) for key, column in zip(keys, found_by, strict=True))
    taken = set(keys)
    measures = tuple(
        measure_of(builder, rollup.aggregate, free(taken, plain_name(name)), slots) for name, rollup in rollups
    )
    group = Group(builder.name(parent.name, child), f"{child} of each of {parent.name}", step, grouped, measures)
    result = builder.add(group), keys
    builder.memo[memo] = result
    return result
