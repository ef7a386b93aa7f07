"""Search tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbank.core.bigrams import excerpt, mark_hits, query_terms, tokens


def test_a_chinese_run_becomes_pairs_and_its_last_character() -> None:
    assert tokens("微调方法") == ["微调", "调方", "方法", "法"]


def test_latin_words_stay_whole_beside_chinese() -> None:
    assert tokens("用LoRA微调") == ["用", "lora", "微调", "调"]


def test_width_and_case_make_no_difference() -> None:
    assert tokens("ＬｏＲＡ") == tokens("lora") == ["lora"]


def test_a_word_of_a_query_may_go_on_a_short_one_may_not() -> None:
    assert [t.prefix for t in query_terms("rank r 秩 微调")] == [True, False, True, False]


def test_a_hyphenated_word_is_a_phrase() -> None:
    assert query_terms("P-tuning")[0].tokens == ("p", "tuning")


def test_quotation_marks_make_one_phrase() -> None:
    assert query_terms("“LoRA 微调”")[0].tokens == ("lora", "微调")


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("显存不够时微调", "显存", "[显存]不够时微调"),
        ("使用ＬｏＲＡ微调", "lora微调", "使用[ＬｏＲＡ微调]"),
        ("explorable LoRA", "lora", "explorable [LoRA]"),
        ("lora_alpha", "alpha", "lora_[alpha]"),
        ("满秩与低秩", "秩", "满[秩]与低[秩]"),
        ("nothing", "秩", "nothing"),
    ],
)
def test_hits_are_marked_where_a_reader_sees_them(text: str, query: str, marked: str) -> None:
    assert "".join(f"[{s.text}]" if s.hit else s.text for s in mark_hits(text, query)) == marked


def test_an_excerpt_begins_near_the_hit() -> None:
    segments = excerpt("无关。" * 100 + "显存" + "无关。" * 100, "显存", width=40)
    text = "".join(s.text for s in segments)
    assert any(s.hit and s.text == "显存" for s in segments)
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) <= 42


@given(st.text(), st.text(max_size=30))
def test_marking_never_changes_the_text(text: str, query: str) -> None:
    assert "".join(s.text for s in mark_hits(text, query)) == text


@given(st.text())
def test_tokens_are_letters_and_digits_only(text: str) -> None:
    assert all(
        token and not token.isspace() and '"' not in token and "'" not in token for token in tokens(text)
    )
