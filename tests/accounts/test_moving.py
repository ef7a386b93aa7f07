"""Whatever is sent while its learner moves into an account: taken before it, refused in words after it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client

from accounts.merging import claim_learner, delete_everything, merge_learners
from accounts.models import Learner
from accounts.services import LearnerGone, lock_learner
from labs.models import LabRun
from labs.services import finish_run
from qbank.models import Bank, Question
from quizzes.core.blueprint import Blueprint
from quizzes.core.scheduler import Rating
from quizzes.marking import close_due
from quizzes.memory import add_cards, record_review
from quizzes.models import Attempt, Card, FlawReport
from quizzes.services import record_response, start_attempt
from tests.quizzes.conftest import sign_in
from tests.quizzes.test_transactions import one_writer, row_of, while_uncommitted

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
Send = Callable[["Sitting"], Any]


@dataclass
class Sitting:
    """A visitor with a quiz of each mode and a card that was rated, and an account with a card too."""

    visitor: Learner
    account: Learner
    user: User
    quizzes: dict[str, Attempt]
    card: Card
    client: Client = field(default_factory=Client)

    def form(self, path: str, **fields: Any) -> Any:
        return self.client.post(path, fields, headers={"origin": "http://testserver"})

    def program(self, path: str, method: str = "post", **fields: Any) -> Any:
        send = getattr(self.client, method)
        return send(f"/api/v1{path}", json.dumps(fields), content_type="application/json")

    def page(self, mode: str, kind: str = "single") -> str:
        quiz = self.quizzes[mode]
        return f"/quizzes/{quiz.pk}/{self.position(mode, kind)}/"

    def position(self, mode: str, kind: str = "single") -> int:
        return row_of(self.quizzes[mode], kind).position

    def move(self) -> None:
        claim_learner(user=self.user, learner=self.visitor)


@pytest.fixture
def sitting(bank: Bank) -> Sitting:
    visitor, user = Learner.objects.create(), User.objects.create_user("mei")
    account = Learner.objects.create(user=user)

    def begin(**wanted: Any) -> Attempt:
        blueprint = Blueprint(number=50, **wanted)
        return start_attempt(learner=visitor, blueprint=blueprint, seed="7", language="zh-hans")

    quizzes = {
        "practice": begin(),
        "exam": begin(mode="exam"),
        "interview": begin(mode="interview", kinds=("open",)),
    }
    for learner in (visitor, account):
        add_cards(learner=learner, questions=Question.objects.filter(slug="rich"), now=NOON)
    made = Sitting(visitor, account, user, quizzes, visitor.cards.get())
    record_review(learner=visitor, card=made.card, rating=Rating.GOOD, turn=0, key="before-it")
    sign_in(made.client, visitor)
    return made


def api(name: str, **fields: Any) -> Send:
    """Send a command about a quiz by program."""
    return lambda s: s.program(f"/quizzes/{s.quizzes['practice'].pk}/{name}/", **fields)


PAGES: dict[str, Send] = {
    "begin": lambda s: s.form("/quizzes/new/?seed=1"),
    "answer": lambda s: s.form(s.page("practice"), choice="0"),
    "show an answer": lambda s: s.form(s.page("practice", "open"), reveal="1", text="x"),
    "answer in an exam": lambda s: s.form(s.page("exam"), choice="0", revision="0"),
    "flag in an exam": lambda s: s.form(s.page("exam"), flag="1", revision="0"),
    "hand in": lambda s: s.form(f"/quizzes/{s.quizzes['exam'].pk}/finish/"),
    "speak": lambda s: s.form(f"/quizzes/{s.quizzes['interview'].pk}/1/", speak="1"),
    "skip": lambda s: s.form(f"/quizzes/{s.quizzes['interview'].pk}/1/", skip="1"),
    "report a flaw": lambda s: s.form(f"{s.page('practice')}flaw/", kind="wrong_key", note=""),
    "rate": lambda s: s.form(f"/review/cards/{s.card.pk}/rate/", rating=3, turn=1, sending="0" * 32, shown=0),
    "take back": lambda s: s.form("/review/undo/"),
    "bury": lambda s: s.form(f"/review/cards/{s.card.pk}/bury/"),
    "suspend": lambda s: s.form(f"/review/cards/{s.card.pk}/suspend/"),
    "resume": lambda s: s.form(f"/review/cards/{s.card.pk}/resume/"),
    "add": lambda s: s.form("/review/add/", question="notes"),
    "set": lambda s: s.form("/review/settings/", **SETTINGS),
    "schedule anew": lambda s: s.form("/review/reschedule/"),
    "run a lab": lambda s: s.form("/labs/initialisation/"),
}
SETTINGS = {
    "percent": "90",
    "new_limit": "7",
    "review_limit": "100",
    "leech_lapses": "8",
    "day_start": "4",
    "time_zone": "",
}
PROGRAMS: dict[str, Send] = {
    "begin": lambda s: s.program("/quizzes/", number=2),
    "answer": lambda s: s.program(
        f"/quizzes/{s.quizzes['practice'].pk}/responses/", position=s.position("practice"), response=0
    ),
    "show an answer": lambda s: s.program(
        f"/quizzes/{s.quizzes['practice'].pk}/reveal/", position=s.position("practice", "open")
    ),
    "flag": lambda s: s.program(f"/quizzes/{s.quizzes['exam'].pk}/flags/", position=1, flagged=True),
    "report a flaw": api("flaws", position=1, kind="wrong_key"),
    "speak": lambda s: s.program(f"/quizzes/{s.quizzes['interview'].pk}/speak/", position=1),
    "skip": lambda s: s.program(f"/quizzes/{s.quizzes['interview'].pk}/skip/", position=1),
    "hand in": lambda s: s.program(f"/quizzes/{s.quizzes['exam'].pk}/finish/"),
    "review": lambda s: s.program(
        "/reviews/", card=s.card.pk, rating=3, turn=1, idempotency_key="once-only", duration_ms=1
    ),
    "take back": lambda s: s.program("/reviews/undo/"),
    "bury": lambda s: s.program(f"/reviews/cards/{s.card.pk}/bury/"),
    "suspend": lambda s: s.program(f"/reviews/cards/{s.card.pk}/suspend/"),
    "add": lambda s: s.program("/reviews/cards/", question="notes"),
    "set": lambda s: s.program("/reviews/settings/", "patch", new_limit=7),
    "schedule anew": lambda s: s.program("/reviews/reschedule/"),
    "run a lab": lambda s: s.program("/labs/runs/", lab="initialisation", settings={}, seed=0),
}


@one_writer
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", PAGES)
def test_a_form_that_comes_after_the_move_is_refused_by_a_page_that_says_so(
    sitting: Sitting, name: str
) -> None:
    sitting.client.raise_request_exception = False
    response = while_uncommitted(sitting.move, lambda: PAGES[name](sitting))
    assert response.status_code == 409, name
    assert "刚刚登录" in response.content.decode()
    assert not Learner.objects.filter(user=None).exists()


@one_writer
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_that_comes_after_the_move_gets_a_problem(sitting: Sitting, name: str) -> None:
    sitting.client.raise_request_exception = False
    response = while_uncommitted(sitting.move, lambda: PROGRAMS[name](sitting))
    assert response.status_code == 409, response.content.decode()
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == 409
    assert body["title"]
    assert body["detail"]


@one_writer
@pytest.mark.django_db(transaction=True)
def test_an_exams_script_is_told_in_a_word(sitting: Sitting) -> None:
    def save() -> Any:
        headers = {"origin": "http://testserver", "x-autosave": "1"}
        return sitting.client.post(sitting.page("exam"), {"choice": "0", "revision": "0"}, headers=headers)

    response = while_uncommitted(sitting.move, save)
    assert response.status_code == 409
    assert "刚刚登录" in response.json()["problem"]


@one_writer
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["begin", "hand in", "report a flaw", "rate", "set", "run a lab"])
def test_a_form_that_comes_before_the_move_is_taken_and_moves_along(sitting: Sitting, name: str) -> None:
    def send() -> None:
        response = PAGES[name](sitting)
        assert response.status_code in (302, 303), response.content.decode()

    assert while_uncommitted(send, sitting.move) is None
    assert not Learner.objects.filter(user=None).exists()
    assert set(sitting.account.attempts.values_list("mode", flat=True)) == set(sitting.quizzes)


@one_writer
@pytest.mark.django_db(transaction=True)
def test_an_answer_before_the_move_is_the_accounts(sitting: Sitting) -> None:
    while_uncommitted(lambda: PAGES["answer"](sitting), sitting.move)
    row = row_of(Attempt.objects.get(pk=sitting.quizzes["practice"].pk), "single")
    assert row.response == 0
    assert row.attempt.learner == sitting.account
    assert sitting.account.reviews.filter(attempt_item=row).count() == 1


def is_free(attempt: Attempt) -> bool:
    """Tell whether this connection can lock an attempt at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        sql = "SELECT 1 FROM quizzes_attempt WHERE id = %s FOR UPDATE SKIP LOCKED"
        cursor.execute(sql, [attempt.pk])
        return cursor.fetchone() is not None


