"""The one did-you-mean: what is near, and that it stays cheap."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attain.base.suggest import bounded_suggestions, closest, did_you_mean, edit_distance, some_of

WORDS = st.text("abAB1_é", max_size=8)


def plain_distance(a: str, b: str) -> int:
    """The definition, by recursion: insertions, deletions, replacements, swaps of neighbours."""

    @cache
    def distance(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        cost = min(distance(i - 1, j) + 1, distance(i, j - 1) + 1, distance(i - 1, j - 1) + (a[i - 1] != b[j - 1]))
        if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
            cost = min(cost, distance(i - 2, j - 2) + 1)
        return cost

    return distance(len(a), len(b))


@given(WORDS, WORDS, st.integers(0, 3))
def test_distances(a: str, b: str, limit: int) -> None:
    assert edit_distance(a, b, limit) == min(plain_distance(a, b), limit + 1)


@given(st.text("abAB1_é", min_size=1, max_size=8), st.lists(WORDS, max_size=8))
def test_the_closest_is_the_closest(word: str, names: list[str]) -> None:
    """None that is near enough is passed over, and of equally near ones the first counts."""
    limit = max(1, min(3, len(word) // 3))
    ranked = sorted((plain_distance(word.lower(), name.lower()), name) for name in set(names))
    if ranked and ranked[0][0] <= limit:
        assert closest(word, names) == ranked[0][1]


@pytest.mark.parametrize(
    ("word", "names", "expected"),
    [
        ("ammount", ["amount", "account"], "did you mean `amount`?"),
        ("REVENUE", ["revenue"], "did you mean `revenue`?"),
        ("rate", ["win_rate", "revenue"], "did you mean `win_rate`?"),
        ("rate", ["win_rate", "loss_rate"], ""),
        ("xyz", ["revenue"], ""),
    ],
)
def test_suggestions(word: str, names: list[str], expected: str) -> None:
    assert did_you_mean(word, names) == expected


def test_suggestions_end_when_their_work_is_done() -> None:
    """Of thousands of unknown names each would be compared with thousands of others."""
    names = [f"metric_{number}" for number in range(50)]
    with bounded_suggestions(work=1_000):
        assert closest("metrc_1", names) == "metric_1"
        assert closest("metrc_2", names) is None
    assert closest("metrc_2", names) == "metric_2"


def test_lists_of_names() -> None:
    assert some_of(["b", "a", "b", "c"], 2) == "a, b and 1 more"
    assert some_of(["b", "a"]) == "a, b"
    assert some_of([]) == ""
