"""A small bank with an item of every kind, and learners who answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Learner
from qbank.models import Bank, Question, QuestionText, Tag, Topic
from quizzes.core.blueprint import Blueprint
from quizzes.models import Attempt
from quizzes.services import start_attempt, sync_authored_items
from tests.quizzes.bank import ENGLISH, PLAIN, RICH


def make_question(bank: Bank, topic: Topic, key: str, **fields: Any) -> Question:
    return Question.objects.create(bank=bank, topic=topic, key=key, slug=key, **fields)


def make_text(
    question: Question, title: str, *, language: str = "zh-hans", items: str = "", **fields: Any
) -> QuestionText:
    starts = [found.start() for found in re.finditer(r"^### ", items, re.MULTILINE)]
    ends = [*starts[1:], len(items)] if starts else []
    parts = [items[a:b] for a, b in zip(starts, ends, strict=True)]
    sources = [{"markdown": part, "line": 10 * i} for i, part in enumerate(parts, 1)]
    return QuestionText.objects.create(
        question=question,
        title=title,
        language=language,
        path=f"{question.key}.{language}.md",
        line=1,
        items_source=sources,
        checksum="0",
        **fields,
    )


@pytest.fixture
def bank(db: None) -> Bank:
    """Three questions: one with all kinds in Chinese and one item in English, one of notes, one imported."""
    bank = Bank.objects.create(slug="test", name={"zh-hans": "测试", "en": "Test"})
    lora = Topic.objects.create(bank=bank, slug="lora", order=1, title={"zh-hans": "低秩", "en": "LoRA"})
    cot = Topic.objects.create(
        bank=bank, slug="cot", order=2, title={"zh-hans": "思维链", "en": "Chain of thought"}
    )
    rich = make_question(bank, lora, "rich", order=1, difficulty=2, lab="initialisation")
    notes = make_question(bank, cot, "notes", order=2)
    choice = make_question(bank, cot, "choice", order=3, difficulty=1)
    texts = [
        make_text(rich, "怎样初始化？", items=RICH, **PLAIN),
        make_text(rich, "How initialised?", language="en", items=ENGLISH, answer="Plainly SECRETANSWER."),
        make_text(
            notes,
            "什么是思维链？",
            answer="- SECRETPOINT 一：分步\n- SECRETPOINT 二：示例",
            answer_html="<ul><li>SECRETPOINT 一：分步</li><li>SECRETPOINT 二：示例</li></ul>",
        ),
        make_text(
            choice,
            "哪一个先发表？",
            stem="看年份。",
            stem_html="<p>看年份。</p>",
            answer="SECRETANSWER：前者更早。",
            answer_html="<p>SECRETANSWER：前者更早。</p>",
            choices=[{"text": "思维链", "html": "思维链"}, {"text": "思维树", "html": "思维树"}],
            choice_key=["A"],
        ),
    ]
    texts[0].tags.add(Tag.objects.create(name="LoRA"))
    texts[1].tags.add(Tag.objects.create(name="adapter"))
    sync_authored_items([text.pk for text in texts])
    return bank


@pytest.fixture
def learner(db: None) -> Learner:
    return Learner.objects.create()


@pytest.fixture
def attempt(bank: Bank, learner: Learner) -> Attempt:
    """A sitting of everything that the bank has."""
    return start_attempt(learner=learner, blueprint=Blueprint(number=50), seed="7", language="zh-hans")


@pytest.fixture
def own_client(client: Client, learner: Learner) -> Client:
    """A browser that carries the learner's cookie."""
    sign_in(client, learner)
    return client


@pytest.fixture
def other_client(db: None) -> Client:
    """A browser of somebody else."""
    client = Client()
    sign_in(client, Learner.objects.create())
    return client


def sign_in(client: Client, learner: Learner) -> None:
    """Give a client the signed cookie of a learner."""
    from django.conf import settings
    from django.core.signing import get_cookie_signer

    name = settings.LEARNER_COOKIE_NAME
    client.cookies[name] = get_cookie_signer(salt=name).sign(str(learner.pk))
