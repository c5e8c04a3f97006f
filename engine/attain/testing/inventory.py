"""What tests can reach: metrics, conditions, branches, each with what counts the rows that come to it. In: the texts of
the definitions and their model. Out: items with probes, which are metrics in the language itself.

A condition of an aggregate over deals is counted by `count(deals where C)` and `count(deals where not (C))`: whatever
may stand in a condition may stand there, too. A condition inside `per` is counted by a sum over the same members, one
in a cell by the value that it has there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from attain.base.span import Source, Span
from attain.check.aggregates import is_aggregate, table_of
from attain.check.draft import Draft, Failed
from attain.check.expressions import check_expression
from attain.check.scope import CellScope
from attain.check.tables_of import tables_of
from attain.model.semantic import SemanticModel
from attain.model.test_coverage import BRANCH, CONDITION, METRIC, Item
from attain.read import syntax as s
from attain.read.definitions import read_document
from attain.read.expressions import read_expression
from attain.read.text import text_of_scalar
from attain.read.tree import Scalar
from attain.read.written import syntax_to_text

_NOWHERE = Span.none()


@dataclass(slots=True)
class Probed:
    """An item, its owner ("metric", name) or ("field", table, name), and the metrics that count what meets it and what
    does not."""

    item: Item
    owner: tuple[str, ...]
    met: tuple[str, ...] = ()
    unmet: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Context:
    """Where an expression stands: over the rows of a table, over the members of `per`, or in a cell; and what a row
    must meet to come there. `beside` is what decides which members or cells there are."""

    table: str = ""
    per: tuple[s.Name, ...] = ()
    path: tuple[s.Syntax, ...] = ()
    beside: tuple[s.Syntax, ...] = ()

    def counting(self, *conditions: s.Syntax) -> str:
        """The metric that counts what comes here and meets the conditions."""
        every = (*self.path, *conditions, *map(anything, self.beside))
        whole = every[0] if len(every) == 1 else s.Logic("and", every, _NOWHERE)
        if self.table:
            return written(call("count", name_of(self.table), where=whole))
        one = call("if", whole, number(1), number(0))
        return written(call("sum", one, per=self.per) if self.per else one)

    def then(self, *conditions: s.Syntax) -> Context:
        """The same place, for what also meets these."""
        return replace(self, path=(*self.path, *conditions))


def find_items(sources: dict[str, Source], model: SemanticModel, draft: Draft) -> list[Probed]:
    """Everything that tests can reach, in the order of the files."""
    found: list[Probed] = []
    for source in sources.values():
        document, _ = read_document(source.name, source.text)
        if document is None:
            continue
        for table, shape in document.tables.items():
            for name, field in shape.fields.items():
                known = model.tables.get(str(table))
                if field.expr is not None and known is not None and str(name) in known.fields:
                    found += Walk(draft, model, ("field", str(table), str(name))).field(field.expr)
        for name, metric in document.metrics.items():
            if str(name) in model.metrics:
                item = Item(METRIC, str(name), str(name), name.span)
                found += [Probed(item, ("metric", str(name)))]
                found += Walk(draft, model, ("metric", str(name))).metric(metric.expr)
    return found


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk through the expression of a metric or a field."""

    draft: Draft
    model: SemanticModel
    owner: tuple[str, ...]

    def metric(self, expression: Scalar) -> list[Probed]:
        """What stands in the expression of a metric."""
        tree = read_expression(text_of_scalar(expression)[0])[0]
        return list(self.walk(tree, Context(beside=(name_of(self.owner[1]),)))) if tree is not None else []

    def field(self, expression: Scalar) -> list[Probed]:
        """What stands in the expression of a field: over the rows of its table, or a roll-up over those of another."""
        tree = read_expression(text_of_scalar(expression)[0])[0]
        if tree is None:
            return []
        field = self.model.tables[self.owner[1]].fields[self.owner[2]]
        if field.rollup is not None:
            tree = without_parent(tree, field.rollup.chain)
            assert isinstance(tree, s.Call)
            return list(self.aggregate(tree, field.rollup.aggregate.table))
        return list(self.walk(tree, Context(self.owner[1])))

    def walk(self, node: s.Syntax, here: Context) -> Iterator[Probed]:
        """What stands in a part of an expression."""
        if isinstance(node, s.Call) and is_aggregate(node.function) and not here.table:
            yield from self.members(node, here) if node.clauses.per else self.aggregate(node, "")
        elif isinstance(node, s.Case) or (isinstance(node, s.Call) and node.function == "if"):
            yield from self.branches(node, here)
        elif isinstance(node, s.Narrow) and not here.table:
            yield from self.narrowed(node, here)
        else:
            for child in s.children(node):
                yield from self.walk(child, here)

    def aggregate(self, node: s.Call, table: str) -> Iterator[Probed]:
        """An aggregate over the rows of a table: its condition, and what its arguments hold."""
        try:
            here = Context(table or table_of(self.draft, node))
        except Failed:
            return
        where = node.clauses.where
        if where is not None:
            yield self.condition(where, here)
            yield from self.walk(where, here)
        inside = here.then(where) if where is not None else here
        for argument in node.arguments:
            if not (isinstance(argument, s.Name) and len(argument.words) == 1):
                yield from self.walk(argument, inside)

    def members(self, node: s.Call, here: Context) -> Iterator[Probed]:
        """An aggregate over the members of `per`: its condition, and what its arguments hold."""
        there = Context(per=node.clauses.per, beside=node.arguments)
        where = node.clauses.where
        if where is not None:
            yield self.condition(where, there)
            yield from self.walk(where, there)
        for argument in node.arguments:
            yield from self.walk(argument, there.then(where) if where is not None else there)

    def condition(self, where: s.Syntax, here: Context) -> Probed:
        """A condition: rows that meet it, and rows that do not."""
        item = self.item(CONDITION, syntax_to_text(where), where.span, here)
        return Probed(item, self.owner, (here.counting(where),), (here.counting(no(where)),))

    def branches(self, node: s.Case | s.Call, here: Context) -> Iterator[Probed]:
        """The branches of a choice, each with what must hold for it, and what they hold themselves."""
        whens, otherwise = parts_of(node)
        before: tuple[s.Syntax, ...] = ()
        for test, value in whens:
            item = self.item(BRANCH, f"when {syntax_to_text(test)}", value.span, here)
            yield Probed(item, self.owner, (here.counting(*before, test),))
            yield from self.walk(test, here.then(*before))
            yield from self.walk(value, here.then(*before, test))
            before = (*before, no(test))
        if otherwise is not None:
            item = self.item(BRANCH, "else", otherwise.span, here)
            yield Probed(item, self.owner, (here.counting(*before),))
            yield from self.walk(otherwise, here.then(*before))

    def narrowed(self, node: s.Narrow, here: Context) -> Iterator[Probed]:
        """`(m where C)`: rows of m's tables that meet C, and rows that do not."""
        try:
            typed = check_expression(self.draft, node.operand, CellScope())
        except Failed:
            return
        counts = [call("count", name_of(table)) for table in sorted(tables_of(self.draft, typed.expression))]
        item = self.item(CONDITION, syntax_to_text(node.condition), node.condition.span, Context("rows"))
        met = tuple(written(s.Narrow(count, node.condition, _NOWHERE)) for count in counts)
        unmet = tuple(written(s.Narrow(count, no(node.condition), _NOWHERE)) for count in counts)
        yield Probed(item, self.owner, met, unmet)
        yield from self.walk(node.operand, here)

    def item(self, kind: str, text: str, span: Span, here: Context) -> Item:
        """An item of this owner."""
        return Item(kind, ".".join(self.owner[1:]), text, span, is_of_cells=not here.table)


