"""The pages of memory, as a learner, somebody else and a visitor see them; all without script."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Learner
from qbank.models import Bank, Question, QuestionText
from quizzes.cards import Card, MemorySettings, Review
from quizzes.core.scheduler import Phase, Rating
from quizzes.memory import add_cards, bury_card, record_review, save_settings, suspend_card
from quizzes.models import Attempt, Item
from quizzes.services import record_response
from quizzes.today import look_at_today, next_card
from tests.quizzes.bank import form, right, wrong
from tests.quizzes.test_secrets import secrets_in, told

pytestmark = pytest.mark.django_db
PAGES = ("", "card/", "cards/", "wrong/", "settings/", "reschedule/", "log.csv", "log.json")
NOON = datetime(2026, 3, 4, 4, tzinfo=UTC)  # in Shanghai
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def card(bank: Bank, learner: Learner) -> Card:
    add_cards(learner=learner, questions=Question.objects.filter(slug="rich"))
    return Card.objects.get()


def item_card(learner: Learner, kind: str) -> Card:
    item = Item.objects.filter(kind=kind, source="authored").preferring("zh-hans").first()
    assert item is not None
    add_cards(learner=learner, questions=[item.question], item_key=item.key)
    return Card.objects.get(item_key=item.key)


def post(client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
    return client.post(f"/review/{path}", data or {}, **HERE)  # type: ignore[arg-type]


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of a page's forms."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def page(client: Client, path: str = "card/") -> str:
    response = client.get(f"/review/{path}")
    assert response.status_code == 200
    return response.content.decode()


def rate(client: Client, card: Card, value: int, **fields: str) -> Any:
    data = {
        name: value for name, value in hidden(page(client)).items() if name in ("turn", "sending", "shown")
    }
    return post(client, f"cards/{card.pk}/rate/", data | {"rating": str(value)} | fields)


@pytest.mark.parametrize("language", ["", "/en"])
def test_looking_writes_nothing_and_sets_no_cookie(client: Client, bank: Bank, language: str) -> None:
    for path in (*(f"/review/{name}" for name in PAGES), "/progress/"):
        response = client.get(f"{language}{path}")
        assert response.status_code in (200, 302), path
        assert not response.cookies
        assert "csrfmiddlewaretoken" not in b"".join(response).decode()
    assert not Learner.objects.exists()


def test_a_new_visitor_is_told_how_to_begin(client: Client, bank: Bank) -> None:
    html = page(client, "")
    assert 'name="topic" value="lora"' in html
    assert client.get("/review/card/").headers["Location"] == "/review/"


def test_a_topic_is_put_into_review_by_whoever_has_no_account(client: Client, bank: Bank) -> None:
    response = post(client, "add/", {"topic": "cot"})
    assert response.headers["Location"] == "/review/?added=2"
    assert "learner" in response.cookies
    assert Card.objects.count() == 2
    assert post(client, "add/", {"topic": "cot"}).headers["Location"] == "/review/?added=0"
    assert post(client, "add/", {"question": "rich"}).headers["Location"] == "/review/?added=1"


def test_what_is_in_review_already_is_not_offered_as_new(client: Client, bank: Bank) -> None:
    def offered() -> dict[str, int]:
        context = client.get("/review/").context
        return {topic.slug: topic.question_count for topic in context["topics"]}

    assert offered() == {"lora": 1, "cot": 2}
    post(client, "add/", {"question": "notes"})
    Card.objects.update(suspended=True)  # nothing is left today
    assert offered() == {"lora": 1, "cot": 1}
    post(client, "add/", {"topic": "lora"})
    Card.objects.update(suspended=True)
    assert offered() == {"cot": 1}


@pytest.mark.parametrize("data", [{}, {"question": "no"}, {"topic": "no"}, {"question": ""}])
def test_what_is_not_there_cannot_be_added(client: Client, bank: Bank, data: dict[str, str]) -> None:
    assert post(client, "add/", data).status_code == 404
    assert not Learner.objects.exists()


def test_the_question_page_offers_review_without_a_token(client: Client, bank: Bank) -> None:
    response = client.get("/questions/rich/")
    assert 'action="/review/add/"' in response.content.decode()
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert not response.cookies


def test_a_card_shows_its_answer_and_what_each_rating_does(card: Card, own_client: Client) -> None:
    html = page(own_client)
    assert "怎样初始化？" in html
    assert html.index("<details") < html.index("SECRETGIST") < html.index('name="rating"')
    assert re.findall(r'name="rating" value="(\d)"', html) == ["1", "2", "3", "4"]
    assert [t.strip() for t in re.findall(r"<small>(.*?)</small>", html)] == [
        "1 分钟",
        "6 分钟",
        "10 分钟",
        "8 天",
    ]


def test_two_buttons_suffice_whoever_wants_two(card: Card, own_client: Client, learner: Learner) -> None:
    save_settings(learner=learner, values={"two_buttons": True})
    assert re.findall(r'name="rating" value="(\d)"', page(own_client)) == ["1", "3"]


def test_a_rating_is_stored_and_leads_to_the_next_card(card: Card, own_client: Client) -> None:
    response = rate(own_client, card, 4)
    assert response.headers["Location"] == "/review/card/"
    review = Review.objects.get()
    assert (review.rating, review.card, review.source) == (4, card, "review")
    assert review.duration_ms is not None
    assert review.duration_ms < 60_000
    assert own_client.get("/review/card/").headers["Location"] == "/review/"
    assert "8 天" in page(own_client, "") or "今天" in page(own_client, "")


def test_a_form_sent_twice_counts_once_and_a_second_tab_is_told(card: Card, own_client: Client) -> None:
    data = hidden(page(own_client)) | {"rating": "3"}
    other_tab = data | {"sending": "another-tab", "rating": "1"}
    for _ in range(2):
        assert post(own_client, f"cards/{card.pk}/rate/", data).headers["Location"] == "/review/card/"
    assert post(own_client, f"cards/{card.pk}/rate/", other_tab).headers["Location"].endswith("said=stale")
    assert Review.objects.get().rating == 3


@pytest.mark.parametrize(
    "bad",
    [
        {"rating": "5"},
        {"rating": ""},
        {"turn": "-1"},
        {"turn": "x"},
        {"turn": "9" * 30},
        {"sending": ""},
        {"sending": "quiz:1234"},
        {"sending": "k" * 65},
        {"sending": "short\n"},
        {"shown": "9" * 40},
    ],
)
def test_a_broken_form_changes_nothing(card: Card, own_client: Client, bad: dict[str, str]) -> None:
    assert rate(own_client, card, 3, **bad).status_code == 302
    assert not Review.objects.exists()


@pytest.mark.parametrize("shown", ["", "0", "99999999999999"])
def test_a_page_shown_at_no_sensible_time_gives_no_duration(
    card: Card, own_client: Client, shown: str
) -> None:
    rate(own_client, card, 3, shown=shown)
    assert Review.objects.get().duration_ms is None


def test_a_rating_is_taken_back(card: Card, own_client: Client) -> None:
    assert post(own_client, "undo/").headers["Location"] == "/review/?said=nothing"
    rate(own_client, card, 4)
    assert post(own_client, "undo/").headers["Location"] == "/review/card/?said=undone"
    assert Card.objects.get().phase == Phase.NEW
    assert 'role="status"' in page(own_client, "card/?said=undone")


def test_what_the_address_says_is_never_shown_as_it_stands(card: Card, own_client: Client) -> None:
    for path in (
        "?said=<b>x",
        "card/?said=<b>x",
        "?added=<b>x",
        "reschedule/?moved=<b>x",
        f"reschedule/?moved={'9' * 5000}",
        "cards/?state=<b>x",
    ):
        assert "<b>x" not in page(own_client, path)


def test_a_card_is_put_aside_until_tomorrow_or_for_good(card: Card, own_client: Client) -> None:
    post(own_client, f"cards/{card.pk}/bury/")
    assert own_client.get("/review/card/").status_code == 302
    assert "怎样初始化" in page(own_client, "cards/?state=buried")
    back = post(own_client, f"cards/{card.pk}/resume/", {"back": "buried"})
    assert back.headers["Location"] == "/review/cards/?state=buried"
    assert own_client.get("/review/card/").status_code == 200
    post(own_client, f"cards/{card.pk}/suspend/")
    assert "怎样初始化" in page(own_client, "cards/?state=suspended")
    assert own_client.get("/review/card/").status_code == 302
    assert post(own_client, f"cards/{card.pk}/explode/").status_code == 404


def test_anybody_elses_card_does_not_exist(card: Card, other_client: Client, client: Client) -> None:
    for stranger in (other_client, client):
        for name in ("rate", "answer", "bury", "suspend", "resume"):
            assert post(stranger, f"cards/{card.pk}/{name}/", {"rating": "3"}).status_code == 404
    assert "怎样初始化" not in page(other_client, "cards/")
    assert Card.objects.get().reps == 0


def test_no_other_site_reviews_for_anybody(card: Card, learner: Learner) -> None:
    from tests.quizzes.conftest import sign_in

    client = Client(enforce_csrf_checks=True)
    sign_in(client, learner)
    for path in (
        "undo/",
        "add/",
        "settings/",
        "reschedule/",
        f"cards/{card.pk}/rate/",
        f"cards/{card.pk}/bury/",
    ):
        assert client.post(f"/review/{path}", {}, HTTP_ORIGIN="https://evil.example").status_code == 403


KINDS = ["single", "multiple", "true_false", "cloze", "numeric", "matching", "ordering"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_items_card_is_answered_before_its_key_is_shown(
    bank: Bank, learner: Learner, own_client: Client, kind: str
) -> None:
    from quizzes.review_pages import asked_row

    card = item_card(learner, kind)
    assert secrets_in(told(own_client.get("/review/card/"))) == []
    row = asked_row(Card.objects.select_related("question__topic").get())
    assert row is not None
    for response, ratings in ((wrong(row), ["1"]), (right(row), ["1", "2", "3", "4"])):
        data = hidden(page(own_client)) | form(row, response)
        answered = post(own_client, f"cards/{card.pk}/answer/", data)
        assert answered.status_code == 200
        html = answered.content.decode()
        assert "SECRET" in html
        assert re.findall(r'name="rating" value="(\d)"', html) == ratings
    assert not Review.objects.exists()
    post(own_client, f"cards/{card.pk}/rate/", hidden(html) | {"rating": "3"})
    assert Review.objects.get().card == card


@pytest.mark.parametrize("kind", [*KINDS, "open"])
def test_no_refused_answer_tells_the_key(bank: Bank, learner: Learner, own_client: Client, kind: str) -> None:
    card = item_card(learner, kind)
    for data in ({}, {"choice": "99"}, {"number": "12 ms"}, {"order": ["0"]}, {"blank0": " "}, {"move": "x"}):
        response = post(own_client, f"cards/{card.pk}/answer/", data)
        assert secrets_in(told(response)) == []
        if kind == "open":
            continue
        response = post(own_client, f"cards/{card.pk}/answer/", {"turn": "0", **data})
        assert response.status_code in (302, 400)
        assert secrets_in(told(response)) == []


def test_the_answer_of_an_open_item_is_shown_when_asked_for(
    bank: Bank, learner: Learner, own_client: Client
) -> None:
    card = item_card(learner, "open")
    assert secrets_in(told(own_client.get("/review/card/"))) == []
    response = post(own_client, f"cards/{card.pk}/answer/", {"turn": "0", "text": "<b>mine"})
    html = response.content.decode()
    assert "SECRETPOINT" in html
    assert "&lt;b&gt;mine" in html
    assert re.findall(r'name="rating" value="(\d)"', html) == ["1", "2", "3", "4"]


def test_steps_are_moved_without_script(bank: Bank, learner: Learner, own_client: Client) -> None:
    card = item_card(learner, "ordering")
    order = re.findall(r'name="order" value="(\d)"', page(own_client))
    response = post(
        own_client, f"cards/{card.pk}/answer/", {"turn": "0", "order": order, "move": f"{order[1]}:up"}
    )
    assert response.status_code == 302
    moved = re.findall(
        r'name="order" value="(\d)"', own_client.get(response.headers["Location"]).content.decode()
    )
    assert moved == [order[1], order[0], *order[2:]]


def test_a_slow_right_answer_is_suggested_as_hard(bank: Bank, learner: Learner, own_client: Client) -> None:
    from quizzes.review_pages import asked_row

    card = item_card(learner, "single")
    row = asked_row(Card.objects.select_related("question__topic").get())
    assert row is not None
    for seconds, value in ((5, "3"), (120, "2")):
        shown = int((timezone.now() - timedelta(seconds=seconds)).timestamp() * 1000)
        data = {"turn": "0", "shown": str(shown)} | form(row, right(row))
        html = post(own_client, f"cards/{card.pk}/answer/", data).content.decode()
        assert re.findall(r'value="(\d)" data-key="\d" class="good', html) == [value]


def test_what_is_learnt_comes_first_then_what_is_due_then_what_is_new(bank: Bank, learner: Learner) -> None:
    add_cards(learner=learner, questions=Question.objects.order_by("order"), now=NOON)
    first, second, third = Card.objects.order_by("id")

    def give(card: Card, rating: Rating, now: datetime) -> None:
        record_review(learner=learner, card=card, rating=rating, turn=0, key=f"key{card.pk}", now=now)

    give(second, Rating.EASY, NOON)
    later = NOON + timedelta(days=8)
    give(third, Rating.GOOD, later - timedelta(minutes=11))
    assert next_card(learner, later) == third
    assert next_card(learner, later - timedelta(minutes=5)) == second
    Card.objects.filter(pk=second.pk).update(suspended=True)
    assert next_card(learner, later - timedelta(minutes=5)) == first
    Card.objects.filter(pk=first.pk).update(suspended=True)
    assert next_card(learner, later - timedelta(minutes=5)) == third  # within twenty minutes
    Card.objects.filter(pk=third.pk).update(due=later + timedelta(minutes=21))
    assert next_card(learner, later) is None


def test_the_daily_limits_count_by_the_learners_day(bank: Bank, learner: Learner) -> None:
    save_settings(learner=learner, values={"new_limit": 1, "day_start": 0})
    learner.refresh_from_db()
    add_cards(learner=learner, questions=Question.objects.order_by("order"), now=NOON)
    evening = datetime(2026, 3, 4, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    today = look_at_today(learner, evening)
    assert (today.new, today.waiting) == (1, 2)
    first = next_card(learner, evening)
    assert first is not None
    record_review(learner=learner, card=first, rating=Rating.EASY, turn=0, key="key-one", now=evening)
    assert (look_at_today(learner, evening).new, next_card(learner, evening)) == (0, None)
    midnight = evening + timedelta(minutes=1)
    assert look_at_today(learner, midnight).new == 1
    assert next_card(learner, midnight) is not None


def test_the_limit_of_reviews_leaves_the_rest_for_tomorrow(bank: Bank, learner: Learner) -> None:
    add_cards(learner=learner, questions=Question.objects.all(), now=NOON)
    for card in Card.objects.all():
        record_review(learner=learner, card=card, rating=Rating.EASY, turn=0, key=f"key{card.pk}", now=NOON)
    save_settings(learner=learner, values={"review_limit": 2})
    learner.refresh_from_db()
    today = look_at_today(learner, NOON + timedelta(days=9))
    assert (today.due, today.over) == (2, 1)


def test_marks_of_quizzes_do_not_use_up_the_day(attempt: Attempt, learner: Learner) -> None:
    row = attempt.items.whole().get(item__kind="single", item__source="authored")
    record_response(attempt=attempt, position=row.position, response=right(row), learner=learner)
    today = look_at_today(learner, timezone.now())
    assert (today.done, today.learning) == (0, 1)


def test_wrong_answers_are_a_filter_on_the_log(
    attempt: Attempt, learner: Learner, own_client: Client
) -> None:
    rows = {row.item.kind: row for row in attempt.items.whole() if row.item.source == "authored"}
    for kind, response in (("single", wrong), ("numeric", right), ("ordering", wrong)):
        row = rows[kind]
        record_response(attempt=attempt, position=row.position, response=response(row), learner=learner)
    html = page(own_client, "wrong/")
    assert html.count('<li><div class="q">') == 2
    single = Card.objects.get(item_key=rows["single"].item.key)
    record_review(learner=learner, card=single, rating=Rating.GOOD, turn=1, key="better-now")
    counts = {
        query: page(own_client, f"wrong/?{query}").count('<li><div class="q">')
        for query in (
            "",
            "which=ever",
            "source=review",
            "source=quiz&which=ever",
            "topic=cot",
            "topic=lora&days=7",
        )
    }
    assert counts == {
        "": 1,
        "which=ever": 2,
        "source=review": 0,
        "source=quiz&which=ever": 2,
        "topic=cot": 0,
        "topic=lora&days=7": 1,
    }


def test_wrong_answers_can_be_practised(attempt: Attempt, learner: Learner, own_client: Client) -> None:
    row = attempt.items.whole().get(item__kind="single", item__source="authored")
    record_response(attempt=attempt, position=row.position, response=wrong(row), learner=learner)
    link = re.search(r'href="(/quizzes/new/\?[^"]*)"', page(own_client, "wrong/"))
    assert link is not None
    quiz = own_client.get(link[1].replace("&amp;", "&"), follow=True)
    assert f"items={row.item.ref}" in link[1]
    assert quiz.context["drawn"] == [("lora", "single", "zh-hans")]


def test_a_rated_question_can_be_practised_as_its_recall_item(card: Card, own_client: Client) -> None:
    rate(own_client, card, 1)
    html = page(own_client, "wrong/")
    assert Item.objects.get(question__slug="rich", source="recall", language="zh-hans").ref in html


def test_a_text_that_changed_much_is_marked_and_keeps_its_history(card: Card, own_client: Client) -> None:
    moment = timezone.now() - timedelta(days=30)
    record_review(learner=card.learner, card=card, rating=Rating.EASY, turn=0, key="long-ago", now=moment)
    assert 'class="note"' not in page(own_client)
    QuestionText.objects.filter(question__slug="rich").update(changed_at=timezone.now())
    assert 'class="note"' in page(own_client)
    assert "怎样初始化" in page(own_client, "cards/?state=changed")
    assert Card.objects.get().reps == 1


def test_a_new_version_of_an_item_keeps_its_card(bank: Bank, learner: Learner, own_client: Client) -> None:
    from quizzes.services import sync_authored_items

    card = item_card(learner, "single")
    moment = timezone.now() - timedelta(days=30)
    record_review(learner=learner, card=card, rating=Rating.EASY, turn=0, key="long-ago", now=moment)
    text = QuestionText.objects.get(question__slug="rich", language="zh-hans")
    text.items_source[0]["markdown"] = text.items_source[0]["markdown"].replace("发散", "发散到无穷")
    text.save()
    sync_authored_items([text.pk])
    html = page(own_client)
    assert "发散到无穷" in html
    assert 'class="note"' in html
    assert Card.objects.get().reps == 1


def test_the_card_of_a_withdrawn_item_pauses(bank: Bank, learner: Learner, own_client: Client) -> None:
    card = item_card(learner, "numeric")
    Item.objects.filter(key=card.item_key).update(state="draft")
    assert own_client.get("/review/card/").status_code == 302
    assert "rich" in page(own_client, "cards/?state=paused")


def settings_data(**changed: str) -> dict[str, str]:
    return {
        "percent": "90",
        "new_limit": "10",
        "review_limit": "200",
        "time_zone": "",
        "day_start": "4",
        "leech_lapses": "8",
        "weights": "",
    } | changed


def test_settings_are_stored(client: Client) -> None:
    data = settings_data(percent="85", time_zone="Europe/Berlin", two_buttons="on", weights="")
    assert post(client, "settings/", data).headers["Location"] == "/review/settings/?saved=1"
    chosen = MemorySettings.objects.get()
    assert (chosen.retention, chosen.time_zone, chosen.two_buttons) == (0.85, "Europe/Berlin", True)
    assert 'value="85"' in page(client, "settings/")


@pytest.mark.parametrize(
    "bad",
    [
        {"percent": "69"},
        {"percent": "98"},
        {"percent": "nan"},
        {"new_limit": "-1"},
        {"new_limit": "1000"},
        {"review_limit": "99999"},
        {"leech_lapses": "0"},
        {"time_zone": "Mars/Olympus"},
        {"day_start": "13"},
        {"weights": "1 2 3"},
        {"weights": " ".join(["nan"] * 21)},
        {"weights": " ".join(["99"] * 21)},
        {"weights": "x" * 2000},
    ],
)
def test_settings_out_of_bounds_are_refused_in_words(client: Client, bad: dict[str, str]) -> None:
    response = post(client, "settings/", settings_data(**bad))
    assert response.status_code == 400
    assert "errorlist" in response.content.decode()
    assert not Learner.objects.exists()


def test_weights_of_an_optimiser_are_taken(client: Client) -> None:
    from quizzes.core.scheduler import DEFAULT_PARAMETERS

    weights = ", ".join(str(w) for w in DEFAULT_PARAMETERS)
    assert post(client, "settings/", settings_data(weights=f"[{weights}]")).status_code == 302
    assert MemorySettings.objects.get().schedule.parameters == DEFAULT_PARAMETERS
    assert page(client, "settings/").count("0.212") == 1


def test_scheduling_anew_is_shown_before_it_is_done(card: Card, learner: Learner, own_client: Client) -> None:
    long_ago = timezone.now() - timedelta(days=110)
    for turn in range(3):
        moment = long_ago + timedelta(days=8 * turn)
        record_review(
            learner=learner, card=card, rating=Rating.EASY, turn=turn, key=f"turn-{turn}", now=moment
        )
    save_settings(learner=learner, values={"retention": 0.97})
    before = Card.objects.get().due
    response = own_client.get("/review/reschedule/")
    assert response.context["summary"] == {
        "cards": 1, "moved": 1, "earlier": 1, "later": 0, "due_before": 0, "due_after": 1,
    }  # fmt: skip
    assert Card.objects.get().due == before
    assert post(own_client, "reschedule/").headers["Location"] == "/review/reschedule/?moved=1"
    assert Card.objects.get().due < before
    assert own_client.get("/review/reschedule/").context["summary"]["moved"] == 0


def test_the_whole_log_can_be_taken_away(card: Card, own_client: Client, other_client: Client) -> None:
    rate(own_client, card, 3)
    post(own_client, "undo/")
    rate(own_client, card, 1)
    body = b"".join(own_client.get("/review/log.csv").streaming_content).decode()  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(body))
    assert (row["bank"], row["question"], row["rating"], row["source"]) == ("test", "rich", "1", "review")
    (entry,) = json.loads(b"".join(own_client.get("/review/log.json").streaming_content))  # type: ignore[attr-defined]
    assert entry["rating"] == 1
    assert json.loads(b"".join(other_client.get("/review/log.json").streaming_content)) == []  # type: ignore[attr-defined]


def many_cards(learner: Learner, bank: Bank, number: int) -> None:
    topic = bank.topics.first()
    questions = Question.objects.bulk_create(
        Question(bank=bank, topic=topic, key=f"q{n}", slug=f"q{n}", order=n) for n in range(100, 100 + number)
    )
    add_cards(learner=learner, questions=questions, now=NOON)
    for card in Card.objects.filter(question__in=questions):
        record_review(learner=learner, card=card, rating=Rating.AGAIN, turn=0, key=f"key{card.pk}")


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/review/", 4), ("/review/cards/", 5), ("/review/wrong/", 6), ("/progress/", 9)],
)
def test_more_cards_cost_no_more_queries(
    bank: Bank,
    learner: Learner,
    own_client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    queries: int,
) -> None:
    for number in (3, 30):
        Card.objects.all().delete()
        Question.objects.filter(slug__startswith="q").delete()
        many_cards(learner, bank, number)
        with django_assert_num_queries(queries):
            assert own_client.get(path).status_code == 200


def test_progress_shows_what_was_and_what_comes(card: Card, learner: Learner, own_client: Client) -> None:
    add_cards(learner=learner, questions=Question.objects.all())
    now = timezone.now()
    for days, rating, turn in ((40, 4, 0), (30, 3, 1), (1, 3, 2)):
        moment = now - timedelta(days=days)
        record_review(
            learner=learner, card=card, rating=Rating(rating), turn=turn, key=f"turn-{turn}", now=moment
        )
    context = own_client.get("/progress/").context
    assert sum(cell.reviews for cell, *_ in context["cells"]) == 3
    assert sum(month.reviews for month in context["retention"]) == 2
    assert {month.percent for month in context["retention"]} == {100.0}
    lora = next(one for one in context["standing"].topics if one.topic.slug == "lora")
    assert (lora.mastered, lora.started, lora.questions) == (1, 1, 1)
    assert 0.9 < context["standing"].recall <= 1
    assert context["forecast"][0][0].new == 2


def test_a_suspended_or_buried_card_is_no_burden_of_today(card: Card, learner: Learner) -> None:
    bury_card(learner=learner, card=card, now=NOON)
    assert look_at_today(learner, NOON).left == 0
    assert look_at_today(learner, NOON + timedelta(days=1)).left == 1
    suspend_card(learner=learner, card=card)
    assert look_at_today(learner, NOON + timedelta(days=1)).left == 0
