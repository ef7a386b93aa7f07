"""The glossary on its page and by program: names, meanings, and the question where there is one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from qbank.models import Bank, Question

TERMS = [
    {
        "names": {"zh-hans": "秩", "en": "rank"},
        "meanings": {"zh-hans": "线性无关的行数。", "en": "How many rows are independent."},
        "question": "lora-rank",
    },
    {
        "names": {"zh-hans": "只有中文"},
        "meanings": {"zh-hans": "没有英文。"},
        "question": "no-such-question",
    },
]


@pytest.fixture
def glossary(bank: Bank, lora: object) -> Bank:
    Question.objects.create(bank=bank, topic=lora, slug="lora-rank", key="lora-rank")
    Bank.objects.filter(pk=bank.pk).update(glossary=TERMS)
    return bank


def page(client: Client, language: str) -> str:
    with translation.override(language):
        return client.get(reverse("glossary")).content.decode()


def test_a_term_stands_with_its_other_name_its_meaning_and_its_question(
    client: Client, glossary: Bank
) -> None:
    html = page(client, "en")
    assert "<dt>rank" in html
    assert '<span class="meta" lang="zh-hans">秩</span>' in html
    assert "How many rows are independent." in html
    assert 'href="/en/questions/lora-rank/"' in html
    assert "2 terms" in html


def test_a_term_without_our_language_is_marked_and_a_question_that_is_not_there_not_linked(
    client: Client, glossary: Bank
) -> None:
    html = page(client, "en")
    assert '<span lang="zh-hans">只有中文</span>' in html
    assert "no-such-question" not in html


def test_without_a_glossary_the_page_says_so(client: Client, bank: Bank) -> None:
    assert "题库里还没有术语表。" in page(client, "zh-hans")


def test_programs_get_the_terms_in_the_language_they_ask_for(
    client: Client, glossary: Bank, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        first, second = client.get(reverse("api-glossary"), {"language": "en"}).json()
    assert first["term"] == "rank"
    assert first["names"] == {"zh-hans": "秩", "en": "rank"}
    assert first["question"].endswith("/api/v1/questions/lora-rank/")
    assert second["question"] is None


@pytest.mark.parametrize("query", [{"language": "xx"}, {"language": "en\x00"}])
def test_a_language_that_is_none_is_refused(client: Client, db: None, query: dict[str, str]) -> None:
    assert client.get(reverse("api-glossary"), query).status_code == 400
