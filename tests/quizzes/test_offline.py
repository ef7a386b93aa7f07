"""What was answered offline and comes later: when it counts from, and that it counts once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Learner
from qbank.models import Bank, Question
from quizzes.cards import Card, Review
from quizzes.core.blueprint import Blueprint, Mode
from quizzes.core.scheduler import Rating
from quizzes.memory import add_cards, record_review, undo_review
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.services import start_attempt
from tests.quizzes.bank import right
from tests.quizzes.test_secrets import secrets_in, told

pytestmark = pytest.mark.django_db
KEY = "kept-offline-1"


def send(client: Client, path: str, data: Any) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json")


def begun(learner: Learner, ago: timedelta, mode: Mode = Mode.PRACTICE) -> Attempt:
    blueprint = Blueprint(number=50, mode=mode.value)
    return start_attempt(
        learner=learner, blueprint=blueprint, seed="7", language="zh-hans", now=timezone.now() - ago
    )


@pytest.fixture
def card(bank: Bank, learner: Learner) -> Card:
    moment = timezone.now() - timedelta(days=9)
    add_cards(learner=learner, questions=Question.objects.filter(slug="rich"), now=moment)
    return Card.objects.get()


def rating(card: Card, when: datetime, **fields: Any) -> dict[str, Any]:
    return {"card": card.pk, "turn": 0, "idempotency_key": KEY, "rating": 3} | {
        "reviewed_at": when.isoformat(),
        **fields,
    }


def test_a_review_counts_from_when_it_was_and_is_due_from_then(card: Card, own_client: Client) -> None:
    when = timezone.now() - timedelta(hours=30)
    assert send(own_client, "reviews/", rating(card, when, rating=4)).status_code == 200
    card.refresh_from_db()
    assert card.last_review == Review.objects.get().reviewed_at == when
    assert card.due == when + timedelta(days=8)
    assert Review.objects.get().day < timezone.now().date()


def test_a_review_sent_twice_counts_once_whatever_the_time(card: Card, own_client: Client) -> None:
    when = timezone.now() - timedelta(hours=2)
    first = send(own_client, "reviews/", rating(card, when)).json()
    again = send(own_client, "reviews/", rating(card, when + timedelta(minutes=1))).json()
    assert first["review"] == again["review"]
    assert Review.objects.count() == 1


@pytest.mark.parametrize("path", ["reviews/", "responses/"])
@pytest.mark.parametrize("when", ["tomorrow", "0000-00-00T00:00:00Z", "", 5, None, "far"])
def test_a_time_to_come_or_none_is_refused(
    card: Card, attempt: Attempt, own_client: Client, when: Any, path: str
) -> None:
    if when == "far":
        when = (timezone.now() + timedelta(minutes=2)).isoformat()
    if path == "reviews/":
        response = send(own_client, path, rating(card, timezone.now()) | {"reviewed_at": when})
    else:
        data = {"position": 1, "response": 0, "answered_at": when}
        response = send(own_client, f"quizzes/{attempt.pk}/{path}", data)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert not Review.objects.exists()
    assert not AttemptItem.objects.exclude(answered_at=None).exists()


def test_a_clock_a_little_fast_counts_as_now(card: Card, own_client: Client) -> None:
    before = timezone.now()
    response = send(own_client, "reviews/", rating(card, before + timedelta(seconds=40)))
    assert response.status_code == 200
    assert before <= Review.objects.get().reviewed_at <= timezone.now()


def test_a_review_is_never_before_the_one_before_nor_before_its_card(card: Card, learner: Learner) -> None:
    early = card.created_at - timedelta(days=3)
    first = record_review(
        learner=learner, card=card, rating=Rating.GOOD, turn=0, key="first-one", reviewed_at=early
    )
    assert first.reviewed_at == card.created_at
    later = card.created_at + timedelta(days=2)
    record_review(learner=learner, card=card, rating=Rating.GOOD, turn=1, key="second-one", now=later)
    third = record_review(
        learner=learner, card=card, rating=Rating.GOOD, turn=2, key="third-one", reviewed_at=early
    )
    assert third.reviewed_at == later


def test_two_orders_of_arrival_of_two_cards_leave_the_same_cards(bank: Bank, learner: Learner) -> None:
    moment = timezone.now() - timedelta(days=5)
    add_cards(learner=learner, questions=Question.objects.all(), now=moment)
    one, two, *_ = Card.objects.order_by("pk")
    states = []
    for order in ((one, two), (two, one)):
        for card in order:
            when = moment + timedelta(hours=1 + card.pk % 7)
            record_review(
                learner=learner,
                card=card,
                rating=Rating.HARD,
                turn=0,
                key=f"card-{card.pk}",
                reviewed_at=when,
            )
        states.append([Card.objects.get(pk=card.pk).state for card in (one, two)])
        Review.objects.all().delete()
        for card in (one, two):
            Card.objects.filter(pk=card.pk).update(
                **{name: getattr(card, name) for name in ("phase", "due", "reps", "last_review", "step")},
                stability=None,
                difficulty=None,
            )
    assert states[0] == states[1]


def test_a_rating_is_taken_back_by_its_name_once_and_may_be_given_anew(
    card: Card, own_client: Client
) -> None:
    when = timezone.now() - timedelta(days=2)
    send(own_client, "reviews/", rating(card, when))
    for _ in range(2):
        response = send(own_client, "reviews/undo/", {"idempotency_key": KEY})
        assert (response.status_code, response.json()["rating"]) == (200, 3)
    card.refresh_from_db()
    assert card.reps == 0
    again = rating(card, when + timedelta(minutes=1), idempotency_key="kept-offline-2", rating=1)
    assert send(own_client, "reviews/", again).json()["review"]["rating"] == 1
    assert send(own_client, "reviews/undo/", {"idempotency_key": KEY}).status_code == 200
    card.refresh_from_db()
    assert card.reps == 1


def test_an_unknown_name_takes_nothing_back(card: Card, own_client: Client, other_client: Client) -> None:
    send(own_client, "reviews/", rating(card, timezone.now()))
    assert send(own_client, "reviews/undo/", {"idempotency_key": "never-sent"}).status_code == 409
    assert send(own_client, "reviews/undo/", {"idempotency_key": "\0"}).status_code == 400
    assert send(other_client, "reviews/undo/", {"idempotency_key": KEY}).status_code == 409
    assert Review.objects.live().count() == 1


def test_a_named_rating_that_a_quiz_followed_stays(card: Card, own_client: Client, learner: Learner) -> None:
    send(own_client, "reviews/", rating(card, timezone.now() - timedelta(hours=1)))
    record_review(learner=learner, card=card, rating=Rating.GOOD, turn=1, key="another-device")
    assert send(own_client, "reviews/undo/", {"idempotency_key": KEY}).status_code == 409
    assert undo_review(learner=learner).key == "another-device"
    assert send(own_client, "reviews/undo/", {"idempotency_key": KEY}).status_code == 200


def test_a_practice_answer_counts_from_when_it_was(bank: Bank, learner: Learner, own_client: Client) -> None:
    attempt = begun(learner, timedelta(hours=8))
    row = attempt.items.whole().filter(item__kind="single").first()
    assert row is not None
    when = attempt.started_at + timedelta(minutes=1)
    data = {"position": row.position, "response": right(row), "answered_at": when.isoformat()}
    for _ in range(2):
        body = send(own_client, f"quizzes/{attempt.pk}/responses/", data).json()
        assert body["result"]["correct"] is True
    row.refresh_from_db()
    assert (row.answered_at, row.duration_ms) == (when, 60_000)
    review = Review.objects.get()
    assert (review.reviewed_at, review.rating) == (when, Rating.GOOD)


def test_answers_stand_in_the_order_in_which_they_came(
    bank: Bank, learner: Learner, own_client: Client
) -> None:
    attempt = begun(learner, timedelta(hours=8))
    rows = list(attempt.items.whole().filter(item__kind__in=("single", "numeric"))[:3])
    when = attempt.started_at + timedelta(hours=1)
    for row, moment in zip(rows, (when, when - timedelta(minutes=5), attempt.started_at), strict=True):
        data = {"position": row.position, "response": right(row), "answered_at": moment.isoformat()}
        assert send(own_client, f"quizzes/{attempt.pk}/responses/", data).status_code == 200
    assert set(attempt.items.exclude(answered_at=None).values_list("answered_at", flat=True)) == {when}


def test_an_exam_goes_by_the_servers_clock(bank: Bank, learner: Learner, own_client: Client) -> None:
    attempt = begun(learner, timedelta(minutes=2), Mode.EXAM)
    row = attempt.items.whole().filter(item__kind="single").first()
    assert row is not None
    before = timezone.now()
    data = {"position": row.position, "response": right(row), "answered_at": attempt.started_at.isoformat()}
    assert send(own_client, f"quizzes/{attempt.pk}/responses/", data).status_code == 200
    row.refresh_from_db()
    assert row.saved_at is not None
    assert row.saved_at >= before
    Attempt.objects.update(ends_at=before - timedelta(minutes=1))
    other = attempt.items.whole().filter(item__kind="single").exclude(pk=row.pk).first()
    assert other is not None
    late = data | {"position": other.position, "response": 0}
    refused = send(own_client, f"quizzes/{attempt.pk}/responses/", late)
    assert refused.status_code == 409
    other.refresh_from_db()
    assert other.response is None


def test_what_today_will_ask_comes_ahead_in_order_without_open_items(
    bank: Bank, learner: Learner, own_client: Client
) -> None:
    for item in Item.objects.filter(source="authored", language="zh-hans"):
        add_cards(learner=learner, questions=[item.question], item_key=item.key)
    add_cards(learner=learner, questions=Question.objects.all())
    Card.objects.filter(item_key="").update(created_at=timezone.now() - timedelta(days=1))
    kinds = set(Item.objects.filter(source="authored").values_list("kind", flat=True))
    assert "open" in kinds
    listed = own_client.get("/api/v1/reviews/ahead/").json()["cards"]
    first = own_client.get("/api/v1/reviews/today/").json()["next"]["card"]["id"]
    assert listed[0]["card"] == first
    assert len(listed) == 10  # the limit of new cards
    for one in listed:
        page = own_client.get(one["page"])
        assert page.status_code == 200
        assert 'value="open' not in page.content.decode()
        if Card.objects.get(pk=one["card"]).item_key:
            assert secrets_in(told(page)) == []


def test_nothing_is_ahead_of_nobody_and_a_card_is_its_learners(
    card: Card, client: Client, other_client: Client
) -> None:
    assert client.get("/api/v1/reviews/ahead/").json() == {"cards": []}
    assert other_client.get(f"/review/cards/{card.pk}/").status_code == 404
    assert client.get(f"/review/cards/{card.pk}/").status_code == 404


def test_a_card_whose_item_is_gone_has_no_page(bank: Bank, learner: Learner, own_client: Client) -> None:
    item = Item.objects.filter(kind="single", source="authored").first()
    assert item is not None
    add_cards(learner=learner, questions=[item.question], item_key=item.key)
    page = f"/review/cards/{Card.objects.get().pk}/"
    assert own_client.get(page).status_code == 200
    Item.objects.filter(key=item.key).update(state="retired")
    assert own_client.get(page).status_code == 404
    assert own_client.get("/api/v1/reviews/ahead/").json() == {"cards": []}


def test_a_form_names_what_it_asks_and_nothing_of_the_key(attempt: Attempt, own_client: Client) -> None:
    for row in attempt.items.whole():
        page = own_client.get(f"/quizzes/{attempt.pk}/{row.position}/").content.decode()
        size = row.item.sheet.get("blanks") or len(
            row.item.sheet.get("terms") or row.item.sheet.get("steps") or []
        )
        assert f'name="asks" value="practice {row.item.kind} {size or ""}"' in page or (
            not size and f'name="asks" value="practice {row.item.kind} 0"' in page
        )
        assert f'data-item="{row.position}"' in page
