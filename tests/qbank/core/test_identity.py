"""Which question is which."""

from qbank.core.identity import Known, match_questions

ANSWER = "低秩分解把更新写成两个小矩阵的乘积，训练时只更新它们，推理时可以合并进原来的权重。"


def known(key: str, title: str, answer: str = ANSWER, **fields: str) -> Known[str]:
    values = {"id": "", "checksum": f"{title}|{answer}", "language": "zh-hans", "number": "", "path": "a.md"}
    return Known(key=key, title=title, answer=answer, **{**values, **fields})


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
