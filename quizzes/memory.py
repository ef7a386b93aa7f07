"""Writes of memory: cards are added, reviewed, taken back, put aside and scheduled anew.

Everything that one learner's memory changes happens one after the other: each write locks the learner's row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import Learner
from accounts.services import lock_learner
from qbank.models import Question
from quizzes.cards import CHANGED_BY_REVIEWS, STATE, Card, MemorySettings, Review, settings_of, state_as_json
from quizzes.core.items import Kind
from quizzes.core.scheduler import (
    CardState,
    Log,
    Rating,
    Schedule,
    is_leech,
    rate_mark,
    replay,
    review_card,
)
from quizzes.making import RECALL
from quizzes.models import AttemptItem, Item

Who: TypeAlias = Learner | Callable[[], Learner]
LONGEST_MS = 24 * 3600 * 1000
LONGEST_KEY = 64
KEY_OF_MARK = "quiz:"  # begins the keys of marks: no sending may be named so
KEY_PATTERN = rf"\A(?!{KEY_OF_MARK})[0-9a-zA-Z:_-]{{8,{LONGEST_KEY}}}\Z"
BATCH = 500


class ReviewError(Exception):
    """Something that cannot be done with a card.

    `code`: "stale" (it was reviewed elsewhere since it was shown), "paused" (its question is not asked any
    more), "nothing" (there is no review of today to take back), "followed" (a quiz marked the card since).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def lock_owner(learner: Who) -> Learner:
    """Lock the learner, who is made now if there is none, and return them with their settings."""
    return lock_learner(learner() if callable(learner) else learner, "memory_settings")


def card_key(item: Item) -> str:
    """Name what an item's card remembers: recalling the whole answer is the question's own card."""
    return "" if item.key == RECALL else item.key


@transaction.atomic
def add_cards(
    *, learner: Who, questions: Iterable[Question], item_key: str = "", now: datetime | None = None
) -> int:
    """Put questions into review, in their order; return how many are new there."""
    chosen = list(questions)
    owner = lock_owner(learner)
    have = owner.cards.filter(question__in=chosen, item_key=item_key).values_list("question_id", flat=True)
    known, moment = set(have), now or timezone.now()
    fresh = [
        Card(learner=owner, question=question, item_key=item_key, due=moment, created_at=moment)
        for question in chosen
        if question.pk not in known
    ]
    Card.objects.bulk_create(fresh, batch_size=BATCH)
    return len(fresh)


@transaction.atomic
def record_review(
    *,
    learner: Learner,
    card: Card,
    rating: Rating,
    turn: int,
    key: str,
    duration_ms: int | None = None,
    reviewed_at: datetime | None = None,
    now: datetime | None = None,
) -> Review:
    """Store what was said of a card on the page of reviews, and schedule it.

    `turn` is the number of reviews that the card had when it was shown, `key` names the sending: the same key
    again returns the review that it made; for another card, turn or rating it is "stale". `reviewed_at` is
    when it was said, of what was kept offline and comes later: never after now, nor before the card's last
    review or its making. Raises ReviewError.
    """
    owner = lock_owner(learner)
    known = owner.reviews.select_related("card").filter(key=key).first()
    if known is not None:
        if (known.card_id, known.turn, known.rating) != (card.pk, turn, rating):
            raise ReviewError("stale")
        return known
    found = owner.cards.filter(pk=card.pk).first()
    if found is None or not Card.objects.filter(pk=found.pk).askable().exists():
        raise ReviewError("paused")
    if found.reps != turn:
        raise ReviewError("stale")
    moment = now or timezone.now()
    if reviewed_at is not None:
        moment = min(moment, max(reviewed_at, found.last_review or found.created_at))
    review = _review(owner, found, rating, moment, key=key, duration_ms=duration_ms)
    found.save(update_fields=CHANGED_BY_REVIEWS)
    review.save(force_insert=True)
    return review


