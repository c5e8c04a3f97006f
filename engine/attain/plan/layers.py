"""Named expressions over columns, in as few layers as keep each computed once: what several others name, or what
grows too large to be written out, becomes a column of a layer of its own; the rest is written out where it is used.
So a tower of definitions stays small SQL, whatever its height."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from attain.model import expression as e
from attain.model.types import Type
from attain.plan.builder import Builder, plain_name
from attain.plan.leaves import free
from attain.plan.steps import From, Rows

DEEPEST = 24
LARGEST = 60


def layered(definitions: Mapping[str, e.Expression], wanted: Iterable[str]) -> list[list[tuple[str, e.Expression]]]:
    """Layers of (name, expression), lowest first. Expressions name each other by `MetricValue`; `definitions` holds
    dependencies first; what an expression still names is a column of a lower layer."""
    asked = set(wanted)
    uses: dict[str, int] = dict.fromkeys(definitions, 0)
    for expression in definitions.values():
        for node in e.walk(expression):
            if isinstance(node, e.MetricValue):
                uses[node.name] += 1
    written_out: dict[str, e.Expression] = {}
    level: dict[str, int] = {}
    layers: list[list[tuple[str, e.Expression]]] = []
    for name, expression in definitions.items():
        written = e.transform(
            expression, lambda node: written_out.get(node.name) if isinstance(node, e.MetricValue) else None
        )
        size = sum(1 for _ in e.walk(written))
        if name in asked or (uses[name] > 1 and size > 1) or size > LARGEST or e.depth(written) > DEEPEST:
            below = [level[node.name] for node in e.walk(written) if isinstance(node, e.MetricValue)]
            level[name] = max(below, default=-1) + 1
            while len(layers) <= level[name]:
                layers.append([])
            layers[level[name]].append((name, written))
        else:
            written_out[name] = written
    return layers


def renamed(node: e.Expression) -> e.Expression | None:
    """References to metrics under the names that they have beside outputs."""
    return e.MetricValue(f"metric {node.name}", node.type) if isinstance(node, e.MetricValue) else None


def add_layers(
    builder: Builder,
    source: From,
    kept: Mapping[str, Type],
    layers: list[list[tuple[str, e.Expression]]],
    place: Callable[[e.Expression, From], e.Expression | None],
    step_name: str,
    comment: str,
    wanted: Iterable[str],
) -> tuple[From, dict[str, e.Slot]]:
    """Adds a step for each layer above `source`. `kept` are the columns of the source that the last step passes on;
    `place` replaces leaves that are columns of the source. Gives the last step and where each wanted name is."""
    taken = set(kept)
    names: dict[str, str] = {}
    types: dict[str, Type] = {}
    asked = set(wanted)
    available = dict(kept)
    for number, layer in enumerate(layers):
        columns: list[tuple[str, e.Expression]] = [(name, source.slot(name, type)) for name, type in available.items()]
        later = {
            node.name
            for upper in layers[number + 1 :]
            for _, expression in upper
            for node in e.walk(expression)
            if isinstance(node, e.MetricValue)
        }
        carried = [name for name in names if name in later or name in asked]
        new: list[tuple[str, e.Expression]] = []
        for name, expression in layer:
            here = source

            def change(node: e.Expression, here: From = here) -> e.Expression | None:
                if isinstance(node, e.MetricValue):
                    return here.slot(names[node.name], types[node.name])
                return place(node, here)

            new.append((name, e.transform(expression, change)))
        below = _needed_below(layers[number + 1 :], place, source)
        for slot in below:
            if slot.name not in available:
                available[slot.name] = slot.type
                columns.append((slot.name, source.slot(slot.name, slot.type)))
                taken.add(slot.name)
        columns += [(names[name], source.slot(names[name], types[name])) for name in carried]
        for name, expression in new:
            names[name] = free(taken, _column(name))
            types[name] = expression.type
            columns.append((names[name], expression))
        last = number == len(layers) - 1
        step = builder.name(step_name if last else f"{step_name}_{number + 1}")
        text = comment if last else f"{comment}: what others build on"
        source = builder.add(Rows(step, text, source, tuple((n, x) for n, x in columns)))
    return source, {name: source.slot(names[name], types[name]) for name in asked if name in names}


def _column(name: str) -> str:
    """The column of a name; what says only where a name comes from is left out."""
    return plain_name(re.sub(r"^(output|metric) (\d+ )?", "", name))


def _needed_below(
    layers: list[list[tuple[str, e.Expression]]],
    place: Callable[[e.Expression, From], e.Expression | None],
    source: From,
) -> list[e.Slot]:
    """The columns of the source that later layers still need."""
    found: dict[str, e.Slot] = {}
    for layer in layers:
        for _, expression in layer:
            for node in e.walk(expression):
                put = place(node, source)
                for part in e.walk(put) if put is not None else ():
                    if isinstance(part, e.Slot) and part.source == source.alias:
                        found[part.name] = part
    return list(found.values())
