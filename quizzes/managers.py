"""Reads of the sitting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, IntegerField, Q, Value, When

from accounts.models import Learner
from qbank.models import Question
from quizzes.core.blueprint import Blueprint

if TYPE_CHECKING:
    from quizzes.models import Attempt, AttemptItem, Item  # noqa: F401


class ItemQuerySet(models.QuerySet["Item"]):
    """Reads of items."""

    def live(self) -> ItemQuerySet:
        """Items that may be drawn: published, of a published question, their text still there."""
        return self.filter(state="published", question__state="published", text__isnull=False)

    def matching(self, blueprint: Blueprint) -> ItemQuerySet:
        """Live items that a blueprint allows, in every language."""
        items = self.live()
        if blueprint.topics:
            items = items.filter(question__topic__slug__in=blueprint.topics)
        if blueprint.questions:
            items = items.filter(question__slug__in=blueprint.questions)
        if blueprint.difficulty:
            items = items.filter(question__difficulty__in=blueprint.difficulty)
        if blueprint.kinds:
            items = items.filter(kind__in=blueprint.kinds)
        if blueprint.items:
            items = items.filter(ref__in=blueprint.items)
        if blueprint.tags:
            tagged = Question.objects.tagged(blueprint.tags)
            items = items.filter(question__in=tagged.order_by().values("pk"))
        return items

    def preferring(self, language: str) -> ItemQuerySet:
        """Order items so that those in the language come first."""
        first = Case(When(language=language, then=Value(0)), default=Value(1), output_field=IntegerField())
        return self.order_by(first, "language", "id")


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Reads of attempts."""

    def of(self, learner: Learner | None) -> AttemptQuerySet:
        """Attempts of one learner; of nobody when there is none."""
        return self.filter(learner=learner) if learner else self.none()

    def locked_with_learner(self) -> AttemptQuerySet:
        """Locked until the end of the transaction, together with the learner, whose settings come along."""
        locked = self.select_for_update(of=("self", "learner"), no_key=True)
        return locked.select_related("learner__memory_settings")

    def counted(self) -> AttemptQuerySet:
        """Add `item_count`, `answered_count` and `right_count`."""
        return self.annotate(
            item_count=Count("items"),
            answered_count=Count("items", filter=Q(items__answered_at__isnull=False)),
            right_count=Count("items", filter=Q(items__score__gte=1)),
        )


class AttemptItemQuerySet(models.QuerySet["AttemptItem"]):
    """Reads of what was asked."""

    def whole(self) -> AttemptItemQuerySet:
        """With everything that a page shows of it, in one query."""
        return self.select_related("item__answer", "item__question__topic", "item__text")
