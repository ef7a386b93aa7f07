"""Counts of filters against trying every choice."""

from hypothesis import given
from hypothesis import strategies as st

from qbank.core.facets import count_choices, misses

VALUES = st.fixed_dictionaries(
    {"topic": st.frozensets(st.sampled_from("ab"), max_size=1), "tag": st.frozensets(st.sampled_from("xyz"))}
)
WANTED = st.fixed_dictionaries(
    {"topic": st.lists(st.sampled_from("ab")), "tag": st.lists(st.sampled_from("xyz"))}
)


def test_choices_of_a_facet_widen_and_facets_narrow() -> None:
    values = {"topic": {"a"}, "difficulty": {"2"}}
    assert misses(values, {}) == []
    assert misses(values, {"topic": ["a", "b"]}) == []
    assert misses(values, {"topic": ["b"], "difficulty": ["2"]}) == ["topic"]
    assert misses(values, {"tag": ["x"]}) == ["tag"]


@given(st.lists(VALUES, max_size=8), WANTED)
def test_a_count_is_what_the_choice_would_leave(everything: list, wanted: dict) -> None:  # type: ignore[type-arg]
    counts = count_choices(everything, wanted)
    assert {facet: set(counter) for facet, counter in counts.items()} == {
        facet: set().union(*(values[facet] for values in everything)) for facet in (counts or ())
    }
    for facet, counter in counts.items():
        for name, count in counter.items():
            chosen = {**wanted, facet: [name]}
            assert count == sum(not misses(values, chosen) for values in everything)
