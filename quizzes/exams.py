"""What is written while an exam runs: responses that may still change, and flags. No mark before the end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Learner
from quizzes.core.grading import ResponseError, check_text, grade, tidy
from quizzes.core.items import Item, Open
from quizzes.core.timing import spent_ms
from quizzes.marking import AttemptError, last_time, lock_row, over
from quizzes.models import Attempt, AttemptItem


def tidy_saved(item: Item, response: Any) -> Any:
    """Return a response in the form in which an exam saves it, None for none; raises ResponseError.

    Of an open item it is {"text": "…"}: its learner grades it after the end.
    """
    if response is None:
        return None
    if not isinstance(item, Open):
        grade(item, response)
        return tidy(item, response)
    text = response.get("text", "") if isinstance(response, dict) else response
    if not isinstance(text, str):
        raise ResponseError("empty")
    check_text(text)
    return {"text": text} if text.strip() else None


def save_response(row: AttemptItem, response: Any, now: datetime, *, revision: int | None) -> AttemptItem:
    """Save a response to a locked row of a running exam; None takes it back, the same again changes nothing.

    `revision` is the one that the learner saw: when another window has saved since, AttemptError("stale").
    """
    given = tidy_saved(row.asked(), response)
    if given == row.response:
        return row
    if revision is not None and revision != row.revision:
        raise AttemptError("stale")
    row.duration_ms = (row.duration_ms or 0) + spent_ms(last_time(row), now)
    row.response, row.saved_at = given, now if given is not None else None
    row.revision += 1
    row.save(update_fields=["response", "saved_at", "revision", "duration_ms"])
    return row


@transaction.atomic
def flag_item(
    *, attempt: Attempt, position: int, flagged: bool, learner: Learner, now: datetime | None = None
) -> AttemptItem:
    """Flag an item of a running exam, to come back to it, or take the flag away."""
    row = lock_row(attempt, position, learner)
    if not row.attempt.is_exam:
        raise AttemptError("mode")
    if row.attempt.is_over(now or timezone.now()):
        raise over(row.attempt)
    if row.flagged != flagged:
        row.flagged = flagged
        row.save(update_fields=["flagged"])
    return row
