"""Every bank gives a quiz: ours with authored items, others by recall and by the choices they bring."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.models import Learner
from qbank.models import Question
from quizzes.core.blueprint import Blueprint
from quizzes.core.items import Kind
from quizzes.models import Item
from quizzes.services import record_response, reveal_answer, start_attempt
from tests.quizzes.bank import right

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def ingest(path: Path) -> None:
    call_command("ingest", str(path), verbosity=0)


def test_our_own_bank_asks_about_every_question_in_every_kind(
    learner: Learner, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="quizzes"):
        ingest(ROOT / "content")
    assert caplog.records == []
    authored = Item.objects.live().filter(source="authored")
    assert set(authored.values_list("kind", flat=True)) == set(Kind)
    for question in Question.objects.all():
        assert authored.filter(question=question).exists(), question
    for language in ("zh-hans", "en"):
        attempt = start_attempt(learner=learner, blueprint=Blueprint(number=50), seed="1", language=language)
        for row in attempt.items.whole():
            given = {"attempt": attempt, "position": row.position, "learner": learner}
            if row.item.kind == "open":
                reveal_answer(**given)
            assert record_response(**given, response=right(row)).score == 1


def test_a_second_import_of_the_same_files_makes_no_new_versions() -> None:
    ingest(ROOT / "content")
    before = set(Item.objects.values_list("pk", "checksum", "state"))
    ingest(ROOT / "content")
    call_command("sync_items", verbosity=0)
    assert set(Item.objects.values_list("pk", "checksum", "state")) == before


def test_a_bank_of_notes_gives_a_full_quiz_of_self_graded_items(corpora: Path, learner: Learner) -> None:
    ingest(corpora / "01_seed")
    live = Item.objects.live()
    assert Counter(live.values_list("source", "kind")) == {("recall", "open"): 42}
    assert Counter(item.sheet["form"] for item in live) == {"answer": 14, "points": 7, "term": 21}
    attempt = start_attempt(learner=learner, blueprint=Blueprint(number=30), seed="1", language="zh-hans")
    assert attempt.items.count() == 30


def test_a_bank_of_choices_brings_its_items(corpora: Path) -> None:
    ingest(corpora / "02_lydiahallie")
    items = Item.objects.live().filter(language="en").select_related("answer")
    assert len(items) > 100
    assert {item.source for item in items} == {"imported"}
    key_places = Counter(item.answer.key["key"] for item in items)
    assert set(key_places) == {0, 1, 2, 3}


def test_each_form_of_recall_says_what_it_asks_for(
    corpora: Path, own_client: Client, learner: Learner
) -> None:
    ingest(corpora / "01_seed")
    blueprint = Blueprint(number=42)
    attempt = start_attempt(learner=learner, blueprint=blueprint, seed="1", language="zh-hans")
    own_client.defaults["HTTP_ORIGIN"] = "http://testserver"
    asked = {"answer": "说出来或写下来", "points": "只回忆要点，一共", "term": "先想想空里是什么"}
    shown = {"answer": "<h2>答案</h2>", "points": "完整答案", "term": "完整的句子"}
    for form, words in asked.items():
        row = attempt.items.filter(item__sheet__form=form).select_related("item__answer").first()
        assert row is not None
        address = f"/quizzes/{attempt.pk}/{row.position}/"
        before = own_client.get(address).content.decode()
        assert words in before
        assert row.item.whole().rationale not in before or form != "term"
        after = own_client.post(address, {"reveal": "1", "text": ""}, follow=True).content.decode()
        assert shown[form] in after
        assert ("说到的很少" in after) == (form != "term")
