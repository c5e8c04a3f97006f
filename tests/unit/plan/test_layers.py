"""Layers of named expressions: each computed once, in as few steps as that takes."""

from __future__ import annotations

from fractions import Fraction

from attain.model import expression as e
from attain.model import types as t
from attain.plan.layers import DEEPEST, layered


def ref(name: str) -> e.Expression:
    """Another of the definitions."""
    return e.MetricValue(name, t.INTEGER)


def plus(left: e.Expression, right: e.Expression) -> e.Expression:
    return e.Arithmetic("+", left, right, t.INTEGER)


LEAF = e.Slot("cells", "revenue", t.INTEGER)
ONE = e.Literal(Fraction(1), t.INTEGER)


def names(layers: list[list[tuple[str, e.Expression]]]) -> list[list[str]]:
    return [[name for name, _ in layer] for layer in layers]


def test_what_is_used_once_is_written_out() -> None:
    layers = layered({"a": plus(LEAF, ONE), "b": plus(ref("a"), ONE)}, ["b"])
    assert layers == [[("b", plus(plus(LEAF, ONE), ONE))]]


def test_what_is_used_twice_is_a_column_below() -> None:
    layers = layered({"a": plus(LEAF, ONE), "b": plus(ref("a"), ref("a"))}, ["b"])
    assert layers == [[("a", plus(LEAF, ONE))], [("b", plus(ref("a"), ref("a")))]]


def test_a_single_column_is_written_out_however_often() -> None:
    layers = layered({"a": LEAF, "b": plus(ref("a"), ref("a"))}, ["b"])
    assert layers == [[("b", plus(LEAF, LEAF))]]


def test_what_is_asked_for_stays() -> None:
    assert names(layered({"a": plus(LEAF, ONE), "b": plus(ref("a"), ONE)}, ["a", "b"])) == [["a"], ["b"]]


def test_doublings_grow_by_a_layer_each() -> None:
    """Not by twice the text."""
    definitions = {"m0": plus(LEAF, ONE)} | {f"m{n + 1}": plus(ref(f"m{n}"), ref(f"m{n}")) for n in range(30)}
    layers = layered(definitions, ["m30"])
    assert len(layers) == 31
    assert all(len(list(e.walk(x))) <= 3 for layer in layers for _, x in layer)


def test_a_long_chain_is_cut() -> None:
    """No expression is deeper than databases can parse."""
    definitions = {"m0": plus(LEAF, ONE)} | {f"m{n + 1}": plus(ref(f"m{n}"), ONE) for n in range(500)}
    layers = layered(definitions, ["m500"])
    assert 500 // DEEPEST <= len(layers) < 60
    assert all(e.depth(x) <= DEEPEST + 2 for layer in layers for _, x in layer)