def feed_marks(rows: Sequence[AttemptItem]) -> None:
    """Feed the marks of one attempt to memory: each is a review of its item's card, made where there is none.

    One of MARK_HOOKS: it runs in the transaction of the marks. A mark fed twice counts once: its key is
    the row's. What was not answered tells nothing.
    """
    answered = [row for row in rows if row.answered_at is not None and row.score is not None]
    if not answered:
        return
    learner = answered[0].attempt.learner
    if not Learner._meta.get_field("memory_settings").is_cached(learner):
        learner = lock_owner(learner)  # it did not come locked with its attempt
    cards = _cards_of(learner, answered)
    reviews = []
    for row in answered:
        card = cards[row.item.question_id, card_key(row.item)]
        if getattr(card, "fed_key", None):
            continue
        assert row.answered_at is not None
        assert row.score is not None
        reviews.append(
            _review(
                learner,
                card,
                rate_mark(Kind(row.item.kind), row.score, row.duration_ms),
                row.answered_at,
                key=f"{KEY_OF_MARK}{row.pk}",
                duration_ms=row.duration_ms,
                source=Review.Source.QUIZ,
                attempt_item=row,
            )
        )
    fresh = [review.card for review in reviews if review.card.pk is None]
    stored = [review.card for review in reviews if review.card.pk is not None]
    Card.objects.bulk_create(fresh)
    Card.objects.bulk_update(stored, CHANGED_BY_REVIEWS)
    Review.objects.bulk_create(reviews)


def _cards_of(learner: Learner, rows: Iterable[AttemptItem]) -> dict[tuple[int, str], Card]:
    """Return the cards of what was answered, stored or new; `fed_key` tells a mark that was fed before."""
    wanted = {(row.item.question_id, card_key(row.item)): row for row in rows}
    marks = Review.objects.filter(
        key__in=[f"{KEY_OF_MARK}{row.pk}" for row in wanted.values()], card=OuterRef("pk")
    )
    stored = learner.cards.filter(question__in={pk for pk, _ in wanted}).annotate(
        fed_key=Subquery(marks.values("key")[:1])
    )
    cards = {(card.question_id, card.item_key): card for card in stored}
    for (question, key), row in wanted.items():
        if (question, key) not in cards:
            assert row.answered_at is not None
            cards[question, key] = Card(
                learner=learner,
                question_id=question,
                item_key=key,
                due=row.answered_at,
                created_at=row.answered_at,
            )
    return cards


def _review(
    learner: Learner,
    card: Card,
    rating: Rating,
    now: datetime,
    *,
    duration_ms: int | None,
    **fields: Any,
) -> Review:
    """Schedule a card and return the entry of its log; stores neither. The learner is locked."""
    chosen = settings_of(learner)
    before = card.snapshot()
    card.state, log = review_card(card.state, rating, now, chosen.schedule)
    if card.lapses > before["lapses"] and is_leech(card.lapses, chosen.leech_lapses):
        card.leech = True
        card.suspended = card.suspended or chosen.suspend_leeches
    card.buried_until = None
    return Review(
        learner=learner,
        card=card,
        turn=before["reps"],
        rating=rating,
        reviewed_at=log.time,
        day=chosen.calendar.day_of(log.time),
        duration_ms=None if duration_ms is None else min(max(0, duration_ms), LONGEST_MS),
        phase=log.phase,
        before=before,
        **fields,
    )


