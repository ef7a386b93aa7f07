"""Key points out of an answer's structure."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from quizzes.core.points import key_points


def test_bold_leads_come_first() -> None:
    answer = "**秩**：中间那一维的宽度。别的话。\n\n- 一项\n- 两项\n\n**缩放**：旁路乘的系数。"
    assert key_points(answer) == ("**秩**：中间那一维的宽度", "**缩放**：旁路乘的系数")


def test_numbered_points_of_every_fashion_are_found() -> None:
    for one, two in (("1. ", "2. "), ("1、", "2、"), ("(1)", "(2)"), ("（ 1) ", "（ 2) "), ("1）", "2）")):
        assert key_points(f"{one}数据丰富：提升泛化能力。\n\n{two}特征提取。") == (
            "数据丰富：提升泛化能力",
            "特征提取",
        )


def test_lists_and_led_paragraphs_follow() -> None:
    assert key_points("●节点：一个概念\n●层次：从宏观到微观") == ("节点：一个概念", "层次：从宏观到微观")
    assert key_points("有监督学习：使用标注数据。\n\n自监督学习：使用未标注数据。") == (
        "有监督学习：使用标注数据",
        "自监督学习：使用未标注数据",
    )


def test_one_of_a_kind_is_no_list() -> None:
    assert key_points("- 只有一项\n\n一段话。") == ()


def test_code_tables_quotations_and_bare_links_do_not_count() -> None:
    answer = "```\n- a\n- b\n```\n| x | y |\n> - q\n> - r\n- [one](http://a)\n- [two](http://b)\n"
    assert key_points(answer) == ()


def test_questions_and_ordinals_are_no_points() -> None:
    assert key_points("- 为什么呢？\n- 第一步\n- 冻结权重\n- 训练旁支") == ("冻结权重", "训练旁支")


def test_headings_are_the_last_resort() -> None:
    assert key_points("### 合并\n话。\n### 切换\n话。") == ("合并", "切换")


def test_at_most_eight_points_of_bounded_length() -> None:
    points = key_points(
        "\n".join(f"- 第 {i} 点，{'很长' * 200}" if i % 2 else f"- 短的 {i}" for i in range(30))
    )
    assert len(points) == 8
    assert all(len(point) <= 160 for point in points)


def test_formulas_and_code_are_never_cut_in_two() -> None:
    for point in key_points("- 先 `a。b` 后\n- $x。y$ 与 z\n- 好的一点\n- 又一点"):
        assert point.count("`") % 2 == 0
        assert point.count("$") % 2 == 0


@given(st.text(max_size=300))
def test_any_text_gives_a_bounded_list(text: str) -> None:
    assert len(key_points(text)) <= 8


def test_most_answers_of_the_seed_have_points(corpora: Path) -> None:
    text = (corpora / "01_seed" / "多模态-训练与微调.md").read_text()
    answers = text.split("</h2>")[1:]
    assert len(answers) == 14
    assert sum(bool(key_points(answer.split("<h2")[0])) for answer in answers) >= 10
