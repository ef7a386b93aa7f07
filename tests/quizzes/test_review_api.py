"""Memory by program."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import Learner
from qbank.models import Bank, Question
from quizzes.cards import Card, MemorySettings, Review
from quizzes.core.scheduler import Rating
from quizzes.memory import add_cards, record_review
from quizzes.models import Item
from quizzes.review_pages import asked_row
from tests.quizzes.bank import right, wrong
from tests.quizzes.test_secrets import KEYS, routes, secrets_in, told

pytestmark = pytest.mark.django_db
BASE = "/api/v1/reviews/"


def send(client: Client, path: str, data: Any = None, method: str = "post") -> Any:
    return getattr(client, method)(f"{BASE}{path}", data or {}, content_type="application/json")


@pytest.fixture
def card(bank: Bank, learner: Learner) -> Card:
    add_cards(learner=learner, questions=Question.objects.filter(slug="rich"))
    return Card.objects.get()


def item_card(learner: Learner, kind: str) -> Card:
    item = Item.objects.filter(kind=kind, source="authored").preferring("zh-hans").first()
    assert item is not None
    add_cards(learner=learner, questions=[item.question], item_key=item.key)
    return Card.objects.select_related("question__bank").get(item_key=item.key)


def test_a_program_puts_a_topic_into_review_and_reviews_it(client: Client, bank: Bank) -> None:
    assert send(client, "cards/", {"topic": "cot"}).json() == {"added": 2}
    today = client.get(f"{BASE}today/").json()
    assert (today["new"], today["due"], today["done"]) == (2, 0, 0)
    asked = today["next"]
    assert asked["intervals"] == {"again": 60, "hard": 330, "good": 600, "easy": 8 * 86400}
    data = {
        "card": asked["card"]["id"],
        "turn": asked["card"]["turn"],
        "idempotency_key": "program-1",
        "rating": 4,
    }
    done = send(client, "", data).json()
    assert (done["review"]["rating"], done["card"]["phase"], done["card"]["turn"]) == (4, "review", 1)
    assert client.get(f"{BASE}today/").json()["done"] == 1
    assert client.get(BASE).json()["results"][0]["id"] == done["review"]["id"]


def test_what_is_sent_twice_counts_once_and_what_comes_late_is_refused(
    card: Card, own_client: Client
) -> None:
    data = {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "rating": 3}
    first, again = send(own_client, "", data), send(own_client, "", data)
    assert first.json()["review"] == again.json()["review"]
    late = send(own_client, "", data | {"idempotency_key": "program-2", "rating": 1})
    assert late.status_code == 409
    assert late["Content-Type"] == "application/problem+json"
    assert Review.objects.count() == 1


@pytest.mark.parametrize(
    "position", ["", "garbage", "\0", "2026-99-99", "2026-03-04", "0001-01-01T00:00:00+14:00", "1" * 5000]
)
def test_a_cursor_that_names_no_moment_is_not_found(own_client: Client, position: str) -> None:
    cursor = b64encode(urlencode({"p": position, "o": "9" * 30}).encode()).decode()
    response = own_client.get(BASE, {"cursor": cursor})
    assert response.status_code == 404


def test_a_cursor_of_the_log_leads_on(card: Card, own_client: Client) -> None:
    for turn in range(3):
        send(
            own_client, "", {"card": card.pk, "turn": turn, "idempotency_key": f"program-{turn}", "rating": 3}
        )
    seen, address = [], f"{BASE}?page_size=1"
    while address:
        page = own_client.get(address).json()
        seen += [review["turn"] for review in page["results"]]
        address = page["next"]
    assert seen == [2, 1, 0]


def test_a_key_used_before_tells_nothing_of_another_card(card: Card, own_client: Client) -> None:
    other = item_card(card.learner, "single")
    data = {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "rating": 1}
    assert send(own_client, "", data).status_code == 200
    for answer in range(3):
        refused = send(
            own_client, "", {"card": other.pk, "turn": 0, "idempotency_key": "program-1", "response": answer}
        )
        assert refused.status_code == 409
        assert "result" not in refused.json()
    assert send(own_client, "", data | {"rating": 4}).status_code == 409
    assert Review.objects.count() == 1


def test_a_key_of_another_turn_tells_nothing(bank: Bank, learner: Learner, own_client: Client) -> None:
    card = item_card(learner, "single")
    data = {"card": card.pk, "turn": 0, "idempotency_key": "program-1"}
    assert send(own_client, "", data | {"rating": 1}).status_code == 200
    row = asked_row(card, 1)
    assert row is not None
    refused = send(own_client, "", data | {"turn": 1, "response": wrong(row)})
    assert refused.status_code == 409
    assert secrets_in(told(refused)) == []
    assert "result" not in refused.json()
    assert Review.objects.count() == 1


def test_undoing_by_program(card: Card, own_client: Client) -> None:
    assert send(own_client, "undo/").status_code == 409
    send(own_client, "", {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "rating": 3})
    assert send(own_client, "undo/").json()["rating"] == 3
    assert own_client.get(BASE).json()["results"] == []
    assert own_client.get(f"{BASE}cards/{card.pk}/").json()["card"]["phase"] == "new"


@pytest.mark.parametrize(
    "kind", ["single", "multiple", "true_false", "cloze", "numeric", "matching", "ordering"]
)
def test_a_response_is_marked_and_gives_the_rating(
    bank: Bank, learner: Learner, own_client: Client, kind: str
) -> None:
    card = item_card(learner, kind)
    for turn, (answer, rating) in enumerate(((wrong, Rating.AGAIN), (right, Rating.GOOD))):
        card.refresh_from_db()
        shown = own_client.get(f"{BASE}cards/{card.pk}/")
        assert secrets_in(told(shown)) == []
        row = asked_row(card)
        assert row is not None
        data = {"card": card.pk, "turn": turn, "idempotency_key": f"program-{turn}", "response": answer(row)}
        body = send(own_client, "", data).json()
        assert body["review"]["rating"] == rating
        assert body["result"]["correct"] is (rating is Rating.GOOD)
        assert "SECRET" in str(body["result"])
        assert send(own_client, "", data).json()["result"]["correct"] is (rating is Rating.GOOD)


@pytest.mark.parametrize("extra", [{"hinted": True}, {"duration_ms": 61_000}])
def test_right_but_hinted_or_slow_is_hard(
    bank: Bank, learner: Learner, own_client: Client, extra: dict[str, Any]
) -> None:
    card = item_card(learner, "single")
    row = asked_row(card)
    assert row is not None
    data = {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "response": right(row)} | extra
    assert send(own_client, "", data).json()["review"]["rating"] == Rating.HARD


def test_the_card_of_a_question_takes_no_response(card: Card, own_client: Client) -> None:
    data = {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "response": 0}
    assert send(own_client, "", data).status_code == 400


@pytest.mark.parametrize(
    "bad",
    [
        {"rating": 0},
        {"rating": 5},
        {"rating": "x"},
        {"rating": None},
        {"turn": -1},
        {"turn": 2**31},
        {"idempotency_key": "k"},
        {"idempotency_key": "k" * 65},
        {"idempotency_key": "bad key!"},
        {"idempotency_key": "quiz:1234"},
        {"card": "x"},
        {"card": 2**70},
        {"duration_ms": -1},
        {"duration_ms": 10**12},
        {"response": 1},
    ],
    ids=str,
)
def test_bad_input_is_told_in_problem_details(card: Card, own_client: Client, bad: dict[str, Any]) -> None:
    data = {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "rating": 3} | bad
    response = send(own_client, "", data)
    assert response.status_code == 400
    assert response.json()["errors"]
    assert not Review.objects.exists()


def test_anybody_elses_cards_and_reviews_do_not_exist(
    card: Card, learner: Learner, other_client: Client, client: Client
) -> None:
    record_review(learner=learner, card=card, rating=Rating.GOOD, turn=0, key="program-0")
    for stranger in (other_client, client):
        assert stranger.get(BASE).json()["results"] == []
        assert stranger.get(f"{BASE}cards/").json()["count"] == 0
        assert stranger.get(f"{BASE}cards/{card.pk}/").status_code == 404
        for act in ("bury", "suspend", "resume"):
            assert send(stranger, f"cards/{card.pk}/{act}/").status_code == 404
        data = {"card": card.pk, "turn": 1, "idempotency_key": "program-1", "rating": 3}
        assert send(stranger, "", data).status_code == 404
        assert send(stranger, "undo/").status_code in (404, 409)
    assert Review.objects.count() == 1


def test_no_browser_of_another_site_reviews_for_anybody(card: Card, own_client: Client) -> None:
    data = {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "rating": 3}
    response = own_client.post(
        BASE, data, content_type="application/json", HTTP_ORIGIN="https://evil.example"
    )
    assert response.status_code == 403


def test_cards_are_listed_by_how_they_stand(card: Card, own_client: Client) -> None:
    send(own_client, f"cards/{card.pk}/suspend/")
    assert own_client.get(f"{BASE}cards/?state=suspended").json()["count"] == 1
    assert own_client.get(f"{BASE}cards/?state=leech").json()["count"] == 0
    assert own_client.get(f"{BASE}cards/?state=nonsense").status_code == 400
    assert send(own_client, f"cards/{card.pk}/resume/").json()["suspended"] is False
    assert send(own_client, f"cards/{card.pk}/explode/").status_code == 404


def test_settings_are_changed_by_program_and_the_rest_stays(client: Client) -> None:
    assert client.get(f"{BASE}settings/").json()["retention"] == 0.9
    assert not Learner.objects.exists()
    assert send(client, "settings/", {"retention": 0.85}, "patch").json()["retention"] == 0.85
    changed = send(client, "settings/", {"time_zone": "Europe/Berlin"}, "patch").json()
    assert (changed["retention"], changed["time_zone"]) == (0.85, "Europe/Berlin")


@pytest.mark.parametrize(
    "bad",
    [
        {"retention": 0.5},
        {"retention": "x"},
        {"new_limit": -1},
        {"day_start": 13},
        {"time_zone": "Mars/Olympus"},
        {"parameters": [1, 2]},
        {"parameters": [99] * 21},
        {"parameters": [0.1] * 1000},
    ],
    ids=str,
)
def test_settings_out_of_bounds_are_refused(client: Client, bad: dict[str, Any]) -> None:
    assert send(client, "settings/", bad, "patch").status_code == 400
    assert not MemorySettings.objects.exists()


def test_scheduling_anew_by_program(card: Card, own_client: Client) -> None:
    send(own_client, "", {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "rating": 4})
    send(own_client, "settings/", {"retention": 0.8}, "patch")
    preview = own_client.get(f"{BASE}reschedule/").json()
    assert (preview["cards"], preview["moved"], preview["later"]) == (1, 1, 1)
    assert send(own_client, "reschedule/").json() == {"moved": 1}
    assert own_client.get(f"{BASE}reschedule/").json()["moved"] == 0


def test_the_log_is_read_page_by_page(card: Card, learner: Learner, own_client: Client) -> None:
    for turn in range(5):
        record_review(learner=learner, card=card, rating=Rating.GOOD, turn=turn, key=f"program-{turn}")
    seen, url = [], f"{BASE}?page_size=2"
    while url:
        body = own_client.get(url).json()
        seen += [review["turn"] for review in body["results"]]
        url = body["next"]
    assert seen == [4, 3, 2, 1, 0]


def test_no_address_of_memory_tells_a_key_before_the_response(
    bank: Bank, learner: Learner, own_client: Client
) -> None:
    cards = [item_card(learner, kind) for kind in ("numeric", "cloze", "single", "open")]
    known = {"review", "progress"}
    paths = {path for word in known for path in routes(word)}
    assert len(paths) >= 20
    for path in sorted(paths):
        for card in cards:
            url = "/" + path.replace("<int:pk>", str(card.pk)).replace("<slug:name>", "bury")
            url = url.replace("<slug:act>", "bury")
            response = own_client.get(url)
            body = b"".join(response) if response.streaming else response.content
            assert not KEYS.search(body.decode()), url
            for refused in (
                {},
                {"card": card.pk, "turn": 0, "idempotency_key": "program-1", "response": "nonsense"},
            ):
                assert not KEYS.search(
                    told(own_client.post(url, refused, content_type="application/json"))
                ), url
