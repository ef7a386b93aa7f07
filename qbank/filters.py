"""What a reader wants to see of the bank, read from an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from qbank.models import Topic

DIFFICULTIES = (1, 2, 3)


@dataclass(frozen=True)
class QuestionFilter:
    """A choice of questions; an empty tuple asks for nothing in particular."""

    topics: tuple[str, ...] = ()  # slugs
    tags: tuple[str, ...] = ()
    difficulties: tuple[int, ...] = ()
    has_lab: bool = False

    @classmethod
    def from_query(cls, query: QueryDict) -> QuestionFilter:
        """Read `topic`, `tag` and `difficulty` (each many times) and `lab=1`; nonsense is left out."""
        words = {str(n): n for n in DIFFICULTIES}
        return cls(
            topics=tuple(filter(None, query.getlist("topic"))),
            tags=tuple(filter(None, query.getlist("tag"))),
            difficulties=tuple(words[word] for word in query.getlist("difficulty") if word in words),
            has_lab=query.get("lab") == "1",
        )

    def __bool__(self) -> bool:
        return self != QuestionFilter()


@dataclass(frozen=True)
class Choice:
    """One box of a filter form."""

    value: str
    label: str  # empty where the template has the words
    count: int
    chosen: bool


@dataclass(frozen=True)
class TopicChoice:
    """One topic's box of a filter form."""

    topic: Topic
    count: int
    chosen: bool


def difficulty_choices(counts: Mapping[str, int], wanted: QuestionFilter) -> list[Choice]:
    """List the difficulties that occur; `counts` is what `QuestionQuerySet.facts` returns."""
    found = ((n, counts[f"difficulty_{n}"]) for n in DIFFICULTIES)
    return [Choice(str(n), "", count, n in wanted.difficulties) for n, count in found if count]


def tag_choices(counts: list[tuple[str, int]], wanted: QuestionFilter, *, limit: int = 16) -> list[Choice]:
    """List the most used tags, and any chosen one however rare."""
    return [
        Choice(name, name, count, name in wanted.tags)
        for place, (name, count) in enumerate(counts)
        if place < limit or name in wanted.tags
    ]


def topic_choices(topics: Iterable[Topic], wanted: QuestionFilter) -> list[TopicChoice]:
    """List topics as `TopicQuerySet.counting` gives them."""
    return [
        TopicChoice(topic, topic.question_count, topic.slug in wanted.topics)  # type: ignore[attr-defined]
        for topic in topics
    ]
