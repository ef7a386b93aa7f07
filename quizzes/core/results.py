"""Add up an attempt: as a whole, by topic and by kind."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sat:
    """One item of an attempt: `score` 0..1, None when it was not answered."""

    topic: str
    kind: str
    score: float | None


@dataclass(frozen=True)
class Tally:
    """A sum over some items; unanswered ones count as nothing."""

    name: str
    items: int
    right: int
    wrong: int
    unanswered: int
    score: float  # 0..1, the mean over all items

    @property
    def percent(self) -> int:
        """The score in whole per cent, rounded half up."""
        return int(self.score * 100 + 0.5)

    @property
    def right_percent(self) -> int:
        """The share of items that are wholly right, in whole per cent."""
        return int(self.right / self.items * 100 + 0.5) if self.items else 0


def tally(sat: Iterable[Sat], name: str = "") -> Tally:
    """Add up some items."""
    scores = [one.score for one in sat]
    answered = [score for score in scores if score is not None]
    right = sum(score >= 1 for score in answered)
    return Tally(
        name=name,
        items=len(scores),
        right=right,
        wrong=len(answered) - right,
        unanswered=len(scores) - len(answered),
        score=sum(answered) / len(scores) if scores else 0.0,
    )


def tally_by(sat: Iterable[Sat], field: str) -> tuple[Tally, ...]:
    """Add up by "topic" or "kind", in the order in which they first occur."""
    groups: dict[str, list[Sat]] = {}
    for one in sat:
        groups.setdefault(getattr(one, field), []).append(one)
    return tuple(tally(group, name) for name, group in groups.items())


@dataclass(frozen=True)
class TopicRecord:
    """How a learner has answered the items of a topic so far."""

    topic: str
    items: int
    score: float  # 0..1, the mean


WEAK_BELOW = 0.8
WEAK_LEAST = 5  # items: fewer tell nothing
WEAK_MOST = 3  # topics


def weak_topics(records: Iterable[TopicRecord]) -> tuple[str, ...]:
    """Return up to three topics that went worst, worst first, of those with enough answers to tell."""
    weak = [one for one in records if one.items >= WEAK_LEAST and one.score < WEAK_BELOW]
    return tuple(one.topic for one in sorted(weak, key=lambda one: (one.score, one.topic))[:WEAK_MOST])
