"""Bias is measured as it should be: exact on small heaps, against known values of χ² and Wilson."""

import pytest

from quizzes.core.generation.bias import chi_square_tail, measure, wilson
from quizzes.core.items import Option, Single


def single(key: int, *options: str) -> Single:
    return Single(slug="x", stem="s", options=tuple(map(Option, options)), key=key)


def test_positions_lengths_and_duplicates_are_counted() -> None:
    heap = [
        single(0, "longest of all", "b", "c"),
        single(0, "aa", "bbb", "cccc"),
        single(1, "a", "b", "A"),
        single(0, "yes", "nope"),
    ]
    found = measure(heap)
    assert found.positions == (3, 1, 0)
    assert found.freedom == 3
    assert found.chi_square == pytest.approx(2 + 1)  # (2,1,0) against 1 each; (1,0) against ½ each
    assert found.longest == 0.25
    assert found.shortest == 0.5
    assert found.duplicates == 1


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    [
        (3.841459, 1, 0.05),
        (5.991465, 2, 0.05),
        (7.814728, 3, 0.05),
        (11.070498, 5, 0.05),
        (18.307038, 10, 0.05),
    ],
)
def test_the_tail_of_chi_square_is_that_of_the_tables(value: float, freedom: int, tail: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(tail, abs=1e-6)


def test_wilson_gives_the_known_interval() -> None:
    assert wilson(8, 10) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0, 0) == (0.0, 1.0)
