"""The best one-to-one assignment, held against trying everything."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbank.core.assignment import Assignment

Gains = dict[int, dict[str, float]]
MARGIN = 0.05
GAINS = st.dictionaries(
    st.integers(0, 5),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 40).map(lambda n: n / 100), max_size=6),
    max_size=6,
)


def every_assignment(gains: Gains) -> Iterator[dict[int, str]]:
    """Yield all assignments, also those that leave rows alone."""
    if not gains:
        yield {}
        return
    row, *rest = gains
    for others in every_assignment({r: gains[r] for r in rest}):
        yield others
        for column in gains[row]:
            if column not in others.values():
                yield {row: column, **others}


def total(gains: Gains, pairs: dict[int, str]) -> float:
    return sum(gains[row][column] for row, column in pairs.items())


@settings(deadline=None)
@given(GAINS)
def test_no_other_assignment_gains_more(gains: Gains) -> None:
    pairs = Assignment(gains).pairs
    assert len(set(pairs.values())) == len(pairs)
    assert total(gains, pairs) == pytest.approx(max(total(gains, p) for p in every_assignment(gains)))


@settings(deadline=None)
@given(GAINS)
def test_a_close_call_is_known_and_nothing_else_is_one(gains: Gains) -> None:
    found = Assignment(gains)
    best = total(gains, found.pairs)
    for row, column in found.pairs.items():
        others = {}
        for pairs in every_assignment(gains):
            other = pairs.get(row)
            if other != column:
                others[other] = max(others.get(other, 0.0), total(gains, pairs))
        sure = {other for other, value in others.items() if best - value < MARGIN - 1e-9}
        possible = {other for other, value in others.items() if best - value < MARGIN + 1e-9}
        assert sure <= set(found.rivals(row, MARGIN)) <= possible


def test_the_nearest_pair_is_given_up_where_the_whole_gains() -> None:
    gains = {1: {"a": 0.40, "b": 0.35}, 2: {"a": 0.38}}
    assert Assignment(gains).pairs == {1: "b", 2: "a"}


def test_two_weak_pairs_do_not_outweigh_a_strong_one() -> None:
    gains = {1: {"a": 0.40, "b": 0.01}, 2: {"a": 0.01}}
    assert Assignment(gains).pairs == {1: "a"}
