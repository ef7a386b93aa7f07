"""The pages of the sitting, as they work without script."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import Learner
from qbank.models import Bank
from quizzes.core.blueprint import Blueprint
from quizzes.marking import finish_attempt
from quizzes.models import Attempt, AttemptItem, Item
from quizzes.services import record_response, reveal_answer, start_attempt
from tests.quizzes.bank import form, right, wrong
from tests.quizzes.conftest import sign_in

pytestmark = pytest.mark.django_db
ORIGIN = {"HTTP_ORIGIN": "http://testserver"}


def text_of(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def url_of(row: AttemptItem, language: str = "") -> str:
    return f"{language}/quizzes/{row.attempt_id}/{row.position}/"


def row_of(attempt: Attempt, kind: str) -> AttemptItem:
    return attempt.items.whole().filter(item__kind=kind, item__source="authored").get()


def post(client: Client, row: AttemptItem, response: Any, language: str = "") -> str:
    """Answer on the page and return what it then shows."""
    if row.item.kind == "open":
        client.post(url_of(row, language), {"reveal": "1", "text": "mine"})
    answer = client.post(url_of(row, language), form(row, response))
    assert answer.status_code == 302, answer.content.decode()
    return text_of(client, answer.headers["Location"])


def test_the_choice_says_how_many_items_there_are(bank: Bank, client: Client) -> None:
    page = text_of(client, "/en/quizzes/")
    assert "11 items" in page
    assert 'value="lora"' in page
    assert "Chain of thought" in page


def test_an_empty_bank_says_so(db: None, client: Client) -> None:
    assert "no items yet" in text_of(client, "/en/quizzes/")


def test_public_pages_set_no_cookies_and_write_nothing(bank: Bank, client: Client) -> None:
    for url in ("/quizzes/", "/quizzes/new/?seed=1", "/en/quizzes/new/?seed=1&kinds=nonsense"):
        assert not client.get(url).cookies
    assert not Learner.objects.exists()
    assert not Attempt.objects.exists()


def test_a_missing_seed_is_drawn_into_the_address(bank: Bank, client: Client) -> None:
    response = client.get("/quizzes/new/?topics=lora&number=5")
    assert response.status_code == 302
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    assert query["topics"] == ["lora"]
    assert query["seed"][0].isdigit()


def test_the_preview_tells_numbers_but_no_items(bank: Bank, client: Client) -> None:
    page = text_of(client, "/en/quizzes/new/?seed=1&number=5")
    assert "5 items" in page
    assert "Drawn from 11 items" in page
    for stem in Item.objects.values_list("stem_html", flat=True):
        assert stem.strip("<p>/") not in page


def test_a_pool_that_is_too_small_offers_what_there_is(bank: Bank, client: Client) -> None:
    page = text_of(client, "/en/quizzes/new/?seed=1&number=20&topics=cot")
    assert "You asked for 20; the bank has 2 that match." in page
    assert "2 items" in page


def test_nothing_that_matches_is_no_quiz(bank: Bank, client: Client) -> None:
    assert "No items match" in text_of(client, "/en/quizzes/new/?seed=1&questions=nowhere")
    response = client.post("/en/quizzes/new/?seed=1&questions=nowhere", **ORIGIN)
    assert response.status_code == 409
    assert not response.cookies
    assert not Learner.objects.exists()


def test_all_wrong_parameters_are_listed(bank: Bank, client: Client) -> None:
    page = text_of(client, "/en/quizzes/new/?seed=a b&topics=x&kinds=y&number=99&difficulty=8", 400)
    assert page.count("<li>") >= 4
    assert "“x”" in page
    assert "from 1 to 50" in page


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("number=000001" + "9" * 5000, "from 1 to 50"),
        ("tags=" + "a" * 201, "too long"),
        ("questions=" + ",".join(map(str, range(101))), "At most 100 values"),
    ],
    ids=["number", "tag", "many"],
)
def test_parameters_that_nothing_can_be_found_by_are_refused(
    bank: Bank, client: Client, query: str, says: str
) -> None:
    assert says in text_of(client, f"/en/quizzes/new/?seed=1&{query}", 400)


@pytest.mark.parametrize("kind", ["cloze", "open"])
def test_text_that_cannot_be_stored_comes_back(attempt: Attempt, own_client: Client, kind: str) -> None:
    row = row_of(attempt, kind)
    data = {"text": "a\0b", "reveal": "1"} if kind == "open" else {"blank0": "a\0b", "blank1": "x"}
    response = own_client.post(url_of(row, "/en"), data)
    assert response.status_code == 200
    assert "cannot be stored" in response.content.decode()


def test_a_post_begins_the_quiz_and_sends_the_learners_cookie(bank: Bank) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/quizzes/new/?seed=1&number=3", **ORIGIN)
    assert response.status_code == 302
    assert set(response.cookies) == {settings.LEARNER_COOKIE_NAME}
    found = Attempt.objects.get()
    assert response.headers["Location"] == f"/quizzes/{found.pk}/"
    page = client.get(f"/quizzes/{found.pk}/1/")
    assert not page.cookies
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize("headers", [{}, {"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_ORIGIN": "null"}])
def test_no_other_site_begins_a_quiz(bank: Bank, headers: dict[str, str]) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/quizzes/new/?seed=1", **headers)
    assert response.status_code == 403
    assert not response.cookies
    assert not Attempt.objects.exists()


@pytest.mark.parametrize("path", ["1/", "finish/"])
def test_no_other_site_answers_or_ends_a_quiz(attempt: Attempt, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, attempt.learner)
    url = f"/quizzes/{attempt.pk}/{path}"
    referer = {"HTTP_REFERER": "https://evil.example/http://testserver/"}
    for headers in ({}, {"HTTP_ORIGIN": "https://evil.example"}, referer):
        assert client.post(url, {"choice": "0"}, **headers).status_code == 403
    assert client.post(url, {"choice": "0"}, HTTP_REFERER="http://testserver/quizzes/").status_code != 403
    assert client.post(url, {"choice": "0"}, **ORIGIN).status_code != 403


def test_an_attempt_goes_on_with_the_first_open_item(attempt: Attempt, own_client: Client) -> None:
    response = own_client.get(f"/quizzes/{attempt.pk}/")
    assert response.headers["Location"] == f"/quizzes/{attempt.pk}/1/"
    finish_attempt(attempt=attempt, learner=attempt.learner)
    response = own_client.get(f"/quizzes/{attempt.pk}/")
    assert response.headers["Location"] == f"/quizzes/{attempt.pk}/results/"


@pytest.mark.parametrize("path", ["", "1/", "results/"])
def test_an_attempt_is_its_learners_alone(attempt: Attempt, other_client: Client, path: str) -> None:
    for client in (other_client, Client()):
        assert client.get(f"/quizzes/{attempt.pk}/{path}").status_code == 404
        assert not client.get(f"/quizzes/{attempt.pk}/{path}").cookies


def test_nobody_else_answers_or_ends_it(attempt: Attempt, other_client: Client) -> None:
    row = row_of(attempt, "single")
    assert other_client.post(url_of(row), form(row, 0)).status_code == 404
    assert other_client.post(f"/quizzes/{attempt.pk}/finish/").status_code == 404


@pytest.mark.parametrize("path", ["0/", "12/", "999999/"])
def test_there_is_no_item_beyond_the_last(attempt: Attempt, own_client: Client, path: str) -> None:
    assert own_client.get(f"/quizzes/{attempt.pk}/{path}").status_code == 404


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_kind_is_answered_rightly_on_its_page(
    attempt: Attempt, own_client: Client, language: str
) -> None:
    for row in attempt.items.whole():
        page = post(own_client, row, right(row), language)
        assert 'id="feedback"' in page
        row.refresh_from_db()
        assert row.score == 1


def test_every_kind_is_answered_wrongly_and_told_why(attempt: Attempt, own_client: Client) -> None:
    for row in attempt.items.whole().filter(item__source="authored"):
        page = post(own_client, row, wrong(row))
        assert "SECRET" in page
        assert "/questions/rich/" in page


def test_a_wrong_choice_is_told_in_words(attempt: Attempt, own_client: Client) -> None:
    row = row_of(attempt, "single")
    own_client.post(url_of(row), form(row, wrong(row)))
    page = text_of(own_client, url_of(row, "/en"))
    assert f"Wrong. The correct answer is {chr(65 + right(row))}." in page
    assert "Your choice, wrong" in page
    assert "SECRET 梯度恰好为零" in page


def test_an_answer_given_twice_counts_once(attempt: Attempt, own_client: Client) -> None:
    row = row_of(attempt, "single")
    post(own_client, row, right(row))
    post(own_client, row, right(row))
    again = own_client.post(url_of(row, "/en"), form(row, wrong(row)))
    assert again.status_code == 200
    assert "the first answer counts" in again.content.decode()
    row.refresh_from_db()
    assert row.score == 1


@pytest.mark.parametrize("kind", ["single", "multiple", "true_false", "matching", "cloze", "numeric"])
def test_an_empty_form_comes_back_with_what_to_do(attempt: Attempt, own_client: Client, kind: str) -> None:
    row = row_of(attempt, kind)
    response = own_client.post(url_of(row), {})
    assert response.status_code == 200
    assert 'role="alert"' in response.content.decode()
    row.refresh_from_db()
    assert row.answered_at is None


def test_what_was_given_is_kept_when_something_is_missing(attempt: Attempt, own_client: Client) -> None:
    row = row_of(attempt, "matching")
    page = own_client.post(url_of(row), {"term0": "2", "term1": ""}).content.decode()
    assert re.search(r'name="term0">.*?<option value="2" selected>', page, re.DOTALL)
    row = row_of(attempt, "numeric")
    page = own_client.post(url_of(row, "/en"), {"number": "12 ms"}).content.decode()
    assert 'value="12 ms"' in page
    assert "without a unit" in page


def test_steps_are_moved_without_script_and_the_address_keeps_the_order(
    attempt: Attempt, own_client: Client
) -> None:
    row = row_of(attempt, "ordering")
    response = own_client.post(url_of(row), {"order": ["0", "1", "2", "3"], "move": "2:up"})
    assert response.status_code == 302
    page = text_of(own_client, response.headers["Location"])
    assert re.findall(r'name="order" value="(\d)"', page) == ["0", "2", "1", "3"]
    assert re.search(r'value="2:up"[^>]*autofocus', page)
    row.refresh_from_db()
    assert row.answered_at is None


def test_a_step_at_the_edge_stays_there(attempt: Attempt, own_client: Client) -> None:
    row = row_of(attempt, "ordering")
    response = own_client.post(url_of(row), {"order": ["3", "1", "2", "0"], "move": "3:up"})
    assert "order=3.1.2.0" in response.headers["Location"]


@pytest.mark.parametrize("query", ["?order=9.9", "?order=0.1", "?order=a", "?moved=x&by=y"])
def test_a_broken_order_in_the_address_is_ignored(attempt: Attempt, own_client: Client, query: str) -> None:
    row = row_of(attempt, "ordering")
    page = text_of(own_client, url_of(row) + query)
    assert re.findall(r'name="order" value="(\d)"', page) == ["0", "1", "2", "3"]


def test_an_open_item_is_answered_in_two_steps(attempt: Attempt, own_client: Client) -> None:
    row = row_of(attempt, "open")
    assert "SECRET" not in text_of(own_client, url_of(row))
    own_client.post(url_of(row), {"reveal": "1", "text": "<b>mine</b>"})
    page = text_of(own_client, url_of(row))
    assert "SECRETPOINT 一" in page
    assert "&lt;b&gt;mine&lt;/b&gt;" in page
    own_client.post(url_of(row), {"point": ["1"], "grade": "partly"})
    page = text_of(own_client, url_of(row, "/en"))
    assert "Self-graded: 1 of 2 key points" in page
    row.refresh_from_db()
    assert row.score == 0.5


def test_recall_shows_the_answer_from_the_text(attempt: Attempt, own_client: Client) -> None:
    row = attempt.items.whole().get(item__key="@recall", item__question__slug="notes")
    own_client.post(url_of(row), {"reveal": "1"})
    page = text_of(own_client, url_of(row))
    assert "<li>SECRETPOINT 一：分步</li>" in page
    assert page.count('name="point"') == 2


def test_an_imported_choice_is_explained_by_its_answer(attempt: Attempt, own_client: Client) -> None:
    row = attempt.items.whole().get(item__source="imported")
    assert "SECRETANSWER" not in text_of(own_client, url_of(row))
    assert "SECRETANSWER" in post(own_client, row, right(row))


def test_an_item_in_the_other_language_is_marked(attempt: Attempt, own_client: Client) -> None:
    page = text_of(own_client, url_of(row_of(attempt, "numeric"), "/en"))
    assert "begun in the other language" in page
    assert 'lang="zh-hans"' in page
    Attempt.objects.filter(pk=attempt.pk).update(language="en")
    page = text_of(own_client, url_of(row_of(attempt, "numeric"), "/en"))
    assert "only in the other language" in page


def test_results_list_what_was_wrong_and_a_way_to_retry(attempt: Attempt, own_client: Client) -> None:
    rows = list(attempt.items.whole())
    for row in rows[:6]:
        if row.item.kind == "open":
            reveal_answer(attempt=attempt, position=row.position, learner=attempt.learner)
        response = right(row) if row.position % 2 else wrong(row)
        record_response(attempt=attempt, position=row.position, response=response, learner=attempt.learner)
    own_client.post(f"/quizzes/{attempt.pk}/finish/")
    page = text_of(own_client, f"/en/quizzes/{attempt.pk}/results/")
    assert "3 of 11 items right" in page
    retry = re.search(r'href="(/en/quizzes/new/\?items=[^"]+)"', page)
    assert retry
    location = own_client.get(retry[1].replace("&amp;", "&")).headers["Location"]
    assert "8 items" in text_of(own_client, location)


def test_the_same_quiz_again_has_the_same_address(bank: Bank, client: Client) -> None:
    client.post("/quizzes/new/?seed=5&number=4&topics=lora", **ORIGIN)
    found = Attempt.objects.get()
    page = text_of(client, f"/quizzes/{found.pk}/results/")
    assert "/quizzes/new/?topics=lora&amp;number=4&amp;seed=5" in page


def test_nothing_wrong_is_said_plainly(attempt: Attempt, own_client: Client) -> None:
    for row in attempt.items.whole():
        post(own_client, row, right(row))
    page = text_of(own_client, f"/en/quizzes/{attempt.pk}/results/")
    assert "every item was right" in page
    assert "100%" in page


def test_after_the_end_an_unanswered_item_keeps_its_key(attempt: Attempt, own_client: Client) -> None:
    finish_attempt(attempt=attempt, learner=attempt.learner)
    for row in attempt.items.whole():
        page = text_of(own_client, url_of(row))
        assert "SECRET" not in page
        assert 'class="answering"' not in page


def test_open_attempts_are_offered_to_their_learner_alone(
    attempt: Attempt, own_client: Client, other_client: Client
) -> None:
    response = own_client.get("/quizzes/")
    assert str(attempt.pk) in response.content.decode()
    assert "private" in response.headers["Cache-Control"]
    assert str(attempt.pk) not in text_of(other_client, "/quizzes/")


def test_begun_and_finished_attempts_are_listed_the_latest_five(
    bank: Bank, own_client: Client, learner: Learner
) -> None:
    def begin(day: int) -> Attempt:
        now = datetime(2026, 1, day, tzinfo=UTC)
        return start_attempt(learner=learner, blueprint=Blueprint(), seed=str(day), language="en", now=now)

    attempts = [begin(day) for day in range(1, 7)]
    finish_attempt(attempt=attempts[3], learner=learner)
    response = own_client.get("/en/quizzes/")
    shown = re.findall(
        r'href="/en/quizzes/([0-9a-f-]{36})/".*?<span class="t">([^<]*)', response.content.decode()
    )
    words = ["Go on", "Go on", "Results", "Go on", "Go on"]
    assert shown == [(str(one.pk), word) for one, word in zip(attempts[:0:-1], words, strict=True)]
    assert not response.cookies


def test_no_cache_keeps_the_choice_of_quizzes(bank: Bank, client: Client) -> None:
    headers = client.get("/quizzes/").headers
    assert {"private", "no-store"} <= set(headers["Cache-Control"].split(", "))
    assert "Cookie" in headers["Vary"]


@pytest.mark.parametrize("kind", ["ordering", "matching", "cloze", "single"])
def test_enter_is_offered_where_it_submits(attempt: Attempt, own_client: Client, kind: str) -> None:
    page = text_of(own_client, url_of(row_of(attempt, kind)))
    main = page.partition("<main")[2].partition("</main>")[0]
    assert ("<kbd>Enter</kbd>" in main) is (kind in ("cloze", "single"))


def test_a_wrong_verdict_is_quoted(attempt: Attempt, own_client: Client) -> None:
    row = row_of(attempt, "true_false")
    assert "The correct answer is “False”." in post(own_client, row, wrong(row), "/en")


def test_pages_carry_no_inline_style_or_script(attempt: Attempt, own_client: Client) -> None:
    urls = ["/quizzes/", "/quizzes/new/?seed=1", f"/quizzes/{attempt.pk}/results/"]
    for url in [*urls, *(url_of(row) for row in attempt.items.whole())]:
        page = text_of(own_client, url)
        assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", page), url


def test_a_page_of_an_attempt_takes_few_queries(
    attempt: Attempt, own_client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(6):
        text_of(own_client, f"/quizzes/{attempt.pk}/1/")
    with django_assert_max_num_queries(6):
        text_of(own_client, f"/quizzes/{attempt.pk}/results/")
    with django_assert_max_num_queries(8):  # one of them tells the time zone, one the topics of own quizzes
        text_of(own_client, "/quizzes/")
    with django_assert_max_num_queries(7):  # four of the pool, which is never read whole
        text_of(own_client, "/quizzes/new/?seed=1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_an_answer_takes_eight_queries_and_its_transaction(
    bank: Bank, own_client: Client, learner: Learner, django_assert_max_num_queries: Any, mode: str
) -> None:
    """Memory's queries among them; BEGIN and COMMIT are the two beyond eight."""
    wanted = Blueprint(number=50, mode=mode)
    attempt = start_attempt(learner=learner, blueprint=wanted, seed="7", language="zh-hans")
    row = row_of(attempt, "single")
    with django_assert_max_num_queries(10):
        own_client.post(url_of(row), form(row, right(row)) | {"revision": "0"})
    row = row_of(attempt, "multiple")
    data = {"position": row.position, "response": right(row)}
    with django_assert_max_num_queries(10):
        own_client.post(f"/api/v1/quizzes/{attempt.pk}/responses/", data, content_type="application/json")
