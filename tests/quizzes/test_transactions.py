"""Writes that meet each other, and writes that break off half-way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from accounts.models import Learner
from qbank.models import Bank
from quizzes.core.blueprint import Blueprint
from quizzes.interviews import skip_question
from quizzes.marking import AttemptError, finish_attempt
from quizzes.models import Attempt, AttemptItem
from quizzes.services import record_response, reveal_answer, start_attempt
from tests.quizzes.test_machine import MARKS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event_type = 'Lock'
"""
one_writer = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer at a time and locks no rows"
)


def row_of(attempt: Attempt, kind: str) -> AttemptItem:
    return attempt.items.whole().filter(item__kind=kind, item__source="authored").get()


def while_uncommitted(
    first: Callable[[], Any], second: Callable[[], Any], meanwhile: Callable[[], Any] | None = None
) -> Any:
    """Do the first and, before it is committed, the second in another connection; return what that gave.

    `meanwhile` is called while the second waits.
    """
    found: list[Any] = []

    def do_second() -> None:
        try:
            found.append(second())
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=do_second)
    with transaction.atomic():
        first()
        thread.start()
        for _ in range(1000):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_stat_clear_snapshot()")
                cursor.execute(WAITING)
                (waiting,) = cursor.fetchone()
            if waiting or not thread.is_alive():
                break
            time.sleep(0.01)
        if meanwhile:
            meanwhile()
    thread.join()
    return found[0]


@one_writer
@pytest.mark.django_db(transaction=True)
def test_of_two_responses_at_once_the_first_counts(attempt: Attempt) -> None:
    given: dict[str, Any] = {"learner": attempt.learner, "position": row_of(attempt, "single").position}
    second = while_uncommitted(
        lambda: record_response(attempt=attempt, response=0, **given),
        lambda: record_response(attempt=Attempt.objects.get(pk=attempt.pk), response=1, **given),
    )
    assert isinstance(second, AttemptError)
    assert second.code == "answered"
    assert row_of(attempt, "single").response == 0


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_response_that_meets_the_end_comes_too_late(attempt: Attempt) -> None:
    given: dict[str, Any] = {"learner": attempt.learner, "position": row_of(attempt, "single").position}
    second = while_uncommitted(
        lambda: finish_attempt(attempt=attempt, learner=attempt.learner),
        lambda: record_response(attempt=Attempt.objects.get(pk=attempt.pk), response=1, **given),
    )
    assert isinstance(second, AttemptError)
    assert second.code == "finished"
    assert row_of(attempt, "single").answered_at is None


@one_writer
@pytest.mark.django_db(transaction=True)
def test_the_last_two_answers_at_once_finish_the_attempt(bank: Bank, learner: Learner) -> None:
    attempt = start_attempt(
        learner=learner, blueprint=Blueprint(kinds=("single",)), seed="1", language="zh-hans"
    )
    while_uncommitted(
        lambda: record_response(attempt=attempt, learner=learner, position=1, response=0),
        lambda: record_response(
            attempt=Attempt.objects.get(pk=attempt.pk), learner=learner, position=2, response=0
        ),
    )
    assert Attempt.objects.get().finished_at is not None


@one_writer
@pytest.mark.django_db(transaction=True)
def test_the_first_end_counts(attempt: Attempt) -> None:
    second = while_uncommitted(
        lambda: finish_attempt(attempt=attempt, learner=attempt.learner, now=NOON),
        lambda: finish_attempt(attempt=attempt, learner=attempt.learner, now=NOON + timedelta(hours=1)),
    )
    assert second.finished_at == Attempt.objects.get().finished_at == NOON


@one_writer
@pytest.mark.django_db(transaction=True)
def test_what_was_written_first_stays_when_an_answer_is_shown_twice(attempt: Attempt) -> None:
    given: dict[str, Any] = {"learner": attempt.learner, "position": row_of(attempt, "open").position}
    while_uncommitted(
        lambda: reveal_answer(attempt=attempt, text="first", **given),
        lambda: reveal_answer(attempt=Attempt.objects.get(pk=attempt.pk), text="second", **given),
    )
    assert row_of(attempt, "open").response == {"text": "first"}


@pytest.fixture
def exam(bank: Bank, learner: Learner) -> Attempt:
    wanted = Blueprint(number=50, mode="exam")
    return start_attempt(learner=learner, blueprint=wanted, seed="7", language="zh-hans")


