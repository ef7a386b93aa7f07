"""Feeds of new questions, one a language."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qbank.models import QuestionText

NEWEST = 30


class NewQuestions(Feed):  # type: ignore[type-arg]
    """The newest questions that have a text in the language of the address, as Atom."""

    feed_type = Atom1Feed
    title = _("Runnable Bank: new questions")
    subtitle = _(
        "Interview questions on large multimodal models and LoRA fine-tuning, with answers you can run."
    )

    def link(self) -> str:
        """Return the page that the feed is of."""
        return reverse("topics")

    def items(self) -> QuerySet[QuestionText]:
        """Read the newest, those of one import in the order of the bank."""
        language = get_language() or settings.LANGUAGE_CODE
        there = QuestionText.objects.filter(question__state="published", language=language)
        found = there.select_related("question", "question__topic")
        return found.order_by("-question__created_at", "question__order", "question_id")[:NEWEST]

    def item_title(self, item: QuestionText) -> str:
        """Return the question."""
        return item.title

    def item_description(self, item: QuestionText) -> str:
        """Return the answer in one sentence."""
        return item.gist

    def item_link(self, item: QuestionText) -> str:
        """Return the address of the question's page."""
        return item.question.get_absolute_url()

    def item_pubdate(self, item: QuestionText) -> datetime:
        """Return when the question came."""
        return item.question.created_at

    def item_updateddate(self, item: QuestionText) -> datetime:
        """Return when it last changed."""
        return item.question.updated_at
