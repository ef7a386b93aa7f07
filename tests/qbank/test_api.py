"""The bank by program."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from qbank.models import Question

pytestmark = pytest.mark.usefixtures("bank")


def get(client: Client, name: str, *args: str, **query: Any) -> Any:
    """Return the JSON of an address; it must be there."""
    response = client.get(reverse(name, args=args), query, headers={"Accept-Language": "zh-hans"})
    assert response.status_code == 200, response.content
    return json.loads(response.content)


def slugs(client: Client, **query: Any) -> list[str]:
    return [row["slug"] for row in get(client, "api-questions", **query)["results"]]


def test_topics_have_their_titles_and_counts(client: Client) -> None:
    answer = get(client, "api-topics")
    assert set(answer) == {"count", "next", "previous", "results"}
    (topic,) = answer["results"]
    assert (topic["slug"], topic["title"], topic["question_count"]) == ("tuning", "微调", 2)
    assert topic["page"].endswith("/topics/tuning/")
    assert get(client, "api-topic", "tuning", language="en")["title"] == "Tuning"


def test_questions_are_listed_in_few_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        answer = get(client, "api-questions")
    first = answer["results"][0]
    assert (first["slug"], first["number"], first["language"]) == ("rank", "1", "zh-hans")
    assert first["tags"] == ["LoRA", "秩"]
    assert first["topic"] == {"slug": "tuning", "title": "微调"}
    assert "answer" not in first


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, ["rank", "zero"]),
        ({"ordering": "-order"}, ["zero", "rank"]),
        ({"search": "微调"}, ["zero"]),
        ({"search": "显存", "topic": "tuning"}, ["rank"]),
        ({"search": "lora", "ordering": "title"}, ["rank"]),
        ({"topic": "nothing"}, []),
        ({"tag": ["LoRA", "初始化"]}, ["rank", "zero"]),
        ({"tag": "初始化"}, ["zero"]),
        ({"tag": "rank"}, ["rank"]),
        ({"tag": "rank", "language": "en"}, ["rank"]),
        ({"tag": "秩", "language": "en"}, ["rank"]),
        ({"difficulty": 2}, ["rank"]),
        ({"difficulty": [1, 3]}, []),
        ({"has_lab": "true"}, ["rank"]),
        ({"has_lab": "false"}, ["zero"]),
        ({"updated_since": "2020-01-01T00:00:00Z"}, ["rank", "zero"]),
        ({"updated_since": "2999-01-01T00:00:00Z"}, []),
    ],
)
def test_questions_can_be_narrowed_and_ordered(
    client: Client, query: dict[str, Any], wanted: list[str]
) -> None:
    assert slugs(client, **query) == wanted


def test_tags_are_in_the_language_of_the_text(client: Client) -> None:
    rows = get(client, "api-questions", language="en")["results"]
    assert [row["tags"] for row in rows] == [["LoRA", "rank"], ["初始化"]]
    assert get(client, "api-question", "rank", language="en")["tags"] == ["LoRA", "rank"]
    assert get(client, "api-question", "rank")["tags"] == ["LoRA", "秩"]


def test_pages_follow_each_other(client: Client) -> None:
    first = get(client, "api-questions", page_size=1)
    assert (first["count"], len(first["results"])) == (2, 1)
    assert "page=2" in first["next"]


def test_a_missing_language_is_filled_by_another(client: Client) -> None:
    rows = get(client, "api-questions", language="en")["results"]
    assert [(row["slug"], row["language"]) for row in rows] == [("rank", "en"), ("zero", "zh-hans")]


def test_the_language_follows_the_header_unless_it_is_asked_for(client: Client) -> None:
    address = reverse("api-question", args=["rank"])
    assert client.get(address, headers={"Accept-Language": "en"}).json()["language"] == "en"
    assert (
        client.get(address, {"language": "zh-hans"}, headers={"Accept-Language": "en"}).json()["language"]
        == "zh-hans"
    )


def test_a_question_comes_as_markdown_and_as_html(client: Client) -> None:
    question = get(client, "api-question", "rank")
    assert question["answer"].startswith("## 为什么不大")
    assert question["answer_html"].startswith('<h2 id="h-为什么不大">')
    assert question["key_points"][0]["text"] == "**起点**：$r=8$ 常常够用。"
    assert question["languages"] == ["en", "zh-hans"]
    assert question["bank"]["licence"] == "CC-BY-4.0"


def test_no_answer_of_the_api_holds_a_key(client: Client) -> None:
    addresses = [
        reverse("api-questions"),
        reverse("api-question", args=["rank"]),
        reverse("api-question-random"),
        reverse("api-search") + "?q=LoRA",
        reverse("api-topics"),
    ]
    for address in addresses:
        body = client.get(address).content.decode()
        assert "秘密" not in body
        assert "items_source" not in body
        assert "choice_key" not in body


def test_search_marks_its_hits(client: Client) -> None:
    (found,) = get(client, "api-search", q="显存")["results"]
    assert found["slug"] == "rank"
    assert {"text": "显存", "hit": True} in found["excerpt"]


def test_a_random_question_fits_the_filters(client: Client) -> None:
    assert get(client, "api-question-random", tag="初始化")["slug"] == "zero"
    assert client.get(reverse("api-question-random"), {"topic": "nothing"}).status_code == 404


def test_every_error_of_a_query_is_told(client: Client) -> None:
    response = client.get(reverse("api-questions"), {"difficulty": 9, "language": "xx", "ordering": "?"})
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    names = {error["name"].split(".")[0] for error in response.json()["errors"]}
    assert names == {"difficulty", "language", "ordering"}
    assert client.get(reverse("api-search")).status_code == 400


def test_what_is_not_there_or_no_longer_is_told(client: Client, bank: Path) -> None:
    assert client.get(reverse("api-question", args=["nothing"])).status_code == 404
    assert client.get(reverse("api-topic", args=["nothing"])).status_code == 404
    Question.objects.filter(slug="zero").update(state="retired")
    assert client.get(reverse("api-question", args=["zero"])).status_code == 410


def test_reading_never_sets_a_cookie(client: Client) -> None:
    assert not client.get(reverse("api-questions")).cookies
