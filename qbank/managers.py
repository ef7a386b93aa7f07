"""Reads of the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, IntegerField, Prefetch, Q, Value, When

if TYPE_CHECKING:
    from qbank.models import Question, QuestionText, Topic  # noqa: F401


class TopicQuerySet(models.QuerySet["Topic"]):
    """Reads of topics."""

    def listed(self, language: str) -> TopicQuerySet:
        """Topics that have published questions, each with `listed_questions` in the language (two queries)."""
        from qbank.models import Question

        questions = Question.objects.published().with_text(language).order_by("order", "id")
        return (
            self.annotate(question_count=Count("questions", filter=Q(questions__state="published")))
            .filter(question_count__gt=0)
            .prefetch_related(Prefetch("questions", queryset=questions, to_attr="listed_questions"))
        )


class QuestionQuerySet(models.QuerySet["Question"]):
    """Reads of questions."""

    def published(self) -> QuestionQuerySet:
        """Questions that are in the content today."""
        return self.filter(state="published")

    def with_text(self, language: str) -> QuestionQuerySet:
        """Prefetch `chosen_texts`: the text in the language first, then any other."""
        from qbank.models import QuestionText

        return self.prefetch_related(
            Prefetch("texts", queryset=QuestionText.objects.preferring(language), to_attr="chosen_texts")
        )


class QuestionTextQuerySet(models.QuerySet["QuestionText"]):
    """Reads of texts."""

    def preferring(self, language: str) -> QuestionTextQuerySet:
        """Order texts so that the language asked for comes first."""
        first = Case(When(language=language, then=Value(0)), default=Value(1), output_field=IntegerField())
        return self.order_by(first, "language")
