"""Filters that combine: what is left of a list, and what each further choice would leave.

A facet is one way of choosing (topic, difficulty, …). Choices of one facet widen each other, facets narrow.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet

Values = Mapping[str, AbstractSet[str]]  # facet → what something has of it
Wanted = Mapping[str, Collection[str]]  # facet → what is chosen; none or no facet: anything


def misses(values: Values, wanted: Wanted) -> list[str]:
    """Return the facets by which something does not fit."""
    return [
        facet
        for facet, chosen in wanted.items()
        if chosen and values.get(facet, frozenset()).isdisjoint(chosen)
    ]


def count_choices(everything: Iterable[Values], wanted: Wanted) -> dict[str, Counter[str]]:
    """Count for each facet and value what would be left, were it the facet's only choice.

    Every value that occurs is there, if with 0.
    """
    counts: dict[str, Counter[str]] = {}
    for values in everything:
        failing = misses(values, wanted)
        for facet, names in values.items():
            counter = counts.setdefault(facet, Counter())
            for name in names:
                counter[name] += not failing or failing == [facet]
    return counts
