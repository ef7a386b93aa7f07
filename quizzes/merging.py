"""Two learners become one: their attempts, cards, reviews and settings."""

from __future__ import annotations

import uuid
from collections import defaultdict

from django.db.models import F

from accounts.models import Learner
from quizzes.cards import STATE, Card, MemorySettings, Review, settings_of, state_as_json
from quizzes.core.scheduler import CardState, Log, Rating, is_leech, replay
from quizzes.models import Attempt

APART = 1_000_000  # added to turns while they are numbered anew, so that none meets another
BATCH = 500


def merge_learners(*, into: Learner, other: Learner) -> None:
    """Give everything of one learner to another: one of the LEARNER_MERGE_HOOKS, in their transaction.

    Two cards of the same thing become one, by replaying both logs in the order of time; what the account
    chose as settings stays.
    """
    Attempt.objects.of(other).update(learner=into)
    _merge_settings(into, other)
    _free_keys(into, other)
    mine = {(card.question_id, card.item_key): card for card in into.cards.all()}
    pairs: list[tuple[Card, Card]] = []
    for card in other.cards.all():
        if kept := mine.get((card.question_id, card.item_key)):
            pairs.append((kept, card))
    doubles = [double.pk for _, double in pairs]
    other.cards.exclude(pk__in=doubles).update(learner=into)
    _merge_cards(into, pairs)
    other.reviews.update(learner=into)
    Card.objects.filter(pk__in=doubles).delete()


def _merge_settings(into: Learner, other: Learner) -> None:
    if not MemorySettings.objects.filter(learner=into).exists():
        MemorySettings.objects.filter(learner=other).update(learner=into)
    MemorySettings.objects.filter(learner=other).delete()


def _free_keys(into: Learner, other: Learner) -> None:
    """Name anew what two programs happened to send under the same key."""
    taken = into.reviews.filter(key__in=other.reviews.order_by().values("key")).values("key")
    clashing = list(other.reviews.filter(key__in=taken))
    for review in clashing:
        review.key = uuid.uuid4().hex
    Review.objects.bulk_update(clashing, ["key"], batch_size=BATCH)


def _merge_cards(into: Learner, pairs: list[tuple[Card, Card]]) -> None:
    """Join each pair of cards in the first: its log is both logs, its state what replaying them gives."""
    chosen = settings_of(Learner.objects.select_related("memory_settings").get(pk=into.pk))
    kept_by = {double.pk: kept for kept, double in pairs}
    kept_pks = [kept.pk for kept, _ in pairs]
    Review.objects.filter(card__in=kept_pks).update(turn=F("turn") + APART)
    Review.objects.filter(card__in=list(kept_by)).update(turn=F("turn") + 2 * APART)
    logs: dict[int, list[Review]] = defaultdict(list)
    moved = list(Review.objects.filter(card__in=[*kept_pks, *kept_by]).in_order())
    for review in moved:
        review.card_id = kept_by[review.card_id].pk if review.card_id in kept_by else review.card_id
        if review.undone_at is None:
            logs[review.card_id].append(review)
    for kept, double in pairs:
        several, lapsed = logs[kept.pk], max(kept.lapses, double.lapses)
        kept.created_at = min(kept.created_at, double.created_at)
        new = CardState(due=kept.created_at)
        states = replay([Log(Rating(r.rating), r.reviewed_at) for r in several], chosen.schedule, new=new)
        if kept.reps and double.reps:
            for turn, (review, before) in enumerate(zip(several, states, strict=False)):
                review.turn, review.phase = turn, before.phase
                review.before |= state_as_json(before)
            kept.state = states[-1]
        else:
            kept.state = kept.state if kept.reps or not double.reps else double.state
            for turn, review in enumerate(several):
                review.turn = turn
        crossed = is_leech(kept.lapses, chosen.leech_lapses) and not is_leech(lapsed, chosen.leech_lapses)
        kept.leech = kept.leech or double.leech or crossed
        kept.suspended = kept.suspended or double.suspended or (crossed and chosen.suspend_leeches)
        kept.buried_until = max(filter(None, (kept.buried_until, double.buried_until)), default=None)
    Review.objects.bulk_update(moved, ["card", "turn", "phase", "before"], batch_size=BATCH)
    fields = [*STATE, "leech", "suspended", "buried_until", "created_at"]
    Card.objects.bulk_update([kept for kept, _ in pairs], fields, batch_size=BATCH)
