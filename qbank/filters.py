"""What a reader wants to see of the bank, read from an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LEVELS = (1, 2, 3)
LONGEST_SLUG = 120  # of a topic
LONGEST_TAG = 80
MOST_VALUES = 20  # of one filter; more are left out
DIFFICULTIES: Mapping[str, str | Promise] = {"1": _("Basic"), "2": _("Intermediate"), "3": _("Advanced")}
FREQUENCIES: Mapping[str, str | Promise] = {"3": _("High"), "2": _("Medium"), "1": _("Low")}


@dataclass(frozen=True)
class QuestionFilter:
    """A choice of questions; an empty tuple asks for nothing in particular."""

    topics: tuple[str, ...] = ()  # slugs
    tags: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    frequencies: tuple[int, ...] = ()
    has_lab: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> QuestionFilter:
        """Read `topic`, `tag`, `difficulty`, `frequency` (each many times) and `lab=1`, without nonsense."""
        return cls(
            topics=_words(query, "topic", longest=LONGEST_SLUG),
            tags=_words(query, "tag", longest=LONGEST_TAG),
            difficulties=_levels(query, "difficulty"),
            frequencies=_levels(query, "frequency"),
            has_lab=query.get("lab") == "1",
        )

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def chosen(self) -> dict[str, list[str]]:
        """Return the choices of each facet as an address has them."""
        return {
            "topic": list(self.topics),
            "difficulty": list(map(str, self.difficulties)),
            "frequency": list(map(str, self.frequencies)),
            "lab": ["1"] if self.has_lab else [],
            "tag": list(self.tags),
        }


def _words(query: QueryDict, name: str, *, longest: int) -> tuple[str, ...]:
    """Read the first MOST_VALUES different values that a column of so many characters can hold."""
    fitting = (value for value in query.getlist(name) if 0 < len(value) <= longest)
    return tuple(dict.fromkeys(fitting))[:MOST_VALUES]


def _levels(query: QueryDict, name: str) -> tuple[int, ...]:
    words = {str(n): n for n in LEVELS}
    return tuple(words[word] for word in dict.fromkeys(query.getlist(name)) if word in words)


@dataclass(frozen=True)
class Choice:
    """One box of a filter form."""

    value: str
    label: str | Promise
    count: int
    chosen: bool


def difficulty_choices(counts: Mapping[str, int], wanted: QuestionFilter) -> list[Choice]:
    """List the difficulties that occur; `counts` is what `QuestionQuerySet.facts` returns."""
    found = ((n, counts[f"difficulty_{n}"]) for n in LEVELS)
    return [
        Choice(str(n), DIFFICULTIES[str(n)], count, n in wanted.difficulties) for n, count in found if count
    ]


def tag_choices(
    counts: Iterable[tuple[str, int]], wanted: QuestionFilter, *, limit: int = 16
) -> list[Choice]:
    """List the most used tags, and any chosen one however rare."""
    return [
        Choice(name, name, count, name in wanted.tags)
        for place, (name, count) in enumerate(counts)
        if place < limit or name in wanted.tags
    ]
