"""A small bank to look at: two topics, four questions, one of them in Chinese alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qbank.core.bigrams import tokens
from qbank.models import Bank, Question, QuestionText, SearchText, Tag, Topic


@pytest.fixture
def bank(db: None) -> Bank:
    return Bank.objects.create(
        slug="bank",
        name={"zh-hans": "题库甲", "en": "Bank A"},
        licence="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        attribution="Somebody",
    )


@pytest.fixture
def lora(bank: Bank) -> Topic:
    return Topic.objects.create(
        bank=bank, slug="lora", order=2, title={"zh-hans": "低秩适配", "en": "Low rank"}, description={}
    )


@pytest.fixture
def prompting(bank: Bank) -> Topic:
    return Topic.objects.create(
        bank=bank, slug="prompting", order=1, title={"zh-hans": "提示", "en": "Prompting"}, description={}
    )


def add_text(question: Question, language: str, title: str) -> QuestionText:
    text = QuestionText.objects.create(
        question=question,
        language=language,
        path="lora/x.md",
        line=1,
        title=title,
        title_html=title,
        gist=f"Gist of {title}",
        gist_html=f"<p>Gist of {title}</p>",
        answer=f"## Part one\n\nAnswer of {title}\n\n![A picture](figures/x.svg)",
        answer_html=f'<h2 id="s1">Part one</h2><p>Answer of {title}</p>',
        toc=[{"id": "s1", "title": "Part one"}],
        key_points=[{"text": "A **key** point", "html": "A <strong>key</strong> point"}],
        mistakes=[
            {
                "claim": "A wrong claim",
                "claim_html": "A wrong claim",
                "correction": "What is right",
                "correction_html": "<p>What is right</p>",
            }
        ],
        follow_ups=[
            {
                "question": "And then?",
                "question_html": "And then?",
                "answer": "Then this.",
                "answer_html": "<p>Then this.</p>",
            }
        ],
        sources=[
            {
                "text": "Hu et al., [arXiv](https://arxiv.org/abs/2106.09685)",
                "html": 'Hu et al., <a href="https://arxiv.org/abs/2106.09685">arXiv</a>',
            }
        ],
        items_source=[{"markdown": "### Single: secret stem {#x}", "line": 9}],
        checksum="0" * 64,
        stem_checksum="0" * 64,
    )
    plain = f"Gist of {title} Answer of {title}"
    SearchText.objects.create(
        text=text,
        title_plain=title,
        body_plain=plain,
        title_tokens=" ".join(tokens(title)),
        body_tokens=" ".join(tokens(plain)),
    )
    return text


@pytest.fixture
def make_question(bank: Bank) -> Callable[..., Question]:
    """Make a question with one text a language and some tags."""

    def make(
        topic: Topic, slug: str, titles: dict[str, str], *, tags: tuple[str, ...] = (), **facts: object
    ) -> Question:
        order = Question.objects.count() + 1
        question = Question.objects.create(
            bank=bank, topic=topic, key=slug, slug=slug, number=str(order), order=order, **facts
        )
        for language, title in titles.items():
            text = add_text(question, language, title)
            text.tags.set([Tag.objects.get_or_create(name=name)[0] for name in tags])
        return question

    return make


@pytest.fixture
def questions(make_question: Callable[..., Question], lora: Topic, prompting: Topic) -> list[Question]:
    return [
        make_question(
            prompting, "prompts", {"zh-hans": "什么是提示", "en": "What is a prompt"}, difficulty=1
        ),
        make_question(
            lora,
            "zero",
            {"zh-hans": "LoRA 微调从零开始", "en": "LoRA starts at zero"},
            tags=("init",),
            difficulty=2,
            lab="initialisation",
            frequency=3,
        ),
        make_question(
            lora, "rank", {"zh-hans": "怎样选秩", "en": "Which rank"}, tags=("init", "rank"), difficulty=3
        ),
        make_question(lora, "chinese-only", {"zh-hans": "只有中文"}, tags=("rank",), lab="merging"),
    ]
