"""What belongs to no title: its kind, its points, its difficulty, attributes, what asks to unfold it."""

import pytest

from qbank.core.grades import split_title_grades
from qbank.core.parser import parse_file
from qbank.core.titles import read_title

ASKED = ["龙骨有什么作用？", "为什么要固定桅杆？", "锚放在哪里？"]
FORMS = [
    "{n}. {t}（20分）",
    "{n}. {t}（每空 2 分）",
    "{n}. {t} (5 points)",
    "{n}. （多选）{t}",
    "{n}.（多选）{t}（20分）",
    "{n}. [单选题, 5分] {t}",
    "{n}. 单选：{t}",
    "{n}. 判断题：{t}",
    "{n}. {t}（简答题·基础）",
    "{n}. {t}【选择题】",
    "{n}. {t} (multiple choice)",
    "{n}. **[中级]** {t}",
    "{n}. [primary] {t}",
    "{n}. **【高级】**{t}",
    "{n}. {t}(点击展开)",
    "{n}. {t}（点击查看）",
    '{n}. {t} {{#a1b2 .graf .graf--h4 name="a1b2"}}',
    "{n}. {t} {{.unnumbered}}",
    "{n}. {t} {{: #keel}}",
]
FRAMES = ["## {}\n\n铁。", "**{}**\n\n铁。", "<details><summary>{}</summary>\n\n铁。\n\n</details>"]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("form", FORMS)
def test_titles_without_remarks(form: str, frame: str) -> None:
    text = "\n\n".join(frame.format(form.format(n=n + 1, t=title)) for n, title in enumerate(ASKED))
    assert [q.title for q in parse_file(f"# 船体\n\n{text}\n", "hull.md").questions] == ASKED


@pytest.mark.parametrize("frame", FRAMES[:2])
@pytest.mark.parametrize("form", ["F{n}. {t}", "P {n}: {t}", "В{n}) {t}", "T{n}、{t}"])
def test_numbers_after_a_letter_that_run_through_a_file(form: str, frame: str) -> None:
    text = "\n\n".join(frame.format(form.format(n=n + 1, t=title)) for n, title in enumerate(ASKED))
    found = parse_file(f"# 船体\n\n{text}\n", "hull.md").questions
    assert [(q.number, q.title) for q in found] == [(str(n + 1), title) for n, title in enumerate(ASKED)]


def test_other_letters_with_numbers_stay() -> None:
    titles = ["R2: what is it?", "F1: what does it weigh?", "What is H2?", "L1: why is it sparse?"]
    text = "\n\n".join(f"## {title}\n\nIron." for title in titles)
    assert [q.title for q in parse_file(f"# Scores\n\n{text}\n", "scores.md").questions] == titles


@pytest.mark.parametrize("item", ["https://ropes.example/?page=1", "Video: https://ropes.example/knots"])
def test_addresses_among_bullets_are_no_questions(item: str) -> None:
    bullets = "\n".join(
        f"- {title}" for title in ["What is tar?", "Why is oak used?", item, "How is rope made?"]
    )
    assert len(parse_file(f"# Interview questions\n\n{bullets}\n", "ropes.md").questions) == 3


@pytest.mark.parametrize(
    ("title", "difficulty"), [("桅杆（简答题·基础）", 1), ("**[中级]** 桅杆", 2), ("桅杆【高级, 5分】", 3)]
)
def test_levels_beside_other_remarks(title: str, difficulty: int) -> None:
    grades = split_title_grades(title)
    assert (grades.text, grades.difficulty) == ("桅杆", difficulty)


KEPT = [
    "画出桅杆（编程题）",
    "说说帆（简答题）",
    "桅杆（帆船）",
    "The mast (of a ship)",
    "判断桅杆的方法",
    "What is `x[5]`",
    "（选修）桅杆",
    "（多选）",
]


@pytest.mark.parametrize("title", KEPT)
def test_other_brackets_stay(title: str) -> None:
    assert split_title_grades(title).text == title


@pytest.mark.parametrize(
    "mark", ["**第{n}题**（kp_{n}, mc_2）[选择题, 5分]", "## Question {n} (2019) [hard]"]
)
def test_a_mark_with_several_remarks_has_its_title_below(mark: str) -> None:
    text = "\n\n".join(f"{mark.format(n=n + 1)}\n\n{title}\n\n答案：铁。" for n, title in enumerate(ASKED))
    found = parse_file(f"# 船体\n\n{text}\n", "hull.md").questions
    assert [(q.number, q.title, q.answer) for q in found] == [
        (str(n + 1), title, "铁。") for n, title in enumerate(ASKED)
    ]


def test_underscores_of_code_stay_in_bold_titles() -> None:
    text = "\n\n".join(f"**Exercise {n}**: What is `__all{n}__` for?\n\nNames." for n in (1, 2, 3))
    titles = [q.title for q in parse_file(f"# Names\n\n{text}\n", "names.md").questions]
    assert titles == [f"What is `__all{n}__` for?" for n in (1, 2, 3)]


def test_braces_in_code_stay() -> None:
    assert read_title("What matches `a{#b}`").text == "What matches `a{#b}`"


def test_indexed_code_is_no_link() -> None:
    assert read_title("1. 在 `int p[2][2];` 中，p[1][0] 是什么").text.endswith("p[1][0] 是什么")
    assert read_title("What is [tar][1]?").text == "What is tar?"
