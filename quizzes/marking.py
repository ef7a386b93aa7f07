"""From response to mark: lock what is answered, close what time has closed, mark, and tell of it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Learner
from accounts.services import LearnerGone, lock_learner
from quizzes.core.grading import ResponseError, grade, has_gaps, tidy
from quizzes.core.items import Kind
from quizzes.core.timing import spent_ms
from quizzes.models import Attempt, AttemptItem

logger = logging.getLogger(__name__)
SETTLED = ("score", "answered_at", "revealed_at")


class AttemptError(Exception):
    """Something that cannot be done with an attempt.

    `code`: "empty" (no item matches), "pool" (it has changed), "finished", "late" (time is up), "answered"
    (otherwise before), "stale" (saved otherwise in another window), "hidden" (the answer of an open item has
    not been shown yet), "position" (there is no such item), "turn" (another question's), "mode", "strange"
    (it is not the learner's).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def tell_marks(rows: Sequence[AttemptItem]) -> None:
    """Call the MARK_HOOKS with what was just marked, in the transaction of the mark; never twice for one row.

    Each row comes with its attempt, its item, the item's key and question at hand. An exam tells its rows
    when it is closed, an open answer when the learner has graded it.
    """
    for name in settings.MARK_HOOKS if rows else ():
        import_string(name)(rows)


def lock_attempt(attempt: Attempt, learner: Learner) -> Attempt:
    """Lock the learner and their own attempt, so that answers follow each other.

    Raises LearnerGone when the learner was merged or deleted meanwhile, AttemptError("strange") when the
    attempt is somebody else's or nobody's.
    """
    locked = Attempt.objects.locked_with_learner().of(learner).filter(pk=attempt.pk).first()
    if locked is None:
        lock_learner(learner)
        raise AttemptError("strange")
    return locked


def lock_row(attempt: Attempt, position: int, learner: Learner) -> AttemptItem:
    """Lock the learner, their own attempt, and then read one item of it; raises as lock_attempt does."""
    locked = lock_attempt(attempt, learner)
    row = locked.items.whole().beside_others().filter(position=position).first()
    if row is None:
        raise AttemptError("position")
    row.attempt = locked
    return row


def last_time(row: AttemptItem) -> datetime:
    """Return when the learner of a locked row last answered an item of the attempt, or began."""
    times: tuple[datetime | None, ...] = (row.last_answered, row.last_saved)  # type: ignore[attr-defined]
    return max(row.attempt.started_at, *(moment for moment in times if moment), row.attempt.started_at)


def over(attempt: Attempt) -> AttemptError:
    """Say why an attempt takes no more: it was ended, or its time is up."""
    return AttemptError("late" if attempt.finished_at == attempt.ends_at else "finished")


def settle(rows: Iterable[AttemptItem], now: datetime) -> list[AttemptItem]:
    """Mark what an exam has saved; nothing is written. Return the rows that are now marked.

    Open answers are not marked but revealed: their learner grades them after the end.
    """
    marked = []
    for row in rows:
        if row.saved_at is None or row.answered_at is not None:
            continue
        if row.item.kind == Kind.OPEN:
            row.revealed_at = row.revealed_at or now
        else:
            row.score, row.answered_at = grade(row.asked(), row.response).score, row.saved_at
            marked.append(row)
    return sorted(marked, key=lambda row: row.saved_at or now)


def read_rows(attempt: Attempt) -> list[AttemptItem]:
    """Read an attempt's items whole; those of an exam whose time is up are marked, closed or not.

    `attempt.finished_at` is then set too, in memory: a read never writes.
    """
    rows = list(attempt.items.whole())
    if attempt.is_overdue() and attempt.ends_at:
        attempt.finished_at = attempt.ends_at
        settle(rows, attempt.ends_at)
    return rows


@transaction.atomic
def finish_attempt(*, attempt: Attempt, learner: Learner, now: datetime | None = None) -> Attempt:
    """End an attempt, whatever is still unanswered; ending it again changes nothing.

    An exam is marked now. It ends at the latest when its clock did.
    """
    locked = lock_attempt(attempt, learner)
    if locked.finished_at is None:
        moment = now or timezone.now()
        finish(locked, min(moment, locked.ends_at) if locked.ends_at else moment)
    return locked


def finish(attempt: Attempt, now: datetime) -> None:
    """Write the end of a locked attempt; mark it first where it is an exam."""
    marked: list[AttemptItem] = []
    if attempt.is_exam:
        rows = list(attempt.items.whole())
        marked = settle(rows, now)
        AttemptItem.objects.bulk_update([row for row in rows if row.saved_at], SETTLED)
    attempt.finished_at = now
    attempt.save(update_fields=["finished_at"])
    tell_marks(marked)


def close_due(*, now: datetime | None = None, learner: Learner | None = None) -> int:
    """Close the exams whose time is up, of one learner or of all; return how many there were.

    One that cannot be closed is logged, and holds up no other.
    """
    moment = now or timezone.now()
    due = Attempt.objects.due(moment).select_related("learner")
    found = list(due.filter(learner=learner) if learner else due)
    for attempt in found:
        try:
            finish_attempt(attempt=attempt, learner=attempt.learner, now=moment)
        except LearnerGone:
            continue  # merged meanwhile: it is closed next time, under its new learner
        except Exception:
            logger.exception("The exam %s is not closed.", attempt.pk)
    return len(found)


def mark_response(row: AttemptItem, response: Any, now: datetime) -> AttemptItem:
    """Mark a response to a locked row and store it; it is then fixed, and the same again changes nothing."""
    item = row.asked()
    mark = grade(item, response)
    told = tidy(item, response)
    if mark.self_graded:
        row.self_marks, told = told, {**(row.response or {}), **told}
    attempt = row.attempt
    if row.answered_at is not None:
        if told == row.response:
            return row
        raise over(attempt) if attempt.is_exam and not mark.self_graded else AttemptError("answered")
    if attempt.finished_at is not None and not (attempt.is_exam and row.revealed_at):
        raise over(attempt)
    if mark.self_graded and row.revealed_at is None:
        raise AttemptError("hidden")
    if has_gaps(told):
        raise ResponseError("choose")
    row.answered_at = now
    if row.duration_ms is None:
        row.duration_ms = spent_ms(last_time(row), now)
    row.response, row.score = told, mark.score
    row.save(update_fields=["response", "score", "answered_at", "duration_ms", "self_marks"])
    tell_marks([row])
    has_more: bool = row.others_open  # type: ignore[attr-defined]
    if not has_more and attempt.finished_at is None and not attempt.is_interview:
        finish(attempt, now)
    return row
