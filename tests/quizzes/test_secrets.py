"""No key, reason or hint leaves the server before the response: on no page, in no API answer, in no error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from qbank.models import Bank
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.serializers import AskedSerializer, ResultSerializer, RevealedSerializer
from quizzes.sheets import face

pytestmark = pytest.mark.django_db
KEYS = re.compile(r"SECRET|91827|另写|key|rationale|correct", re.IGNORECASE)
NONSENSE: list[Any] = [
    None,
    "",
    "x",
    -1,
    99,
    [],
    [99],
    {},
    {"points": [0]},
    ["", ""],
    [0, 0, 0],
    True,
    "12 ms",
]


def told(response: Any) -> str:
    """Everything that a client sees: body and headers, without the site's own words for keys."""
    text = response.content.decode() + str(dict(response.headers)) + str(response.cookies)
    main = re.search(r"<main.*</main>", text, re.DOTALL)
    return main[0] if main else text


def secrets_in(text: str) -> list[str]:
    harmless = text.replace("rationale_html", "").replace("keyboard", "").replace("key point", "")
    return [found for found in KEYS.findall(harmless) if found.casefold() != "correct"]


def kinds_of(attempt: Attempt) -> set[str]:
    return {row.item.kind for row in attempt.items.whole()}


def test_the_attempt_under_test_has_every_kind(attempt: Attempt) -> None:
    assert len(kinds_of(attempt)) == 8


@pytest.mark.parametrize("language", ["", "/en"])
def test_no_page_of_an_unanswered_item_tells_its_key(
    attempt: Attempt, own_client: Client, language: str
) -> None:
    for position in range(1, 12):
        url = f"{language}/quizzes/{attempt.pk}/{position}/"
        assert secrets_in(told(own_client.get(url))) == [], url


def test_no_refused_form_tells_the_key(attempt: Attempt, own_client: Client) -> None:
    for row in attempt.items.whole():
        for data in (
            {},
            {"choice": "99"},
            {"number": "12 ms"},
            {"order": ["0"]},
            {"term0": "99"},
            {"blank0": " "},
        ):
            response = own_client.post(f"/quizzes/{attempt.pk}/{row.position}/", data)
            if response.status_code == 200:
                assert secrets_in(told(response)) == []
    assert not AttemptItem.objects.exclude(answered_at=None).exists()


def test_no_public_page_tells_a_key(bank: Bank, attempt: Attempt, own_client: Client) -> None:
    for url in ("/quizzes/", "/quizzes/new/?seed=7&number=50", f"/quizzes/{attempt.pk}/results/"):
        assert secrets_in(told(own_client.get(url))) == [], url


def test_the_api_tells_no_key_before_the_response(attempt: Attempt, own_client: Client) -> None:
    base = f"/api/v1/quizzes/{attempt.pk}/"
    begun = own_client.post("/api/v1/quizzes/", {"number": 50, "seed": "7"}, content_type="application/json")
    for response in (own_client.get(base), begun, own_client.get("/api/v1/quizzes/")):
        assert response.status_code in (200, 201)
        assert secrets_in(told(response)) == []


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
def test_no_refused_response_tells_the_key(attempt: Attempt, own_client: Client, nonsense: Any) -> None:
    for row in attempt.items.whole():
        data = {"position": row.position, "response": nonsense}
        response = own_client.post(
            f"/api/v1/quizzes/{attempt.pk}/responses/", data, content_type="application/json"
        )
        if response.status_code >= 400:
            assert secrets_in(told(response)) == []


def test_no_stranger_is_told_anything(attempt: Attempt, other_client: Client) -> None:
    for path in routes("quizzes"):
        url = "/" + path.replace("<uuid:pk>", str(attempt.pk)).replace("<int:position>", "1")
        for response in (other_client.get(url), other_client.post(url, {}, content_type="application/json")):
            assert secrets_in(told(response)) == [], url


def test_what_is_answered_tells_only_its_own_key(attempt: Attempt, own_client: Client) -> None:
    row = attempt.items.whole().get(item__kind="numeric")
    own_client.post(f"/quizzes/{attempt.pk}/{row.position}/", {"number": "1"})
    body = own_client.get(f"/api/v1/quizzes/{attempt.pk}/").json()
    for item in body["items"]:
        if item["position"] != row.position:
            assert (item["result"], item["revealed"]) == (None, None)
            assert secrets_in(str(item)) == []


def test_the_face_of_an_item_is_made_without_its_key(attempt: Attempt) -> None:
    assert not any(KEYS.search(str(face(row))) for row in attempt.items.select_related("item"))


def test_two_draws_of_an_ordering_do_not_give_its_order_away(bank: Bank) -> None:
    item = Item.objects.get(kind="ordering")
    assert item.sheet["steps"] != ["前向", "反向", "更新", "再反向"]
    assert Item.objects.get(kind="matching").answer.key["key"] != [0, 1, 2]


def test_keys_stand_in_two_serializers_only() -> None:
    telling = {"key", "rationale_html", "rationales_html", "answer_html", "gist_html", "parts", "correct"}
    open_fields = set(AskedSerializer().fields) - {"result", "revealed"}
    assert not telling & open_fields
    assert telling <= set(ResultSerializer().fields) | set(RevealedSerializer().fields)


def test_question_pages_hold_no_items(bank: Bank, client: Client) -> None:
    page = told(client.get("/questions/rich/"))
    for stem in ("若都为零会怎样", "哪些对？", "SECRETBLANK", "91827"):
        assert stem not in page


def routes(word: str) -> Iterator[str]:
    """Every route of the site that has the word in it."""

    def walk(patterns: list[Any], before: str) -> Iterator[str]:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and word in path and "admin" not in path:
                yield path

    return walk(get_resolver().url_patterns, "")
