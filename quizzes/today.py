"""What is to be reviewed today, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q

from accounts.models import Learner
from quizzes.card_managers import LEARNING
from quizzes.cards import Card, MemorySettings, Review, settings_of
from quizzes.core.scheduler import Phase

AHEAD = timedelta(minutes=20)  # when nothing else is left, what is learnt comes this much early
MOST_AHEAD = 50  # cards kept for offline


@dataclass(frozen=True)
class Today:
    """The learner's day: what is left of it, within its limits, and what was done."""

    day: date
    learning: int
    due: int
    new: int
    over: int  # due, but beyond the day's limit
    waiting: int  # new, but beyond the day's limit
    done: int
    next_at: datetime | None  # when the next card is due that is not to be asked now
    cards: int

    @property
    def left(self) -> int:
        """How many cards are left today."""
        return self.learning + self.due + self.new


def look_at_today(learner: Learner | None, now: datetime) -> Today:
    """Count the learner's day, in two queries."""
    chosen = settings_of(learner)
    day = chosen.calendar.day_of(now)
    end = chosen.calendar.end_of(day)
    active = Card.objects.of(learner).active(day)
    counts = active.aggregate(
        learning=Count("pk", filter=Q(phase__in=LEARNING, due__lt=end)),
        known=Count("pk", filter=Q(phase=Phase.REVIEW, due__lt=end)),
        new=Count("pk", filter=Q(phase=Phase.NEW)),
        cards=Count("pk"),
        next_at=Min("due", filter=Q(phase__in=LEARNING, due__gt=now) | Q(phase=Phase.REVIEW, due__gte=end)),
    )
    done = _done(learner, day)
    due = min(counts["known"], max(0, chosen.review_limit - done["due"]))
    new = min(counts["new"], max(0, chosen.new_limit - done["new"]))
    return Today(
        day=day,
        learning=counts["learning"],
        due=due,
        new=new,
        over=counts["known"] - due,
        waiting=counts["new"] - new,
        done=done["all"],
        next_at=counts["next_at"],
        cards=counts["cards"],
    )


def _done(learner: Learner | None, day: date) -> dict[str, int]:
    """Count what was rated by hand on a day: new cards, cards that were due, and all."""
    return (
        Review.objects.of(learner)
        .live()
        .by_hand()
        .filter(day=day)
        .aggregate(
            new=Count("pk", filter=Q(phase=Phase.NEW)),
            due=Count("pk", filter=Q(phase=Phase.REVIEW)),
            all=Count("pk"),
        )
    )


def next_card(learner: Learner | None, now: datetime) -> Card | None:
    """Return the card to ask next: what is being learnt and due, then what is due, then what is new.

    When nothing else is left today, what is being learnt comes up to twenty minutes early.
    """
    chosen: MemorySettings = settings_of(learner)
    day = chosen.calendar.day_of(now)
    end = chosen.calendar.end_of(day)
    active = Card.objects.of(learner).active(day).select_related("question__topic", "question__bank")
    if card := active.learning().due_by(now).first():
        return card
    done = _done(learner, day)
    known = active.known().due_by(end - timedelta(microseconds=1))
    if done["due"] < chosen.review_limit and (card := known.first()):
        return card
    if done["new"] < chosen.new_limit and (card := active.new().first()):
        return card
    return active.learning().due_by(min(now + AHEAD, end)).first()


def cards_ahead(learner: Learner | None, now: datetime) -> list[Card]:
    """Return the cards that today will ask, in order: what is being learnt, what is due, what is new.

    Those of open items are left out: their answer is not shown without the server.
    """
    chosen = settings_of(learner)
    day = chosen.calendar.day_of(now)
    end = chosen.calendar.end_of(day)
    active = Card.objects.of(learner).active(day).without_open_items()
    done = _done(learner, day)
    known = active.known().due_by(end - timedelta(microseconds=1))
    return [
        *active.learning().due_by(end)[:MOST_AHEAD],
        *known[: min(MOST_AHEAD, max(0, chosen.review_limit - done["due"]))],
        *active.new()[: min(MOST_AHEAD, max(0, chosen.new_limit - done["new"]))],
    ][:MOST_AHEAD]
