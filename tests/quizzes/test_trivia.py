"""Questions with answers in the shape of the Open Trivia DB: of banks with open keys, and of no others."""

from __future__ import annotations

import base64
import html
from typing import Any
from urllib.parse import unquote, unquote_plus

import pytest
from django.core.cache import cache
from django.test import Client

from qbank.models import Bank, Question, Topic
from quizzes.models import Item

URL = "/api/v1/trivia/"


@pytest.fixture(autouse=True)
def fresh(db: None) -> None:
    cache.clear()


@pytest.fixture
def open_bank(bank: Bank) -> Bank:
    bank.open_keys = True
    bank.save()
    return bank


def ask(client: Client, url: str = URL, **query: Any) -> dict[str, Any]:
    response = client.get(url, query)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def test_a_bank_without_open_keys_gives_nothing(bank: Bank, client: Client) -> None:
    assert ask(client, amount=1) == {"response_code": 1, "results": []}
    assert ask(client, f"{URL}categories/") == {"trivia_categories": []}


def test_an_open_bank_gives_single_choices_and_true_false_with_their_answers(
    open_bank: Bank, client: Client
) -> None:
    answer = ask(client, amount=3)
    assert answer["response_code"] == 0
    by_type = {result["type"]: result for result in answer["results"]}
    assert set(by_type) == {"multiple", "boolean"}
    assert {len(result["incorrect_answers"]) for result in answer["results"]} <= {1, 2}
    one = next(r for r in answer["results"] if "若都为零" in r["question"])
    assert one["correct_answer"] == "一步不动"
    assert one["incorrect_answers"] == ["慢一点", "发散"]
    assert (one["difficulty"], one["category"]) == ("medium", "低秩")
    assert by_type["boolean"]["correct_answer"] == "False"
    assert by_type["boolean"]["incorrect_answers"] == ["True"]


def test_drafts_and_questions_that_are_hidden_stay_out(open_bank: Bank, client: Client) -> None:
    Item.objects.filter(kind="true_false").update(state="draft")
    Question.objects.filter(slug="choice").update(state="retired")
    assert ask(client, amount=1)["response_code"] == 0
    assert ask(client, amount=2) == {"response_code": 1, "results": []}


def test_wishes_are_kept(open_bank: Bank, client: Client) -> None:
    assert {r["type"] for r in ask(client, amount=1, type="boolean")["results"]} == {"boolean"}
    assert {r["difficulty"] for r in ask(client, amount=1, difficulty="easy")["results"]} == {"easy"}
    topic = Topic.objects.get(slug="cot")
    found = ask(client, amount=1, category=topic.pk)
    assert [r["category"] for r in found["results"]] == ["思维链"]
    assert ask(client, amount=2, category=topic.pk)["response_code"] == 1
    names = ask(client, f"{URL}categories/")["trivia_categories"]
    assert {"id": topic.pk, "name": "思维链"} in names


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"amount": "0"},
        {"amount": "51"},
        {"amount": "x"},
        {"amount": "-1"},
        {"amount": "1", "type": "open"},
        {"amount": "1", "difficulty": "2"},
        {"amount": "1", "encode": "rot13"},
        {"amount": "1", "category": "9" * 30},
    ],
)
def test_a_broken_wish_is_named(open_bank: Bank, client: Client, query: dict[str, str]) -> None:
    assert ask(client, **query) == {"response_code": 2, "results": []}


def test_encodings_can_be_read_back(open_bank: Bank, client: Client) -> None:
    Item.objects.filter(kind="true_false").update(stem_html="<p>a &lt; b &amp; c？</p>")
    decode = {
        "": html.unescape,
        "url3986": unquote,
        "urlLegacy": unquote_plus,
        "base64": lambda text: base64.b64decode(text).decode(),
    }
    for name, back in decode.items():
        (result,) = ask(client, amount=1, type="boolean", encode=name)["results"]
        assert back(result["question"]) == "a < b & c？", name
        assert back(result["correct_answer"]) == "False"


def test_with_a_token_no_question_comes_twice_until_it_is_reset(open_bank: Bank, client: Client) -> None:
    token = ask(client, f"{URL}token/", command="request")["token"]
    asked = [ask(client, amount=1, token=token)["results"][0]["question"] for _ in range(3)]
    assert len(set(asked)) == 3
    assert ask(client, amount=1, token=token) == {"response_code": 4, "results": []}
    assert ask(client, f"{URL}token/", command="reset", token=token)["response_code"] == 0
    assert ask(client, amount=1, token=token)["response_code"] == 0
    assert ask(client, amount=1, token="made up")["response_code"] == 3
    assert ask(client, f"{URL}token/", command="reset", token="x")["response_code"] == 3
    assert ask(client, f"{URL}token/")["response_code"] == 2


def test_who_asks_too_often_is_told_in_this_shape(
    open_bank: Bank, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttle = "rest_framework.throttling.SimpleRateThrottle.allow_request"
    monkeypatch.setattr(throttle, lambda *args: False)
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.wait", lambda *args: 7)
    response = client.get(URL, {"amount": 1})
    assert response.status_code == 429
    assert response.json() == {"response_code": 5, "results": []}
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Retry-After"] == "7"


def test_tokens_push_out_no_limit(client: Client) -> None:
    here = {"HTTP_ORIGIN": "http://testserver"}
    given = {"username": "nobody", "password": "wrong"}
    answers = [client.post("/account/sign-in/", given, **here) for _ in range(21)]  # type: ignore[arg-type]
    assert answers[-1].status_code == 429
    for _ in range(310):  # more than Django's cache in memory holds unless told
        assert ask(client, f"{URL}token/", command="request")["response_code"] == 0
    assert client.post("/account/sign-in/", given, **here).status_code == 429  # type: ignore[arg-type]
