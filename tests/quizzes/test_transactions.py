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
from quizzes.models import Attempt, AttemptItem
from quizzes.services import AttemptError, finish_attempt, record_response, reveal_answer, start_attempt

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


def while_uncommitted(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """Do the first and, before it is committed, the second in another connection; return what that gave."""
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
