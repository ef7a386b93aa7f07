"""Home, topics and what narrows them."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from qbank.models import Bank, Question, Topic


@pytest.fixture
def html(client: Client, questions: list[Question]):
    def get(address: str) -> str:
        response = client.get(address)
        assert response.status_code == 200
        return response.content.decode()

    return get


def slugs(html: str) -> list[str]:
    """List the questions linked from the lists of a page."""
    return [part.split("/")[0] for part in html.split('class="q" href="/en/questions/')[1:]]


def test_topics_stand_in_the_authors_order(html) -> None:
    assert slugs(html("/en/topics/")) == ["prompts", "zero", "rank", "chinese-only"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("difficulty=1", ["prompts"]),
        ("difficulty=1&difficulty=3", ["prompts", "rank"]),
        ("tag=init", ["zero", "rank"]),
        ("tag=init&tag=rank", ["zero", "rank", "chinese-only"]),
        ("lab=1", ["zero", "chinese-only"]),
        ("lab=1&tag=init", ["zero"]),
        ("topic=prompting", ["prompts"]),
        ("difficulty=9&lab=maybe&topic=", ["prompts", "zero", "rank", "chinese-only"]),
    ],
)
def test_filters_narrow_the_list(html, query: str, found: list[str]) -> None:
    assert slugs(html(f"/en/topics/?{query}")) == found


def test_a_filter_that_fits_nothing_says_so(html) -> None:
    assert "No question fits all of these" in html("/en/topics/?difficulty=1&lab=1")


def test_a_chosen_filter_stays_ticked(html) -> None:
    assert 'name="tag" value="rank" checked' in html("/en/topics/?tag=rank")
    assert 'name="tag" value="init" checked' not in html("/en/topics/?tag=rank")


def test_an_empty_bank_says_so(client: Client, db: None) -> None:
    for address in ("/en/", "/en/topics/"):
        assert "The bank is empty." in client.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()


def test_retired_questions_are_not_listed(html) -> None:
    Question.objects.filter(slug="zero").update(state="retired")
    assert "zero" not in slugs(html("/en/topics/")) + slugs(html("/en/topics/lora/"))


def test_each_bank_shows_its_licence(html, bank: Bank) -> None:
    licences = html("/en/topics/").partition('id="licences"')[2]
    assert "Bank A" in licences
    assert "CC BY 4.0" in licences


def test_a_topic_of_another_language_keeps_its_title_and_is_marked(html, lora: Topic) -> None:
    Topic.objects.filter(pk=lora.pk).update(title={"zh-hans": "低秩适配"})
    assert '<span lang="zh-hans">低秩适配</span>' in html("/en/topics/")


def test_a_long_topic_is_cut_on_the_overview_and_paged_on_its_own(
    html, lora: Topic, make_question, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qbank.views.LISTED", 2)
    monkeypatch.setattr("qbank.views.PAGE", 2)
    assert slugs(html("/en/topics/")) == ["prompts", "zero", "rank"]
    assert "All 3 questions" in html("/en/topics/")
    assert slugs(html("/en/topics/lora/")) == ["zero", "rank"]
    assert slugs(html("/en/topics/lora/?page=2")) == ["chinese-only"]
    assert 'rel="next" href="?page=2"' in html("/en/topics/lora/")


def test_home_lists_topics_questions_and_labs(html) -> None:
    page = html("/en/")
    assert slugs(page) == ["prompts", "zero", "rank", "chinese-only"]
    assert "/en/labs/initialisation/" in page


@pytest.mark.parametrize(("address", "queries"), [("/en/", 3), ("/en/topics/", 6), ("/en/topics/lora/", 4)])
@pytest.mark.usefixtures("questions")
def test_lists_take_the_same_queries_however_long(
    client: Client,
    make_question,
    lora: Topic,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    queries: int,
) -> None:
    for number in range(5):
        make_question(lora, f"more-{number}", {"en": f"More {number}"}, tags=("rank",))
    with django_assert_num_queries(queries):
        client.get(address)


def test_an_unknown_topic_is_not_found(client: Client, db: None) -> None:
    assert client.get("/topics/none/").status_code == 404
