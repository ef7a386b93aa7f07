"""Sentences with a hidden term are taken from structure and read well alone."""

import pytest

from quizzes.core.generation.material import Text
from quizzes.core.items import BLANK
from quizzes.core.recall import hidden_terms


def asked(answer: str, title: str = "标题", language: str = "zh-hans") -> list[tuple[str, str]]:
    found = hidden_terms(Text("q", title, answer, language))
    return [(hidden.term, hidden.asked.replace(BLANK, "____")) for hidden in found]


def test_a_bold_term_is_hidden_wherever_it_stands() -> None:
    answer = "训练时只更新**低秩矩阵**，预训练权重保持冻结，因此低秩矩阵的显存很小。"
    assert asked(answer) == [("低秩矩阵", "训练时只更新____，预训练权重保持冻结，因此____的显存很小。")]


def test_a_list_of_led_entries_hides_their_heads() -> None:
    answer = (
        "(1)数据丰富性：大规模预训练可以暴露模型于丰富的数据。\n\n(2)特征提取：模型能够学习到有效的特征表示。"
    )
    assert asked(answer) == [
        ("数据丰富性", "____：大规模预训练可以暴露模型于丰富的数据。"),
        ("特征提取", "____：模型能够学习到有效的特征表示。"),
    ]


def test_a_description_that_repeats_its_head_is_asked_without_it() -> None:
    answer = "- **凸性**：均方误差是一个凸函数。\n- **模型性能**：LoRA 在不牺牲模型性能的前提下减少计算负担。"
    assert ("模型性能", "LoRA 在不牺牲____的前提下减少计算负担。") in asked(answer)


def test_the_subject_of_a_definition_is_hidden() -> None:
    answer = "Later text first. A portal is a way to render children into another DOM node."
    found = asked(answer, "What is a portal?", "en")
    assert ("portal", "A ____ is a way to render children into another DOM node.") in found


@pytest.mark.parametrize(
    "answer",
    [
        "**注意**：这里有一段说明文字需要读者留意。\n**总结**：这里是一段总结的文字，也没有术语。",
        "它在**训练**中使用，这一句以代词开头，单独看不知道在说什么。",
        "You should **not** mutate the state object directly in any component.",
        "如下图所示，**编码器**把输入变成向量，再交给解码器。",
        "- 甲：短\n- 乙：短",
    ],
)
def test_labels_pronouns_pointers_and_scraps_are_left_alone(answer: str) -> None:
    assert asked(answer) == []


def test_at_most_three_terms_of_an_answer_are_asked() -> None:
    answer = "\n".join(
        f"- **术语{n}号**：讲的是关于第{n}个概念的一段足够长的描述文字。" for n in "甲乙丙丁戊"
    )
    assert len(asked(answer)) == 3
