"""Words to suggest: kept by imports, found by other spellings, by pinyin, by meaning."""

from pathlib import Path

import pytest

from qbank.models import SearchWord
from qbank.suggestions import read_as_typed, suggest
from tests.factories import take_in, write_bank

pytestmark = pytest.mark.django_db

GLOSSARY = """
terms:
- zh-hans: 微调
  en: fine-tuning (FT)
  means: {zh-hans: 继续训练。, en: Training further.}
  avoid: {en: [finetuning]}
"""
NOTES = {
    "_bank.yaml": "slug: notes\nlanguage: zh-hans\n",
    "_glossary.yaml": GLOSSARY,
    "a.md": (
        "## 1. LoRA 的秩怎么选？\n\n显存不够时使用LoRA微调方法。\n\n"
        "## 2. 什么是微调？\n\n先做 RLHF 再谈满秩与 ＬｏＲＡ。\n\n"
        "## 3. 什么是对齐？\n\n与 ranking 无关。\n"
    ),
}
FINETUNING = {
    "_bank.yaml": "slug: english\nlanguage: en\n",
    "_glossary.yaml": GLOSSARY,
    "a.md": "## 1. What is fine-tuning?\n\nTraining further, for example with QLoRA.\n",
}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Three questions in Chinese, and a glossary of one term."""
    root = write_bank(tmp_path / "notes", NOTES)
    take_in(root)
    return root


def queries(query: str, language: str = "zh-hans") -> list[tuple[str, int]]:
    return [(one.query, one.count) for one in suggest(query, language).queries]


@pytest.mark.usefixtures("notes")
def test_an_import_keeps_terms_and_words_of_titles() -> None:
    words = {(word.text, word.concept, word.avoided) for word in SearchWord.objects.all()}
    assert words == {
        ("微调", 0, False),
        ("fine-tuning", 0, False),
        ("FT", 0, False),
        ("finetuning", 0, True),
        ("LoRA", None, False),
    }


def test_another_import_adds_and_drops_words(notes: Path) -> None:
    kept = SearchWord.objects.get(text="微调").pk
    (notes / "a.md").write_text("## 1. QLoRA 的秩怎么选？\n\n显存。\n", encoding="utf-8")
    take_in(notes)
    assert SearchWord.objects.get(text="微调").pk == kept
    assert SearchWord.objects.filter(text="QLoRA").exists()
    assert not SearchWord.objects.filter(text="LoRA").exists()


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("typed", ["weitiao", "wt", "Wei Tiao", "wei'tiao"])
def test_pinyin_and_initials_are_read(typed: str) -> None:
    assert [(one.query, one.count) for one in read_as_typed(typed, "zh-hans")] == [("微调", 2)]


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("typed", ["weit", "w", "12", "微调", "lora", ""])
def test_nothing_else_is_read_as_pinyin(typed: str) -> None:
    assert read_as_typed(typed, "zh-hans") == []


@pytest.mark.usefixtures("notes")
def test_a_misspelt_word_suggests_the_right_one() -> None:
    assert queries("LorRA") == [("LoRA", 2)]
    assert queries("LorRA 显存") == [("LoRA 显存", 1), ("显存", 1), ("LoRA", 2)]


@pytest.mark.usefixtures("notes")
def test_a_term_of_the_other_language_suggests_ours() -> None:
    assert queries("fine-tuning") == [("微调", 2)]
    assert queries("ft") == [("微调", 2)]


@pytest.mark.usefixtures("notes")
def test_words_that_do_not_meet_are_suggested_alone() -> None:
    assert queries("显存 对齐") == [("显存", 1), ("对齐", 1)]


@pytest.mark.usefixtures("notes")
def test_close_titles_are_suggested() -> None:
    titles = suggest("秩怎么挑", "zh-hans").titles
    assert ["".join(s.text for s in found.title) for found in titles] == ["LoRA 的秩怎么选？"]
    assert suggest("天气预报", "zh-hans").titles == []
    assert suggest("的", "zh-hans").titles == []


def test_a_spelling_to_avoid_leads_to_ours(tmp_path: Path) -> None:
    take_in(write_bank(tmp_path / "english", FINETUNING))
    assert queries("finetuning", "en")[0] == ("fine-tuning", 1)


@pytest.mark.usefixtures("notes")
@pytest.mark.parametrize("query", ["'", '"', "a'b\\:*&|!()<->", "NEAR(x y)", "%", "_" * 300])
def test_odd_queries_have_no_suggestions_and_no_errors(query: str) -> None:
    suggestions = suggest(query, "zh-hans")
    assert suggestions.titles == []
    assert read_as_typed(query, "zh-hans") == []
