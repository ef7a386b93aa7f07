"""The rows of memory: cards, the log of their reviews, and how a learner wants to be asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Learner
from qbank.models import Question
from quizzes.card_managers import CardQuerySet, ReviewQuerySet
from quizzes.core.days import DAY_START, LATEST_START, Calendar
from quizzes.core.scheduler import (
    LEAST_RETENTION,
    LEECH_LAPSES,
    MOST_RETENTION,
    CardState,
    Phase,
    Rating,
    Schedule,
)

PHASE_LABELS = {
    Phase.NEW: _("new"),
    Phase.LEARNING: _("learning"),
    Phase.REVIEW: _("learnt"),
    Phase.RELEARNING: _("learning again"),
}
RATING_LABELS = {
    Rating.AGAIN: _("Again"),
    Rating.HARD: _("Hard"),
    Rating.GOOD: _("Good"),
    Rating.EASY: _("Easy"),
}
STATE = ("phase", "step", "stability", "difficulty", "due", "last_review", "reps", "lapses")


class MemorySettings(models.Model):
    """How one learner wants to be asked; whoever never chose has no row, and the defaults."""

    learner = models.OneToOneField(
        Learner, on_delete=models.CASCADE, primary_key=True, related_name="memory_settings"
    )
    retention = models.FloatField(
        default=0.9, validators=(MinValueValidator(LEAST_RETENTION), MaxValueValidator(MOST_RETENTION))
    )
    new_limit = models.PositiveSmallIntegerField(default=10, validators=(MaxValueValidator(999),))  # a day
    review_limit = models.PositiveSmallIntegerField(default=200, validators=(MaxValueValidator(9999),))
    two_buttons = models.BooleanField(default=False)
    leech_lapses = models.PositiveSmallIntegerField(
        default=LEECH_LAPSES, validators=(MinValueValidator(1), MaxValueValidator(99))
    )
    suspend_leeches = models.BooleanField(default=False)
    time_zone = models.CharField(
        max_length=64, blank=True
    )  # "": that of the site, settings.LEARNER_TIME_ZONE
    day_start = models.PositiveSmallIntegerField(
        default=DAY_START, validators=(MaxValueValidator(LATEST_START),)
    )
    parameters = models.JSONField(default=list, blank=True)  # the 21 weights of FSRS; []: its defaults
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return str(self.learner_id)

    @property
    def schedule(self) -> Schedule:
        """What decides the intervals."""
        chosen = {"parameters": tuple(self.parameters)} if self.parameters else {}
        return Schedule(retention=self.retention, **chosen)

    @property
    def calendar(self) -> Calendar:
        """How the learner counts days."""
        return Calendar(self.time_zone or settings.LEARNER_TIME_ZONE, self.day_start)


def settings_of(learner: Learner | None) -> MemorySettings:
    """Return the learner's settings, or the defaults in a row that is not stored."""
    if learner is None:
        return MemorySettings()
    try:
        return learner.memory_settings
    except MemorySettings.DoesNotExist:
        return MemorySettings(learner=learner)


def state_as_json(state: CardState) -> dict[str, Any]:
    """Write the state of a card as JSON."""
    values = {name: getattr(state, name) for name in STATE}
    moments = {name: values[name] and values[name].isoformat() for name in ("due", "last_review")}
    return values | moments | {"phase": int(state.phase)}


class Card(models.Model):
    """What one learner remembers of one question, or of one item of it, whatever version and language."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="cards")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="cards")
    item_key = models.CharField(max_length=200, blank=True)  # "": the question itself
    phase = models.PositiveSmallIntegerField(
        choices=[(phase.value, label) for phase, label in PHASE_LABELS.items()], default=Phase.NEW
    )
    step = models.PositiveSmallIntegerField(null=True, blank=True)
    stability = models.FloatField(null=True, blank=True)  # days
    difficulty = models.FloatField(null=True, blank=True)  # 1 … 10
    due = models.DateTimeField()
    last_review = models.DateTimeField(null=True, blank=True)
    reps = models.PositiveIntegerField(default=0)
    lapses = models.PositiveIntegerField(default=0)
    leech = models.BooleanField(default=False)
    suspended = models.BooleanField(default=False)
    buried_until = models.DateField(null=True, blank=True)  # the learner's day on which it is asked again
    created_at = models.DateTimeField()

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("learner", "question", "item_key"), name="one_card_of_a_thing_a_learner"
            ),
            models.CheckConstraint(
                condition=models.Q(phase=0, reps=0, last_review=None)
                | models.Q(
                    phase__in=(1, 2, 3), reps__gt=0, last_review__isnull=False, stability__isnull=False
                ),
                name="card_new_until_reviewed",
            ),
        )
        indexes = (models.Index(fields=("learner", "phase", "due"), name="card_by_due"),)

    def __str__(self) -> str:
        return f"{self.question_id}/{self.item_key} ({self.learner_id})"

    @property
    def state(self) -> CardState:
        """The card as the scheduler sees it."""
        return CardState(**{name: getattr(self, name) for name in STATE} | {"phase": Phase(self.phase)})

    @state.setter
    def state(self, state: CardState) -> None:
        for name in STATE:
            setattr(self, name, getattr(state, name))

    def snapshot(self) -> dict[str, Any]:
        """Return everything that a review may change, as JSON, for its undoing."""
        return state_as_json(self.state) | {"leech": self.leech, "suspended": self.suspended}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Set everything back to a snapshot; saves nothing."""
        for name, value in snapshot.items():
            is_moment = name in ("due", "last_review") and value is not None
            setattr(self, name, datetime.fromisoformat(value) if is_moment else value)


CHANGED_BY_REVIEWS = (*STATE, "leech", "suspended", "buried_until")


class Review(models.Model):
    """One entry of the log: what was said of a card, when, and how the card stood before."""

    class Source(models.TextChoices):
        REVIEW = "review", _("review")
        QUIZ = "quiz", _("quiz")

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="reviews")
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="reviews")
    turn = models.PositiveIntegerField()  # how many reviews the card had before
    rating = models.PositiveSmallIntegerField(
        choices=[(rating.value, label) for rating, label in RATING_LABELS.items()]
    )
    reviewed_at = models.DateTimeField()
    day = models.DateField()  # the learner's day, as they counted days then
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.REVIEW)
    attempt_item = models.ForeignKey(
        "quizzes.AttemptItem", on_delete=models.SET_NULL, null=True, blank=True, related_name="reviews"
    )
    key = models.CharField(max_length=64)  # names the sending: what is sent twice counts once
    phase = models.PositiveSmallIntegerField()  # of the card, before
    before = models.JSONField()  # the card, before
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ("-reviewed_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=("learner", "key"), name="a_review_is_sent_once"),
            models.UniqueConstraint(
                fields=("card", "turn"), condition=models.Q(undone_at=None), name="one_review_a_turn"
            ),
            models.CheckConstraint(condition=models.Q(rating__range=(1, 4)), name="rating_1_to_4"),
        )
        indexes = (
            models.Index(fields=("learner", "-reviewed_at", "-id"), name="review_by_time"),
            models.Index(
                fields=("learner", "day", "source", "phase", "rating"),
                condition=models.Q(undone_at=None),
                name="review_by_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.card_id} {self.reviewed_at:%Y-%m-%d %H:%M} {self.rating}"
