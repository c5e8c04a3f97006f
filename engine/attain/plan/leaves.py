"""The aggregates that metrics are made of: each once, at any depth of references, with a name from the metric."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attain.model import expression as e
from attain.model import types as t
from attain.model.aggregate import Aggregate, Nested, Place, TargetValue
from attain.plan.builder import Builder, plain_name

#: What is made of rows, or of parts that are.
OverRows = Aggregate | Nested
Leaf = OverRows | TargetValue


def metrics_below(definitions: Mapping[str, e.Expression], expressions: Iterable[e.Expression]) -> list[str]:
    """All definitions that expressions name, at any depth, each after those it names itself."""
    order: dict[str, None] = {}
    stack: list[tuple[str, bool]] = [(name, False) for x in expressions for name in named(x)]
    stack.reverse()
    entered: set[str] = set()
    while stack:
        name, finished = stack.pop()
        if finished:
            order[name] = None
        elif name not in entered:
            entered.add(name)
            stack.append((name, True))
            stack.extend((below, False) for below in reversed(named(definitions[name])))
    return list(order)


def named(expression: e.Expression) -> list[str]:
    """The metrics that an expression names directly in its own cell."""
    return [node.name for node in e.walk(expression) if isinstance(node, e.MetricValue)]


def leaves_of(builder: Builder, outputs: Iterable[tuple[str, e.Expression]]) -> dict[Leaf, str]:
    """The aggregates of some placed expressions and of all metrics below them, each with a name for its column."""
    outputs = list(outputs)
    found: dict[Leaf, str] = {}
    taken: set[str] = set()
    below = metrics_below(builder.definitions, (x for _, x in outputs))
    for name, expression in [*((n, builder.definitions[n]) for n in below), *outputs]:
        stack: list[tuple[e.Expression, str]] = [(expression, "")]
        while stack:
            node, role = stack.pop()
            if isinstance(node, e.AggregateValue):
                if node.aggregate not in found:
                    found[node.aggregate] = free(taken, plain_name(f"{name}_{role}" if role else name))
                continue
            parts = list(zip(e.children(node), roles(node), strict=False))
            stack.extend((child, f"{role}_{part}".strip("_")) for child, part in reversed(parts))
    return found


def roles(node: e.Expression) -> list[str]:
    """What the parts of an expression are called in the names of columns."""
    if isinstance(node, e.Arithmetic) and node.operator == "/":
        return ["numerator", "denominator"]
    if isinstance(node, e.Arithmetic | e.Compare):
        return ["left", "right"]
    if isinstance(node, e.Negative | e.Not | e.IsMissing | e.Truncate | e.Localize):
        return [""]
    if isinstance(node, e.Choice):
        return [word for _ in node.whens for word in ("when", "then")] + ["otherwise"]
    count = len(e.children(node))
    return [""] if count == 1 else [chr(ord("a") + i % 26) for i in range(count)]


def row_count(aggregate: Aggregate, windows: Place | None = None) -> Aggregate:
    """The count of an aggregate's rows, its condition aside: where they lie is where it occurs. Without time
    operators, if not in the same `windows`."""
    place = Place(windows.windows) if windows is not None else Place()
    return Aggregate("count_rows", aggregate.table, (), None, aggregate.axis, t.INTEGER, instant=aggregate.instant,
                     place=place)  # fmt: skip


def free(taken: set[str], name: str) -> str:
    """A name that is not taken yet."""
    candidate, turn = name, 2
    while candidate in taken:
        candidate, turn = f"{name}_{turn}", turn + 1
    taken.add(candidate)
    return candidate
