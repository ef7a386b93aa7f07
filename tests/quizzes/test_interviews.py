"""Mock interviews: one question after the other, thinking, speaking, comparing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Learner
from qbank.models import Bank
from quizzes.core.blueprint import Blueprint
from quizzes.core.grading import likely_points
from quizzes.interviews import begin_speaking, skip_question
from quizzes.marking import AttemptError
from quizzes.models import Attempt, Item
from quizzes.services import record_response, reveal_answer, start_attempt

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def interview(bank: Bank, learner: Learner) -> Attempt:
    blueprint = Blueprint(kinds=("open",), mode="interview", number=3)
    return start_attempt(learner=learner, blueprint=blueprint, seed="7", language="zh-hans", now=NOON)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def turn(interview: Attempt, position: int) -> dict[str, Any]:
    return {"attempt": interview, "position": position, "learner": interview.learner}


def url_of(interview: Attempt, position: int) -> str:
    return f"/en/quizzes/{interview.pk}/{position}/"


def test_a_question_is_thought_about_spoken_to_compared_and_graded(interview: Attempt) -> None:
    begin_speaking(**turn(interview, 1), now=at(30))
    reveal_answer(**turn(interview, 1), text="mine", now=at(100))
    row = record_response(**turn(interview, 1), response={"points": [0]}, now=at(160))
    assert (row.begun_at, row.spoke_at, row.revealed_at) == (NOON, at(30), at(100))
    assert row.duration_ms == 100_000
    assert interview.items.get(position=2).begun_at == at(160)


def test_questions_come_one_after_the_other(interview: Attempt) -> None:
    for command in (
        lambda: begin_speaking(**turn(interview, 2)),
        lambda: reveal_answer(**turn(interview, 2)),
        lambda: skip_question(**turn(interview, 2)),
    ):
        with pytest.raises(AttemptError) as caught:
            command()
        assert caught.value.code == "turn"
    skip_question(**turn(interview, 1))
    with pytest.raises(AttemptError):
        begin_speaking(**turn(interview, 1))
    assert begin_speaking(**turn(interview, 2)).spoke_at


def test_skipping_twice_skips_once(interview: Attempt) -> None:
    for _ in range(2):
        skip_question(**turn(interview, 1))
    assert interview.items.get(position=3).begun_at is None


def test_the_last_question_ends_it_graded_or_skipped(interview: Attempt) -> None:
    count = interview.items.count()
    for position in range(1, count):
        skip_question(**turn(interview, position))
    assert Attempt.objects.get().finished_at is None
    reveal_answer(**turn(interview, count))
    record_response(**turn(interview, count), response={"points": [], "grade": "missed"}, now=at(60))
    assert Attempt.objects.get().finished_at == at(60)


def test_nothing_of_a_question_is_shown_before_its_turn(interview: Attempt, own_client: Client) -> None:
    body = own_client.get(f"/api/v1/quizzes/{interview.pk}/").json()
    assert body["items"][0]["stem_html"]
    assert {(item["stem_html"], item["ref"]) for item in body["items"][1:]} == {("", "")}
    assert own_client.get(url_of(interview, 2)).headers["Location"] == f"/en/quizzes/{interview.pk}/"
    card = own_client.get(f"/en/quizzes/{interview.pk}/results/").content.decode()
    assert card.count("still to come") == 2


def test_the_page_leads_through_the_phases_without_script(interview: Attempt, own_client: Client) -> None:
    url, address = url_of(interview, 1), f"/en/quizzes/{interview.pk}/"
    page = own_client.get(url).content.decode()
    assert "60 seconds to think, then 180 to speak" in page
    assert "SECRET" not in page
    own_client.post(url, {"speak": "1"})
    page = own_client.get(url).content.decode()
    assert 'name="reveal"' in page
    assert "SECRET" not in page
    own_client.post(url, {"reveal": "1", "text": "nothing much"})
    page = own_client.get(url).content.decode()
    assert "SECRET" in page
    done = own_client.post(url, {"point": ["0"], "grade": "partly"})
    assert done.headers["Location"] == address
    assert own_client.get(address).headers["Location"] == url_of(interview, 2)
    assert "feedback" in own_client.get(url).content.decode()


def test_a_grade_may_be_left_to_the_points_ticked(interview: Attempt) -> None:
    reveal_answer(**turn(interview, 1))
    row = record_response(**turn(interview, 1), response={"points": [0, 1]})
    assert row.self_marks == {"points": [0, 1], "grade": "got"}


def test_the_scorecard_tells_times_points_and_grades(interview: Attempt, own_client: Client) -> None:
    begin_speaking(**turn(interview, 1), now=at(30))
    reveal_answer(**turn(interview, 1), text="my own words", now=at(100))
    record_response(**turn(interview, 1), response={"points": [0], "grade": "partly"}, now=at(160))
    own_client.post(f"/quizzes/{interview.pk}/finish/")
    card = own_client.get(f"/en/quizzes/{interview.pk}/results/").content.decode()
    for said in ("Scorecard", "0:30", "1:10", "1 / 2", "Partly", "my own words", "not ticked"):
        assert said in card
    assert card.count("not answered") == 2


def test_the_clocks_of_the_address_are_kept(bank: Bank, client: Client) -> None:
    address = "/en/quizzes/new/?mode=interview&think=20&speak=45&seed=1&number=2"
    assert "20 seconds to think, 45 to speak" in client.get(address).content.decode()
    begun = client.post(address, headers={"Origin": "http://testserver"})
    page = client.get(client.get(begun.headers["Location"]).headers["Location"]).content.decode()
    assert "20 seconds to think, then 45 to speak" in page


def test_words_suggest_ticks_and_nothing_more() -> None:
    points = ["起点：常常够用", "Upper bound: never beyond", "x", "没有提到"]
    assert likely_points("先说起点，再说 upper  BOUND。", points) == (0, 1)
    assert likely_points("", points) == ()


def test_an_interview_asks_no_gaps_in_sentences(bank: Bank, learner: Learner) -> None:
    item = Item.objects.live().filter(kind="open").first()
    assert item
    Item.objects.filter(pk=item.pk).update(sheet={**item.sheet, "form": "term"})
    blueprint = Blueprint(kinds=("open",), mode="interview", number=50)
    drawn = start_attempt(learner=learner, blueprint=blueprint, seed="1", language="zh-hans")
    assert item.pk not in drawn.items.values_list("item", flat=True)


@pytest.mark.parametrize("path", ["", "1/", "results/"])
def test_an_interview_is_its_learners_alone(interview: Attempt, other_client: Client, path: str) -> None:
    for client in (other_client, Client()):
        assert client.get(f"/quizzes/{interview.pk}/{path}").status_code == 404


def test_by_program(bank: Bank, client: Client) -> None:
    def send(path: str, data: Any, status: int = 200) -> Any:
        answer = client.post(f"/api/v1/quizzes/{path}", data, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    quiz = send("", {"mode": "interview", "number": 2, "think": 20}, 201)
    base = f"{quiz['id']}/"
    assert send(f"{base}speak/", {"position": 1})["revealed"] is None
    assert send(f"{base}reveal/", {"position": 1})["revealed"]["points"]
    assert send(f"{base}responses/", {"position": 1, "response": {"points": [0]}})["result"]["self_graded"]
    send(f"{base}skip/", {"position": 2})
    assert client.get(f"/api/v1/quizzes/{base}results/").json()["whole"]["unanswered"] == 1
    send(f"{base}flags/", {"position": 1, "flagged": True}, 409)
    send("", {"mode": "interview", "kinds": ["single"]}, 400)