@one_writer
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["answer", "show an answer", "report a flaw"])
def test_who_waits_for_the_learner_holds_no_attempt(sitting: Sitting, name: str) -> None:
    """A merge holds the learner and then takes the attempts: the other order would be a deadlock."""
    found: list[bool] = []

    def hold() -> None:
        lock_learner(sitting.visitor)

    def watch() -> Any:
        return PAGES[name](sitting)

    response = while_uncommitted(
        hold, watch, meanwhile=lambda: found.append(is_free(sitting.quizzes["practice"]))
    )
    assert response.status_code == 302
    assert found == [True]


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_runner_that_waits_for_the_learner_holds_no_run(sitting: Sitting) -> None:
    lease = {"lease_until": NOON, "started_at": NOON, "enqueued_at": NOON, "created_at": NOON}
    run = LabRun.objects.create(lab="ranks", learner=sitting.visitor, status="running", attempt=1, **lease)
    free: list[bool] = []

    def look() -> None:
        free.append(LabRun.objects.select_for_update(skip_locked=True).filter(pk=run.pk).exists())

    while_uncommitted(
        lambda: lock_learner(sitting.visitor),
        lambda: finish_run(run_id=run.pk, attempt=1, status=LabRun.Status.SUCCEEDED, result={}),
        meanwhile=look,
    )
    assert free == [True]
    assert LabRun.objects.get().status == "succeeded"