def save(exam: Attempt, response: Any, revision: int | None = None) -> AttemptItem:
    """Answer the exam's first single choice item from a window of its own."""
    return record_response(
        attempt=Attempt.objects.get(pk=exam.pk),
        position=row_of(exam, "single").position,
        response=response,
        learner=exam.learner,
        revision=revision,
    )


@one_writer
@pytest.mark.django_db(transaction=True)
def test_of_two_windows_of_an_exam_the_slower_is_told_what_the_faster_saved(exam: Attempt) -> None:
    second = while_uncommitted(lambda: save(exam, 0, 0), lambda: save(exam, 1, 0))
    assert isinstance(second, AttemptError)
    assert second.code == "stale"
    assert row_of(exam, "single").response == 0


@one_writer
@pytest.mark.django_db(transaction=True)
def test_the_same_answer_from_two_windows_is_saved_once(exam: Attempt) -> None:
    second = while_uncommitted(lambda: save(exam, 0, 0), lambda: save(exam, 0, 0))
    assert second.revision == row_of(exam, "single").revision == 1


@one_writer
@pytest.mark.django_db(transaction=True)
def test_an_answer_that_meets_the_hand_in_is_marked_or_refused_never_lost(exam: Attempt) -> None:
    def hand_in() -> Attempt:
        return finish_attempt(attempt=Attempt.objects.get(pk=exam.pk), learner=exam.learner)

    refused = while_uncommitted(hand_in, lambda: save(exam, 1))
    assert isinstance(refused, AttemptError)
    assert refused.code == "finished"
    assert row_of(exam, "single").response is None


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_hand_in_waits_for_the_answer_that_came_first_and_marks_it(exam: Attempt) -> None:
    while_uncommitted(
        lambda: save(exam, 1),
        lambda: finish_attempt(attempt=Attempt.objects.get(pk=exam.pk), learner=exam.learner),
    )
    row = row_of(exam, "single")
    assert row.response == 1
    assert row.score is not None


@one_writer
@pytest.mark.django_db(transaction=True)
def test_two_hand_ins_at_once_tell_each_mark_once(exam: Attempt, settings: Any) -> None:
    settings.MARK_HOOKS = ["tests.quizzes.test_machine.count_marks"]
    MARKS.clear()
    save(exam, 1)

    def hand_in() -> Attempt:
        return finish_attempt(attempt=Attempt.objects.get(pk=exam.pk), learner=exam.learner)

    while_uncommitted(hand_in, hand_in)
    assert {row_of(exam, "single").pk: 1} == MARKS


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_question_that_is_skipped_in_two_windows_is_skipped_once(bank: Bank, learner: Learner) -> None:
    wanted = Blueprint(kinds=("open",), mode="interview")
    interview = start_attempt(learner=learner, blueprint=wanted, seed="1", language="zh-hans")

    def skip() -> AttemptItem:
        return skip_question(attempt=interview, position=1, learner=learner)

    while_uncommitted(skip, skip)
    assert list(interview.items.exclude(begun_at=None).values_list("position", flat=True)) == [1, 2]


@one_writer
@pytest.mark.django_db(transaction=True)
def test_many_windows_at_once_leave_one_answer_and_as_many_revisions(exam: Attempt) -> None:
    found: list[Any] = []

    def answer(choice: int) -> None:
        try:
            found.append(save(exam, choice).revision)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(number % 3,)) for number in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = row_of(exam, "single")
    assert len(found) == 9
    assert row.revision == max(found) <= 9
    assert row.response in (0, 1, 2)


class Broken(Exception):
    """The machine fails."""


def fail(*args: object, **given: object) -> None:
    raise Broken


@pytest.mark.django_db
def test_a_quiz_begins_as_a_whole_or_not_at_all(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AttemptItem.objects, "bulk_create", fail)
    with pytest.raises(Broken):
        start_attempt(learner=Learner.objects.create, blueprint=Blueprint(), seed="1", language="zh-hans")
    assert not Attempt.objects.exists()
    assert not Learner.objects.exists()


@pytest.mark.django_db
def test_the_last_answer_and_the_end_are_stored_together(
    bank: Bank, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = start_attempt(
        learner=learner, blueprint=Blueprint(kinds=("numeric",)), seed="1", language="zh-hans"
    )
    monkeypatch.setattr("quizzes.marking.finish", fail)
    with pytest.raises(Broken):
        record_response(attempt=attempt, learner=learner, position=1, response="1")
    assert attempt.items.get().answered_at is None
