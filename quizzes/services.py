"""Writes of the sitting: items follow their texts; attempts are started, answered and finished."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Learner
from qbank.core.document import Problem
from qbank.models import QuestionText
from quizzes.core.blueprint import Blueprint
from quizzes.core.grading import ResponseError, check_text, grade, tidy
from quizzes.core.items import Kind, arrange, is_solved
from quizzes.item_rows import store_items
from quizzes.making import Made, make_authored, make_items
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.pool import load_pool

logger = logging.getLogger(__name__)
BATCH = 200
LONGEST_MS = 24 * 3600 * 1000


class AttemptError(Exception):
    """Something that cannot be done with an attempt.

    `code`: "empty" (no item matches), "finished", "answered" (otherwise before), "hidden" (the answer of an
    open item has not been shown yet), "position" (there is no such item).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@transaction.atomic
def sync_authored_items(text_ids: Iterable[int]) -> None:
    """Bring the items of some texts in line with them: authored, imported and recall items.

    An item whose content changed gets a new version, one that vanished is retired, one that came back is
    published again; one that an editor made a draft stays so until its content changes. What is wrong with
    authored items is logged; `check_items` tells it too.
    """
    ids = list(text_ids)
    for start in range(0, len(ids), BATCH):
        texts = QuestionText.objects.select_related("question__bank").in_bulk(ids[start : start + BATCH])
        made: dict[int, list[Made]] = {}
        for text in texts.values():
            made[text.pk], problems = make_items(text)
            for problem in problems:
                logger.warning("Item left out: %s %s", problem, problem.remedy)
        store_items(texts, made)
    lost = Item.objects.filter(text=None).exclude(state=Item.State.RETIRED)
    lost.update(state=Item.State.RETIRED, updated_at=timezone.now())


def check_items(text: QuestionText) -> list[Problem]:
    """Report what is wrong with the authored items of a text; writes nothing."""
    return make_authored(text)[1]


@transaction.atomic
def start_attempt(
    *,
    learner: Learner | Callable[[], Learner],
    blueprint: Blueprint,
    seed: str,
    language: str,
    now: datetime | None = None,
) -> Attempt:
    """Draw a quiz and freeze what it asks; raises AttemptError("empty") when no item matches.

    `learner` may be a way to get one, which is then asked only when there is something to draw.
    """
    pool = load_pool(blueprint, language)
    chosen = pool.draw(seed)
    if not chosen:
        raise AttemptError("empty")
    attempt = Attempt.objects.create(
        learner=learner() if callable(learner) else learner,
        blueprint=blueprint.as_json(),
        seed=seed,
        mode=blueprint.mode,
        language=language,
        pool_version=pool.version,
        started_at=now or timezone.now(),
    )
    items = Item.objects.select_related("answer").in_bulk([pool.by_ref[one.ref].pk for one in chosen])
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=position,
            item=(item := items[pool.by_ref[one.ref].pk]),
            order=_unsolved(item, one.order),
        )
        for position, one in enumerate(chosen, 1)
    )
    return attempt


def _unsolved(item: Item, order: Sequence[int]) -> list[int]:
    """Turn an order round that happens to show an ordering item solved already."""
    shown = list(order)
    if item.kind == Kind.ORDERING and is_solved(arrange(item.whole(), shown)):
        shown.reverse()
    return shown


@transaction.atomic
def reveal_answer(
    *, attempt: Attempt, position: int, learner: Learner, text: str = "", now: datetime | None = None
) -> AttemptItem:
    """Show the answer of an open item, keeping what the learner had written; the first time counts."""
    row = _own_row(attempt, position, learner)
    if row.item.kind != Kind.OPEN:
        raise ResponseError("reveal")
    check_text(text)
    if row.revealed_at is None:
        row.revealed_at = now or timezone.now()
        row.response = {"text": text}
        row.save(update_fields=["revealed_at", "response"])
    return row


@transaction.atomic
def record_response(
    *, attempt: Attempt, position: int, response: Any, learner: Learner, now: datetime | None = None
) -> AttemptItem:
    """Mark a response and store it; it is then fixed, and the same one again changes nothing.

    Raises ResponseError when the response has not the right shape, AttemptError when it cannot be taken. The
    answer to the last item finishes the attempt.
    """
    row = _own_row(attempt, position, learner, closed_too=True)
    item = row.asked()
    mark = grade(item, response)
    told = tidy(item, response)
    if mark.self_graded:
        row.self_marks, told = told, {**(row.response or {}), **told}
    if row.answered_at is not None:
        if told == row.response:
            return row
        raise AttemptError("answered")
    if row.attempt.finished_at is not None:
        raise AttemptError("finished")
    if mark.self_graded and row.revealed_at is None:
        raise AttemptError("hidden")
    row.answered_at = now or timezone.now()
    row.duration_ms = _duration_ms(row)
    row.response, row.score = told, mark.score
    row.save(update_fields=["response", "score", "answered_at", "duration_ms", "self_marks"])
    tell_marks([row])
    if not attempt.items.filter(answered_at=None).exists():
        _finish(row.attempt, row.answered_at)
    attempt.finished_at = row.attempt.finished_at
    return row


@transaction.atomic
def finish_attempt(*, attempt: Attempt, learner: Learner, now: datetime | None = None) -> Attempt:
    """End an attempt, whatever is still unanswered; ending it again changes nothing."""
    locked = Attempt.objects.select_for_update().of(learner).get(pk=attempt.pk)
    if locked.finished_at is None:
        _finish(locked, now or timezone.now())
    return locked


def tell_marks(rows: Sequence[AttemptItem]) -> None:
    """Call the MARK_HOOKS with what was just marked, in the transaction of the mark; never twice for one row.

    Each row comes with its attempt, its item, the item's key and question at hand.
    """
    for name in settings.MARK_HOOKS if rows else ():
        import_string(name)(rows)


def _finish(attempt: Attempt, now: datetime) -> None:
    attempt.finished_at = now
    attempt.save(update_fields=["finished_at"])


def _own_row(attempt: Attempt, position: int, learner: Learner, *, closed_too: bool = False) -> AttemptItem:
    """Lock one item of the learner's own attempt; the attempt first, so that answers follow each other."""
    locked = Attempt.objects.locked_with_learner().of(learner).get(pk=attempt.pk)
    row = locked.items.whole().filter(position=position).first()
    if row is None:
        raise AttemptError("position")
    row.attempt = locked
    if locked.finished_at is not None and not closed_too:
        raise AttemptError("finished")
    return row


def _duration_ms(row: AttemptItem) -> int:
    """Measure from the answer before, or from the start; whoever was away for days counts as a day."""
    assert row.answered_at is not None
    before = row.attempt.items.exclude(answered_at=None).order_by("-answered_at").first()
    since = before.answered_at if before and before.answered_at else row.attempt.started_at
    return min(max(0, int((row.answered_at - since).total_seconds() * 1000)), LONGEST_MS)
