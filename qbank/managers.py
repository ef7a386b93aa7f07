"""Reads of the bank."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Prefetch, Q, Value, When

if TYPE_CHECKING:
    from qbank.filters import QuestionFilter
    from qbank.models import Question, QuestionText, Topic  # noqa: F401


class TopicQuerySet(models.QuerySet["Topic"]):
    """Reads of topics."""

    def counted(self) -> TopicQuerySet:
        """Topics that have published questions, each with its `question_count`."""
        from qbank.models import Question

        return self.counting(Question.objects.published())

    def counting(self, among: QuestionQuerySet) -> TopicQuerySet:
        """Topics that have some of these questions, each with its `question_count`."""
        count = Count("questions", filter=Q(questions__in=among.order_by().values("pk")))
        found = self.annotate(question_count=count).filter(question_count__gt=0)
        return found.order_by("bank_id", "order", "id")  # grouping dropped the model's own order

    def listed(
        self, language: str, *, among: QuestionQuerySet | None = None, limit: int | None = None
    ) -> TopicQuerySet:
        """Counted topics with `listed_questions`: all published, or `limit` of `among` (three queries)."""
        from qbank.models import Question

        topics = self.counted() if among is None else self.counting(among)
        questions = Question.objects.published() if among is None else among
        questions = questions.with_title(language).order_by("order", "id")[:limit]
        return topics.prefetch_related(Prefetch("questions", queryset=questions, to_attr="listed_questions"))


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

    def tagged(self, names: Iterable[str]) -> QuestionQuerySet:
        """Questions that have any of the tags in any of their languages."""
        from qbank.models import QuestionText

        links = QuestionText.tags.through.objects.filter(
            questiontext__question=OuterRef("pk"), tag__name__in=tuple(names)
        )
        return self.filter(Exists(links))

    def with_title(self, language: str) -> QuestionQuerySet:
        """Prefetch `chosen_texts` as `with_text` does, but only what a list shows: title and gist."""
        from qbank.models import QuestionText

        texts = QuestionText.objects.preferring(language).only(
            "question_id", "language", "title", "title_html", "gist", "gist_html"
        )
        return self.prefetch_related(Prefetch("texts", queryset=texts, to_attr="chosen_texts"))

    def for_page(self, language: str) -> QuestionQuerySet:
        """Everything a question's own page shows, retired questions too (three queries)."""
        from qbank.models import QuestionText

        texts = QuestionText.objects.preferring(language).prefetch_related("tags")
        chosen = Prefetch("texts", queryset=texts, to_attr="chosen_texts")
        return self.select_related("topic", "bank").prefetch_related(chosen)

    def matching(
        self, *, topic: str = "", tag: str = "", difficulty: int | None = None, has_lab: bool | None = None
    ) -> QuestionQuerySet:
        """Filter by a topic's slug, a tag's name, the difficulty 1..3, and whether there is a lab."""
        found = self
        if topic:
            found = found.filter(topic__slug=topic)
        if tag:
            found = found.tagged([tag])
        if difficulty is not None:
            found = found.filter(difficulty=difficulty)
        if has_lab is not None:
            found = found.exclude(lab="") if has_lab else found.filter(lab="")
        return found

    def narrowed(self, wanted: QuestionFilter) -> QuestionQuerySet:
        """Questions with any of the choices of each kind that has some, and a lab if wanted."""
        found = self
        if wanted.topics:
            found = found.filter(topic__slug__in=wanted.topics)
        if wanted.tags:
            found = found.tagged(wanted.tags)
        if wanted.difficulties:
            found = found.filter(difficulty__in=wanted.difficulties)
        if wanted.frequencies:
            found = found.filter(frequency__in=wanted.frequencies)
        return found.exclude(lab="") if wanted.has_lab else found

    def facts(self) -> dict[str, int]:
        """Count all these questions, those with a lab and those of each difficulty (one query)."""
        levels = {f"difficulty_{n}": Count("pk", filter=Q(difficulty=n)) for n in (1, 2, 3)}
        return self.aggregate(questions=Count("pk"), with_lab=Count("pk", filter=~Q(lab="")), **levels)

    def tag_counts(self, language: str, chosen: Iterable[str] = ()) -> list[tuple[str, int]]:
        """List tags and how many of these questions carry each, the most used first (one query).

        The tags are those of the texts that a reader of the language sees, and the `chosen` of any language.
        """
        from qbank.models import QuestionText

        links = QuestionText.tags.through.objects.filter(
            questiontext__question__in=self.order_by().values("pk")
        )
        shown = Q(questiontext__in=QuestionText.objects.shown_in(language).order_by().values("pk"))
        names = links.filter(shown | Q(tag__name__in=tuple(chosen))).values_list("tag__name")
        count = Count("questiontext__question", distinct=True)
        return sorted(names.annotate(n=count), key=lambda row: (-row[1], row[0]))

    def beside(self, question: Question) -> QuestionQuerySet:
        """The published questions before and after this one in its bank: at most two, in order."""
        others = self.published().filter(bank=question.bank_id).exclude(pk=question.pk)
        later = Q(order__gt=question.order) | Q(order=question.order, pk__gt=question.pk)
        before = others.exclude(later).order_by("-order", "-pk").values("pk")[:1]
        after = others.filter(later).order_by("order", "pk").values("pk")[:1]
        return self.filter(Q(pk__in=before) | Q(pk__in=after)).order_by("order", "pk")

    def related_to(self, question: Question) -> QuestionQuerySet:
        """Published questions that share tags with this one, the most first, then the rest of its topic."""
        from qbank.models import Tag

        mine = Tag.objects.filter(texts__question=question).order_by().values("pk")
        shared = Count("texts__tags", filter=Q(texts__tags__in=mine), distinct=True)
        others = (
            self.published().filter(bank=question.bank_id).exclude(pk=question.pk).annotate(shared=shared)
        )
        near = Case(
            When(topic=question.topic_id, then=Value(0)), default=Value(1), output_field=IntegerField()
        )
        return others.filter(Q(shared__gt=0) | Q(topic=question.topic_id)).order_by(
            "-shared", near, "order", "pk"
        )

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
        """One text a question: in the language, else the first other one: what its reader sees."""
        from qbank.models import QuestionText

        same = QuestionText.objects.filter(question=OuterRef("question"))
        better = same.filter(Q(language=language) | Q(language__lt=OuterRef("language")))
        return self.filter(Q(language=language) | ~Exists(better))