@one_writer
@pytest.mark.django_db(transaction=True)
def test_two_sign_ins_to_an_account_without_a_history_make_one_learner(bank: Bank) -> None:
    user = User.objects.create_user("lan")
    second = while_uncommitted(
        lambda: claim_learner(user=user, learner=Learner.objects.create()),
        lambda: claim_learner(user=user, learner=Learner.objects.create()),
    )
    assert second == Learner.objects.get()
    assert second.user == user


@one_writer
@pytest.mark.django_db(transaction=True)
def test_an_answer_that_meets_the_deletion_of_everything_is_refused(sitting: Sitting) -> None:
    given: dict[str, Any] = {"attempt": sitting.quizzes["practice"], "learner": sitting.visitor}
    late = while_uncommitted(
        lambda: delete_everything(user=None, learner=Learner.objects.get(pk=sitting.visitor.pk)),
        lambda: record_response(position=sitting.position("practice"), response=0, **given),
    )
    assert isinstance(late, LearnerGone)
    assert not Attempt.objects.exists()


@one_writer
@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_meets_the_deletion_of_the_account_is_refused(sitting: Sitting) -> None:
    late = while_uncommitted(
        lambda: delete_everything(
            user=User.objects.get(), learner=Learner.objects.get(pk=sitting.account.pk)
        ),
        sitting.move,
    )
    assert isinstance(late, LearnerGone)
    assert Attempt.objects.filter(learner=sitting.visitor).count() == 3


@one_writer
@pytest.mark.django_db(transaction=True)
def test_exams_that_move_while_they_are_closed_are_closed_next_time(sitting: Sitting) -> None:
    exam = sitting.quizzes["exam"]
    Attempt.objects.filter(pk=exam.pk).update(ends_at=NOON)
    while_uncommitted(sitting.move, close_due)
    exam.refresh_from_db()
    assert exam.learner == sitting.account
    close_due()
    exam.refresh_from_db()
    assert exam.finished_at == NOON


@pytest.mark.django_db
def test_a_learner_who_went_cannot_be_locked(sitting: Sitting) -> None:
    merge_learners(into=sitting.account, other=sitting.visitor)
    with pytest.raises(LearnerGone):
        lock_learner(sitting.visitor)
    assert not FlawReport.objects.exists()
