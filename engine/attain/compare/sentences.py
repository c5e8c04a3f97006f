"""What an edit of an expression means, in words: from the trees of both, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from attain.read import syntax as s
from attain.read.expressions import read_expression
from attain.read.text import text_of_argument
from attain.read.written import syntax_to_text

#: More differences than this are not told one by one.
MOST = 4
TIME = "the table's time"


def edit_to_sentence(base: str, head: str) -> str:
    """The difference of two expressions: `the condition on status now also takes 'Renewed'`."""
    trees = [read_expression(text_of_argument("", text))[0] for text in (base, head)]
    if trees[0] is None or trees[1] is None:
        return became(base, head)
    found = differences(trees[0], trees[1])
    if not found or len(found) > MOST:
        return became(syntax_to_text(trees[0]), syntax_to_text(trees[1]))
    return "; ".join(dict.fromkeys(found))


def became(base: str, head: str) -> str:
    """The plain form: what stood there, and what stands there."""
    return f"`{short(base)}` became `{short(head)}`"


def short(text: str) -> str:
    """A text on one line, of bearable length."""
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:157]}..."


def differences(base: s.Syntax, head: s.Syntax) -> list[str]:
    """What differs, each in words."""
    if syntax_to_text(base) == syntax_to_text(head):
        return []
    if isinstance(base, s.Call) and isinstance(head, s.Call) and len(base.arguments) == len(head.arguments):
        return call_differences(base, head)
    if isinstance(base, s.Narrow) and isinstance(head, s.Narrow):
        return [*differences(base.operand, head.operand), *condition_differences(base.condition, head.condition)]
    if isinstance(base, s.Binary) and isinstance(head, s.Binary) and base.operator == head.operator:
        return [*differences(base.left, head.left), *differences(base.right, head.right)]
    if isinstance(base, s.Minus) and isinstance(head, s.Minus):
        return differences(base.operand, head.operand)
    if isinstance(base, s.Case) and isinstance(head, s.Case) and len(base.whens) == len(head.whens):
        return case_differences(base, head)
    if is_condition(base) and is_condition(head):
        return condition_differences(base, head)
    return [became(syntax_to_text(base), syntax_to_text(head))]


def is_condition(node: s.Syntax) -> bool:
    """Whether a tree is a condition by its form."""
    return isinstance(node, s.Logic | s.Not | s.InList | s.Between | s.Like | s.IsNull) or (
        isinstance(node, s.Binary) and node.operator not in "+-*/"
    )


def call_differences(base: s.Call, head: s.Call) -> list[str]:
    """Those of two calls."""
    found: list[str] = []
    if (base.function, base.distinct) != (head.function, head.distinct):
        names = [call.function + (" distinct" if call.distinct else "") for call in (base, head)]
        found.append(f"`{names[0]}` became `{names[1]}`")
    for one, other in zip(base.arguments, head.arguments, strict=True):
        found += differences(one, other)
    return [*found, *clause_differences(base.clauses, head.clauses)]


def clause_differences(base: s.Clauses, head: s.Clauses) -> list[str]:
    """Those of the clauses behind an aggregate's arguments."""
    found = condition_differences(base.where, head.where)
    if named(base.on) != named(head.on):
        found.append(f"rows are dated by {named(head.on) or TIME}, not by {named(base.on) or TIME}")
    if named(base.via) != named(head.via):
        found.append(f"the way to the other table goes via `{named(head.via)}`, not via `{named(base.via)}`")
    if named(base.by) != named(head.by):
        found.append(f"first and last go by {named(head.by) or TIME}, not by {named(base.by) or TIME}")
    if base.as_of != head.as_of:
        words = {"": "over the whole period", "start": "as of the period's start", "end": "as of the period's end"}
        found.append(f"it is taken {words[head.as_of]}, no longer {words[base.as_of]}")
    for word, one, other in (("per", base.per, head.per), ("over", base.over, head.over)):
        before, after = (", ".join(name.text for name in names) for names in (one, other))
        if before != after:
            every = "every dimension" if word == "over" else ""
            parts = [
                f"{word} {after or every}" if after or every else "",
                f"no longer {word} {before or every}" if before or every else "",
            ]
            found.append(", ".join(part for part in parts if part))
    return found


def named(name: s.Name | None) -> str:
    """A name as written; nothing where there is none."""
    return f"`{name.text}`" if name is not None else ""


def case_differences(base: s.Case, head: s.Case) -> list[str]:
    """Those of two `case`s with as many branches."""
    found: list[str] = []
    for (condition, value), (other, reached) in zip(base.whens, head.whens, strict=True):
        found += [*condition_differences(condition, other), *differences(value, reached)]
    if base.otherwise is not None and head.otherwise is not None:
        return [*found, *differences(base.otherwise, head.otherwise)]
    if base.otherwise is not head.otherwise:
        texts = [syntax_to_text(x) if x is not None else "missing" for x in (base.otherwise, head.otherwise)]
        found.append(f"otherwise it is {texts[1]}, not {texts[0]}")
    return found


