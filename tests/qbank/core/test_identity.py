"""Which question is which."""

from collections.abc import Collection

import pytest

from qbank.core.identity import Known, Matching, is_large_change
from qbank.core.identity import match_questions as match

ANSWER = "低秩分解把更新写成两个小矩阵的乘积，训练时只更新它们，推理时可以合并进原来的权重。"


answers: dict[tuple[str, str], str] = {}  # (key, checksum) → answer


def known(key: str, title: str, answer: str = ANSWER, **fields: str) -> Known[str]:
    values = {"id": "", "checksum": f"{title}|{answer}", "language": "zh-hans", "number": "", "path": "a.md"}
    question = Known(key=key, title=title, **{**values, **fields})
    answers[key, question.checksum] = answer
    return question


def match_questions(old: list[Known[str]], new: list[Known[str]]) -> Matching[str]:
    def answers_of(questions: list[Known[str]], keys: Collection[str]) -> dict[str, str]:
        return {q.key: answers[q.key, q.checksum] for q in questions if q.key in keys}

    return match(old, new, lambda keys: answers_of(old, keys), lambda keys: answers_of(new, keys))


def test_an_explicit_id_wins_over_everything() -> None:
    old = [known("1", "甲", id="x"), known("2", "乙")]
    assert match_questions(old, [known("n", "乙", id="x")]).pairs == {"n": "1"}


def test_equal_text_is_the_same_question_wherever_it_moved() -> None:
    old = [known("1", "为什么低秩有效？", number="1")]
    assert match_questions(old, [known("n", "为什么低秩有效？", path="b.md", number="9")]).pairs == {"n": "1"}


def test_equal_texts_in_several_files_keep_to_their_files() -> None:
    old = [known("1", "甲？"), known("2", "甲？", path="b.md")]
    new = [known("n2", "甲？", path="b.md"), known("n1", "甲？")]
    assert match_questions(old, new).pairs == {"n1": "1", "n2": "2"}


def test_an_edited_title_or_answer_keeps_its_identity() -> None:
    old = [
        known("1", "为什么LoRA的低秩更新有效？", number="3"),
        known("2", "什么是提示学习？", "完全不同的内容。", number="4"),
    ]
    new = [known("n", "为什么LoRA的低秩更新会有效？", number="3")]
    assert match_questions(old, new).pairs == {"n": "1"}
    new = [known("n", "为什么LoRA的低秩更新有效？", ANSWER + "补充一句。", number="3")]
    assert match_questions(old, new).pairs == {"n": "1"}


def test_a_different_question_in_the_same_place_is_a_new_one() -> None:
    old = [known("1", "为什么低秩有效？", number="1")]
    new = [known("n", "思维链是什么？", "一步一步地推理。", number="1")]
    assert match_questions(old, new).pairs == {}


def test_two_that_fit_equally_are_a_tie_and_not_guessed() -> None:
    old = [known("1", "秩怎么选择？甲"), known("2", "秩怎么选择？乙")]
    matching = match_questions(old, [known("n", "秩怎么选择？丙")])
    assert matching.pairs == {}
    assert matching.ties == {"n": ("1", "2")}


def test_languages_are_never_confused() -> None:
    old = [known("1", "LoRA", language="en")]
    assert match_questions(old, [known("n", "LoRA", checksum="other")]).pairs == {}


def test_two_new_ones_that_fit_one_old_equally_are_a_tie() -> None:
    new = [known("n", "秩怎么选择？甲"), known("m", "秩怎么选择？乙")]
    matching = match_questions([known("1", "秩怎么选择？丙")], new)
    assert matching.pairs == {}
    assert set(matching.ties.values()) == {("1",)}


def test_the_whole_is_matched_best_not_the_first_pair() -> None:
    old = [
        known("1", "为什么低秩更新有效？", number="1"),
        known("2", "为什么低秩的更新总是有效？", number="2"),
    ]
    new = [
        known("n", "为什么低秩的更新有效？", ANSWER + "其一。", number="1"),
        known("m", "为什么低秩的更新总是会有效？", ANSWER + "其二。", number="2"),
    ]
    assert match_questions(old, new).pairs == {"n": "1", "m": "2"}


def test_a_new_title_over_the_same_answer_in_the_same_place_is_the_same_question() -> None:
    old = [known("1", "LoRA 怎么训练？", number="3"), known("2", "提示是什么？", "改动输入。", number="4")]
    new = [
        known("n", "如何训练 LoRA 适配器？", number="3"),
        known("2n", "提示是什么？", "改动输入。", number="4"),
    ]
    assert match_questions(old, new).pairs == {"n": "1", "2n": "2"}


def test_many_equal_titles_are_told_apart_by_their_answers() -> None:
    codes = [f"let x{n} = {n}; print(x{n} + y{n * 7}); // {n * 13}" for n in range(40)]
    old = [known(str(n), "What's the output?", code, number=str(n + 1)) for n, code in enumerate(codes)]
    shifted = [*codes[:2], "console.log(typeof null)", *(f"{code} edited" for code in codes[2:])]
    new = [known(f"n{n}", "What's the output?", code, number=str(n + 1)) for n, code in enumerate(shifted)]
    matching = match_questions(old, new)
    wrong = {n: o for n, o in matching.pairs.items() if int(n[1:]) - (int(n[1:]) > 2) != int(o)}
    assert wrong == {}
    assert "n2" not in matching.pairs


@pytest.mark.parametrize(
    ("after", "large"),
    [(ANSWER, False), (ANSWER + "补充一句。", False), ("完全不同的内容，讲的是别的方法。", True)],
)
def test_a_large_change_is_told_from_a_small_one(after: str, large: bool) -> None:
    assert is_large_change(ANSWER, after) is large
