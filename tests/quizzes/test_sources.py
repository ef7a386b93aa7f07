"""After a response a generated item shows the sentence that it was made from, and never before."""

from __future__ import annotations

from html import escape

import pytest
from django.test import Client

from accounts.models import Learner
from qbank.models import Bank
from quizzes.core.blueprint import Blueprint
from quizzes.drafts import refresh_drafts
from quizzes.marking import finish_attempt
from quizzes.memory import add_cards
from quizzes.models import Attempt, Card, Item, Provenance
from quizzes.services import record_response, start_attempt
from tests.quizzes.bank import wrong
from tests.quizzes.drafting import make_bank

pytestmark = pytest.mark.django_db
SENTENCE = 'ONLY <b>AFTER</b> & "the response"'
SHOWN = escape(SENTENCE)


@pytest.fixture
def sourced() -> Bank:
    """A bank of published drafts whose sentences stand nowhere else."""
    bank = make_bank()
    refresh_drafts()
    Item.objects.filter(source="generated").update(state="published")
    Provenance.objects.update(source=SENTENCE)
    return bank


def begin(learner: Learner, mode: str) -> Attempt:
    wanted = Blueprint(kinds=("single",), mode=mode)
    return start_attempt(learner=learner, blueprint=wanted, seed="1", language="en")


def pages(attempt: Attempt) -> list[str]:
    return [
        f"/en/quizzes/{attempt.pk}/1/",
        f"/en/quizzes/{attempt.pk}/results/",
        f"/api/v1/quizzes/{attempt.pk}/",
    ]


def told(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def is_told(text: str) -> bool:
    return "ONLY" in text and "the response" in text


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_the_sentence_comes_after_the_response(
    sourced: Bank, own_client: Client, learner: Learner, mode: str
) -> None:
    attempt = begin(learner, mode)
    assert not any(is_told(told(own_client, page)) for page in pages(attempt))
    row = attempt.items.whole().get(position=1)
    record_response(attempt=attempt, position=1, response=wrong(row), learner=learner)
    if mode == "exam":
        assert not any(is_told(told(own_client, page)) for page in pages(attempt))
        finish_attempt(attempt=attempt, learner=learner)
    item, results, _ = (told(own_client, page) for page in pages(attempt))
    assert f'<blockquote lang="en">{SHOWN}</blockquote>' in item
    assert f'<blockquote class="because" lang="en">{SHOWN}</blockquote>' in results
    result = own_client.get(f"/api/v1/quizzes/{attempt.pk}/").json()["items"][0]["result"]
    assert result["source"]["sentence"] == SENTENCE
    assert not is_told(told(own_client, f"/en/quizzes/{attempt.pk}/2/"))  # unanswered, whatever the mode


def test_a_card_shows_it_after_the_response_too(sourced: Bank, own_client: Client, learner: Learner) -> None:
    item = Item.objects.filter(source="generated", kind="single").earliest("pk")
    add_cards(learner=learner, questions=[item.question], item_key=item.key)
    address, card = "/en/review/card/", Card.objects.get()
    page = told(own_client, address)
    assert "answering" in page
    assert not is_told(page)
    assert not is_told(told(own_client, f"/api/v1/review/cards/{card.pk}/"))
    answered = own_client.post(
        f"/en/review/cards/{card.pk}/answer/",
        {"turn": "0", "shown": "0", "choice": "0"},
        headers={"Origin": "http://testserver"},
        follow=True,
    )
    assert f'<blockquote lang="en">{SHOWN}</blockquote>' in answered.content.decode()


def test_items_without_one_say_nothing(bank: Bank, own_client: Client, learner: Learner) -> None:
    attempt = begin(learner, "practice")
    row = attempt.items.whole().get(position=1)
    record_response(attempt=attempt, position=1, response=wrong(row), learner=learner)
    assert "<blockquote" not in told(own_client, pages(attempt)[0])