@transaction.atomic
def undo_review(*, learner: Learner, key: str = "", now: datetime | None = None) -> Review:
    """Take back the latest review made by hand today: its card stands exactly as before it.

    The entry stays in the log, marked as undone. With a `key`, take back the review that was sent under it,
    of whatever day; that again changes nothing. Raises ReviewError.
    """
    owner = lock_owner(learner)
    moment = now or timezone.now()
    today = settings_of(owner).calendar.day_of(moment)
    reviews = owner.reviews.by_hand().select_related("card")
    latest = reviews.filter(key=key).first() if key else reviews.live().newest().first()
    if latest is None or (not key and latest.day != today):
        raise ReviewError("nothing")
    if latest.undone_at is not None:
        return latest
    card = latest.card
    if card.reps != latest.turn + 1:
        raise ReviewError("followed")
    card.restore(latest.before)
    card.save(update_fields=CHANGED_BY_REVIEWS)
    latest.undone_at = moment
    latest.save(update_fields=["undone_at"])
    return latest


@transaction.atomic
def bury_card(*, learner: Learner, card: Card, now: datetime | None = None) -> Card:
    """Put a card aside until the learner's next day."""
    owner = lock_owner(learner)
    tomorrow = settings_of(owner).calendar.day_of(now or timezone.now()) + timedelta(days=1)
    return _set(owner, card, buried_until=tomorrow)


@transaction.atomic
def suspend_card(*, learner: Learner, card: Card) -> Card:
    """Put a card aside until it is taken up again by hand."""
    return _set(lock_owner(learner), card, suspended=True)


@transaction.atomic
def resume_card(*, learner: Learner, card: Card) -> Card:
    """Take up a card that was buried or suspended; a leech is then no leech until it is forgotten again."""
    return _set(lock_owner(learner), card, suspended=False, buried_until=None, leech=False)


def _set(owner: Learner, card: Card, **fields: Any) -> Card:
    found = owner.cards.filter(pk=card.pk).first()
    if found is None:
        raise ReviewError("paused")
    for name, value in fields.items():
        setattr(found, name, value)
    found.save(update_fields=list(fields))
    return found


@transaction.atomic
def save_settings(*, learner: Who, values: Mapping[str, Any]) -> MemorySettings:
    """Store how the learner wants to be asked; what is not named stays. Raises ValidationError."""
    owner = lock_owner(learner)
    chosen = settings_of(owner)
    for name, value in values.items():
        setattr(chosen, name, value)
    chosen.full_clean(exclude=["learner"])
    chosen.save()
    return chosen


def schedule_anew(
    cards: Iterable[Card], reviews: Iterable[Review], schedule: Schedule
) -> list[tuple[Card, CardState, list[CardState]]]:
    """Replay the logs of cards: each card with its state now and all its states; writes nothing.

    `reviews` are sorted by card, and then as they are replayed.
    """
    by_pk = {card.pk: card for card in cards}
    found = []
    for pk, several in groupby(reviews, key=lambda review: review.card_id):
        if card := by_pk.get(pk):
            logs = [Log(Rating(review.rating), review.reviewed_at) for review in several]
            states = replay(logs, schedule, new=CardState(due=card.created_at))
            found.append((card, states[-1], states))
    return found


@transaction.atomic
def reschedule_cards(*, learner: Learner, now: datetime | None = None) -> int:
    """Replay the whole log as if today's settings had always held; return how many cards are due otherwise.

    Reviews of today can still be taken back: what they restore is replayed too.
    """
    owner = lock_owner(learner)
    chosen = settings_of(owner)
    today = chosen.calendar.day_of(now or timezone.now())
    reviews = list(owner.reviews.live().order_by("card_id", "reviewed_at", "rating", "id"))
    logs = {pk: list(several) for pk, several in groupby(reviews, key=lambda review: review.card_id)}
    changed, touched, moved = [], [], 0
    for card, state, states in schedule_anew(owner.cards.all(), reviews, chosen.schedule):
        moved += state.due != card.due
        if state != card.state:
            card.state = state
            changed.append(card)
        for review, before in zip(logs[card.pk], states, strict=False):
            if review.day == today:
                review.before |= state_as_json(before)
                touched.append(review)
    Card.objects.bulk_update(changed, STATE, batch_size=BATCH)
    Review.objects.bulk_update(touched, ["before"], batch_size=BATCH)
    return moved
