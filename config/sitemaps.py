"""What search engines may find: each page once, with its twin in the other language."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from labs.registry import LABS
from qbank.models import Question, QuestionText, Topic


class TwoLanguages(Sitemap):  # type: ignore[type-arg]
    """Addresses in both languages, each naming the other and a default: the one without a prefix."""

    i18n = True
    alternates = True
    x_default = True


class Pages(TwoLanguages):
    """Pages that there is one of."""

    def items(self) -> Sequence[str]:
        """Name their addresses."""
        return ["home", "topics", "glossary", "labs", "keys", "playground", "quizzes"]

    def location(self, item: str) -> str:
        """Return the address in the active language."""
        return reverse(item)


class Topics(TwoLanguages):
    """Topics that have published questions."""

    def items(self) -> QuerySet[Topic]:
        """Read them."""
        return Topic.objects.counted()


class Questions(TwoLanguages):
    """Published questions; one without a text in a language has no page of its own there."""

    limit = 5000

    def items(self) -> QuerySet[Question]:
        """Read them with the languages of their texts."""
        texts = Prefetch("texts", queryset=QuestionText.objects.only("question_id", "language"))
        return Question.objects.published().prefetch_related(texts).order_by("order", "pk")

    def get_languages_for_item(self, item: Question) -> list[str]:
        """Return the languages that it has a text in."""
        return sorted(text.language for text in item.texts.all())

    def lastmod(self, item: Question) -> datetime:
        """Return when it last changed."""
        return item.updated_at


class Labs(TwoLanguages):
    """The labs."""

    def items(self) -> list[str]:
        """Name them."""
        return sorted(LABS)

    def location(self, item: str) -> str:
        """Return the address in the active language."""
        return reverse("lab", args=[item])


SITEMAPS = {"pages": Pages, "topics": Topics, "questions": Questions, "labs": Labs}
