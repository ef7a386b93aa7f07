"""Search, on whichever database the tests run."""

from pathlib import Path

import pytest

from qbank.models import Question, QuestionText, SearchText
from qbank.search import search_texts, show_hits
from tests.factories import take_in, write_bank

pytestmark = pytest.mark.django_db

NOTES = {
    "_bank.yaml": "slug: notes\nlanguage: zh-hans\n",
    "a.md": (
        "## 1. LoRA 的秩怎么选？\n\n显存不够时使用LoRA微调方法。\n\n"
        "## 2. 什么是微调？\n\n先做 RLHF 再谈满秩与 ＬｏＲＡ。\n\n"
        "## 3. 什么是对齐？\n\n与 `lora_alpha`、P-tuning 和 ranking 无关。微妙地调整。\n"
    ),
}


@pytest.fixture(autouse=True)
def notes(tmp_path: Path) -> None:
    """Three questions in Chinese."""
    take_in(write_bank(tmp_path / "notes", NOTES))


def found(query: str, language: str = "zh-hans") -> list[str]:
    """Return the numbers of the questions found, in order."""
    hits = search_texts(query=query, language=language)
    numbers = dict(QuestionText.objects.values_list("pk", "question__number"))
    return [numbers[hit.text_id] for hit in hits]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("微调", ["2", "1"]),
        ("显存", ["1"]),
        ("秩", ["1", "2"]),
        ("LoRA微调", ["1", "2"]),
        ("RLHF", ["2"]),
        ("rlhf", ["2"]),
        ("ＬｏＲＡ", ["1", "2", "3"]),
        ("rank", ["3"]),
        ("p-tuning", ["3"]),
        ("alpha", ["3"]),
        ("微调方法", ["1"]),
        ("方法 显存", ["1"]),
        ('"LoRA微调"', ["1"]),
        ("妙调", []),
        ("显存 对齐", []),
        ("", []),
        ("  ", []),
        ("*", []),
        ("' OR 1=1 --", []),
        ('"', []),
        ("a'b\\:*&|!()<->", []),
        ("NEAR(x y) AND title_tokens: z", []),
    ],
)
def test_words_are_found(query: str, numbers: list[str]) -> None:
    assert sorted(found(query)) == sorted(numbers)


def test_titles_come_first() -> None:
    assert found("微调") == ["2", "1"]
    assert found("秩") == ["1", "2"]
    assert found("lora")[0] == "1"


def test_a_reader_of_another_language_finds_the_texts_there_are() -> None:
    assert found("显存", "en") == ["1"]


def test_only_the_text_that_is_shown_is_searched(tmp_path: Path) -> None:
    take_in(write_bank(tmp_path / "tiny"))
    assert len(search_texts(query="memory", language="en")) == 1
    assert search_texts(query="memory", language="zh-hans") == []


def test_search_can_be_narrowed_and_capped() -> None:
    narrow = Question.objects.filter(number="2")
    assert len(search_texts(query="秩", language="zh-hans", questions=narrow)) == 1
    assert len(search_texts(query="秩", language="zh-hans", limit=1)) == 1


def test_retired_questions_are_not_found() -> None:
    Question.objects.filter(number="1").update(state="retired")
    assert found("显存") == []


def test_the_index_follows_every_write() -> None:
    SearchText.objects.filter(text__question__number="1").update(body_tokens="另写 写")
    assert found("显存") == []
    assert found("另写") == ["1"]
    Question.objects.filter(number="1").delete()
    assert found("另写") == []


def test_hits_are_shown_marked_in_their_order() -> None:
    hits = search_texts(query="微调", language="zh-hans")
    shown = show_hits(hits, "微调")
    assert [f.text.question.number for f in shown] == ["2", "1"]
    assert [(s.text, s.hit) for s in shown[0].title] == [("什么是", False), ("微调", True), ("？", False)]
    assert any(s.hit for s in shown[1].excerpt)
