"""The pool of a blueprint: which items there are to draw from, each once."""

from __future__ import annotations

from collections import Counter
from dataclasses import KW_ONLY, dataclass, field

from quizzes.core.blueprint import Blueprint, Chosen, PoolItem, choose, pool_version
from quizzes.models import Item

OWN = ("pk", "ref", "language", "kind", "size", "version")


@dataclass(frozen=True)
class PoolRow:
    """One item of the pool, without anything that tells its content."""

    pk: int
    ref: str
    language: str
    kind: str
    size: int
    version: int
    _: KW_ONLY
    difficulty: int | None
    question: str  # bank/key
    topic: str  # slug


@dataclass(frozen=True)
class Pool:
    """All items that a blueprint allows."""

    blueprint: Blueprint
    rows: tuple[PoolRow, ...]
    by_ref: dict[str, PoolRow] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_ref", {row.ref: row for row in self.rows})

    @property
    def version(self) -> str:
        """Name the state of the pool."""
        return pool_version([(row.ref, row.language, row.version) for row in self.rows])

    def draw(self, seed: str) -> tuple[Chosen, ...]:
        """Choose the items of a quiz."""
        return choose([PoolItem(row.ref, row.question, row.size) for row in self.rows], self.blueprint, seed)

    def count_by(self, name: str) -> Counter[str]:
        """Count the items by "topic", "kind" or "difficulty"."""
        return Counter(str(getattr(row, name)) for row in self.rows)

    def among(self, chosen: tuple[Chosen, ...]) -> Pool:
        """Return the pool narrowed to what was chosen."""
        return Pool(self.blueprint, tuple(self.by_ref[one.ref] for one in chosen))


def load_pool(blueprint: Blueprint, language: str) -> Pool:
    """Read the pool of a blueprint in one query, each item in the language asked for where there is one."""
    rows: dict[str, PoolRow] = {}
    found = Item.objects.matching(blueprint).preferring(language)
    for bank, key, difficulty, topic, *own in found.values_list(
        "question__bank__slug", "question__key", "question__difficulty", "question__topic__slug", *OWN
    ):
        rows.setdefault(own[1], PoolRow(*own, difficulty=difficulty, question=f"{bank}/{key}", topic=topic))
    return Pool(blueprint, tuple(rows.values()))