def condition_differences(base: s.Syntax | None, head: s.Syntax | None) -> list[str]:
    """What rows a condition takes that it did not, and the other way round."""
    before, after = parts_of(base), parts_of(head)
    gone = [part for part in before if syntax_to_text(part) not in map(syntax_to_text, after)]
    new = [part for part in after if syntax_to_text(part) not in map(syntax_to_text, before)]
    found: list[str] = []
    for part in list(gone):
        partner = next((other for other in new if subject(other) == subject(part) and subject(part)), None)
        if partner is not None:
            found += same_subject(part, partner)
            gone.remove(part)
            new.remove(partner)
    for part in list(gone):
        wider = next((other for other in new if part_of_either(part, other)), None)
        if wider is not None:
            rest = [syntax_to_text(x) for x in either(wider) if syntax_to_text(x) != syntax_to_text(part)]
            found.append(f"rows where `{' or '.join(rest)}` count now, too")
            gone.remove(part)
            new.remove(wider)
    for part in list(new):
        wider = next((other for other in gone if part_of_either(part, other)), None)
        if wider is not None:
            rest = [syntax_to_text(x) for x in either(wider) if syntax_to_text(x) != syntax_to_text(part)]
            found.append(f"rows where only `{' or '.join(rest)}` no longer count")
            new.remove(part)
            gone.remove(wider)
    found += [f"rows no longer have to meet `{syntax_to_text(part)}`" for part in gone]
    found += [f"only rows where `{syntax_to_text(part)}` count now" for part in new]
    return found


def parts_of(condition: s.Syntax | None) -> list[s.Syntax]:
    """What a condition asks for, each by itself."""
    if condition is None:
        return []
    if isinstance(condition, s.Logic) and condition.operator == "and":
        return [part for operand in condition.operands for part in parts_of(operand)]
    return [condition]


def either(condition: s.Syntax) -> list[s.Syntax]:
    """The conditions of which any is enough."""
    if isinstance(condition, s.Logic) and condition.operator == "or":
        return [part for operand in condition.operands for part in either(operand)]
    return [condition]


def part_of_either(part: s.Syntax, condition: s.Syntax) -> bool:
    """Whether a condition is one of several of which any is enough."""
    texts = [syntax_to_text(x) for x in either(condition)]
    return len(texts) > 1 and syntax_to_text(part) in texts


def subject(node: s.Syntax) -> str:
    """What a condition is about: the text on its left."""
    match node:
        case s.Binary(left=left) if node.operator not in "+-*/":
            return syntax_to_text(left)
        case s.InList(operand=x) | s.Between(operand=x) | s.Like(operand=x) | s.IsNull(operand=x):
            return syntax_to_text(x)
        case _:
            return ""


def same_subject(base: s.Syntax, head: s.Syntax) -> list[str]:
    """Two conditions about the same thing."""
    one, other = values_of(base), values_of(head)
    if one is None or other is None or one[1] != other[1]:
        if isinstance(base, s.Binary) and isinstance(head, s.Binary) and base.operator == head.operator:
            return [f"the limit of {subject(head)} is {syntax_to_text(head.right)}, not {syntax_to_text(base.right)}"]
        return [became(syntax_to_text(base), syntax_to_text(head))]
    more = [item for item in other[0] if item not in one[0]]
    less = [item for item in one[0] if item not in other[0]]
    takes, drops = ("takes", "takes") if not one[1] else ("leaves out", "leaves out")
    found = [f"the condition on {subject(head)} now also {takes} {listed(more)}"] if more else []
    return found + ([f"the condition on {subject(head)} no longer {drops} {listed(less)}"] if less else [])


def values_of(node: s.Syntax) -> tuple[list[str], bool] | None:
    """The values that `in`, `=`, `not in` or `!=` names, and whether it leaves them out."""
    if isinstance(node, s.InList):
        return [syntax_to_text(item) for item in node.items], node.negated
    if isinstance(node, s.Binary) and node.operator in ("=", "!="):
        return [syntax_to_text(node.right)], node.operator == "!="
    return None


def exact_text(value: Fraction | None) -> str:
    """A number as it may be written: decimal where it ends."""
    if value is None:
        return "none"
    places = next((n for n in range(20) if (value * 10**n).denominator == 1), None)
    if places is None:
        return str(value)
    return f"{Decimal((value * 10**places).numerator).scaleb(-places):f}"


def listed(items: Sequence[str]) -> str:
    """`a, b and c`"""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
