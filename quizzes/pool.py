"""The pool of a blueprint: which items there are to draw from, each once; and what they are, counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, F, Min, Sum

from quizzes.core.blueprint import PRIME, Blueprint, PoolItem, choose, in_language, pool_version, turn_factors
from quizzes.managers import ItemQuerySet
from quizzes.models import Item

COLUMNS = ("ref", "question_id", "language", "pk", "question_hash")  # a PoolItem
SIDES = {"topic": "question__topic__slug", "kind": "kind", "difficulty": "question__difficulty"}
MIXERS = (1_640_531_527, 1_181_783_497)  # of row ids: two numbers below PRIME
OTHER_PRIME = 2_147_483_629


@dataclass(frozen=True)
class Pool:
    """All items that a blueprint allows, in every language; a quiz asks each in the one asked for, if it can.

    The database ranks, adds up and counts: no pool is ever read whole.
    """

    blueprint: Blueprint
    language: str

    def items(self) -> ItemQuerySet:
        """Return the rows, in no order."""
        return Item.objects.matching(self.blueprint).order_by()

    @cached_property
    def size(self) -> int:
        """Count the items, each once, whatever languages it is written in."""
        return self.items().values("ref").distinct().count()

    @cached_property
    def version(self) -> str:
        """Name the state of the pool, in one query: other items, versions or languages, another name.

        Ids are mixed before they are added up, so that sums agree by chance alone (1 in 2⁶²).
        """
        one, two = (F("pk") % PRIME * factor % PRIME for factor in MIXERS)
        sums = self.items().aggregate(
            count=Count("pk"),
            one=Sum(one * one % OTHER_PRIME),
            two=Sum(two * two % OTHER_PRIME),
        )
        return pool_version(*(int(value or 0) for value in sums.values()))

    def draw(self, seed: str) -> list[int]:
        """Choose the items of a quiz, in two queries; return their row ids."""
        a, b = turn_factors(seed)
        turn = Min((F("question_hash") * a + b) % PRIME)
        turns = self.items().values("question").annotate(turn=turn, first_ref=Min("ref"))
        first = turns.order_by("turn", "first_ref").values_list("question", flat=True)
        questions = list(first[: self.blueprint.number])
        rows = self.items().filter(question__in=questions).values_list(*COLUMNS)
        pool = in_language([PoolItem(*row) for row in rows], self.language)
        return [item.row for item in choose(pool, self.blueprint, seed)]


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
