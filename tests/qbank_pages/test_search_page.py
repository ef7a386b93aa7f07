"""What a reader finds."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Learner
from qbank.core.bigrams import LONGEST_QUERY, MOST_TERMS
from qbank.core.facets import Values, Wanted, misses
from qbank.core.vocabulary import closest
from qbank.filters import LONGEST_SLUG, LONGEST_TAG, MOST_VALUES, QuestionFilter
from qbank.models import Question
from quizzes.cards import Card
from quizzes.core.scheduler import Phase
from tests.quizzes.conftest import sign_in

pytestmark = pytest.mark.usefixtures("questions")


def test_hits_are_marked(client: Client) -> None:
    html = client.get("/search/", {"q": "微调"}).content.decode()
    assert "<mark>微调</mark>" in html
    assert html.count('<h2><a class="plain" href="/questions/') == 1


def test_filters_narrow_and_keep_their_counts(client: Client) -> None:
    wide = client.get("/en/search/", {"q": "gist"}).content.decode()
    narrow = client.get("/en/search/", {"q": "gist", "difficulty": "3"}).content.decode()
    assert wide.count('<a class="plain" href="/en/questions/') == 4
    assert narrow.count('<a class="plain" href="/en/questions/') == 1
    assert narrow.count('type="checkbox"') == wide.count('type="checkbox"')


def test_topics_narrow_a_search(client: Client) -> None:
    html = client.get("/en/search/", {"q": "gist", "topic": "prompting"}).content.decode()
    assert "/en/questions/prompts/" in html
    assert "/en/questions/rank/" not in html


def slugs(html: str) -> list[str]:
    """Return the questions listed, in order."""
    return re.findall(r'<h2><a class="plain" href="/(?:en/)?questions/([^/]+)/', html)


def counts(html: str, facet: str) -> dict[str, int]:
    """Return the choices of a facet with their counts."""
    boxes = re.findall(
        rf'name="{facet}" value="([^"]*)".*?<span class="meta num">(\d+)</span>', html, re.DOTALL
    )
    return {value: int(count) for value, count in boxes}


def test_counts_tell_what_each_choice_would_leave(client: Client) -> None:
    html = client.get("/en/search/", {"q": "gist", "topic": "lora"}).content.decode()
    assert counts(html, "topic") == {"prompting": 1, "lora": 3}
    assert counts(html, "difficulty") == {"1": 0, "2": 1, "3": 1}
    for value, count in counts(html, "difficulty").items():
        narrow = client.get("/en/search/", {"q": "gist", "topic": "lora", "difficulty": value})
        assert len(slugs(narrow.content.decode())) == count


def test_filters_combine(client: Client) -> None:
    def found(**chosen: object) -> list[str]:
        return slugs(client.get("/en/search/", {"q": "gist", "sort": "number", **chosen}).content.decode())

    assert found(tag="init") == ["zero", "rank"]
    assert found(tag=["init", "rank"]) == ["zero", "rank", "chinese-only"]
    assert found(tag="init", lab="1") == ["zero"]
    assert found(frequency="3") == ["zero"]
    assert found(frequency="3", difficulty="3") == []
    assert found(difficulty=["1", "3"]) == ["prompts", "rank"]
    assert found(difficulty="9", frequency="x", mine="?") == found()


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("number", ["prompts", "zero", "rank", "chinese-only"]),
        ("easiest", ["prompts", "zero", "rank", "chinese-only"]),
        ("hardest", ["rank", "zero", "prompts", "chinese-only"]),
        ("newest", ["rank", "chinese-only", "zero", "prompts"]),
    ],
)
def test_the_order_is_asked_for(client: Client, sort: str, order: list[str]) -> None:
    for days, slug in enumerate(["rank", "chinese-only", "zero", "prompts"]):
        moment = datetime(2026, 11, 25, tzinfo=UTC) - timedelta(days)
        Question.objects.filter(slug=slug).update(created_at=moment)
    html = client.get("/en/search/", {"q": "gist", "sort": sort}).content.decode()
    assert slugs(html) == order
    assert f'<option value="{sort}" selected>' in html


def test_numbers_are_read_as_numbers(client: Client) -> None:
    for slug, number in {"zero": "10", "rank": "3.2", "prompts": "3", "chinese-only": ""}.items():
        Question.objects.filter(slug=slug).update(number=number)
    html = client.get("/en/search/", {"q": "gist", "sort": "number"}).content.decode()
    assert slugs(html) == ["prompts", "rank", "zero", "chinese-only"]


def test_each_filter_can_be_taken_away_and_all_at_once(client: Client) -> None:
    html = client.get("/en/search/?q=gist&topic=lora&difficulty=3&sort=number").content.decode()
    chips = re.search('<ul class="picked".*?</ul>', html, re.DOTALL)
    assert chips is not None
    assert re.findall('href="([^"]*)"', chips[0]) == [
        "?q=gist&amp;difficulty=3&amp;sort=number",
        "?q=gist&amp;topic=lora&amp;sort=number",
        "?q=gist&amp;sort=number",
    ]
    assert "1 of 4 questions" in html


def test_filters_that_leave_nothing_say_which_to_take_away(client: Client) -> None:
    html = client.get("/en/search/?q=gist&difficulty=1&topic=lora").content.decode()
    tries = re.findall(
        r'<li><a href="(\?[^"]*)">([^<]*)</a> <span class="meta num">(\d+) questions?</span>', html
    )
    assert [(label, int(count)) for _, label, count in tries] == [
        ("Without “Low rank”", 1),
        ("Without “Basic”", 3),
        ("Without any filter", 4),
    ]
    for address, _, count in tries:
        assert len(slugs(client.get("/en/search/" + address.replace("&amp;", "&")).content.decode())) == int(
            count
        )


def test_a_topic_that_nothing_found_is_of_is_named_by_its_title(client: Client) -> None:
    html = client.get("/en/search/?q=starts&topic=prompting").content.decode()
    assert "Without “Prompting”" in html
    assert "“prompting”" not in html


def test_only_words_can_be_close(client: Client) -> None:
    assert "Closest first" in client.get("/en/search/?q=gist").content.decode()
    assert "Closest first" not in client.get("/en/search/?topic=lora").content.decode()


def test_filters_alone_list_questions(client: Client) -> None:
    html = client.get("/en/search/?topic=lora").content.decode()
    assert slugs(html) == ["zero", "rank", "chinese-only"]


def test_without_words_and_filters_nothing_is_listed(client: Client) -> None:
    html = client.get("/en/search/").content.decode()
    assert slugs(html) == []
    assert "Every word must occur" in html


def test_a_filter_finds_what_stands_behind_the_closest_hits(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qbank.results.MOST_HITS", 1)
    for slug in ("prompts", "zero", "rank", "chinese-only"):
        topic = Question.objects.get(slug=slug).topic
        html = client.get("/en/search/", {"q": "gist", "topic": topic.slug}).content.decode()
        of_topic = set(topic.questions.values_list("slug", flat=True))
        assert slugs(
            html
        )  # one or two: the closest of all may be another of the topic than the closest in it
        assert of_topic.issuperset(slugs(html))
        assert "only the closest are counted" in html


def test_the_part_that_changes_is_the_pages_own(client: Client) -> None:
    query = {"q": "gist", "difficulty": "3"}
    page = client.get("/en/search/", query).content.decode()
    part = client.get("/en/search/results/", query).content.decode()
    assert part in page
    assert "<html" not in part
    assert 'data-said="1 of 4 questions' in part


def test_the_panel_shows_the_closest_and_leads_to_all(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qbank.views.PANEL", 2)
    html = client.get("/en/search/panel/", {"q": "gist"}).content.decode()
    assert html.count("/en/questions/") == 2
    assert 'href="/en/search/?q=gist"' in html
    assert "Show all 4 questions" in html
    assert "<a" not in client.get("/en/search/panel/", {"q": " "}).content.decode()
    assert "Nothing found" in client.get("/en/search/panel/", {"q": "unheard-of"}).content.decode()


def test_only_a_learner_is_offered_their_progress(client: Client) -> None:
    assert 'name="mine"' not in client.get("/en/search/", {"q": "gist"}).content.decode()
    learner = Learner.objects.create()
    now = datetime.now(UTC)
    facts = {"due": now, "created_at": now, "last_review": now, "reps": 1, "stability": 1.0}
    for slug, phase in (("zero", Phase.REVIEW), ("rank", Phase.REVIEW), ("rank", Phase.LEARNING)):
        question = Question.objects.get(slug=slug)
        Card.objects.create(learner=learner, question=question, item_key=str(phase), phase=phase, **facts)
    sign_in(client, learner)
    html = client.get("/en/search/", {"q": "gist"}).content.decode()
    assert counts(html, "mine") == {"new": 2, "learning": 1, "learnt": 1}
    assert slugs(client.get("/en/search/", {"q": "gist", "mine": "learnt"}).content.decode()) == ["zero"]
    assert slugs(client.get("/en/search/", {"q": "gist", "mine": "learning"}).content.decode()) == ["rank"]


def test_nothing_found_says_what_to_try(client: Client) -> None:
    html = client.get("/en/search/", {"q": "unheard-of"}).content.decode()
    assert "Use fewer words" in html
    assert "Nothing found" in html
    assert 'value="unheard-of"' in html


def test_what_was_typed_is_shown_as_text(client: Client) -> None:
    html = client.get("/en/search/", {"q": '<img src=x onerror="1">'}).content.decode()
    assert "<img" not in html


@pytest.mark.parametrize("query", ["", "   ", '"', "%", "'; --", "的", "NOT", "a*", "（）"])
def test_odd_queries_are_answered(client: Client, query: str) -> None:
    assert client.get("/search/", {"q": query}).status_code == 200


def test_pages_keep_the_query(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qbank.views.HITS", 3)
    html = client.get("/en/search/", {"q": "gist"}).content.decode()
    assert 'rel="next" href="?q=gist&amp;page=2"' in html
    assert client.get("/en/search/?q=gist&page=99").status_code == 200


def test_a_search_takes_five_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        client.get("/search/", {"q": "gist"})


def test_search_results_stay_out_of_other_indexes(client: Client) -> None:
    assert 'content="noindex"' in client.get("/search/", {"q": "gist"}).content.decode()


@pytest.mark.parametrize("address", ["/search/", "/search/results/", "/search/panel/"])
def test_a_very_long_query_costs_no_more_than_a_long_one(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def count(text: str, words: Iterable[str], limit: int = 3) -> list[str]:
        asked.append(text)
        return closest(text, words, limit)

    monkeypatch.setattr("qbank.suggestions.closest", count)
    query = " ".join(f"zq{number}" for number in range(10_000))
    response = client.get(address, {"q": query})
    assert 0 < len(asked) <= 1 + MOST_TERMS
    assert max(map(len, asked)) <= LONGEST_QUERY
    assert response.context["asked"].query == query[:LONGEST_QUERY]


def test_of_very_many_values_of_a_filter_the_first_are_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[None] = []

    def count(values: Values, wanted: Wanted) -> list[str]:
        looked.append(None)
        return misses(values, wanted)

    monkeypatch.setattr("qbank.results.misses", count)
    tags = [f"a{number}" for number in range(990)]
    results = client.get("/search/", {"tag": tags, "q": "gist"}).context["results"]
    assert [chip.label for chip in results.chips] == tags[:MOST_VALUES]
    assert 0 < len(looked) <= (1 + MOST_VALUES) * Question.objects.count()


def test_a_value_that_no_topic_or_tag_can_have_is_left_out() -> None:
    query = QueryDict(mutable=True)
    query.setlist("tag", ["t" * LONGEST_TAG, "t" * (LONGEST_TAG + 1), "", "t" * LONGEST_TAG])
    query.setlist("topic", ["s" * (LONGEST_SLUG + 1), "s" * LONGEST_SLUG])
    wanted = QuestionFilter.from_query(query)
    assert wanted.tags == ("t" * LONGEST_TAG,)
    assert wanted.topics == ("s" * LONGEST_SLUG,)
