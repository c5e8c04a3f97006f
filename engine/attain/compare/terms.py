"""What another wording of a target's terms means, in words."""

from __future__ import annotations

from attain.compare.form import form
from attain.compare.sentences import exact_text
from attain.model.target import Target, TargetRow, Terms

#: More values than this are counted, not told one by one.
MOST = 3


def terms_to_sentence(base: Target, head: Target) -> str:
    """The difference of two targets of one name: `2026-01-01, EMEA: 101, was 100`."""
    said = [f"it is for {head.metric}, was for {base.metric}"] if base.metric != head.metric else []
    if len(base.versions) != len(head.versions):
        said.append(f"it has {len(head.versions)} versions, had {len(base.versions)}")
        return "; ".join(said)
    for one, other in zip(base.versions, head.versions, strict=True):
        said += differences(one, other)
    return "; ".join(dict.fromkeys(said)) or "its terms changed"


def differences(one: Terms, other: Terms) -> list[str]:
    """Those of two terms, each in words."""
    kinds = {"values": "values by period", "source": "values of a table", "value": "one value", "between": "a range"}
    if one.kind != other.kind:
        return [f"it is {kinds.get(other.kind, 'a growth')}, was {kinds.get(one.kind, 'a growth')}"]
    said = row_differences(one, other)
    for word, before, after in (
        ("", one.value, other.value),
        ("from ", one.low, other.low),
        ("below ", one.high, other.high),
    ):
        if before != after:
            said.append(f"{word}{exact_text(after)}, was {word}{exact_text(before)}")
    grains = [terms.grain.name if terms.grain is not None else "none" for terms in (one, other)]
    if grains[0] != grains[1]:
        said.append(f"grain: {grains[1]}, was {grains[0]}")
    keys = [", ".join(key.name for key in terms.by or ()) or "nothing" for terms in (one, other)]
    if keys[0] != keys[1]:
        said.append(f"by: {keys[1]}, was {keys[0]}")
    days = [f"{terms.valid_from or 'ever'} to {terms.valid_to or 'ever'}" for terms in (one, other)]
    if days[0] != days[1]:
        said.append(f"in force from {days[1]}, was from {days[0]}")
    parts = ("spread", "source", "before", "bands")
    said += [f"its {part} changed" for part in parts if form(getattr(one, part)) != form(getattr(other, part))]
    return said


def row_differences(one: Terms, other: Terms) -> list[str]:
    """Values that are written down: each that is another, or how many are."""
    before, after = ({row_name(row): row.value for row in terms.rows} for terms in (one, other))
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if len(names) > MOST:
        return [f"{len(names)} of its values changed, from {names[0]} to {names[-1]}"]
    return [f"{name}: {exact_text(after.get(name))}, was {exact_text(before.get(name))}" for name in names]


def row_name(row: TargetRow) -> str:
    """The period and the members of a value, as a line names it."""
    return ", ".join([row.start.isoformat(), *(str(member.value) for member in row.members)])
