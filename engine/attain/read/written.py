"""Syntax trees back to text: on one line, with the parentheses that are needed and no others."""

from __future__ import annotations

from fractions import Fraction

from attain.read import syntax as s
from attain.read.expressions import RESERVED

#: How tightly operators bind, loosest first; what is tighter needs no parentheses inside what is looser.
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _UNARY, _ATOM = range(8)
_BINARY = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT}


def syntax_to_text(node: s.Syntax) -> str:
    """An expression as people write it: `count(deals where won) / count(deals)`. Reading it gives the tree again."""
    return _written(node)[0]


def inside(node: s.Syntax, binding: int) -> str:
    """A part of an expression, in parentheses where it binds more loosely than the place needs."""
    text, own = _written(node)
    return text if own >= binding else f"({text})"


def factor_to_text(node: s.Syntax) -> str:
    """An expression as it stands at the beginning of a product."""
    return inside(node, _PRODUCT)


def operands(node: s.Syntax) -> list[tuple[str, s.Syntax, str]]:
    """`a * b / c` as its factors, `a + b - c` as its terms: the operator before each (none before the first), and its
    text there. Anything else is one operand."""
    if not isinstance(node, s.Binary) or node.operator not in _BINARY:
        return [("", node, syntax_to_text(node))]
    binding = _BINARY[node.operator]
    found: list[tuple[str, s.Syntax, str]] = []
    while isinstance(node, s.Binary) and _BINARY.get(node.operator) == binding:
        found.append((node.operator, node.right, inside(node.right, binding + 1)))
        node = node.left
    return [("", node, inside(node, binding)), *reversed(found)]


def _written(node: s.Syntax) -> tuple[str, int]:
    """The text, and how tightly it binds."""
    match node:
        case s.Binary(operator=operator, left=left, right=right):
            binding = _BINARY.get(operator, _COMPARE)
            first = binding if binding != _COMPARE else _SUM
            return (
                f"{inside(left, first)} {operator} {inside(right, first if first != binding else first + 1)}",
                binding,
            )
        case s.Logic(operator=operator, operands=operands):
            binding = _OR if operator == "or" else _AND
            return f" {operator} ".join(inside(x, binding + 1) for x in operands), binding
        case s.Not(operand=operand):
            return f"not {inside(operand, _NOT)}", _NOT
        case s.Minus(operand=operand):
            text = inside(operand, _UNARY)
            return (f"-({text})" if text.startswith("-") else f"-{text}"), _UNARY
        case s.InList() | s.Between() | s.Like() | s.IsNull():
            return _condition(node), _COMPARE
        case _:
            return _atom(node), _ATOM


def _condition(node: s.InList | s.Between | s.Like | s.IsNull) -> str:
    value = inside(node.operand, _SUM)
    no = "not " if node.negated else ""
    match node:
        case s.InList(items=items):
            return f"{value} {no}in ({', '.join(map(syntax_to_text, items))})"
        case s.Between(low=low, high=high):
            return f"{value} {no}between {inside(low, _SUM)} and {inside(high, _SUM)}"
        case s.Like(pattern=pattern):
            return f"{value} {no}like {inside(pattern, _SUM)}"
        case s.IsNull():
            return f"{value} is {no}null"


def _atom(node: s.Syntax) -> str:
    match node:
        case s.Number(text=text):
            return text
        case s.Text(value=value):
            return "'" + value.replace("'", "''") + "'"
        case s.Truth(value=value):
            return "true" if value else "false"
        case s.Day(value=value):
            return f"date '{value.isoformat()}'"
        case s.Duration(amount=amount, unit=unit):
            return f"{_decimal(amount)} {unit[:-1] if amount == 1 else unit}"
        case s.Name():
            return _name(node)
        case s.Case(whens=whens, otherwise=otherwise):
            parts = [f"when {syntax_to_text(test)} then {syntax_to_text(value)}" for test, value in whens]
            parts += [f"else {syntax_to_text(otherwise)}"] if otherwise is not None else []
            return f"case {' '.join(parts)} end"
        case s.Narrow(operand=operand, condition=condition):
            return f"({syntax_to_text(operand)} where {syntax_to_text(condition)})"
        case s.Call():
            return _call(node)
        case _:
            return "null"


def _decimal(amount: Fraction) -> str:
    """A number that was written with digits, with these digits."""
    places = next(n for n in range(60) if (amount * 10**n).denominator == 1)
    digits = str(int(amount * 10**places)).rjust(places + 1, "0")
    return digits if not places else f"{digits[:-places]}.{digits[-places:]}"


def _name(name: s.Name) -> str:
    return ".".join('"' + w.text.replace('"', '""') + '"' if w.quoted or w.text.lower() in RESERVED else w.text
                    for w in name.words)  # fmt: skip


def _call(node: s.Call) -> str:
    clauses = node.clauses
    arguments = ", ".join(map(syntax_to_text, node.arguments))
    parts = [f"distinct {arguments}" if node.distinct else arguments]
    parts += [f"where {syntax_to_text(clauses.where)}"] if clauses.where is not None else []
    for word, name in (("on", clauses.on), ("via", clauses.via), ("by", clauses.by)):
        parts += [f"{word} {_name(name)}"] if name is not None else []
    parts += [f"as of {clauses.as_of}"] if clauses.as_of else []
    for word, names in (("over", clauses.over), ("per", clauses.per)):
        parts += [f"{word} {', '.join(map(_name, names))}"] if names else []
    return f"{node.function}({' '.join(part for part in parts if part)})"
