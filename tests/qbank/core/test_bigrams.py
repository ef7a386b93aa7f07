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


def said(text: str, query: str, width: int = 40) -> str:
    return "".join(f"[{s.text}]" if s.hit else s.text for s in excerpt(text, query, width))


def test_an_excerpt_prefers_sentences_to_headings_and_tables() -> None:
    text = "LoRA 的秩\n秩 · 显存 · 理由\n一般先试小的秩。\n秩"
    assert said(text, "秩") == "一般先试小的[秩]。"


def test_an_excerpt_shows_the_place_with_most_of_the_words() -> None:
    text = "这里只有显存。\n显存 · 秩\n这里只有秩。"
    assert said(text, "秩 显存") == "[显存] · [秩]"


def test_an_excerpt_begins_where_a_sentence_does() -> None:
    text = "无关的话。" * 9 + "先把它合并进去，然后显存就不再增加了。" + "无关。" * 30
    assert said(text, "显存").startswith("…无关的话。无关的话。无关的话。先把它合并进去，然后[显存]就不再")


def test_an_excerpt_without_a_hit_is_the_beginning() -> None:
    assert said("一句话。\n另一句。", "秩") == "一句话。 另一句。"
    assert said("", "秩") == ""


def test_latin_text_gets_twice_the_room() -> None:
    assert len(said("word " * 40 + "memory " + "word " * 40, "memory")) > 60


@given(st.text(), st.text(max_size=30), st.integers(min_value=8, max_value=60))
def test_an_excerpt_has_the_hit_and_its_length(text: str, query: str, width: int) -> None:
    segments = excerpt(text, query, width)
    assert len("".join(s.text for s in segments)) <= 2 * width + 2
    if any(any(s.hit for s in mark_hits(line, query)) for line in text.split("\n")):
        longest = max((len(word) for word in query.split()), default=0)
        assert any(s.hit for s in segments) or longest > width // 4


@given(st.text(), st.text(max_size=30))
def test_marking_never_changes_the_text(text: str, query: str) -> None:
    assert "".join(s.text for s in mark_hits(text, query)) == text


@given(st.text())
def test_tokens_are_letters_and_digits_only(text: str) -> None:
    assert all(
        token and not token.isspace() and '"' not in token and "'" not in token for token in tokens(text)
    )
