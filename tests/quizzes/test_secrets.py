"""No key, reason or hint leaves the server before the response: on no page, in no API answer, in no error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from qbank.models import Bank, QuestionText
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.serializers import AskedSerializer, ResultSerializer, RevealedSerializer
from quizzes.services import sync_authored_items
from quizzes.sheets import face

pytestmark = pytest.mark.django_db
KEYS = re.compile(r"SECRET|91827|另写|[\"']key[\"']|rationale|[\"']correct[\"']", re.IGNORECASE)
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
    """Everything that a client is sent: the body, every header with its ETag, every cookie."""
    return response.content.decode() + repr(dict(response.headers)) + response.cookies.output()


def secrets_in(text: str) -> list[str]:
    return KEYS.findall(text)


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
        response = own_client.get(url)
        assert response.status_code == 200
        assert secrets_in(told(response)) == [], url


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
            assert response.status_code == 200
            assert secrets_in(told(response)) == []
    assert not AttemptItem.objects.exclude(answered_at=None).exists()


def test_no_public_page_tells_a_key(bank: Bank, attempt: Attempt, own_client: Client) -> None:
    for url in ("/quizzes/", "/quizzes/new/?seed=7&number=50", f"/quizzes/{attempt.pk}/results/"):
        response = own_client.get(url)
        assert response.status_code == 200
        assert secrets_in(told(response)) == [], url


def test_the_api_tells_no_key_before_the_response(attempt: Attempt, own_client: Client) -> None:
    base = f"/api/v1/quizzes/{attempt.pk}/"
    begun = own_client.post("/api/v1/quizzes/", {"number": 50, "seed": "7"}, content_type="application/json")
    for response, status in (
        (begun, 201),
        (own_client.get(base), 200),
        (own_client.get("/api/v1/quizzes/"), 200),
    ):
        assert response.status_code == status
        assert secrets_in(told(response)) == []


@pytest.mark.parametrize("nonsense", NONSENSE, ids=str)
def test_no_refused_response_tells_the_key(attempt: Attempt, own_client: Client, nonsense: Any) -> None:
    for row in attempt.items.whole():
        data = {"position": row.position, "response": nonsense}
        response = own_client.post(
            f"/api/v1/quizzes/{attempt.pk}/responses/", data, content_type="application/json"
        )
        row.refresh_from_db()
        if response.status_code == 200:
            assert row.answered_at is not None
            continue
        assert response.status_code in (400, 409)
        assert row.answered_at is None
        assert secrets_in(told(response)) == []


def test_no_stranger_is_told_anything(attempt: Attempt, other_client: Client) -> None:
    for path in routes("quizzes"):
        url = "/" + path.replace("<uuid:pk>", str(attempt.pk)).replace("<int:position>", "1")
        found = (404, 405) if "<uuid:pk>" in path else (200, 201, 302)
        for response in (other_client.get(url), other_client.post(url, {}, content_type="application/json")):
            assert response.status_code in (*found, 405), url
            assert secrets_in(told(response)) == [], url


def test_what_is_answered_tells_only_its_own_key(attempt: Attempt, own_client: Client) -> None:
    row = attempt.items.whole().get(item__kind="numeric")
    answered = own_client.post(f"/quizzes/{attempt.pk}/{row.position}/", {"number": "1"})
    assert answered.status_code == 302
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
    response = client.get("/questions/rich/")
    assert response.status_code == 200
    page = told(response)
    for stem in ("若都为零会怎样", "哪些对？", "SECRETBLANK", "91827"):
        assert stem not in page


OTHER_KEYS = {
    "single": (
        "- [ ] 慢一点\n  > SECRET 不是慢。\n- [x] 一步不动",
        "- [x] 慢一点\n  > SECRET 不是慢。\n- [ ] 一步不动",
    ),
    "multiple": ("- [x] 甲", "- [ ] 甲"),
    "true_false": ("- [ ] 对\n- [x] 错", "- [x] 对\n- [ ] 错"),
    "cloze": ("[[SECRETBLANK|另写]]", "[[SECRETOTHER]]"),
    "numeric": ("= 91827 ± 3", "= 5"),
    "matching": ("- 秩 :: 宽度\n- 缩放 :: 系数", "- 秩 :: 系数\n- 缩放 :: 宽度"),
    "rationale": ("> SECRET 梯度恰好为零。", "> SECRET 另有原因。"),
}


def all_public(client: Client) -> dict[str, str]:
    """Everything that is told of a new attempt by page and API before a response, but names and times."""
    begun = client.post(
        "/api/v1/quizzes/",
        {"number": 50, "seed": "7", "language": "zh-hans"},
        content_type="application/json",
    )
    quiz = begun.json()
    pages = [f"/quizzes/{quiz['id']}/{position}/" for position in range(1, 12)]
    seen = {
        url: client.get(url) for url in ("/quizzes/new/?seed=7&number=50", *pages, f"/api/v1{pages[0][:-2]}")
    }
    seen = {"begun": begun} | seen
    assert {response.status_code for response in seen.values()} == {200, 201}
    pool = r"(?<=pool=)[0-9a-f]{16}|(?<=pool_version.:.)[0-9a-f]{16}"  # of row numbers, which are others now
    changing = re.compile(
        rf"{pool}|{quiz['id']}|{quiz['started_at']}|(Set-Cookie|X-Learner).*|\w+, \d+ \w+ \d+ [\d:]+ GMT"
    )
    return {changing.sub("", url): changing.sub("", told(response)) for url, response in seen.items()}


def store_anew(texts: list[QuestionText]) -> None:
    """Make the items as if for the first time."""
    Attempt.objects.all().delete()
    Item.objects.all().delete()
    sync_authored_items([text.pk for text in texts])


def test_no_hash_or_order_tells_the_key_of_an_imported_choice(bank: Bank) -> None:
    text = QuestionText.objects.get(question__slug="choice")
    texts, seen = list(QuestionText.objects.all()), []
    for key in (["A"], ["B"]):
        text.choice_key = key
        text.save()
        store_anew(texts)
        assert Item.objects.get(source="imported").answer.key["key"] == "AB".index(key[0])
        seen.append(all_public(Client()))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("kind", OTHER_KEYS)
def test_no_hash_or_order_tells_the_key_of_an_authored_item(bank: Bank, kind: str) -> None:
    text = QuestionText.objects.get(question__slug="rich", language="zh-hans")
    texts, old, new = list(QuestionText.objects.all()), *OTHER_KEYS[kind]
    seen, checksums = [], []
    for before, after in ((old, old), (old, new)):
        for source in text.items_source:
            source["markdown"] = source["markdown"].replace(before, after)
        text.save()
        store_anew(texts)
        checksums.append(set(Item.objects.values_list("checksum", flat=True)))
        seen.append(all_public(Client()))
    assert len(checksums[0] - checksums[1]) == 1
    assert seen[0] == seen[1]


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
