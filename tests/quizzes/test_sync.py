"""Items follow their texts."""

from __future__ import annotations

import logging

import pytest
from django.core.management import call_command

from accounts.models import Learner
from qbank.models import Bank, Question, QuestionText
from quizzes.core.blueprint import Blueprint
from quizzes.core.items import Item as ItemValue
from quizzes.core.items import arrange, map_text, shuffled_count
from quizzes.core.sheet import split
from quizzes.models import Item, ItemKey
from quizzes.services import check_items, record_response, start_attempt, sync_authored_items
from quizzes.sheets import key_of, told
from tests.quizzes.bank import RICH_KINDS, right
from tests.quizzes.conftest import make_question, make_text

pytestmark = pytest.mark.django_db
KINDS_IN_ORDER = ("single", "multiple", "matching", "ordering")


def chinese() -> QuestionText:
    return QuestionText.objects.get(question__slug="rich", language="zh-hans")


def edit(text: QuestionText, old: str, new: str) -> None:
    for source in text.items_source:
        source["markdown"] = source["markdown"].replace(old, new)
    text.save()
    sync_authored_items([text.pk])


def test_every_text_gives_items(bank: Bank) -> None:
    found = Item.objects.live().filter(question__slug="rich", language="zh-hans").order_by("position")
    assert [item.kind for item in found] == [*RICH_KINDS, "open"]
    assert {item.source for item in found} == {"authored", "recall"}


def test_an_imported_choice_becomes_an_item_with_its_key(bank: Bank) -> None:
    item = Item.objects.live().get(question__slug="choice")
    assert (item.kind, item.source) == ("single", "imported")
    assert item.sheet["options"] == ["思维链", "思维树"]
    assert item.answer.key["key"] == 0
    assert "看年份" in item.stem_html


def test_a_bank_without_authored_items_is_asked_by_recall(bank: Bank) -> None:
    item = Item.objects.live().get(question__slug="notes")
    assert (item.kind, item.source) == ("open", "recall")
    assert len(item.answer.key["points"]) == 2
    assert "什么是思维链" in item.stem_html


def test_sheets_hold_nothing_that_tells_a_key(bank: Bank) -> None:
    for item in Item.objects.all():
        assert "SECRET" not in f"{item.stem_html}{item.sheet}"
        assert not {"key", "rationale", "rationales"} & item.sheet.keys()
    assert "SECRET" in str(list(ItemKey.objects.values_list("key", flat=True)))


def test_languages_share_names(bank: Bank) -> None:
    refs = Item.objects.filter(question__slug="rich", key="both-zero").values_list("ref", flat=True)
    assert len(refs) == 2
    assert len(set(refs)) == 1


def test_a_second_sync_changes_nothing(bank: Bank) -> None:
    before = list(Item.objects.order_by("pk").values())
    sync_authored_items(list(QuestionText.objects.values_list("pk", flat=True)))
    call_command("sync_items", verbosity=0)
    assert list(Item.objects.order_by("pk").values()) == before


def test_an_edited_item_gets_a_new_version_and_the_old_one_is_kept(bank: Bank) -> None:
    edit(chinese(), "慢一点", "快一点")
    versions = Item.objects.filter(key="both-zero", language="zh-hans").order_by("version")
    assert [(item.version, item.state) for item in versions] == [(1, "retired"), (2, "published")]
    assert len({item.ref for item in versions}) == 1
    assert Item.objects.live().filter(key="both-zero", language="zh-hans").get().version == 2


def test_editing_one_item_leaves_the_others_alone(bank: Bank) -> None:
    before = set(Item.objects.exclude(key="both-zero").values_list("pk", "version", "state"))
    edit(chinese(), "慢一点", "快一点")
    assert set(Item.objects.exclude(key="both-zero").values_list("pk", "version", "state")) == before


def test_an_item_that_vanishes_is_retired_and_comes_back_as_itself(bank: Bank) -> None:
    text = chinese()
    kept = text.items_source
    text.items_source = [source for source in kept if "#cloze" not in source["markdown"]]
    text.save()
    sync_authored_items([text.pk])
    assert Item.objects.get(key="cloze").state == "retired"
    text.items_source = kept
    text.save()
    sync_authored_items([text.pk])
    item = Item.objects.get(key="cloze")
    assert (item.state, item.version) == ("published", 1)


