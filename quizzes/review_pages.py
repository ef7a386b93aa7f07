"""Lay a card out for its page: what is asked, what is shown after it, and what each rating would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from accounts.models import Learner
from qbank.models import QuestionText
from quizzes.cards import RATING_LABELS, Card, MemorySettings, Review, settings_of
from quizzes.core.blueprint import Mode, draw_order
from quizzes.core.items import Kind
from quizzes.core.scheduler import Rating, preview_intervals
from quizzes.making import RECALL, make_ref
from quizzes.memory import schedule_anew
from quizzes.models import KIND_LABELS, Attempt, AttemptItem, Item

REVIEW_TEXTS = {
    "stale": gettext_lazy("This card was rated elsewhere; here is the next one."),
    "paused": gettext_lazy("This card is not asked any more."),
    "nothing": gettext_lazy("There is no rating of today to take back."),
    "unmarked": gettext_lazy("This card is the question itself: rate it, nothing marks it."),
    "followed": gettext_lazy("A quiz has asked this card since; its rating stays."),
}


@dataclass(frozen=True)
class RatingButton:
    """One way to rate, and how long it puts the card off."""

    value: int
    label: Any
    interval: str
    main: bool


def page_language() -> str:
    """Return the language of this page."""
    return get_language() or settings.LANGUAGE_CODE


def interval_text(interval: timedelta) -> str:
    """Say an interval in the largest unit that fits: 10 minutes, 3 days, 1.4 months."""
    minutes = interval.total_seconds() / 60
    if minutes < 1:
        return _("at once")
    if minutes < 60:
        return ngettext("%(n)s minute", "%(n)s minutes", round(minutes)) % {"n": round(minutes)}
    if minutes < 24 * 60:
        return ngettext("%(n)s hour", "%(n)s hours", round(minutes / 60)) % {"n": round(minutes / 60)}
    days = round(minutes / (24 * 60))
    if days < 60:
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    if days < 365:
        return _("%(n)s months") % {"n": f"{days / 30.44:.1f}"}
    return _("%(n)s years") % {"n": f"{days / 365.25:.1f}"}


def rating_buttons(
    card: Card, now: datetime, chosen: MemorySettings, *, suggested: Rating = Rating.GOOD, wrong: bool = False
) -> list[RatingButton]:
    """Return the ways to rate a card: four or two; what was answered wrong can only be asked again."""
    intervals = preview_intervals(card.state, now, chosen.schedule)
    ratings = (Rating.AGAIN, Rating.GOOD) if chosen.two_buttons else tuple(Rating)
    if chosen.two_buttons and suggested is Rating.HARD:
        suggested = Rating.GOOD
    if wrong:
        ratings, suggested = (Rating.AGAIN,), Rating.AGAIN
    return [
        RatingButton(r.value, RATING_LABELS[r], interval_text(intervals[r]), r is suggested) for r in ratings
    ]


def ref_of(card: Card) -> str:
    """Name the item that a card asks, as quizzes name it."""
    question = card.question
    return make_ref(question.bank.slug, question.key, card.item_key or RECALL)


def text_of(card: Card) -> QuestionText | None:
    """Return the question's text in the page's language, else another."""
    return QuestionText.objects.preferring(page_language()).filter(question=card.question_id).first()


def asked_row(card: Card, turn: int | None = None) -> AttemptItem | None:
    """Return the item of a card as it is shown now, in a row that is not stored; None for a question's card.

    The order of its options follows from the card and its turn, so that the answer meets what was shown.
    """
    if not card.item_key:
        return None
    items = Item.objects.live().filter(question=card.question_id, key=card.item_key)
    whole = items.select_related("answer", "question__topic", "text", "provenance")
    item = whole.preferring(page_language()).first()
    if item is None:
        return None
    shown_at = card.reps if turn is None else turn
    order = draw_order(item.size, f"{card.pk}.{shown_at}", item.ref)
    return AttemptItem(attempt=Attempt(mode=Mode.PRACTICE), item=item, position=1, order=list(order))


def changed_since_learnt(card: Card, row: AttemptItem | None, text: QuestionText | None) -> bool:
    """Tell whether what is asked has changed much since the card was last reviewed."""
    if card.last_review is None:
        return False
    if row is not None:
        return row.item.version > 1 and row.item.created_at > card.last_review
    return text is not None and text.changed_since(card.last_review)


def card_context(card: Card, row: AttemptItem | None) -> dict[str, Any]:
    """Return what the page of a card shows of its question; of an item's key nothing."""
    text = text_of(card)
    language = row.item.language if row else text.language if text else ""
    return {
        "card": card,
        "row": row,
        "text": text,
        "question": card.question,
        "is_foreign": language != page_language(),
        "changed": changed_since_learnt(card, row, text),
        "kind_label": KIND_LABELS[Kind(row.item.kind)] if row else "",
    }


def preview_reschedule(learner: Learner, now: datetime) -> dict[str, int]:
    """Tell what replaying the whole log by today's settings would change; writes nothing (two queries)."""
    reviews = Review.objects.of(learner).live().order_by("card_id", "reviewed_at", "rating", "id")
    reviews = reviews.only("card_id", "rating", "reviewed_at")
    anew = schedule_anew(Card.objects.of(learner), reviews, settings_of(learner).schedule)
    due = [(card.due, state.due) for card, state, _states in anew]
    soon = now + timedelta(days=1)
    return {
        "cards": len(due),
        "moved": sum(before != after for before, after in due),
        "earlier": sum(after < before for before, after in due),
        "later": sum(after > before for before, after in due),
        "due_before": sum(before <= soon for before, _after in due),
        "due_after": sum(after <= soon for _before, after in due),
    }
