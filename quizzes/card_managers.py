"""Reads of memory: cards and the log of their reviews."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import Learner
from quizzes.core.scheduler import Phase

if TYPE_CHECKING:
    from quizzes.cards import Card, Review  # noqa: F401

LEARNING = (Phase.LEARNING, Phase.RELEARNING)


class CardQuerySet(models.QuerySet["Card"]):
    """Reads of cards."""

    def of(self, learner: Learner | None) -> CardQuerySet:
        """Cards of one learner; of nobody when there is none."""
        return self.filter(learner=learner) if learner else self.none()

    def askable(self) -> CardQuerySet:
        """Cards whose question, and item, can be asked today; the others pause."""
        from quizzes.models import Item

        live = Item.objects.live().filter(question=OuterRef("question"), key=OuterRef("item_key"))
        return self.filter(question__state="published").filter(Q(item_key="") | Exists(live))

    def without_open_items(self) -> CardQuerySet:
        """Cards of questions, and of items that the machine marks."""
        from quizzes.models import Item

        marked = Item.objects.live().exclude(kind="open")
        marked = marked.filter(question=OuterRef("question"), key=OuterRef("item_key"))
        return self.filter(Q(item_key="") | Exists(marked))

    def active(self, day: date) -> CardQuerySet:
        """Askable cards that are neither suspended nor buried on a day."""
        awake = Q(buried_until=None) | Q(buried_until__lte=day)
        return self.askable().filter(awake, suspended=False)

    def learning(self) -> CardQuerySet:
        """Cards that are learnt or learnt again, in steps of minutes."""
        return self.filter(phase__in=LEARNING)

    def known(self) -> CardQuerySet:
        """Cards that are repeated, in steps of days."""
        return self.filter(phase=Phase.REVIEW)

    def new(self) -> CardQuerySet:
        """Cards that were never reviewed, in the order in which they were added."""
        return self.filter(phase=Phase.NEW).order_by("created_at", "id")

    def due_by(self, moment: datetime) -> CardQuerySet:
        """Cards that are due then, those that wait longest first."""
        return self.filter(due__lte=moment).order_by("due", "id")


class ReviewQuerySet(models.QuerySet["Review"]):
    """Reads of the log."""

    def of(self, learner: Learner | None) -> ReviewQuerySet:
        """Reviews of one learner; of nobody when there is none."""
        return self.filter(learner=learner) if learner else self.none()

    def live(self) -> ReviewQuerySet:
        """Reviews that were not undone."""
        return self.filter(undone_at=None)

    def by_hand(self) -> ReviewQuerySet:
        """Reviews that were rated on the page of reviews, not made of a quiz's mark."""
        return self.filter(source="review")

    def newest(self) -> ReviewQuerySet:
        """The latest first."""
        return self.order_by("-reviewed_at", "-id")

    def in_order(self) -> ReviewQuerySet:
        """In the order in which they are replayed."""
        return self.order_by("reviewed_at", "rating", "id")
