"""Reads of the sitting."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Avg, Case, Count, Exists, IntegerField, Max, OuterRef, Q, Subquery, Value, When

from accounts.models import Learner
from qbank.models import Question
from quizzes.core.blueprint import Blueprint, Mode
from quizzes.core.results import TopicRecord, weak_topics
from quizzes.core.timing import GRACE

if TYPE_CHECKING:
    from quizzes.models import Attempt, AttemptItem, Item  # noqa: F401

LATEST = 500  # answers that tell how a learner stands


class ItemQuerySet(models.QuerySet["Item"]):
    """Reads of items."""

    def live(self) -> ItemQuerySet:
        """Items that may be drawn: published, of a published question, their text still there.

        The few questions that are not published are left out by a list: a join takes half as long again.
        """
        hidden = Question.objects.exclude(state="published").order_by().values("pk")
        return self.filter(state="published", text__isnull=False).exclude(question__in=hidden)

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
        if blueprint.mode == Mode.INTERVIEW:
            items = items.exclude(sheet__form="term")  # a gap in a sentence is nothing to speak about
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
        """Locked until the end of the transaction, after the learner, whose settings come along.

        PostgreSQL locks in the order in which `of` names: learner first, as a merge does (a test holds it).
        """
        locked = self.select_for_update(of=("learner", "self"), no_key=True)
        return locked.select_related("learner__memory_settings")

    def due(self, now: datetime) -> AttemptQuerySet:
        """Exams whose time is up and that nobody has closed."""
        return self.filter(finished_at=None, ends_at__lt=now - GRACE)

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
        return self.select_related("item__answer", "item__question__topic", "item__text", "item__provenance")

    def beside_others(self) -> AttemptItemQuerySet:
        """Add what the same attempt's items tell: `last_answered`, `last_saved`, `others_open`."""
        others = self.model._default_manager.filter(attempt=OuterRef("attempt")).order_by()
        of_all = others.values("attempt")
        still_open = others.filter(answered_at=None).exclude(pk=OuterRef("pk"))
        return self.annotate(
            last_answered=Subquery(of_all.annotate(last=Max("answered_at")).values("last")),
            last_saved=Subquery(of_all.annotate(last=Max("saved_at")).values("last")),
            others_open=Exists(still_open),
        )

    def weak_topics(self, learner: Learner | None) -> tuple[str, ...]:
        """The topics in which a learner's latest answers went worst, worst first; none for nobody."""
        if learner is None:
            return ()
        answered = self.filter(attempt__learner=learner, score__isnull=False)
        latest = answered.order_by("-answered_at").values("pk")[:LATEST]
        sums = self.filter(pk__in=list(latest.values_list("pk", flat=True))).order_by()
        found = sums.values_list("item__question__topic__slug").annotate(Count("pk"), Avg("score"))
        return weak_topics(TopicRecord(*record) for record in found)