def parts_of(node: s.Case | s.Call) -> tuple[Sequence[tuple[s.Syntax, s.Syntax]], s.Syntax | None]:
    """The conditions of a choice with their values, and what is else."""
    if isinstance(node, s.Case):
        return node.whens, node.otherwise
    arguments = node.arguments
    if len(arguments) < 2:
        return [], None
    return [(arguments[0], arguments[1])], arguments[2] if len(arguments) > 2 else None


# -- syntax -----------------------------------------------------------------------------------------------------------
def no(node: s.Syntax) -> s.Syntax:
    """The opposite of a condition."""
    return s.Not(node, _NOWHERE)


def anything(node: s.Syntax) -> s.Syntax:
    """A condition that always holds, and names what an expression names: so the same members and cells occur."""
    return s.Logic("or", (s.IsNull(node, False, _NOWHERE), s.IsNull(node, True, _NOWHERE)), _NOWHERE)


def number(value: int) -> s.Syntax:
    """A number written down."""
    return s.Number(Fraction(value), str(value), False, _NOWHERE)


def name_of(table: str) -> s.Name:
    """A table's name."""
    plain = table.isascii() and table.isidentifier()
    return s.Name((s.Word(table, _NOWHERE, not plain),), _NOWHERE)


def call(function: str, *arguments: s.Syntax, where: s.Syntax | None = None, per: tuple[s.Name, ...] = ()) -> s.Call:
    """A call."""
    return s.Call(function, arguments, False, s.Clauses(where=where, per=per), _NOWHERE, _NOWHERE)


def written(node: s.Syntax) -> str:
    """The text of a probe."""
    return syntax_to_text(node)


def without_parent(tree: s.Syntax, chain: tuple[str, ...]) -> s.Syntax:
    """A roll-up's expression as one over the rows of the children: `parent.created_at` is `lead.created_at`."""

    def changed(value: Any) -> Any:
        if isinstance(value, s.Name) and len(value.words) > 1 and value.words[0].text == "parent":
            words = tuple(s.Word(join, value.span, not join.isidentifier()) for join in chain)
            return replace(value, words=(*words, *value.words[1:]))
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        if dataclasses.is_dataclass(value) and not isinstance(value, type | Span | s.Word):
            fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.name != "spans"}
            fresh = {name: changed(found) for name, found in fields.items()}
            same = all(fresh[name] is fields[name] for name in fields)
            return value if same else replace(value, **fresh)
        return value

    found: s.Syntax = changed(tree)
    return found
