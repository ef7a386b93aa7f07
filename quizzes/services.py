"""Writes of the sitting: items follow their texts; attempts are started, answered and finished."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Learner
from accounts.services import lock_learner
from qbank.core.document import Problem
from qbank.models import QuestionText
from quizzes.core.blueprint import Blueprint, Mode, draw_order
from quizzes.core.grading import ResponseError, check_text
from quizzes.core.items import Kind, arrange, is_solved
from quizzes.core.timing import exam_seconds, spent_ms
from quizzes.exams import save_response
from quizzes.interviews import begin_next, check_turn
from quizzes.item_rows import store_items
from quizzes.making import Made, make_authored, make_items
from quizzes.marking import AttemptError, finish, last_time, lock_row, mark_response, over
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.pool import Pool

logger = logging.getLogger(__name__)
BATCH = 200


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
    pool_version: str = "",
    now: datetime | None = None,
) -> Attempt:
    """Draw a quiz and freeze what it asks.

    `learner` may be a way to get one, which is then asked only when there is something to draw. Raises
    AttemptError: "empty" when no item matches, "pool" when it is not the pool of the version named.
    """
    pool = Pool(blueprint, language)
    drawn = pool.draw(seed)
    if not drawn:
        raise AttemptError("empty")
    if pool_version not in ("", pool.version):
        raise AttemptError("pool")
    moment = now or timezone.now()
    items = Item.objects.select_related("answer").in_bulk(drawn)
    attempt = Attempt.objects.create(
        learner=lock_learner(learner() if callable(learner) else learner),
        blueprint=blueprint.as_json(),
        seed=seed,
        mode=blueprint.mode,
        language=language,
        pool_version=pool.version,
        started_at=moment,
        ends_at=_end_of(blueprint, [items[pk].kind for pk in drawn], moment),
    )
    AttemptItem.objects.bulk_create(
        AttemptItem(
            attempt=attempt,
            position=position,
            item=items[pk],
            order=_unsolved(items[pk], draw_order(items[pk].size, seed, items[pk].ref)),
            begun_at=moment if attempt.is_interview and position == 1 else None,
        )
        for position, pk in enumerate(drawn, 1)
    )
    return attempt


def _end_of(blueprint: Blueprint, kinds: Sequence[str], start: datetime) -> datetime | None:
    """Return when the clock of an exam stands at zero, None without a clock."""
    if blueprint.mode != Mode.EXAM:
        return None
    return start + timedelta(seconds=exam_seconds(kinds, blueprint.minutes))


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
    """Show the answer of an open item, keeping what the learner had written; the first time counts.

    An exam shows it after the end, by itself; an interview when it is this question's turn.
    """
    row = lock_row(attempt, position, learner)
    if row.item.kind != Kind.OPEN:
        raise ResponseError("reveal")
    check_text(text)
    if row.attempt.is_exam and row.revealed_at is None:
        raise AttemptError("mode")
    if row.attempt.finished_at is not None:
        raise over(row.attempt)
    if row.revealed_at is None:
        if row.attempt.is_interview:
            check_turn(row)
        row.revealed_at = now or timezone.now()
        row.response = {"text": text}
        row.save(update_fields=["revealed_at", "response"])
    return row


def record_response(
    *,
    attempt: Attempt,
    position: int,
    response: Any,
    learner: Learner,
    revision: int | None = None,
    answered_at: datetime | None = None,
    now: datetime | None = None,
) -> AttemptItem:
    """Take a response. In an exam it is saved and may be changed until the end; else it is marked and fixed.

    `answered_at` is when it was given, of what was kept offline and comes later: it counts in practice, never
    after now nor before the answer that came before. The same response again changes nothing. Raises
    ResponseError when it has not the right shape, AttemptError when it cannot be taken. The answer to the
    last item finishes an attempt that is no exam.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        row = lock_row(attempt, position, learner)
        is_due = row.attempt.is_overdue(moment)
        if is_due and row.attempt.ends_at:
            finish(row.attempt, row.attempt.ends_at)  # and stays so, whatever becomes of the response
        else:
            if answered_at is not None and row.attempt.mode == Mode.PRACTICE:
                moment = min(moment, max(answered_at, row.revealed_at or answered_at, last_time(row)))
            row = _take_response(row, response, moment, revision)
    if is_due:
        with transaction.atomic():
            row = _take_response(lock_row(attempt, position, learner), response, moment, revision)
    attempt.finished_at = row.attempt.finished_at
    return row


def _take_response(row: AttemptItem, response: Any, now: datetime, revision: int | None) -> AttemptItem:
    """Save or mark a response to a locked row, as the mode has it."""
    attempt = row.attempt
    if attempt.is_exam and attempt.finished_at is None:
        return save_response(row, response, now, revision=revision)
    if not attempt.is_interview or row.answered_at is not None:
        return mark_response(row, response, now)
    check_turn(row)
    if row.revealed_at:
        row.duration_ms = spent_ms(row.begun_at or row.revealed_at, row.revealed_at)
    marked = mark_response(row, response, now)
    begin_next(row, now)
    return marked
