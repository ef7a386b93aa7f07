"""The pool of a blueprint: which items there are to draw from, each once; and what they are, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count

from quizzes.core.blueprint import Blueprint, PoolRow, choose, in_language, pool_version
from quizzes.models import Item

COLUMNS = ("ref", "question_id", "language", "pk")  # a PoolItem
SIDES = {"topic": "question__topic__slug", "kind": "kind", "difficulty": "question__difficulty"}


@dataclass(frozen=True)
class Pool:
    """All items that a blueprint allows, without anything that tells their content."""

    blueprint: Blueprint
    rows: tuple[PoolRow, ...]

    @cached_property
    def version(self) -> str:
        """Name the state of the pool."""
        return pool_version(self.rows)

    def draw(self, seed: str) -> list[int]:
        """Choose the items of a quiz; return their row ids."""
        return [row for *_, row in choose(self.rows, self.blueprint, seed)]


def load_pool(blueprint: Blueprint, language: str) -> Pool:
    """Read the pool of a blueprint in one query, each item in the language asked for where there is one."""
    found = Item.objects.matching(blueprint).order_by().values_list(*COLUMNS)
    return Pool(blueprint, tuple(in_language(list(found), language)))


def count_items(blueprint: Blueprint) -> dict[str, dict[str, int]]:
    """Count the items that a blueprint allows by "topic", "kind" and "difficulty", one query each."""
    found = Item.objects.matching(blueprint).order_by()
    return {
        name: {
            str(value): count
            for value, count in found.values_list(column).annotate(Count("ref", distinct=True))
        }
        for name, column in SIDES.items()
    }


def describe(drawn: Sequence[int]) -> list[tuple[str, str, str]]:
    """Return topic, kind and language of what was drawn, in that order, in one query."""
    rows = Item.objects.filter(pk__in=drawn).order_by()
    found = {pk: rest for pk, *rest in rows.values_list("pk", "question__topic__slug", "kind", "language")}
    return [(topic, kind, language) for topic, kind, language in (found[pk] for pk in drawn)]
