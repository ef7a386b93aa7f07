"""Exams: the server's clock, answers that may change, and no mark before the end."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Learner
from qbank.models import Bank
from quizzes.cards import Card
from quizzes.core.blueprint import Blueprint
from quizzes.core.grading import ResponseError
from quizzes.core.scheduler import Rating
from quizzes.core.timing import GRACE, exam_seconds, is_past, seconds_left
from quizzes.exams import flag_item
from quizzes.marking import AttemptError, close_due, finish_attempt, read_rows
from quizzes.memory import record_review, save_settings
from quizzes.models import Attempt, AttemptItem
from quizzes.services import record_response, reveal_answer, start_attempt
from quizzes.sheets import state, told
from tests.quizzes.bank import form, right, wrong

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def begin(learner: Learner, *, now: datetime | None = None, **blueprint: Any) -> Attempt:
    wanted = Blueprint(**{"number": 50, "mode": "exam", **blueprint})
    return start_attempt(learner=learner, blueprint=wanted, seed="7", language="zh-hans", now=now)


@pytest.fixture
def exam(bank: Bank, learner: Learner) -> Attempt:
    """A running exam of everything that the bank has."""
    return begin(learner)


def row_of(attempt: Attempt, kind: str) -> AttemptItem:
    return attempt.items.whole().filter(item__kind=kind).order_by("-item__source", "position")[0]


def given(row: AttemptItem, response: Any) -> Any:
    return {"text": "mine"} if row.item.kind == "open" else response


def save(row: AttemptItem, response: Any, **more: Any) -> AttemptItem:
    return record_response(
        attempt=row.attempt,
        position=row.position,
        response=given(row, response),
        learner=row.attempt.learner,
        **more,
    )


def url_of(row: AttemptItem, language: str = "/en") -> str:
    return f"{language}/quizzes/{row.attempt_id}/{row.position}/"


def overdue(attempt: Attempt) -> Attempt:
    """Put an exam into the past, as if its learner had closed the laptop."""
    start = timezone.now() - timedelta(hours=9)
    Attempt.objects.filter(pk=attempt.pk).update(started_at=start, ends_at=start + timedelta(hours=1))
    AttemptItem.objects.filter(attempt=attempt, saved_at__isnull=False).update(
        saved_at=start + timedelta(minutes=5)
    )
    return Attempt.objects.get(pk=attempt.pk)


def test_the_clock_is_given_or_follows_the_items() -> None:
    assert exam_seconds(["single"] * 20) == 30 * 60
    assert exam_seconds(["single", "open"]) == 6 * 60
    assert exam_seconds(["open"], 45) == 45 * 60


def test_a_second_is_left_until_it_is_over_and_the_grace_is_five_seconds() -> None:
    assert [seconds_left(NOON, NOON - timedelta(seconds=s)) for s in (2, 0.1, 0, -9)] == [2, 1, 0, 0]
    assert timedelta(seconds=5) == GRACE
    assert not is_past(NOON, NOON + GRACE)
    assert is_past(NOON, NOON + GRACE + timedelta(milliseconds=1))


def test_an_exam_ends_when_its_minutes_are_over(bank: Bank, learner: Learner) -> None:
    assert begin(learner, minutes=25, now=NOON).ends_at == NOON + timedelta(minutes=25)


def test_answers_are_saved_may_change_and_are_not_marked(exam: Attempt) -> None:
    for row in exam.items.whole():
        save(row, wrong(row))
        saved = save(row, right(row))
        assert (saved.answered_at, saved.score, saved.revealed_at) == (None, None, None)
        assert state(saved) == "saved"
        assert told(saved) is None
    assert Attempt.objects.get().finished_at is None


def test_the_same_answer_twice_is_saved_once_and_an_answer_may_be_taken_back(exam: Attempt) -> None:
    row = row_of(exam, "single")
    first, again = save(row, 0), save(row, 0)
    assert (first.revision, again.revision, again.saved_at) == (1, 1, first.saved_at)
    back = save(row, None)
    assert (back.response, back.saved_at, back.revision) == (None, None, 2)


def test_a_window_that_saw_an_older_answer_is_told_so(exam: Attempt) -> None:
    row = row_of(exam, "single")
    save(row, 0, revision=0)
    with pytest.raises(AttemptError) as caught:
        save(row, 1, revision=0)
    assert caught.value.code == "stale"
    assert save(row, 0, revision=0).response == 0
    assert save(row, 1, revision=1).response == 1


def test_half_a_matching_is_saved_in_an_exam_and_refused_in_practice(exam: Attempt) -> None:
    row = row_of(exam, "matching")
    saved = save(row, [None, 1, None])
    assert saved.response == [None, 1, None]
    with pytest.raises(ResponseError):
        save(row, [None, None, None])
    practice = begin(exam.learner, mode="practice")
    with pytest.raises(ResponseError) as caught:
        save(row_of(practice, "matching"), [None, 1, None])
    assert caught.value.code == "choose"


def test_handing_in_marks_what_was_saved_at_the_time_it_was_saved(exam: Attempt) -> None:
    single, multiple = row_of(exam, "single"), row_of(exam, "multiple")
    moment = save(single, right(single)).saved_at
    save(multiple, wrong(multiple))
    finish_attempt(attempt=exam, learner=exam.learner)
    rows = {row.position: row for row in exam.items.whole()}
    assert (rows[single.position].score, rows[single.position].answered_at) == (1, moment)
    assert rows[multiple.position].score == 0
    assert [state(row) for row in rows.values()].count("open") == len(rows) - 2


def test_marks_are_told_once_at_the_end(exam: Attempt, settings: Any) -> None:
    from tests.quizzes.test_attempts import MARKED

    settings.MARK_HOOKS = ["tests.quizzes.test_attempts.note_marks"]
    MARKED.clear()
    row = row_of(exam, "single")
    save(row, right(row))
    assert MARKED == []
    for _ in range(2):
        finish_attempt(attempt=exam, learner=exam.learner)
    assert [(row.position, 1.0)] == MARKED


def test_an_open_answer_is_graded_by_its_learner_after_the_end(exam: Attempt) -> None:
    row, silent = [row for row in exam.items.whole() if row.item.kind == "open"][:2]
    with pytest.raises(AttemptError):
        reveal_answer(attempt=exam, position=row.position, learner=exam.learner)
    save(row, None)
    finish = {"attempt": exam, "learner": exam.learner}
    finish_attempt(**finish)
    row = exam.items.whole().get(pk=row.pk)
    assert state(row) == "ungraded"
    mark = {**finish, "response": {"points": [0], "grade": "partly"}}
    marked = record_response(**mark, position=row.position)
    assert (marked.score, marked.response["text"]) == (0.5, "mine")
    assert record_response(**mark, position=row.position).answered_at == marked.answered_at
    with pytest.raises(AttemptError):
        record_response(**mark, position=silent.position)


def test_the_grace_takes_what_was_under_way_and_nothing_after_it(bank: Bank, learner: Learner) -> None:
    exam = begin(learner, minutes=10, now=NOON)
    assert exam.ends_at
    row = row_of(exam, "single")
    save(row, 0, now=exam.ends_at + GRACE)
    with pytest.raises(AttemptError) as caught:
        save(row, 1, now=exam.ends_at + GRACE + timedelta(seconds=1))
    assert caught.value.code == "late"
    closed = Attempt.objects.get()
    assert closed.finished_at == closed.ends_at
    assert exam.items.get(position=row.position).response == 0


def test_whoever_comes_back_late_sees_it_closed_though_reading_wrote_nothing(
    exam: Attempt, own_client: Client
) -> None:
    row = row_of(exam, "single")
    save(row, right(row))
    overdue(exam)
    page = own_client.get(f"/en/quizzes/{exam.pk}/results/")
    assert page.status_code == 200
    assert "1 of 11 items right" in page.content.decode()
    body = own_client.get(f"/api/v1/quizzes/{exam.pk}/").json()
    assert body["finished_at"] == body["ends_at"]
    assert body["items"][row.position - 1]["result"]["correct"]
    assert "feedback" in own_client.get(url_of(row)).content.decode()
    assert own_client.get(f"/quizzes/{exam.pk}/").headers["Location"].endswith("/results/")
    assert Attempt.objects.get().finished_at is None
    assert close_due() == 1
    assert close_due() == 0
    closed = Attempt.objects.get()
    assert closed.finished_at == closed.ends_at
    assert exam.items.get(position=row.position).score == 1


def test_an_exam_that_cannot_be_closed_holds_up_no_other(
    bank: Bank, learner: Learner, caplog: pytest.LogCaptureFixture
) -> None:
    now = timezone.now()
    broken = begin(learner, now=now - timedelta(days=3))
    other = begin(Learner.objects.create(), now=now - timedelta(days=2))
    for exam in (broken, other):
        row = row_of(exam, "single")
        save(row, right(row), now=exam.started_at)
    card = Card.objects.create(
        learner=learner,
        question=row_of(broken, "single").item.question,
        due=now,
        created_at=now,
    )
    # a key as marks have them, kept from when programs might send one
    key = f"quiz:{row_of(broken, 'single').pk}"
    record_review(learner=learner, card=card, rating=Rating.GOOD, turn=0, key=key)
    close_due()
    assert str(broken.pk) in caplog.text
    assert Attempt.objects.get(pk=broken.pk).finished_at is None
    assert Attempt.objects.get(pk=other.pk).finished_at is not None


def test_a_late_answer_by_the_page_leads_to_the_results_and_says_so(
    exam: Attempt, own_client: Client
) -> None:
    row = row_of(exam, "single")
    overdue(exam)
    response = own_client.post(url_of(row), {"choice": "0", "revision": "0"})
    assert response.headers["Location"].endswith("/results/?late=1")
    assert "too late" in own_client.get(response.headers["Location"]).content.decode()
    assert exam.items.get(position=row.position).response is None


def test_flags_come_and_go_and_only_in_a_running_exam(exam: Attempt) -> None:
    wanted: dict[str, Any] = {"attempt": exam, "position": 2, "learner": exam.learner}
    assert flag_item(**wanted, flagged=True).flagged
    assert not flag_item(**wanted, flagged=False).flagged
    finish_attempt(attempt=exam, learner=exam.learner)
    with pytest.raises(AttemptError) as caught:
        flag_item(**wanted, flagged=True)
    assert caught.value.code == "finished"


def test_time_is_counted_for_each_item_as_it_is_saved(bank: Bank, learner: Learner) -> None:
    exam = begin(learner, now=NOON)
    one, other = row_of(exam, "single"), row_of(exam, "multiple")
    save(one, 0, now=NOON + timedelta(seconds=20))
    save(other, [0], now=NOON + timedelta(seconds=25))
    again = save(one, 1, now=NOON + timedelta(seconds=40))
    assert again.duration_ms == 35_000


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_kind_is_saved_and_shown_again_on_its_page(
    exam: Attempt, own_client: Client, language: str
) -> None:
    for row in exam.items.whole():
        data = {"text": "my words"} if row.item.kind == "open" else form(row, wrong(row))
        answer = own_client.post(url_of(row, language), data | {"revision": "0", "save": "1"})
        assert answer.status_code == 302
        row.refresh_from_db()
        assert row.response is not None
        page = own_client.get(url_of(row, language)).content.decode()
        assert 'name="revision" value="1"' in page
        assert re.search(r" checked| selected|my words|nonsense|value=\"-1\"|name=\"order\"", page)


def test_going_elsewhere_saves_first(exam: Attempt, own_client: Client) -> None:
    row = row_of(exam, "single")
    answer = own_client.post(url_of(row), {"choice": "1", "revision": "0", "go": "3"})
    assert answer.headers["Location"] == f"/en/quizzes/{exam.pk}/3/"
    row.refresh_from_db()
    assert row.response == 1
    empty = own_client.post(url_of(row_of(exam, "true_false")), {"revision": "0", "go": "end"})
    assert empty.headers["Location"] == f"/en/quizzes/{exam.pk}/finish/"


def test_an_order_that_nobody_touched_is_no_answer(exam: Attempt, own_client: Client) -> None:
    row = row_of(exam, "ordering")
    shown = {"order": ["0", "1", "2", "3"], "revision": "0"}
    own_client.post(url_of(row), shown | {"go": "1"})
    row.refresh_from_db()
    assert row.response is None
    moved = own_client.post(url_of(row), shown | {"move": "2:up"})
    row.refresh_from_db()
    assert row.response == [0, 2, 1, 3]
    page = own_client.get(moved.headers["Location"]).content.decode()
    assert re.findall(r'name="order" value="(\d)"', page) == ["0", "2", "1", "3"]


def test_a_flag_saves_the_answer_too(exam: Attempt, own_client: Client) -> None:
    row = row_of(exam, "single")
    own_client.post(url_of(row), {"choice": "1", "revision": "0", "flag": "1"})
    row.refresh_from_db()
    assert (row.response, row.flagged) == (1, True)
    assert "Flagged" in own_client.get(url_of(row)).content.decode()


def test_a_refused_answer_comes_back_as_it_was_typed(exam: Attempt, own_client: Client) -> None:
    row = row_of(exam, "numeric")
    page = own_client.post(url_of(row), {"number": "12 ms", "revision": "0"}).content.decode()
    assert 'value="12 ms"' in page
    assert 'role="alert"' in page


def test_a_script_saves_and_is_told_the_revision_or_what_is_wrong(exam: Attempt, own_client: Client) -> None:
    row = row_of(exam, "single")
    by_script = {"X-Autosave": "1"}
    told_back = own_client.post(url_of(row), {"choice": "1", "revision": "0"}, headers=by_script)
    assert told_back.json() == {"revision": 1}
    stale = own_client.post(url_of(row), {"choice": "0", "revision": "0"}, headers=by_script)
    assert stale.status_code == 409
    assert "Load the page again" in stale.json()["problem"]
    overdue(exam)
    late = own_client.post(url_of(row), {"choice": "0", "revision": "1"}, headers=by_script)
    assert (late.status_code, set(late.json())) == (409, {"problem"})


def test_the_hand_in_shows_what_is_missing_and_asks_first(exam: Attempt, own_client: Client) -> None:
    row = row_of(exam, "single")
    save(row, 0)
    other = row_of(exam, "multiple").position
    flag_item(attempt=exam, position=other, flagged=True, learner=exam.learner)
    page = own_client.get(f"/en/quizzes/{exam.pk}/finish/").content.decode()
    assert "1 of 11 items answered" in page
    assert f"Item {other}, not answered, flagged" in re.sub(r"<[^>]+>", "", page)
    assert Attempt.objects.get().finished_at is None
    assert own_client.get(f"/en/quizzes/{exam.pk}/results/").headers["Location"].endswith("/finish/")
    done = own_client.post(f"/en/quizzes/{exam.pk}/finish/")
    assert done.headers["Location"].endswith("/results/")
    assert Attempt.objects.get().finished_at is not None


def test_an_exam_goes_on_with_the_first_item_that_is_not_saved(exam: Attempt, own_client: Client) -> None:
    first, second = exam.items.whole()[:2]
    save(first, right(first))
    address = own_client.get(f"/quizzes/{exam.pk}/").headers["Location"]
    assert address == f"/quizzes/{exam.pk}/{second.position}/"


def test_the_page_works_without_script_and_says_when_it_ends(exam: Attempt, own_client: Client) -> None:
    page = own_client.get(url_of(row_of(exam, "single"))).content.decode()
    assert exam.ends_at
    assert exam.ends_at.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%H:%M:%S") in page
    save_settings(learner=exam.learner, values={"time_zone": "America/New_York"})
    page = own_client.get(url_of(row_of(exam, "single"))).content.decode()
    assert exam.ends_at.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M:%S") in page
    assert page.count('name="go"') >= 11


def test_open_answers_wait_on_the_results_for_their_grade(exam: Attempt, own_client: Client) -> None:
    row = row_of(exam, "open")
    save(row, None)
    finish_attempt(attempt=exam, learner=exam.learner)
    assert "1 open answer waits" in own_client.get(f"/en/quizzes/{exam.pk}/results/").content.decode()
    page = own_client.get(url_of(row)).content.decode()
    assert 'name="grade"' in page
    own_client.post(url_of(row), {"point": ["0"], "grade": "got"})
    row.refresh_from_db()
    assert row.score == 1


@pytest.mark.parametrize("path", ["", "1/", "finish/", "results/"])
def test_an_exam_is_its_learners_alone(exam: Attempt, other_client: Client, path: str) -> None:
    for client in (other_client, Client()):
        assert client.get(f"/quizzes/{exam.pk}/{path}").status_code == 404
        assert client.post(f"/quizzes/{exam.pk}/{path}", {"choice": "0"}).status_code in (404, 405)


def test_by_program(bank: Bank, client: Client) -> None:
    def send(path: str, data: Any, status: int = 200) -> Any:
        answer = client.post(f"/api/v1/quizzes/{path}", data, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    quiz = send("", {"mode": "exam", "minutes": 10, "kinds": ["single"], "topics": ["lora"]}, 201)
    base = f"{quiz['id']}/"
    assert 590 < quiz["seconds_left"] <= 600
    saved = send(f"{base}responses/", {"position": 1, "response": 0, "revision": 0})
    assert (saved["state"], saved["result"], saved["revision"]) == ("saved", None, 1)
    send(f"{base}responses/", {"position": 1, "response": 1, "revision": 0}, 409)
    assert send(f"{base}flags/", {"position": 1, "flagged": True})["flagged"]
    assert client.get(f"/api/v1/quizzes/{base}results/").status_code == 409
    assert send(f"{base}responses/", {"position": 1, "response": None})["state"] == "open"
    row = AttemptItem.objects.whole().get(attempt=quiz["id"])
    send(f"{base}responses/", {"position": 1, "response": right(row)})
    send(f"{base}speak/", {"position": 1}, 409)
    added = send(f"{base}finish/", {})
    assert added["whole"]["right"] == 1
    assert client.get(f"/api/v1/quizzes/{base}results/").json() == added
    own = client.get("/api/v1/quizzes/own/").json()
    assert [one["id"] for one in own["results"]] == [quiz["id"]]
    assert Client().get("/api/v1/quizzes/own/").json()["results"] == []


def test_a_list_of_quizzes_tells_nothing_of_a_running_exam(exam: Attempt, own_client: Client) -> None:
    for row in exam.items.whole():
        save(row, right(row))
    for url in ("/en/quizzes/", "/en/quizzes/own/"):
        page = own_client.get(url).content.decode()
        assert "items right" not in page
        assert "0/11" in page
    assert [row.score for row in read_rows(exam)] == [None] * 11