def test_an_attempt_that_has_begun_is_marked_by_what_it_asked(bank: Bank, learner: Learner) -> None:
    attempt = start_attempt(
        learner=learner, blueprint=Blueprint(kinds=("numeric",), number=1), seed="1", language="zh-hans"
    )
    edit(chinese(), "= 91827 ± 3", "= 5")
    row = record_response(attempt=attempt, position=1, response="91828", learner=learner)
    assert row.score == 1
    assert row.item.state == "retired"


@pytest.mark.parametrize("tag", ["b", "i", "u"])
def test_another_renderer_changes_neither_orders_nor_marks(
    bank: Bank, learner: Learner, monkeypatch: pytest.MonkeyPatch, tag: str
) -> None:
    def newer(item: ItemValue, language: str) -> ItemValue:
        def render(text: str) -> str:
            return f"<{tag}>{text}</{tag}>"

        return map_text(item, render, render)

    attempt = start_attempt(
        learner=learner,
        blueprint=Blueprint(topics=("lora",), kinds=KINDS_IN_ORDER),
        seed="1",
        language="zh-hans",
    )
    for row in attempt.items.whole():
        record_response(attempt=attempt, position=row.position, response=right(row), learner=learner)
    before = {row.position: (row.asked(), told(row)) for row in attempt.items.whole()}
    monkeypatch.setattr("quizzes.making.render_item", newer)
    sync_authored_items([chinese().pk])
    for row in attempt.items.whole():
        asked, mark = before[row.position]
        assert (row.item.version, row.item.state) == (1, "published")
        assert (key_of(row.asked()), told(row)["parts"]) == (key_of(asked), mark["parts"])
        assert f"<{tag}>" in str(row.item.sheet)
        plain_sheet = str(row.item.sheet).replace(f"<{tag}>", "").replace(f"</{tag}>", "")
        assert plain_sheet == str(split(asked_as_stored(asked, row.order))[0])


def test_another_order_of_storing_makes_a_new_version(
    bank: Bank, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = start_attempt(
        learner=learner, blueprint=Blueprint(kinds=("ordering",)), seed="1", language="zh-hans"
    )
    before = attempt.items.whole().get().asked()
    monkeypatch.setattr("quizzes.making.stored_order", lambda item: tuple(range(shuffled_count(item)))[::-1])
    sync_authored_items([chinese().pk])
    assert attempt.items.whole().get().asked() == before
    assert Item.objects.live().get(kind="ordering").version == 2


def asked_as_stored(item: ItemValue, order: list[int]) -> ItemValue:
    """Undo the order in which an item was shown."""
    return arrange(item, [order.index(place) for place in range(len(order))])


def test_a_wrong_item_is_left_out_and_logged_with_its_line(
    bank: Bank, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="quizzes"):
        edit(chinese(), "- [x] 一步不动", "- [ ] 一步不动")
    assert "rich.zh-hans.md:10: item-key" in caplog.text
    assert not Item.objects.live().filter(key="both-zero", language="zh-hans").exists()
    assert [problem.code for problem in check_items(chinese())] == ["item-key"]


def test_a_text_that_is_gone_takes_its_items_with_it(bank: Bank) -> None:
    chinese().delete()
    sync_authored_items([])
    left = Item.objects.live().filter(question__slug="rich")
    assert {item.language for item in left} == {"en"}


def test_a_retired_question_is_asked_no_more(bank: Bank) -> None:
    Question.objects.update(state=Question.State.RETIRED)
    assert not Item.objects.live().exists()


def test_placeholders_and_empty_answers_are_not_asked(bank: Bank) -> None:
    topic = bank.topics.get(slug="cot")
    texts = [
        make_text(make_question(bank, topic, "empty"), "空", answer=" "),
        make_text(make_question(bank, topic, "later"), "以后", answer="TODO", placeholder=True),
    ]
    sync_authored_items([text.pk for text in texts])
    assert not Item.objects.filter(text__in=texts).exists()


def test_a_sync_needs_few_queries_however_many_texts(
    bank: Bank, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    topic = bank.topics.get(slug="cot")
    texts = [
        make_text(make_question(bank, topic, f"q{i}"), f"第 {i} 题", answer="- 一\n- 二") for i in range(60)
    ]
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        sync_authored_items([text.pk for text in texts])
    assert Item.objects.filter(text__in=texts).count() == 60
