"""Words of a bank, their spellings, and those that are alike."""

import pytest

from qbank.core.bigrams import LONGEST_QUERY, MOST_TERMS
from qbank.core.glossary import Term
from qbank.core.sounds import as_typed, typed_spellings
from qbank.core.vocabulary import Word, closest, loose_words, overlap, term_words, words_alone


def test_names_in_brackets_are_words_of_their_own() -> None:
    term = Term({"en": "fine-tuning (FT)", "zh-hans": "微调（精调）"}, {}, avoid={"en": ["finetuning"]})
    assert term_words([term]) == [
        Word("fine-tuning", 0),
        Word("FT", 0),
        Word("微调", 0),
        Word("精调", 0),
        Word("finetuning", 0, avoided=True),
    ]


def test_the_commonest_spelling_of_a_word_is_kept() -> None:
    words = loose_words(["RLHF"], ["LoRA rank", "lora", "Why LoRA?", "为什么用 LoRA"])
    assert [word.text for word in words] == ["LoRA", "RLHF", "rank", "Why"]


def test_the_closest_word_comes_first() -> None:
    assert closest("LorRA", ["QLoRA", "LoRA", "rank", "低秩"]) == ["LoRA", "QLoRA"]
    assert closest("低秩适酡", ["低秩适配", "微调"]) == ["低秩适配"]
    assert closest("LoRA", ["lora", "Lora"]) == []


def test_one_word_is_not_split() -> None:
    assert words_alone("LoRA") == []
    assert words_alone('"LoRA rank" 秩 *') == ["LoRA", "rank", "秩"]


def test_overlap_is_the_share_of_pairs_and_words() -> None:
    assert overlap("低秩适配", "低秩分解") == pytest.approx(1 / 3)
    assert overlap("的", "的") == 0


def test_spellings_hold_every_reading() -> None:
    assert set(typed_spellings("微调")) == {"weidiao", "weitiao", "wd", "wt"}
    assert "loraweitiao" in typed_spellings("LoRA 微调")
    assert "lorawt" in typed_spellings("LoRA 微调")
    assert typed_spellings("LoRA") == []
    assert len(typed_spellings("重" * 20)) <= 32


def test_what_is_typed_is_read_without_its_marks() -> None:
    assert as_typed("Wei'tiao ") == "weitiao"
    assert as_typed("微调") == ""
    assert as_typed("2024") == ""


def test_of_very_many_words_only_the_first_are_taken_alone() -> None:
    words = [f"w{number}" for number in range(10_000)]
    assert words_alone(" ".join(words)) == words[:MOST_TERMS]
    assert words_alone(f"{'x' * LONGEST_QUERY} LoRA") == []
