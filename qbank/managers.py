"""Reads of the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, Value, When

if TYPE_CHECKING:
    from qbank.models import Question, QuestionText, Topic  # noqa: F401


class TopicQuerySet(models.QuerySet["Topic"]):
    """Reads of topics."""

    def counted(self) -> TopicQuerySet:
        """Topics that have published questions, each with its `question_count`."""
        count = Count("questions", filter=Q(questions__state="published"))
        return self.annotate(question_count=count).filter(question_count__gt=0)

    def listed(self, language: str) -> TopicQuerySet:
        """Counted topics, each with `listed_questions` in the language (three queries in all)."""
        from qbank.models import Question

        questions = Question.objects.published().with_text(language).order_by("order", "id")
        return self.counted().prefetch_related(
            Prefetch("questions", queryset=questions, to_attr="listed_questions")
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

    def matching(
        self, *, topic: str = "", tag: str = "", difficulty: int | None = None, has_lab: bool | None = None
    ) -> QuestionQuerySet:
        """Filter by a topic's slug, a tag's name, the difficulty 1..3, and whether there is a lab."""
        found = self
        if topic:
            found = found.filter(topic__slug=topic)
        if tag:
            found = found.filter(tags__name__iexact=tag)
        if difficulty is not None:
            found = found.filter(difficulty=difficulty)
        if has_lab is not None:
            found = found.exclude(lab="") if has_lab else found.filter(lab="")
        return found

    def at_address(self, slug: str) -> QuestionQuerySet:
        """The question that has this slug now or had it once."""
        return self.filter(Q(slug=slug) | Q(old_slugs__slug=slug)).distinct()


class QuestionTextQuerySet(models.QuerySet["QuestionText"]):
    """Reads of texts."""

    def preferring(self, language: str) -> QuestionTextQuerySet:
        """Order texts so that the language asked for comes first."""
        first = Case(When(language=language, then=Value(0)), default=Value(1), output_field=IntegerField())
        return self.order_by(first, "language")

    def shown_in(self, language: str) -> QuestionTextQuerySet:
        """One text a question: in the language, else the first other one. What a reader of that language sees."""
        from qbank.models import QuestionText

        same = QuestionText.objects.filter(question=OuterRef("question"))
        better = same.filter(Q(language=language) | Q(language__lt=OuterRef("language")))
        return self.filter(Q(language=language) | ~Exists(better))
