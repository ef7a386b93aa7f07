"""Lists of cards: by how they stand, and those of wrong answers, which are a filter on the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Max, OuterRef, Prefetch, Q, Subquery, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from qbank.models import QuestionText
from quizzes.card_managers import LEARNING, CardQuerySet
from quizzes.cards import Card, Review, settings_of
from quizzes.core.blueprint import MOST, Blueprint
from quizzes.core.items import BLANK
from quizzes.core.scheduler import Phase, Rating
from quizzes.models import Item
from quizzes.review_pages import ref_of
from quizzes.sheets import plain

CARD_FILTERS = {
    "all": _("All"),
    "new": _("New"),
    "learning": _("Learning"),
    "learnt": _("Learnt"),
    "buried": _("Buried"),
    "suspended": _("Suspended"),
    "leech": _("Leeches"),
    "paused": _("Paused"),
    "changed": _("Changed since learnt"),
}
WRONG_FILTERS = {
    "which": {"": _("Wrong last time"), "ever": _("Ever wrong")},
    "source": {"": _("Quizzes and reviews"), "quiz": _("Quizzes"), "review": _("Reviews")},
    "days": {"": _("All time"), "7": _("7 days"), "30": _("30 days")},
}


@dataclass(frozen=True)
class CardRow:
    """A card of a list, with what names it."""

    card: Card
    title: str
    title_html: str
    language: str
    item: str  # what the item asks, "" for the question itself


def card_list(learner: Learner | None, state: str, now: datetime) -> CardQuerySet:
    """Return the learner's cards of one of CARD_FILTERS, those due first."""
    cards = Card.objects.of(learner).select_related("question__topic", "question__bank")
    cards = cards.order_by("due", "id")
    day = settings_of(learner).calendar.day_of(now)
    match state:
        case "new":
            return cards.filter(phase=Phase.NEW)
        case "learning":
            return cards.filter(phase__in=LEARNING)
        case "learnt":
            return cards.filter(phase=Phase.REVIEW)
        case "buried":
            return cards.filter(buried_until__gt=day)
        case "suspended":
            return cards.filter(suspended=True)
        case "leech":
            return cards.filter(leech=True)
        case "paused":
            return cards.exclude(pk__in=Card.objects.of(learner).askable().order_by().values("pk"))
        case "changed":
            texts = QuestionText.objects.filter(
                question=OuterRef("question"), changed_at__gt=OuterRef("last_review")
            )
            items = Item.objects.live().filter(
                question=OuterRef("question"), key=OuterRef("item_key"), version__gt=1
            )
            newer = items.filter(created_at__gt=OuterRef("last_review"))
            return cards.filter(Q(Exists(texts), item_key="") | Q(Exists(newer)))
    return cards


def wrong_cards(
    learner: Learner | None,
    *,
    now: datetime,
    which: str = "",
    source: str = "",
    days: str = "",
    topic: str = "",
) -> CardQuerySet:
    """Return the cards that were answered wrong or forgotten, latest first, with `times` and `last_wrong`.

    `which`: "" keeps those that were wrong the last time, "ever" all; `source` and `days` narrow the log.
    """
    again = Q(reviews__rating=Rating.AGAIN, reviews__undone_at=None)
    if source in ("quiz", "review"):
        again &= Q(reviews__source=source)
    if days in ("7", "30"):
        again &= Q(reviews__reviewed_at__gte=now - timedelta(days=int(days)))
    cards = Card.objects.of(learner).askable().select_related("question__topic", "question__bank")
    if topic:
        cards = cards.filter(question__topic__slug=topic)
    cards = cards.filter(again).annotate(times=Count("reviews"), last_wrong=Max("reviews__reviewed_at"))
    if which != "ever":
        latest = Review.objects.live().filter(card=OuterRef("pk")).order_by("-turn").values("rating")[:1]
        cards = cards.annotate(last_rating=Subquery(latest)).filter(last_rating=Rating.AGAIN)
    return cards.order_by(F("last_wrong").desc(), "-pk")


def with_titles(cards: Iterable[Card], language: str) -> list[CardRow]:
    """Name the cards of one page (two queries)."""
    rows = list(cards)
    texts = QuestionText.objects.preferring(language).only("question_id", "language", "title", "title_html")
    prefetch_related_objects(
        [card.question for card in rows], Prefetch("texts", queryset=texts, to_attr="chosen_texts")
    )
    keyed = {(card.question_id, card.item_key) for card in rows if card.item_key}
    items: dict[tuple[int, str], str] = {}
    if keyed:
        found = Item.objects.filter(question__in={q for q, _ in keyed}, key__in={k for _, k in keyed})
        for item in found.preferring(language).exclude(state=Item.State.RETIRED):
            items.setdefault((item.question_id, item.key), plain(item.stem_html.replace(BLANK, "____")))
    named = []
    for card in rows:
        chosen: Sequence[QuestionText] = card.question.chosen_texts  # type: ignore[attr-defined]
        text = chosen[0] if chosen else None
        named.append(
            CardRow(
                card=card,
                title=text.title if text else card.question.slug,
                title_html=text.title_html if text else "",
                language=text.language if text else "",
                item=items.get((card.question_id, card.item_key), ""),
            )
        )
    return named


def practise_url(cards: Sequence[Card]) -> str:
    """Return the address of a quiz of what these cards ask; "" for none."""
    refs = tuple(dict.fromkeys(ref_of(card) for card in cards))[:MOST]
    if not refs:
        return ""
    query = Blueprint(items=refs, number=len(refs)).as_query()
    return f"{reverse('quiz-new')}?{urlencode([*query])}"
