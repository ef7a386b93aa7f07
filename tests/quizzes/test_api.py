"""The sitting by program."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Learner
from qbank.models import Bank
from quizzes.models import Attempt, AttemptItem
from tests.quizzes.bank import right, wrong

pytestmark = pytest.mark.django_db


def send(client: Client, url: str, data: Any, status: int = 200, **headers: str) -> Any:
    response = client.post(url, data, content_type="application/json", headers=headers)
    assert response.status_code == status, response.content.decode()
    return response.json()


def begin(client: Client, **data: Any) -> Any:
    return send(client, "/api/v1/quizzes/", {"number": 50, "seed": "7", **data}, 201)


def rows_of(quiz: Any) -> dict[int, AttemptItem]:
    rows = AttemptItem.objects.whole().filter(attempt=quiz["id"])
    return {row.position: row for row in rows}


def path_of(quiz: Any) -> str:
    return f"/api/v1/quizzes/{quiz['id']}/"


def test_it_tells_what_a_quiz_can_be_made_of(bank: Bank, client: Client) -> None:
    response = client.get("/api/v1/quizzes/", headers={"Accept-Language": "en"})
    body = response.json()
    assert not response.cookies
    assert body["items"] == 11
    assert {"value": "cot", "title": "Chain of thought", "count": 2} in body["topics"]
    assert {"value": "single", "title": "Single choice", "count": 2} in body["kinds"]
    assert not Learner.objects.exists()


def test_a_quiz_begins_without_keys(bank: Bank, client: Client) -> None:
    quiz = begin(client)
    assert len(quiz["items"]) == 11
    assert all(item["result"] is None and item["state"] == "open" for item in quiz["items"])
    assert "SECRET" not in str(quiz)


def test_the_same_seed_gives_the_same_items(bank: Bank, client: Client) -> None:
    one, other = begin(client), begin(Client())
    assert one["id"] != other["id"]
    assert one["items"] == other["items"]
    assert one["pool_version"] == other["pool_version"]


def test_a_seed_is_drawn_when_missing(bank: Bank, client: Client) -> None:
    assert send(client, "/api/v1/quizzes/", {}, 201)["seed"].isdigit()


def test_the_language_is_chosen_by_the_body_or_the_header(bank: Bank, client: Client) -> None:
    stems = {
        name: [item["stem_html"] for item in quiz["items"]]
        for name, quiz in (
            (
                "header",
                send(client, "/api/v1/quizzes/", {"number": 50, "seed": "7"}, 201, accept_language="en"),
            ),
            ("body", begin(Client(), language="en")),
        )
    }
    assert stems["header"] == stems["body"]
    assert any("What if both are zero?" in stem for stem in stems["body"])


def test_every_kind_is_answered(bank: Bank, client: Client) -> None:
    quiz = begin(client)
    for position, row in rows_of(quiz).items():
        if row.item.kind == "open":
            shown = send(client, f"{path_of(quiz)}reveal/", {"position": position, "text": "mine"})
            assert len(shown["revealed"]["points"]) == row.item.sheet["points"]
            assert shown["result"] is None
        data = {"position": position, "response": right(row)}
        told = send(client, f"{path_of(quiz)}responses/", data)
        assert told["result"]["score"] == 1
        assert told["state"] == "right"
        assert told["result"]["source"]["slug"] == row.item.question.slug
    again = client.get(path_of(quiz)).json()
    assert again["finished_at"]
    assert all(item["result"]["correct"] for item in again["items"])


def test_the_key_comes_in_the_shape_of_a_response(bank: Bank, client: Client) -> None:
    quiz = begin(client, kinds=["single", "multiple", "true_false", "matching", "ordering"])
    for position, row in rows_of(quiz).items():
        data = {"position": position, "response": wrong(row)}
        key = send(client, f"{path_of(quiz)}responses/", data)["result"]["key"]
        assert key == right(row)


def test_the_same_response_again_gives_the_same_mark_and_another_conflicts(
    bank: Bank, client: Client
) -> None:
    quiz = begin(client, kinds=["single"])
    row = rows_of(quiz)[1]
    url = f"{path_of(quiz)}responses/"
    first = send(client, url, {"position": 1, "response": wrong(row)})
    assert send(client, url, {"position": 1, "response": wrong(row)}) == first
    problem = send(client, url, {"position": 1, "response": right(row)}, 409)
    assert problem["status"] == 409
    assert "first answer" in problem["detail"] or "第一" in problem["detail"]


def test_finishing_gives_results_and_keeps_the_keys_of_what_was_not_answered(
    bank: Bank, client: Client
) -> None:
    quiz = begin(client)
    rows = rows_of(quiz)
    numeric = next(row for row in rows.values() if row.item.kind == "numeric")
    data = {"position": numeric.position, "response": 91827}
    send(client, f"{path_of(quiz)}responses/", data)
    added = send(client, f"{path_of(quiz)}finish/", {})
    assert added["whole"] == {
        "name": "",
        "items": 11,
        "right": 1,
        "wrong": 0,
        "unanswered": 10,
        "score": pytest.approx(1 / 11),
    }
    assert numeric.position not in added["missed"]
    assert send(client, f"{path_of(quiz)}finish/", {}) == added
    left = [item for item in client.get(path_of(quiz)).json()["items"] if item["state"] == "open"]
    assert "SECRET" not in str(left)
    single = next(row for row in rows.values() if row.item.kind == "single")
    send(client, f"{path_of(quiz)}responses/", {"position": single.position, "response": 0}, 409)


def test_all_that_is_wrong_with_a_blueprint_is_listed(bank: Bank, client: Client) -> None:
    data = {
        "topics": ["nowhere"],
        "kinds": ["essay"],
        "number": 0,
        "seed": "a b",
        "difficulty": [7],
        "mode": "x",
    }
    problem = send(client, "/api/v1/quizzes/", data, 400)
    assert {error["name"].partition(".")[0] for error in problem["errors"]} >= {
        "kinds",
        "number",
        "seed",
        "mode",
    }
    problem = send(client, "/api/v1/quizzes/", {"topics": ["nowhere", "neither"]}, 400)
    assert len(problem["errors"]) == 2
    assert not Learner.objects.exists()


def test_a_blueprint_without_items_begins_nothing(bank: Bank, client: Client) -> None:
    problem = send(client, "/api/v1/quizzes/", {"questions": ["nowhere"]}, 400)
    assert problem["errors"][0]["name"] == "blueprint"
    assert not Attempt.objects.exists()
    assert not Learner.objects.exists()
    assert not client.cookies


@pytest.mark.parametrize("name", ["topics", "questions", "tags", "difficulty", "kinds", "items"])
def test_a_list_that_is_too_long_is_refused_as_a_whole(bank: Bank, client: Client, name: str) -> None:
    problem = send(client, "/api/v1/quizzes/", {name: ["x"] * 255_000}, 400)
    assert [error["name"] for error in problem["errors"]] == [name]
    assert not Learner.objects.exists()


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800"])
@pytest.mark.parametrize("kind", ["cloze", "open"])
def test_text_that_cannot_be_stored_is_refused(bank: Bank, client: Client, kind: str, text: str) -> None:
    quiz = begin(client, kinds=[kind])
    path, given = (
        ("reveal/", f'"text": "{text}"') if kind == "open" else ("responses/", f'"response": ["{text}", "x"]')
    )
    response = client.post(
        path_of(quiz) + path, f'{{"position": 1, {given}}}', content_type="application/json"
    )
    assert response.status_code == 400
    assert not AttemptItem.objects.exclude(revealed_at=None, answered_at=None).exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"position": 1},
        {"position": 0, "response": 0},
        {"position": 50, "response": 0},
        {"position": 1, "response": "B"},
        {"position": 1, "response": {"a": [1]}},
        [],
    ],
)
def test_a_broken_response_is_refused_and_changes_nothing(bank: Bank, client: Client, data: Any) -> None:
    quiz = begin(client, kinds=["single"])
    problem = send(client, f"{path_of(quiz)}responses/", data, 400)
    assert problem["errors"]
    assert not AttemptItem.objects.exclude(answered_at=None).exists()


def test_only_json_is_taken(bank: Bank, client: Client) -> None:
    response = client.post("/api/v1/quizzes/", {"number": 3})
    assert response.status_code == 415
    assert not response.cookies
    assert not Learner.objects.exists()


def test_an_attempt_is_its_learners_alone(bank: Bank, client: Client, other_client: Client) -> None:
    quiz = begin(client)
    for stranger in (other_client, Client()):
        assert stranger.get(path_of(quiz)).status_code == 404
        for path in ("responses/", "reveal/", "finish/"):
            send(stranger, path_of(quiz) + path, {"position": 1, "response": 0}, 404)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_other_site_writes_with_the_callers_cookie(bank: Bank, origin: str) -> None:
    client = Client(enforce_csrf_checks=True)
    quiz = begin(client)
    assert client.cookies.keys() == {settings.LEARNER_COOKIE_NAME}
    for path in ("responses/", "reveal/", "finish/"):
        send(client, path_of(quiz) + path, {"position": 1, "response": 0}, 403, origin=origin)
    send(client, "/api/v1/quizzes/", {}, 403, origin=origin)
    assert not AttemptItem.objects.exclude(answered_at=None, revealed_at=None).exists()
    assert Attempt.objects.get().finished_at is None
    assert send(client, f"{path_of(quiz)}finish/", {})["finished_at"]


def test_reading_sets_no_cookies(bank: Bank, client: Client) -> None:
    quiz = begin(client)
    assert not client.get(path_of(quiz)).cookies


@pytest.mark.django_db(transaction=True)
def test_a_plain_http_client_sits_a_quiz(bank: Bank, live_server: Any) -> None:
    with httpx.Client(base_url=live_server.url) as http:
        quiz = http.post("/api/v1/quizzes/", json={"kinds": ["true_false"], "language": "en"}).json()
        told = http.post(
            f"/api/v1/quizzes/{quiz['id']}/responses/",
            json={"position": 1, "response": False},
        )
        assert told.status_code == 200, told.text
        assert told.json()["result"]["correct"]
        assert http.get(f"/api/v1/quizzes/{quiz['id']}/").json()["finished_at"]


@pytest.mark.django_db(transaction=True)
def test_answers_that_come_at_the_same_time_count_once(bank: Bank, live_server: Any) -> None:
    with httpx.Client(base_url=live_server.url) as http:
        quiz = http.post("/api/v1/quizzes/", json={"kinds": ["single"], "topics": ["lora"]}).json()
        codes: list[int] = []

        def answer(choice: int) -> None:
            told = http.post(
                f"/api/v1/quizzes/{quiz['id']}/responses/",
                json={"position": 1, "response": choice},
            )
            codes.append(told.status_code)

        threads = [threading.Thread(target=answer, args=(choice,)) for choice in (0, 1, 2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(codes) == [200, 409, 409]


def test_the_schema_describes_it_without_warnings(db: None) -> None:
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    about_us = [str(entry) for entry in [*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]]
    assert [line for line in about_us if "quizzes" in line.casefold() or "Kind" in line] == []
    assert {path for path in schema["paths"] if "quizzes" in path} == {
        "/api/v1/quizzes/",
        "/api/v1/quizzes/{id}/",
        "/api/v1/quizzes/own/",
        "/api/v1/quizzes/{id}/flags/",
        "/api/v1/quizzes/{id}/flaws/",
        "/api/v1/quizzes/{id}/speak/",
        "/api/v1/quizzes/{id}/skip/",
        "/api/v1/quizzes/{id}/results/",
        "/api/v1/quizzes/{id}/reveal/",
        "/api/v1/quizzes/{id}/responses/",
        "/api/v1/quizzes/{id}/finish/",
    }
    assert "cookie" in schema["paths"]["/api/v1/quizzes/"]["post"]["description"]
