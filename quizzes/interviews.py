"""What is written while an interview runs: one question after the other, thinking, speaking, comparing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Learner
from quizzes.marking import AttemptError, finish, lock_row, over
from quizzes.models import Attempt, AttemptItem


def check_turn(row: AttemptItem) -> None:
    """Refuse what is not the turn of this question: it has not begun, or a later one has."""
    if row.attempt.finished_at is not None:
        raise over(row.attempt)
    if row.begun_at is None or has_passed(row):
        raise AttemptError("turn")


def has_passed(row: AttemptItem) -> bool:
    """Tell whether the question after a locked one has begun."""
    return row.attempt.items.filter(position__gt=row.position).exclude(begun_at=None).exists()


def begin_next(row: AttemptItem, now: datetime) -> None:
    """Begin the question after a locked one, or end the interview after the last."""
    following = row.attempt.items.filter(position=row.position + 1, begun_at=None)
    if not following.update(begun_at=now):
        finish(row.attempt, now)


@transaction.atomic
def begin_speaking(
    *, attempt: Attempt, position: int, learner: Learner, now: datetime | None = None
) -> AttemptItem:
    """End the thinking about a question and begin to speak; the first time counts."""
    row = lock_row(attempt, position, learner)
    if not row.attempt.is_interview:
        raise AttemptError("mode")
    if row.spoke_at is None and row.revealed_at is None:
        check_turn(row)
        row.spoke_at = now or timezone.now()
        row.save(update_fields=["spoke_at"])
    return row


@transaction.atomic
def skip_question(
    *, attempt: Attempt, position: int, learner: Learner, now: datetime | None = None
) -> AttemptItem:
    """Leave a question unanswered and go on; skipping it again changes nothing."""
    row = lock_row(attempt, position, learner)
    if not row.attempt.is_interview:
        raise AttemptError("mode")
    is_left = row.attempt.finished_at is not None or has_passed(row)
    if not is_left:
        check_turn(row)
        begin_next(row, now or timezone.now())
    return row
