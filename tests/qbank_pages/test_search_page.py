"""What a reader finds."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

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


def test_nothing_found_says_what_to_try(client: Client) -> None:
    html = client.get("/en/search/", {"q": "unheard-of"}).content.decode()
    assert "Use fewer words" in html
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
