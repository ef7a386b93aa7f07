"""A proposed item with where it comes from, and what each filter says about it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from quizzes.core.generation.material import Text
from quizzes.core.items import Item
from quizzes.core.passages import Span


@dataclass(frozen=True)
class Candidate:
    """An item that a strategy proposes.

    `shown` is the stretch of the author's text that the stem shows, `hidden` what of it must be found out;
    `key` and `distractors` are the options as texts, `rivals` what the bank itself says about each
    distractor: the filters judge by these.
    """

    item: Item
    text: Text
    span: Span
    shown: str
    hidden: str
    key: str
    distractors: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    marks: frozenset[str] = field(default_factory=frozenset)  # what a strategy noticed, for its own filters

    @property
    def source(self) -> str:
        """The author's words that it was made from."""
        return self.text.answer[self.span.start : self.span.end]


@dataclass(frozen=True)
class Verdict:
    """What one filter says; the reason is empty where it has nothing against the item."""

    filter: str
    passed: bool
    reason: str = ""


Filter = Callable[[Candidate], Verdict]


@dataclass(frozen=True)
class Draft:
    """A candidate with the verdict of every filter; only one that passed them all is worth a reviewer."""

    strategy: str
    version: int
    candidate: Candidate
    verdicts: tuple[Verdict, ...]

    @property
    def state(self) -> str:
        """Tell "draft", or "rejected" where a filter objects."""
        return "draft" if all(verdict.passed for verdict in self.verdicts) else "rejected"

    @property
    def item(self) -> Item:
        """The item."""
        return self.candidate.item

    @property
    def span_hash(self) -> str:
        """Name the stretch and what is asked of it: the same after every import that leaves it alone."""
        return span_hash(self.strategy, self.candidate.source, self.candidate.hidden)


def span_hash(strategy: str, source: str, hidden: str) -> str:
    """Return the SHA-256 of a strategy, a stretch of text and what is hidden of it, whatever the spacing."""
    parts = (strategy, " ".join(source.split()), " ".join(hidden.split()))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def judge(strategy: str, version: int, candidate: Candidate, filters: Sequence[Filter]) -> Draft:
    """Ask every filter about a candidate, the ones after an objection too."""
    return Draft(strategy, version, candidate, tuple(each(candidate) for each in filters))
