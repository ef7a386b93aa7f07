"""Ways of marking questions that authors use, one small file each."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbank.core.dialects import DIALECTS
from qbank.core.document import ParsedQuestion
from qbank.core.parser import parse_file


def questions(text: str, path: str = "bank.md") -> tuple[ParsedQuestion, ...]:
    return parse_file(text, path).questions


def titles(text: str, path: str = "bank.md") -> list[str]:
    return [q.title for q in questions(text, path)]


# Headings


def test_numbers_that_run_on_through_levels_make_one_bank() -> None:
    heads = [
        "## 1. Why ropes?",
        "## 2. Knots",
        "### 3. How to splice?",
        "### 4. Which hook?",
        "#### 5. Why tar?",
    ]
    text = "# Ropes\n\n## Notes for readers\n\nHello.\n\n" + "\n\n".join(f"{h}\n\nText." for h in heads)
    assert [q.number for q in questions(text)] == ["1", "2", "3", "4", "5"]


def test_a_refrain_between_questions_is_none_and_ends_the_answer() -> None:
    text = "".join(f"## {n}. What is knot {n}?\n\nLoop {n}.\n\n## Still unsure?\n\n" for n in range(1, 5))
    assert [q.answer for q in questions(text)] == ["Loop 1.", "Loop 2.", "Loop 3.", "Loop 4."]


def test_a_heading_of_a_wrong_level_is_a_question_where_its_number_goes_on() -> None:
    def head(level: int, title: str) -> str:
        return f'<h{level} id="{title}">{title}</h{level}>\n\n说明文字。\n\n'

    text = "".join(head(3, f"{n}.第{n}个绳结怎么打？") for n in range(1, 6)) + head(1, "6.怎样解开死结？")
    assert [q.number for q in questions(text)] == ["1", "2", "3", "4", "5", "6"]


def test_an_advertisement_repeated_at_the_end_is_no_part_of_the_last_answer() -> None:
    link = "#### All answers on [Ropes](https://ropes.example/all)\n\n"
    text = f"# Ropes\n\n{link}## 1. Why tar?\n\nIt seals.\n\n## 2. Why wax?\n\nIt glides.\n\n{link}"
    assert [q.answer for q in questions(text)] == ["It seals.", "It glides."]


def test_numbers_without_a_sign_are_numbers_where_they_run() -> None:
    text = "".join(f"## {n} 绳结{c}的用途是什么？\n\n系{c}。\n\n" for n, c in enumerate("甲乙丙丁", 1))
    assert (questions(text)[0].number, questions(text)[0].title) == ("1", "绳结甲的用途是什么？")
    assert (
        titles("## 3 ways to tie?\n\nx\n\n## 3 kinds of rope?\n\ny\n\n## 2 hooks?\n\nz\n")[0]
        == "3 ways to tie?"
    )


@pytest.mark.parametrize("head", ["Question {n}", "第 {n} 题", "Q{n}", "题目{n}："])
def test_a_heading_that_only_counts_takes_its_title_from_the_text(head: str) -> None:
    text = "".join(f"## {head.format(n=n)}\n\nWhat does hook {n} hold?\n\nA sail.\n\n" for n in (1, 2))
    assert [(q.number, q.title, q.answer) for q in questions(text)] == [
        ("1", "What does hook 1 hold?", "A sail."),
        ("2", "What does hook 2 hold?", "A sail."),
    ]


@pytest.mark.parametrize("head", ["Q. {t}", "Q: {t}", "Q. ***{t}***", "面试官：{t}", "**Q: {t}**"])
def test_a_word_for_question_is_no_part_of_the_title(head: str) -> None:
    text = "".join(f"## {head.format(t=t)}\n\nText.\n\n" for t in ("Define splice", "Define hitch"))
    assert titles(text) == ["Define splice", "Define hitch"]


def test_a_title_that_begins_with_a_number_is_not_glued_to_its_own() -> None:
    heads = ["7.Why tar?", "8.Why wax?", "9.304 knots mean what?", "10.Why hooks?"]
    found = questions("\n\n".join(f"## {head}\n\nSo." for head in heads))
    assert [(q.number, q.title) for q in found][2] == ("9", "304 knots mean what?")


def test_headings_without_the_word_for_question_are_none_where_most_have_it() -> None:
    asked = "".join(f"### Q: {t}\n\nText.\n\n" for t in ("Splice", "Hitch", "Bend"))
    assert titles(f"# Knots\n\n### Short version\n\nTie.\n\n{asked}### Example 1\n\nTie.\n") == [
        "Splice",
        "Hitch",
        "Bend",
    ]


def test_chapters_of_a_note_are_no_questions() -> None:
    note = "".join(
        f"## {n}. {t}\n\nText.\n\n" for n, t in enumerate(("绳", "结", "为什么用焦油", "钩", "帆"), 1)
    )
    assert not questions(f"# 绳结详解\n\n{note}")


def test_steps_in_bold_are_no_questions() -> None:
    steps = "".join(
        f"**{n}. {t}**\n\nText.\n\n" for n, t in enumerate(("Take a rope", "Make a loop", "Pull"), 1)
    )
    assert not questions(f"# Bowline\n\n{steps}")


def test_a_readme_that_asks_about_itself_has_no_questions() -> None:
    heads = ("What is it?", "Why use this project?", "How do I install it?", "How can I contribute?")
    assert not questions("# Rope\n\n" + "".join(f"## {h}\n\nText.\n\n" for h in heads))


def test_an_item_above_a_rule_after_a_blank_line_is_no_heading() -> None:
    text = "## Why tar?\n\nThree things:\n\n3. It seals.\n\n---\n\n## Why wax?\n\nIt glides.\n"
    assert [q.answer for q in questions(text)] == ["Three things:\n\n3. It seals.", "It glides."]


# Labels


@pytest.mark.parametrize(
    "label",
    ["**Answer:** {}", "Answer: {}", "答：{}", "**参考答案**：{}", "#### Answer\n\n{}", "**答案**\n\n{}"],
)
def test_a_label_is_no_part_of_the_answer(label: str) -> None:
    text = "".join(f"## {t}?\n\n{label.format('It seals the rope.')}\n\n" for t in ("Why tar", "Why wax"))
    assert [q.answer for q in questions(text)] == ["It seals the rope."] * 2


def test_what_stands_before_the_label_is_the_rest_of_the_question() -> None:
    text = (
        "## Why tar?\n\nThe rope lies in salt water.\n\n**Answer:** It seals.\n\n## Why wax?\n\nIt glides.\n"
    )
    assert [(q.stem, q.answer) for q in questions(text)] == [
        ("The rope lies in salt water.", "It seals."),
        ("", "It glides."),
    ]


def test_a_label_before_a_link_alone_parts_nothing() -> None:
    link = "**Answer**: [there](https://x.example)"
    text = f"## Why tar?\n\nWho asks this asks on.\n\n{link}\n\n## Why wax?\n\nx\n"
    assert questions(text)[0].answer.startswith("Who asks")


def test_marks_of_difficulty_and_frequency_leave_the_answer() -> None:
    tar = "## 1. 为什么上焦油？\n\n【难易度】⭐⭐\n\n【考察频率】高\n\n防水。\n\n"
    first, second = questions(f"{tar}## 2. 为什么打蜡？\n<!-- difficulty: 1 -->\n\n顺滑。\n")
    assert (first.answer, first.difficulty, first.frequency) == ("防水。", 2, 3)
    assert (second.answer, second.difficulty) == ("顺滑。", 1)


@pytest.mark.parametrize(
    ("mark", "difficulty", "frequency"),
    [
        ("【难度：中】", 2, None),
        ("（难度：⭐⭐⭐）", 3, None),
        ("[Hard]", 3, None),
        ("`easy`", 1, None),
        ("【热度：高】", None, 3),
        ("⭐⭐", 2, None),
        ("⭐", None, 3),
    ],
)
def test_marks_of_difficulty_and_frequency_leave_the_title(
    mark: str, difficulty: int | None, frequency: int | None
) -> None:
    tar, wax = questions(f"## 1. Why tar? {mark}\n\nIt seals.\n\n## 2. Why (bees') wax?\n\nIt slides.\n")
    assert (tar.title, tar.difficulty, tar.frequency) == ("Why tar?", difficulty, frequency)
    assert wax.title == "Why (bees') wax?"


def test_a_title_keeps_its_code_and_its_topics() -> None:
    text = "## 1. Explain `splice`\n\nTwo ends.\n\n## 2. [rope] Why tar【ships】【热度: 120】\n\nIt seals.\n"
    assert titles(text) == ["Explain `splice`", "[rope] Why tar【ships】"]


@pytest.mark.parametrize(
    "closing",
    [
        '<div align="right">\n    <b><a href="#">↥ back to top</a></b>\n</div>',
        "[← All topics](../README.md)",
        "**[⬆ Back to Top](#toc)**",
        "<br>\n\n---",
        "[[↑] 回到顶部](#x)",
    ],
)
def test_what_closes_an_answer_is_cut(closing: str) -> None:
    text = "".join(f"## Why {t}?\n\nIt seals.\n\n{closing}\n\n" for t in ("tar", "wax"))
    assert [q.answer for q in questions(text)] == ["It seals."] * 2


# Folds


def test_folds_whose_body_is_wrapped_in_bold() -> None:
    text = "".join(
        f"<details>\n<summary>{t}</summary><br><b>\n{body}</b></details>\n\n"
        for t, body in (("Why tar?", ""), ("Why wax?", "\n```\nwax\n```\n"), ("Why ropes?", "\nThey hold.\n"))
    )
    assert [(q.title, q.answer, q.has_code) for q in questions(text)] == [
        ("Why tar?", "", False),
        ("Why wax?", "```\nwax\n```", True),
        ("Why ropes?", "They hold.", False),
    ]


def test_a_summary_may_hold_a_list_or_lack_its_slash() -> None:
    text = (
        "<details>\n<summary>Compare:\n\n  * tar\n  * wax</summary><br>\n\nBoth seal.\n</details>\n\n"
        "<details>\n<summary>Why ropes?<summary><br>\n\nThey hold.\n</details>\n"
    )
    assert [(q.title, q.answer) for q in questions(text)] == [
        ("Compare: tar, wax", "Both seal."),
        ("Why ropes?", "They hold."),
    ]


def test_many_folds_that_are_never_closed_are_read() -> None:
    assert parse_file("<details>\n" * 3000 + "\n## Why?\n\nx\n", "x.md").questions


# Choices

OPTIONS = ("tar", "wax", "salt")


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ("- [ ] tar\n- [x] wax\n- [ ] salt\n\n", ""),
        ("A. tar\nB. wax\nC. salt\n\n", "答案：B\n\n"),
        ("A. tar\n\nB. wax\n\nC. salt\n\n", "**Answer: B**\n\n"),
        ("\tA.tar\n\tB.wax\n\tC.salt\n\n", "**答案：**B\n\n"),
        (
            "a) tar\nb) wax\nc) salt\n\n",
            "<details>\n<summary>Show answer</summary>\n\n**Correct answer: b**\n\n",
        ),
        ("- (A) tar\n- (B) wax\n- (C) salt\n\n", "#### Answer: B\n\n"),
        ("- A. tar\n- B. wax ✅\n- C. salt\n\n", ""),
    ],
)
def test_options_and_key_in_many_ways(options: str, key: str) -> None:
    end = "\n</details>\n" if "<details>" in key else "\n"
    text = "".join(
        f"### {n}. What makes rope {n} glide?\n\n{options}{key}It is smooth.{end}\n" for n in (1, 2)
    )
    for question in questions(text):
        assert question.choices == OPTIONS
        assert question.key == ("B",)
        assert question.answer == "It is smooth."


def test_options_of_a_bold_question_and_several_keys() -> None:
    text = "".join(
        f"**{n}. 哪些能防水？**\n\nA. 焦油\nB. 蜡\nC. 盐\n\n答案：A、B\n\n解析：盐会吸水。\n\n"
        for n in (1, 2, 3)
    )
    assert {(q.choices, q.key) for q in questions(text)} == {(("焦油", "蜡", "盐"), ("A", "B"))}


def test_a_ticked_option_may_be_the_code_below_it() -> None:
    options = "- [ ]\n\n```py\nprint(1)\n```\n\n- [x]\n\n```py\nprint(2)\n```\n\n"
    first = questions(f"### 1. Which prints 2?\n\n{options}Done.\n\n### 2. Why?\n\nx\n")[0]
    assert first.choices == ("```py\nprint(1)\n```", "```py\nprint(2)\n```")
    assert (first.key, first.answer, first.has_code) == (("B",), "Done.", True)


def test_a_key_in_the_title_is_hidden() -> None:
    text = "### 1. 能防水的是（B）\n\nA. 盐\nB. 蜡\n\n蜡不溶于水。\n\n### 2. 为什么打结？\n\n固定。\n"
    first = questions(text)[0]
    assert (first.title, first.key, first.answer) == ("能防水的是( )", ("B",), "蜡不溶于水。")


def test_a_list_of_tasks_to_do_is_no_choice() -> None:
    found = questions("## Why tar?\n\n- [ ] TODO\n\n## Why wax?\n\n- [ ] TODO\n")
    assert [(q.choices, q.placeholder) for q in found] == [((), True)] * 2


# Pairs


@pytest.mark.parametrize(
    "pair",
    [
        "问：{q}\n\n答：{a}\n\n",
        "问：{q}\n答：{a}\n\n",
        "**Q:** {q}\n**A:** {a}\n\n",
        "**Q: {q}**\n\nA: {a}\n\n",
        "> **Q:** {q}\n>\n> **A:** {a}\n\n---\n\n",
        "### Card 7\n**Q:** {q}\n**A:** {a}\n\n",
    ],
)
def test_labelled_questions_and_answers(pair: str) -> None:
    text = "# Ropes\n\n" + "".join(
        pair.format(q=f"Why {t}?", a=f"The {t} seals.") for t in ("tar", "wax", "pitch")
    )
    assert [(q.title, q.answer) for q in questions(text)] == [
        (f"Why {t}?", f"The {t} seals.") for t in ("tar", "wax", "pitch")
    ]


def test_a_question_label_and_an_answer_label_make_one_question() -> None:
    text = "**题目**：为什么上焦油？\n\n**难度**：中等\n\n**参考答案**：\n\n焦油防水。\n"
    (question,) = questions(text)
    assert (question.title, question.answer) == ("为什么上焦油？", "焦油防水。")


# Lists and tables of links


def test_lists_that_link_to_the_answers() -> None:
    text = (
        "# Daily\n\n- Day 2\n    - [rope] [Why tar?](https://x.example/1)\n"
        "    - [rope] [Why wax?](https://x.example/2)\n"
        "- Day 1\n    - [knot] [How to splice?](https://x.example/3)\n\n"
        "## Topics\n\n- [ropes](ropes.md)\n- [knots](knots.md)\n"
    )
    assert [(q.line, q.title, q.answer, q.tags) for q in questions(text)] == [
        (4, "Why tar?", "", ("rope",)),
        (5, "Why wax?", "", ("rope",)),
        (7, "How to splice?", "", ("knot",)),
    ]


def test_tables_that_link_to_the_answers_or_hold_them() -> None:
    linked = "| # | Question |\n|---|---|\n" + "".join(
        f"| {n} | [Why rope {n}?](a/{n}.md) |\n" for n in (1, 2, 3)
    )
    first = questions(linked)[0]
    assert (first.line, first.number, first.title) == (3, "1", "Why rope 1?")
    held = "| 问题 | 答案 |\n|---|---|\n" + "".join(f"| 绳{n}多长？ | {n}米 |\n" for n in (1, 2, 3))
    assert [(q.title, q.answer) for q in questions(held)][2] == ("绳3多长？", "3米")


def test_a_table_of_contents_is_no_list_of_questions() -> None:
    assert not questions("# Rope\n\n- [Why tar?](#tar)\n- [Why wax?](#wax)\n- [Why rope?](#rope)\n")


def test_bullets_with_numbers_and_a_link_to_the_answers() -> None:
    text = "# 绳\n\n- 1 为什么上焦油？\n- 2 为什么打蜡？\n- 3 绳子的保养\n- ...\n\n- [点击查看答案](https://x.example)\n"
    assert [(q.number, q.title) for q in questions(text)] == [
        ("1", "为什么上焦油？"),
        ("2", "为什么打蜡？"),
        ("3", "绳子的保养"),
    ]
    assert titles("# Q\n\n- 1. Why tar?\n- 2. Why wax?\n- 3. The splice\n") == [
        "Why tar?",
        "Why wax?",
        "The splice",
    ]


# One question a file


def test_one_question_with_front_matter_and_labelled_sections() -> None:
    text = (
        "---\ntitle: Tar or wax\ndifficulty: 2\ntags: [rope]\n---\n\n## 题目描述\n绳子泡在海水里。\n\n"
        "## 参考答案\n\n### 比较\n\n焦油。\n\n## 考察重点\n- 防水\n"
    )
    (question,) = questions(text)
    assert (question.line, question.title, question.stem) == (2, "Tar or wax", "绳子泡在海水里。")
    assert (question.answer, question.difficulty, question.tags) == ("### 比较\n\n焦油。", 2, ("rope",))


def test_one_question_with_a_heading_and_an_answer_that_has_sections() -> None:
    (question,) = questions(
        "# 说说你知道的绳结\n\n## 参考答案\n\n## 一、单结\n\n最简单。\n\n## 二、平结\n\n接绳。\n"
    )
    assert question.title == "说说你知道的绳结"
    assert question.answer == "## 一、单结\n\n最简单。\n\n## 二、平结\n\n接绳。"


def test_sections_that_count_on_belong_to_the_answer_above() -> None:
    asked = "### Question\nWhy tar?\n\n### Answer\n\nIt seals.\n\n"
    (question,) = questions(f"{asked}### 1. Water\n\nSalt.\n\n### Marking\n\n- salt\n")
    assert (question.title, question.answer) == ("Why tar?", "It seals.\n\n### 1. Water\n\nSalt.")


def test_a_first_heading_that_counts_and_names_a_topic_is_not_the_question() -> None:
    assert titles("# Question 7 - Ropes\n\n## Is it possible to tar silk?\n\nNo.\n") == [
        "Is it possible to tar silk?"
    ]


def test_one_question_in_the_only_first_heading() -> None:
    parts = "## 一、是什么\n\n防水。\n\n## 二、做法\n\n涂。\n\n## 参考文献\n\n- x\n"
    (question,) = questions(f"# 面试官：说说绳子为什么要上焦油\n\n{parts}")
    assert (question.title, question.answer) == (
        "说说绳子为什么要上焦油",
        "## 一、是什么\n\n防水。\n\n## 二、做法\n\n涂。",
    )


def test_one_question_whose_name_asks() -> None:
    assert titles("# Tar\n\nIt seals a rope.\n\n## Links\n\nhttps://x.example\n", "What is tar.md") == ["Tar"]
    assert not titles("# Tar\n\nIt seals a rope.\n", "tar.md")


# Facts


def test_a_formula_after_a_chinese_character_is_one() -> None:
    assert questions("## 多长？\n\n长度是$x^2$，够用。\n")[0].has_math


def test_a_paragraph_that_begins_with_a_tab_may_show_a_picture() -> None:
    assert questions("## 多长？\n\n\t![](a.png)\n")[0].images == ("a.png",)


def test_an_answer_of_code_alone_is_an_answer() -> None:
    assert not questions("## How?\n\n```\n<hr>\n```\n")[0].placeholder


def test_options_side_by_side_on_one_line_are_options() -> None:
    text = (
        "# Sets\n\n## Q1. Union (Easy)\nHow many?\n(a) 100  (b) 130  (c) 70\n\n"
        "**Answer:** (b) 130\nBecause.\n\n"
        "## Q2. Power set\nHow many?\n(a) 0  (b) 1  (c) 2\n\n**Answer:** (c) 2\nSo.\n"
    )
    first, second = parse_file(text, "x.md").questions
    assert (first.title, first.choices, first.key) == ("Union", ("100", "130", "70"), ("B",))
    assert first.answer == "Because."
    assert (second.stem, second.key) == ("How many?", ("C",))


def test_a_heading_that_only_counts_has_its_title_below() -> None:
    text = (
        "# 第 2 章\n\n## 第 1 题 🟢\n\n**类型：** 单选题\n\n### 题目\n\n"
        "哪个文件？\n\n**选项：**\n- A. a\n- B. b\n\n"
        "<details>\n<summary>查看答案</summary>\n\n### ✅ 正确答案：B\n\n因为。\n\n</details>\n\n"
        "## 第 2 题 🟢\n\n### 题目\n\n哪个目录？\n\n- A. a\n- B. b\n\n"
        "<details>\n<summary>查看答案</summary>\n\n### ✅ 正确答案：A\n\n因为。\n\n</details>\n"
    )
    first, second = parse_file(text, "x.md").questions
    assert (first.title, first.stem, first.key) == ("哪个文件？", "", ("B",))
    assert (second.title, second.choices) == ("哪个目录？", ("a", "b"))


def test_a_remark_beside_the_number_is_no_title() -> None:
    text = "## Past papers\n\n" + "\n\n".join(
        f"### Question {n} (2019)\n**Q:** What is {name}?\n\n**Answer:** It is {name}."
        for n, name in enumerate("abc", 1)
    )
    assert [(q.number, q.title) for q in parse_file(text, "x.md", "headings").questions] == [
        ("1", "What is a?"),
        ("2", "What is b?"),
        ("3", "What is c?"),
    ]


@pytest.mark.parametrize(
    ("head", "number"),
    [("9.1 问题1：", "9.1"), ("面试题 1：", "1"), ("面试题 1.1：", "1.1"), ("练习 1：", "1")],
)
def test_numbers_with_a_word_are_cut_off_titles(head: str, number: str) -> None:
    later = head.replace("1：", "2：")
    text = f"## 常见问题\n\n### {head}什么是甲？\n\n甲是一。\n\n### {later}什么是乙？\n\n乙是二。\n"
    first, _ = parse_file(text, "x.md").questions
    assert (first.number, first.title, first.answer) == (number, "什么是甲？", "甲是一。")


def test_bold_numbers_with_a_word_or_a_remark_mark_questions() -> None:
    text = (
        "#### 小练习与答案\n\n**练习 1**：为什么用下降沿？\n\n**参考答案**：避免竞争。\n\n"
        "**练习 2**：说明了什么？\n\n**参考答案**：整体退役。\n\n### 下一节\n\n正文。\n"
    )
    assert [(q.number, q.title, q.answer) for q in parse_file(text, "x.md").questions] == [
        ("1", "为什么用下降沿？", "避免竞争。"),
        ("2", "说明了什么？", "整体退役。"),
    ]
    text = "\n\n".join(
        f"**Q{n} (MCQ).** Which is {n}?\n(A) a (B) b (C) c\n\n<details><summary>Answer</summary>\n\n"
        f"**Answer:** (C)  \nSince {n}.\n\n</details>"
        for n in (6, 7, 8)
    )
    assert [(q.number, q.title, q.key, q.answer) for q in parse_file(text, "x.md").questions] == [
        (str(n), f"Which is {n}?", ("C",), f"Since {n}.") for n in (6, 7, 8)
    ]


def test_a_file_that_states_its_task_in_brackets_is_one_question() -> None:
    file = parse_file("# 构造数组\n【题目】定义如下。\n\n【难度】鬼\n\n## 方案一\n\n用栈。\n", "x.md")
    (question,) = file.questions
    assert (question.title, question.answer) == ("构造数组", "## 方案一\n\n用栈。")
    assert question.stem.startswith("【题目】")


LINES = st.sampled_from(
    [
        *(
            "# Why?",
            "## 1. What is a?",
            "### Answer",
            "## 参考答案",
            "## 题目描述",
            "Q: why?",
            "A: so",
            "第 1 题",
            "",
        ),
        *(
            "- [x] a",
            "- [ ] b",
            "A. x",
            "B. y",
            "答案：A",
            "| a? | [b](c) |",
            "|---|---|",
            "- [why?](x)",
            "- 1. why?",
        ),
        *(
            "<details>",
            "<summary>why?</summary><br><b>",
            "</b></details>",
            "<summary>",
            "```",
            "---",
            "> **Q:** a?",
        ),
        *("【难易度】⭐", "**1. a?**", "\tA. x", "- ...", "1) a", "- - - a", "title: x", "<b>", "</b>"),
    ]
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=25).map("\n".join), st.sampled_from(sorted(DIALECTS)), st.booleans())
def test_every_dialect_can_be_forced_on_any_text(text: str, dialect: str, meta: bool) -> None:
    file = parse_file(f"---\ntitle: x?\n---\n{text}" if meta else text, "x.md", dialect)
    assert file.dialect == dialect
    assert all(len(q.key) <= 8 and q.title is not None for q in file.questions)


def test_a_list_of_keys_gives_the_keys() -> None:
    options = "A. tar\nB. wax\nC. oil\n\n**Your answer**: ___A\n"
    asked = "\n".join(f"### Question {n}: Which is {n}?\n\n{options}" for n in (1, 2, 3))
    for keys in (
        "1. B | 2. C\n3. A",
        "**Question 1: B**\n\n**Question 2: C**\n\n**Question 3: A**",
        "1-B, 2-C, 3-A",
    ):
        found = questions(f"# Quiz\n\n{asked}\n## Keys\n\n{keys}\n")
        assert [q.key for q in found] == [("B",), ("C",), ("A",)]
    assert [q.key for q in questions(f"# Quiz\n\n{asked}\n## Marks\n\n1. A\n")] == [(), (), ()]


def test_items_with_an_answer_below_are_questions_whatever_they_say() -> None:
    fold = "\n\n<details><summary><b>Answer</b></summary>\n\n{}\n\n</details>\n\n---\n\n"
    text = (
        "# Ropes\n\n1. Two laws of knots:\n    1. Hitches slip.\n    2. Bends hold."
        + fold.format("They do.")
        + "2. Run it. What comes out?\n\n```python\nprint(1)\n```"
        + fold.format("1")
        + "3. With respect to tar, a sailor said that it seals each hull that it has\ntouched. State why."
        + fold.format("It is sticky.")
    )
    found = questions(text)
    assert [(q.number, q.answer) for q in found] == [("1", "They do."), ("2", "1"), ("3", "It is sticky.")]
    assert [q.title.split()[0] for q in found] == ["Two", "Run", "With"]
    assert found[0].stem.split() == ["1.", "Hitches", "slip.", "2.", "Bends", "hold."]
    assert found[1].has_code
    assert found[2].title.endswith("touched. State why.")


def test_numbered_topics_are_questions_only_in_a_file_named_for_them() -> None:
    topics = "".join(
        f"## {n} {t}\n\nText.\n\n" for n, t in enumerate(("Tar", "Wax", "Oil", "Hooks", "Sails"), 1)
    )
    assert len(parse_file(f"# Ropes\n\n{topics}", "interview_ropes.md").questions) == 5
    assert len(parse_file(f"# 绳子面试题\n\n{topics}", "ropes.md").questions) == 5
    assert not parse_file(f"# Ropes\n\n{topics}", "ropes.md").questions
    asked = "".join(
        f"## {n}. Part\n\n### What is {n}?\n\nText.\n\n### Why {n}?\n\nText.\n\n" for n in range(1, 6)
    )
    assert len(parse_file(f"# Ropes\n\n{asked}", "interview_ropes.md").questions) == 10


def test_labelled_lines_below_question_headings_are_follow_ups() -> None:
    text = "".join(f"## Q0{n} · Tar\n\nTar seals.\n\n- **Q: Why {n}?**\n  A: So.\n\n" for n in range(1, 5))
    found = questions(f"# Ropes\n\n{text}")
    assert [(q.number, q.title) for q in found] == [(str(n), "Tar") for n in range(1, 5)]
    assert "Why 1?" in found[0].answer


def test_one_heading_that_asks_among_many_is_a_chapter() -> None:
    parts = "".join(f"### {t}\n\nText.\n\n" for t in ("Hulls", "Knots", "Sails", "Masts"))
    assert not questions(f"# Ropes\n\n## What Is Tar?\n\nText.\n\n{parts}")


def test_most_bold_lines_ask_so_the_others_are_questions_too() -> None:
    lines = ["**What is tar?**", "**Tar and wax**", "**Why wax?**", "**How to sail?**", "**To wax a rope:**"]
    found = questions("# Ropes\n\n" + "\n\n".join(f"{line}\n\nText." for line in lines))
    assert [q.title for q in found] == ["What is tar?", "Tar and wax", "Why wax?", "How to sail?"]
    assert found[-1].answer == "Text.\n\n**To wax a rope:**\n\nText."


def test_an_element_that_ends_within_the_answer_stays_whole() -> None:
    picture = '<p align="center">\n  <img src="a.png">\n</p>'
    found = questions(
        f"# Ropes\n\n## What is tar?\n\n{picture}\n\nIt seals.\n\n## Why wax?\n\n<p>\n\nIt glides.\n\n</p>"
    )
    assert [q.answer for q in found] == [f"{picture}\n\nIt seals.", "It glides."]


def test_a_label_that_links_to_the_answer_stays() -> None:
    link = "[[Answer]](https://a.example/tar)"
    found = questions(f"# Ropes\n\n## What is tar?\n{link}\n\nIt seals.\n\n## Why wax?\n\nIt glides.")
    assert found[0].answer == f"{link}\n\nIt seals."


def test_an_empty_link_and_where_a_question_comes_from_are_no_answer() -> None:
    about = "公司：某某\n\n分类：绳子\n\n[答案]()"
    found = questions(f"# 绳子\n\n### 什么是焦油？\n\n{about}\n\n### 为什么上蜡？\n\n{about}\n\n为了滑。")
    assert [q.placeholder for q in found] == [True, False]


def test_items_that_explain_may_follow_the_boxes_in_one_list() -> None:
    options = "- [ ] \u2800\n  ```\n  tar\n  ```\n- [x] \u2800\n\n  ```\n  wax\n  ```\n\n- It glides."
    found = questions(f"# Quiz\n\n## Q1. Which one?\n\n{options}\n\n## Q2. And now?\n\n{options}\n")
    assert [(len(q.choices), q.key, q.answer) for q in found] == [(2, ("B",), "- It glides.")] * 2


def test_code_holds_no_option() -> None:
    text = "".join(
        f"### {n}. Which call?\n\nA. `join(A, B)`\nB. `tie(A, B)`\n\nAnswer: B\n\n" for n in (1, 2)
    )
    assert [q.choices for q in questions(f"# Quiz\n\n{text}")] == [("`join(A, B)`", "`tie(A, B)`")] * 2


@pytest.mark.parametrize(
    "answer",
    ["**Answer:** {}", "<details><summary>✅ Solution</summary>\n\n{}\n\n</details>", "#### Answer\n\n{}"],
)
def test_headings_with_an_answer_below_are_questions_whatever_they_say(answer: str) -> None:
    parts = [("Sticky rope", "Wax it."), ("Leaking hull", "Tar it."), ("Torn sail", "Sew it.")]
    text = "".join(f"## {t}\n\nIt happened at sea.\n\n{answer.format(a)}\n\n" for t, a in parts)
    assert [(q.title, q.stem, q.answer) for q in questions(f"# Ropes\n\n{text}")] == [
        (t, "It happened at sea.", a) for t, a in parts
    ]
    assert not questions("# Ropes\n\n## Sticky rope\n\nIt happened.\n\n## Leaking hull\n\nAt sea.\n")


def test_a_hint_is_no_answer_and_frames_of_articles_belong_to_none() -> None:
    fold = "<details>\n<summary>{}</summary>\n\n{}\n\n</details>\n\n"
    text = "".join(
        f"<article data-level='{n}'>\n\n## Scenario {n}: At sea\n\nIt happened.\n\n"
        + fold.format("💡 Hint", "Think.")
        + fold.format("✅ Solution", "### Act\n\nWax it.").rstrip()
        + "\n</article>\n\n---\n\n"
        for n in (1, 2)
    )
    found = questions(f"# Ropes\n\n{text}")
    assert [(q.number, q.title, q.answer) for q in found] == [
        ("1", "At sea", "### Act\n\nWax it."),
        ("2", "At sea", "### Act\n\nWax it."),
    ]
    assert all("Think." in q.stem for q in found)


def test_answers_listed_below_the_questions() -> None:
    asked, told = "1. What is tar?\n2. Why wax?", "1. It seals.\n\n   For long.\n2. It glides."
    found = questions(f"# Ropes\n\n## Questions\n\n{asked}\n\n## Answers\n\n{told}\n")
    assert [(q.number, q.title, q.answer) for q in found] == [
        ("1", "What is tar?", "It seals.\n\nFor long."),
        ("2", "Why wax?", "It glides."),
    ]


def test_an_answer_in_a_template_ends_with_its_section() -> None:
    text = (
        "---\nid: q-1\ntitle: 为什么要上蜡\ndifficulty: advanced\n---\n\n"
        "# 题目\n\n为什么要上蜡？\n\n# 一句话结论\n\n滑。\n\n"
        "# 标准答案\n\n为了让它滑。\n\n# 必答点\n\n1. 滑\n"
    )
    (question,) = questions(text)
    assert (question.title, question.answer) == ("为什么要上蜡", "为了让它滑。")


def test_an_interview_is_a_row_of_questions() -> None:
    pairs = [("什么是焦油？", "它封住船体。"), ("为什么上蜡？", "为了滑。")]
    text = "".join(f"**面试官**：{asked}\n\n**候选人**：{told}\n\n" for asked, told in pairs)
    assert [(q.title, q.answer) for q in questions(f"# 面试\n\n{text}")] == pairs


def test_traditional_characters_ask_too() -> None:
    asked = ["請說明繩結的用途", "繩與線的差別", "焦油為什麼防水"]
    text = "".join(f"## {title}\n\n文字。\n\n" for title in asked)
    assert titles(f"# 繩結\n\n{text}") == asked
    (question,) = questions("# 題目\n\n## 問題\n\n什麼是焦油？\n\n## 參考答案\n\n防水。\n", "面試.md")
    assert (question.title, question.answer) == ("什麼是焦油？", "防水。")


def test_code_right_below_html_hides_no_question() -> None:
    code = "```html\n<b>tar</b>\n\n<b>wax</b>\n```"
    fold = f"<details><summary>Answer</summary>\n### It is so\n{code}\nBoth {{}}.\n</details>"
    text = "\n\n".join(f"## Question {n}: Why {n}?\n\n{fold.format(n)}\n\n---" for n in range(1, 5))
    found = questions(f"# Ropes\n\n{text}\n\nRead on elsewhere.\n")
    assert [q.number for q in found] == ["1", "2", "3", "4"]
    assert [q.answer.split("\n")[-1] for q in found] == [f"Both {n}." for n in range(1, 5)]
    assert all(q.has_code and "<b>wax</b>" in q.answer for q in found)


def test_a_number_that_jumps_back_to_the_margin_begins_an_outer_item() -> None:
    first = "7. What is tar?\n* It seals.\n 1. hulls\n 2. ropes\n\n"
    found = questions(f"# Ropes\n\n{first}8. Why wax?\n* It glides.\n\n9. Which hook?\n* Iron.\n")
    assert [(q.number, q.title) for q in found] == [
        ("7", "What is tar?"),
        ("8", "Why wax?"),
        ("9", "Which hook?"),
    ]
    assert found[0].answer.endswith("2. ropes")


def test_few_numbers_run_on_through_levels_where_each_heading_says_question() -> None:
    text = (
        "# Rope interview questions\n\n## Question 1: Why tar?\n\n### Answer:\n\nIt seals.\n\n"
        "## Question 2: Why wax?\n\n### Answer:\n\nIt glides.\n\n"
        "# Question 3. Which hook holds\n\n# Answer\nIron.\n"
    )
    assert [(q.number, q.answer) for q in questions(text)] == [
        ("1", "It seals."),
        ("2", "It glides."),
        ("3", "Iron."),
    ]


def test_a_coloured_row_of_a_table_is_the_key() -> None:
    rows = '|号|选项|\n|-|-|\n|A|焦油|\n<font color="red">B</font>|<font color="red">蜡</font>|\n|C|盐|\n'
    text = "".join(f"### {n}.能使绳子{n}顺滑的是____。\n{rows}\n" for n in (1, 2, 3))
    assert [(q.choices, q.key) for q in questions(text)] == [(("焦油", "蜡", "盐"), ("B",))] * 3


def test_a_picture_before_the_key_stays_with_the_explanation() -> None:
    options = "- A tar\n- B wax\n- C oil\n\n"
    fold = "<details>\n<summary>Answer</summary>\n\n![ropes](a.png)\n\n**B** It glides.\n\n</details>\n\n"
    found = questions("".join(f"## Q{n} Ropes\n\nWhich is {n}?\n\n{options}{fold}" for n in (1, 2)))
    assert [(q.key, q.images) for q in found] == [(("B",), ("a.png",))] * 2
    assert all(q.answer.endswith("It glides.") for q in found)


def test_folds_that_are_sections_hold_questions() -> None:
    section = "<details>\n<summary>{}</summary>\n\n{}\n\n</details>"
    easy = section.format("Easy", "### 1. What is tar?\n\nIt seals.\n\n### 2. Why wax?\n\nIt glides.")
    hard = section.format("Hard", "### 3. Which hook holds?\n\nIron.")
    assert [(q.number, q.answer) for q in questions(f"# Ropes\n\n{easy}\n\n{hard}\n")] == [
        ("1", "It seals."),
        ("2", "It glides."),
        ("3", "Iron."),
    ]
    inner = "<details>\n<summary>{}</summary>\n\nSo.\n\n</details>\n\n"
    asked = inner.format("What is tar?") + inner.format("Why wax?")
    text = f"# Ropes\n\n<details>\n<summary>Basics</summary>\n\n{asked}</details>\n"
    assert [(q.title, q.answer) for q in questions(text)] == [("What is tar?", "So."), ("Why wax?", "So.")]


def test_answers_at_the_end_answer_headings_and_bold_lines() -> None:
    told = "**1.** It seals.\n\nFor long.\n\n**2.** It glides.\n\n**3.** Iron.\n"
    for mark in ("### Q{}. {}", "**{}. {}**", "{}. {}"):
        asked = [mark.format(n, t) for n, t in enumerate(("What is tar?", "Why wax?", "Which hook?"), 1)]
        found = questions("# Ropes\n\n" + "\n\n".join(asked) + f"\n\n## Answers\n\n{told}")
        assert [q.answer for q in found] == ["It seals.\n\nFor long.", "It glides.", "Iron."]


def test_a_question_in_two_languages_is_two() -> None:
    text = (
        "---\ntags: [rope]\n---\n\n# Вопрос (RU)\n\nЧто такое смола?\n\n## Ответ (RU)\n\nОна.\n\n---\n"
        "\n# Question (EN)\n\nWhat is tar?\n\nThink of ships.\n\n## Answer (EN)\n\nIt seals.\n"
    )
    assert [(q.line, q.title, q.stem, q.answer) for q in questions(text)] == [
        (5, "Что такое смола?", "", "Она."),
        (15, "What is tar?", "Think of ships.", "It seals."),
    ]


def test_files_of_a_repository_hold_no_questions_by_their_names() -> None:
    text = "# 2.0\n\n- How is tar made?\n- Why wax?\n- Which hook?\n"
    assert questions(text)
    for path in ("CHANGELOG.md", "docs/contributing.md", ".github/ISSUE_TEMPLATE/ask.md"):
        assert not questions(text, path)
    assert not questions(f"# Changelog\n\n{text}")


@pytest.mark.parametrize(
    "heads",
    ["Q | A", "No. | Question | Answer", "序号 | 问题 | 参考答案 | 难度", "Interview Questions | Answers"],
)
def test_a_table_headed_question_and_answer_holds_questions_whatever_they_say(heads: str) -> None:
    count = heads.count("|") + 1
    rows = [["1"] * (count > 2) + ["Tar on ropes", "It seals."] + ["low"] * (count > 3)]
    rows.append(["2"] * (count > 2) + ["Wax on ropes", "It glides."] + ["low"] * (count > 3))
    text = "\n".join([f"| {heads} |", "|---" * count + "|", *(f"| {' | '.join(row)} |" for row in rows)])
    assert [(q.title, q.answer) for q in questions(f"# Ropes\n\n{text}\n")] == [
        ("Tar on ropes", "It seals."),
        ("Wax on ropes", "It glides."),
    ]


@pytest.mark.parametrize("rule", ["---", "***", "* * *"])
def test_what_closes_a_file_below_a_rule_is_no_part_of_the_last_answer(rule: str) -> None:
    def bank(parted: str, answer: str = "So.") -> str:
        asked = [f"## Why {n}?\n\n{answer}" for n in ("tar", "wax", "oil")]
        return parted.join(["# Ropes", *asked])

    closing = f"\n\n{rule}\n\n**To sum up**\n\n{'- Ropes hold.' * 60}\n"
    assert questions(bank(f"\n\n{rule}\n\n") + closing)[-1].answer == "So."
    assert questions(bank("\n\n") + f"\n\n{rule}\n\nThanks for [reading](a.md).\n")[-1].answer == "So."
    assert "Ropes hold" in questions(bank("\n\n") + closing)[-1].answer
    inner = f"One.\n\n{rule}\n\nTwo."
    assert [q.answer for q in questions(bank("\n\n", inner))] == [inner] * 3
    code = f"```\na\n\n{rule}\n\nb\n```"
    assert questions(bank("\n\n", code))[-1].answer == code


def test_tasks_to_write_a_program_are_questions() -> None:
    text = "".join(f"## {n}. Write a function that ties {n}\n\n```py\ntie({n})\n```\n\n" for n in (1, 2, 3))
    assert len(questions(f"# Ropes\n\n{text}")) == 3


def test_items_from_ten_on_may_be_indented_as_those_below_ten() -> None:
    for told in ("   It seals.", "   - It seals.", "\n   It seals.\n\n   For long."):
        text = "\n\n".join(f"{n}. Why rope {n}?\n{told}" for n in range(1, 14))
        found = questions(f"# Ropes\n\n{text}\n")
        assert [q.number for q in found] == [str(n) for n in range(1, 14)]
        assert len({q.answer for q in found}) == 1


@pytest.mark.parametrize("mark", ["**{}**", "> {}", "{}", "### {}"])
def test_the_end_of_a_file_is_no_part_of_the_last_answer(mark: str) -> None:
    asked = "\n\n".join(f"{mark.format(t)}\n\nSo." for t in ("What is tar?", "Why wax?", "Which hook?"))
    found = questions(f"# Ropes\n\n{asked}\n\n## Contributing\n\nAsk.\n\n## License\n\nMIT\n")
    assert [q.answer for q in found] == ["So."] * 3


def test_numbers_and_labels_in_korean() -> None:
    asked = ["타르란 무엇인가?", "밧줄을 그려보시오.", "돛의 쓰임을 서술하시오."]
    text = "\n\n".join(f"{n}번. {title}<br>\n\n답: 그림 {n}.<br>" for n, title in enumerate(asked, 1))
    found = questions(text)
    assert [(q.number, q.title) for q in found] == [(str(n), t) for n, t in enumerate(asked, 1)]
    assert [q.answer.removesuffix("<br>") for q in found] == ["그림 1.", "그림 2.", "그림 3."]


@pytest.mark.parametrize("head", ["🔁꼬리질문", "꼬리 질문", "Follow-up questions", "追问"])
def test_the_title_of_a_file_is_a_question_where_follow_ups_come_below(head: str) -> None:
    text = f"# What is tar?\n\nA seal.\n\n## {head}\n\n### Why heat it?\n\nIt flows.\n\n### How long?\n\nTen."
    assert [(q.title, q.answer) for q in questions(text)] == [
        ("What is tar?", "A seal."),
        ("Why heat it?", "It flows."),
        ("How long?", "Ten."),
    ]
    other = text.replace(head, "More")
    assert [q.title for q in questions(other)] == ["Why heat it?", "How long?"]


def test_items_of_a_file_of_interview_questions_may_be_tasks() -> None:
    items = "- Given a rope, cut it in two.\n- Print its length.\n- Kinds of knots\n- What is wax\n"
    assert len(questions(f"# Harbour Interview Questions\n\n<b>First round</b><br>\n\n{items}")) == 4
    items = items.replace("What is", "Find")
    assert questions(f"# Harbour Interview Questions\n\n{items}") == ()


@pytest.mark.parametrize("opening", ["folding blue, {}", "folding {}", "folding open: cyan, {}", 'fold "{}"'])
def test_folds_in_template_tags(opening: str) -> None:
    asked = ["What is tar?", "Why wax a rope?", "为什么要给绳子上蜡？"]
    word = "fold" if opening.startswith("fold ") else "folding"
    text = "\n\n".join(f"{{% {opening.format(t)} %}}\nText.\n\n{{% end{word} %}}" for t in asked)
    assert [(q.title, q.answer) for q in questions(f"# Ropes\n\n{text}\n")] == [(t, "Text.") for t in asked]


def test_tags_of_a_hint_around_a_question_are_no_part_of_the_answer() -> None:
    form = '{{% hint style="question" %}}\n**Question {n}**: Tar?\n\n**Answer**: A seal.\n{{% endhint %}}'
    text = "\n\n".join(form.format(n=n) for n in (1, 2, 3))
    assert [q.answer for q in questions(f"# Ropes\n\n{text}\n")] == ["A seal."] * 3


@pytest.mark.parametrize("head", ["#### {n}", "## {n}.", "### 0{n}"])
def test_headings_that_only_count_among_numbered_ones(head: str) -> None:
    bare = {2, 5, 6}
    heads = [
        f"{head.format(n=n)}\n\nWhy row {n}?" if n in bare else f"{head.format(n=n).rstrip('.')} Why row {n}?"
        for n in range(1, 9)
    ]
    found = questions("# Rowing\n\n" + "\n\n".join(f"{text}\n\nTo arrive." for text in heads))
    assert [(q.number, q.title, q.answer) for q in found] == [
        (str(n), f"Why row {n}?", "To arrive.") for n in range(1, 9)
    ]


@pytest.mark.parametrize("label", ["#### Answer：", "#### 答案", "#### **Solution**"])
def test_a_repeated_answer_that_counts_is_no_list_of_answers(label: str) -> None:
    answer = "It has parts:\n\n1. the keel\n2. the mast\n3. the oars"
    heads = [f"### {n}. What is boat {n}?\n\n---\n\n{label}\n\n{answer}" for n in range(1, 6)]
    found = questions("# Boats\n\n" + "\n\n---\n\n".join(heads))
    assert [(q.title, q.answer) for q in found] == [(f"What is boat {n}?", answer) for n in range(1, 6)]


WRAPPED = [
    "**{n}. What holds the sails {n} of a ship to\nher mast in a storm?**",
    "**{n}. What holds the sails {n} of\na ship to\nher mast in a storm?**",
    "**Q{n}: What holds the sails {n} of a ship\nto her mast in a storm?**",
    "__{n}) What holds the sails {n} of a ship to\nher mast in a storm?__",
    "***{n}. What holds the sails {n}\nof a ship to her mast in a storm?***",
    "**Question {n}: What holds\nthe sails {n} of a ship to her mast in a storm?**",
    "**What holds the sails {n} of a ship\nto her mast in a storm?**",
    "{n}. **What holds the sails {n} of a ship\n   to her mast in a storm?**",
    "- **What holds the sails {n} of a ship\n  to her mast in a storm?**",
]


@pytest.mark.parametrize("answer", ["{f}", "Rings.", "**Answer:** Rings."])
@pytest.mark.parametrize("head", WRAPPED)
def test_bold_questions_that_an_editor_wrapped(head: str, answer: str) -> None:
    fold = "<details><summary>Show the answer</summary>\n\nRings.\n</details>"
    text = "\n\n".join(f"{head.format(n=n)}\n\n{answer.format(f=fold)}" for n in (1, 2, 3))
    assert [(q.title, q.answer) for q in questions(f"# Quiz\n\nOpen each fold.\n\n{text}\n")] == [
        (f"What holds the sails {n} of a ship to her mast in a storm?", "Rings.") for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "head", ["**Question {n}.** {t}", "**{n}.** {t}", "**Q{n}:** {t}", "Q{n}: {t}", "**({n})** {t}"]
)
def test_questions_with_a_bold_number_that_an_editor_wrapped(head: str) -> None:
    asked = "How is the keel of a wooden ship kept dry in the worst of rains\nand in fog {n}?"
    text = "\n\n".join(f"{head.format(n=n, t=asked.format(n=n))}\n\nWith tar." for n in (1, 2, 3))
    assert [(q.title, q.answer) for q in questions(f"# Quiz\n\n{text}\n")] == [
        (asked.format(n=n).replace("\n", " "), "With tar.") for n in (1, 2, 3)
    ]


@pytest.mark.parametrize("summary", ["Show a sample answer (after trying)", "Suggested solution", "查看答案"])
def test_what_follows_a_bold_task_is_no_answer_where_a_fold_has_it(summary: str) -> None:
    fold = f"<details><summary>{summary}</summary>\n\nWith tar.\n</details>"
    text = "\n\n".join(f"**{n}. Explain it.** How is boat {n} kept dry?\n\n{fold}" for n in (1, 2, 3))
    assert [(q.title, q.answer) for q in questions(f"# Quiz\n\n{text}\n")] == [
        (f"Explain it. How is boat {n} kept dry?", "With tar.") for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "why",
    ["- Why A is incorrect: it burns.", "- Why is option C wrong? It sinks.", "- 为什么 A 不对？会烧。"],
)
def test_what_explains_an_option_asks_nothing(why: str) -> None:
    text = "\n\n".join(
        f"**Question {n}**\n\nWhich wood floats?\n\n- A) oak\n- B) teak\n\nCorrect Answer: B) teak\n\n"
        f"Distractor Analysis:\n\n{why}\n{why}"
        for n in (1, 2, 3)
    )
    found = questions(f"# Woods\n\n{text}\n")
    assert [(q.title, q.key) for q in found] == [("Which wood floats?", ("B",))] * 3
    assert found[0].answer.startswith("Distractor Analysis")
    assert not questions(f"# Woods\n\nSome remarks:\n\n{why}\n{why}\n{why}\n")


@pytest.mark.parametrize(
    "label", ["### A{n}.", "### A{n}:", "### Answer {n}", "### **A{n}.**", "### 答案 {n}"]
)
def test_answers_under_counted_labels(label: str) -> None:
    told = ["", "Both float.", "None does."]
    text = "\n\n".join(
        f"### Q{n}. Which float?\n- [x] A. oak\n- [ ] B. teak\n- [x] C. pine\n\n{label.format(n=n)}\n{why}"
        for n, why in enumerate(told, 1)
    )
    found = questions(f"# Review questions\n\n{text}\n")
    assert [(q.title, q.key, q.answer) for q in found] == [("Which float?", ("A", "C"), w) for w in told]


STATED = ["题目", "题目描述", "Question", "Problem Statement", "Problem description", "题意"]


@pytest.mark.parametrize(
    "sections", [("思路", "实现"), ("解法", "复杂度"), ("Approach", "Code"), ("题解", "代码")]
)
@pytest.mark.parametrize("stated", STATED)
def test_a_section_that_states_the_question_is_its_stem(stated: str, sections: tuple[str, str]) -> None:
    first, second = sections
    contents = f"<!-- TOC -->\n\n- [{stated}](#{stated})\n    - [{first}](#{first})\n\n<!-- /TOC -->\n\n"
    told = f"### {first}\n\n1. Sort them.\n\n### {second}\n\n```py\nsorted(ropes)\n```"
    form = "## 面试题{n} 第{n}根绳子\n\n{c}### {s}\n\nGiven ropes, find number {n}.\n\n{t}\n"
    text = "\n".join(form.format(n=n, c=contents, s=stated, t=told) for n in (1, 2))
    told = told.split("\n\n", 1)[1] if first == "题解" else told
    assert [(q.title, q.stem, q.answer) for q in questions(text, "ropes.md")] == [
        (f"第{n}根绳子", f"Given ropes, find number {n}.", told) for n in (1, 2)
    ]


def test_sections_of_an_answer_on_a_problem_stay_in_it() -> None:
    told = "### Problem\n\nRopes wear.\n\n### Solution\n\nWax them."
    text = "\n\n".join(f"## {n}. What is wax {n} for?\n\n{told}" for n in (1, 2, 3))
    assert [(q.stem, q.answer) for q in questions(text)] == [("", told)] * 3


@pytest.mark.parametrize(
    "fold", ["::: details 详情\n{}\n:::", "<details><summary>Details</summary>\n\n{}\n</details>"]
)
def test_a_fold_that_tells_more_goes_on_with_the_answer(fold: str) -> None:
    text = "\n\n".join(
        f"## {n}. What is wax {n}?\n\nA seal.\n\n{fold.format('It melts.')}" for n in (1, 2, 3)
    )
    assert [(q.stem, q.answer) for q in questions(text)] == [("", "A seal.\n\nIt melts.")] * 3
    for stem in ("Think of rope. Is it wet?", "```\nwax()\n```", "Look at this:\n\n```\nwax()\n```"):
        text = "\n\n".join(
            f"## {n}. What is wax {n}?\n\n{stem}\n\n{fold.format('It melts.')}" for n in (1, 2, 3)
        )
        assert [(q.stem, q.answer) for q in questions(text)] == [(stem, "It melts.")] * 3


def test_a_quote_after_a_list_answers_its_last_item() -> None:
    lists = [
        "* What is tar?\n* What is wax?\n\n> A seal.\n>\n> It melts.",
        "* What is oak?\n\n> A wood.",
        "* Why teak?\n* Why pine?\n* Who rows?",
    ]
    text = "# Questions for sailors\n\n" + "\n\n".join(f"## Part {n}\n\n{b}" for n, b in enumerate(lists))
    assert [(q.title, q.answer) for q in questions(text)] == [
        ("What is tar?", ""),
        ("What is wax?", "> A seal.\n>\n> It melts."),
        ("What is oak?", "> A wood."),
        *((title, "") for title in ("Why teak?", "Why pine?", "Who rows?")),
    ]


@pytest.mark.parametrize("count", ["5 道", "12", "约 20 题", "8 questions", "30+"])
@pytest.mark.parametrize("label", ["- **面试题：** {}", "- Question: {}", "**题目：** {}"])
def test_a_label_that_tells_how_many_there_are_asks_nothing(label: str, count: str) -> None:
    parts = "\n\n".join(f"#### {n}. Rope{n}.md\n\n- **Level:** 3\n{label.format(count)}" for n in (1, 2, 3))
    asked = "**问题 {n}：绳子 {n} 怎么用？** （频率：{n}%）\n\n**答：**\n\n打结。"
    text = f"# 索引\n\n{parts}\n\n## 高频\n\n" + "\n\n---\n\n".join(asked.format(n=n) for n in (1, 2, 3))
    assert [(q.title[:8], q.answer) for q in questions(text)] == [
        (f"绳子 {n} 怎么用", "打结。") for n in (1, 2, 3)
    ]
    assert not questions(f"# Index\n\n{parts}\n")


@pytest.mark.parametrize("pair", ["### Q{n}\n\n{t}\n\n### A{n}\n\n{a}", "**Q{n}**\n\n{t}\n\n**A{n}**\n\n{a}"])
def test_counted_labels_without_a_sign(pair: str) -> None:
    asked = [f"Why is boat {n} wet?" for n in (1, 2, 3)]
    text = "\n\n".join(pair.format(n=n, t=title, a="It rains.") for n, title in enumerate(asked, 1))
    assert [(q.title, q.answer) for q in questions(f"# Boats\n\n{text}\n")] == [
        (t, "It rains.") for t in asked
    ]


@pytest.mark.parametrize(
    "told", ["<details><summary>Show answer</summary>\n\nTar\n</details>", "**Answer:** Tar"]
)
@pytest.mark.parametrize(
    "head", ["**{n}. Seal of boat {n}**", "**Seal of boat {n}**", "**{n}) Boat {n} takes ____ .**"]
)
def test_bold_lines_with_an_answer_are_questions_whatever_they_say(head: str, told: str) -> None:
    text = "\n\n".join(f"{head.format(n=n)}\n\n{told}" for n in (1, 2, 3))
    assert [q.answer for q in questions(f"# Boats\n\n{text}\n")] == ["Tar"] * 3


@pytest.mark.parametrize("head", ["## [{n}. Sum](https://example.org/{n})", "## {n}. Sum", "# {n}. Sum"])
@pytest.mark.parametrize("stated", STATED)
def test_headings_with_a_stated_task_are_questions_whatever_they_say(stated: str, head: str) -> None:
    below = f"### {stated}\n\nAdd the ropes.\n\n### 思路\n\nCount."
    for count in (1, 3):
        text = "\n\n".join(f"{head.format(n=n)}\n\n{below}" for n in range(1, count + 1))
        assert [(q.title, q.stem, q.answer) for q in questions(text, "sums.md")] == [
            ("Sum", "Add the ropes.", "### 思路\n\nCount.")
        ] * count


@pytest.mark.parametrize(
    "heads",
    [
        ("Description", "Usage", "Licence"),
        ("Problem", "Goals", "Design"),
        ("Question", "Contact", "Thanks"),
        ("题目", "目录", "许可"),
    ],
)
def test_sections_that_state_no_task_hold_no_questions(heads: tuple[str, ...]) -> None:
    assert not questions("# Rope\n\n" + "\n\n".join(f"## {head}\n\nSome text." for head in heads), "rope.md")


def test_a_paragraph_after_an_item_alone_answers_it_beside_lists_without_answers() -> None:
    told = "* What is tar?\n\nA seal.\n\n* What is wax?\n\nA polish."
    bare = "\n".join(f"* Who takes rope {n}?" for n in range(6))
    text = f"# Questions for sailors\n\n{told}\n\n## Crew\n\n{bare}"
    found = questions(text)
    assert [(q.title, q.answer) for q in found[:2]] == [
        ("What is tar?", "A seal."),
        ("What is wax?", "A polish."),
    ]
    assert [q.answer for q in found[2:]] == [""] * 6


@pytest.mark.parametrize("label", ["#### A: ", "#### 答：", "#### Answer: "])
def test_a_label_in_the_heading_of_an_answer_is_no_part_of_it(label: str) -> None:
    text = "\n\n".join(f"### Q: What is boat {n}?\n\n{label}Oak.\n\nAnd tar." for n in (1, 2, 3))
    assert [(q.title, q.answer) for q in questions(text)] == [
        (f"What is boat {n}?", "Oak.\n\nAnd tar.") for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "step", ["**{n}.**\n\nCut rope {n}.", "**{n}**\n\nCut rope {n}.", "**{n}**\nCut it."]
)
def test_bold_numbers_above_steps_are_no_questions(step: str) -> None:
    assert not questions("# Ropes\n\n" + "\n\n".join(step.format(n=n) for n in range(1, 6)), "ropes.md")


@pytest.mark.parametrize("label", ["**Solution:** ", "Solution: ", "**解决：**"])
@pytest.mark.parametrize("head", ["**{n}. Rope {n} breaks**", "**Rope {n} breaks**"])
def test_solutions_of_troubles_are_no_answers(head: str, label: str) -> None:
    text = "\n\n".join(f"{head.format(n=n)}\n\nIt is old.\n\n{label}buy one." for n in (1, 2, 3))
    assert not questions(f"# Troubles\n\n{text}\n", "ropes.md")


def test_a_description_is_a_stem_only_where_a_solution_follows() -> None:
    told = "### Description\n\nA seal.\n\n### Implementation\n\nHot."
    text = "\n\n".join(f"## {n}. What is tar {n}?\n\n{told}" for n in (1, 2, 3))
    assert [(q.stem, q.answer) for q in questions(text)] == [("", told)] * 3
    told = "### Description\n\nA seal.\n\n### Solution\n\nHot."
    text = "\n\n".join(f"## {n}. What is tar {n}?\n\n{told}" for n in (1, 2, 3))
    assert [(q.stem, q.answer) for q in questions(text)] == [("A seal.", "Hot.")] * 3


@pytest.mark.parametrize(
    "key", ["**答案：{k}**", "**答案：{k}**  \n**解析：** 硬。", "**Answer: {k}**", "__Answer: teak {k}__"]
)
def test_bold_keys_are_no_questions(key: str) -> None:
    below = "A：oak\nB：teak\nC：pine"
    keys = [key.format(k=k) for k in "BAC"]
    text = "\n\n".join(f"（{n}）造船的木材是\n\n{below}\n\n{told}" for n, told in enumerate(keys, 1))
    titles_found = titles(f"# 木材\n\n{text}\n", "woods.md")
    assert titles_found == ([] if "teak" in key else ["造船的木材是"] * 3)


NAMED = [
    '---\ntitle: "模拟卷2 木工 第11题"\nnumber: 11\n---\n\n{}\n',
    "---\ntitle: Woodwork 2023, no. 4\ntags: [wood]\n---\n{}\n",
    "# 木工 2023 年真题\n\n{}\n",
    "# Quiz card\n\n{}\n",
]
CHOSEN = [
    "下列木材中，最硬的是（　）。\n\nA\\. oak\nB\\. pine\nC\\. lime\n\n[tag](/wood)\n\n正确答案：C\n> 好。",
    "下列木材中，最硬的是（　）。\n\n- A. oak\n- B. pine\n- C. lime\n\n**答案**：C\n\n好。",
    "下列木材中，最硬的是（　）。\nA、oak\nB、pine\nC、lime\n\n【答案】C 【解析】好。",
    "下列木材中，最硬的是（　）。\n\n- [ ] oak\n- [ ] pine\n- [x] lime\n\n好。",
    "下列木材中，最硬的是（　）。\n\nA. oak\n\nB. pine\n\nC. lime\n\n"
    "<details>\n<summary>答案</summary>\n\nC\n\n好。\n\n</details>",
]


@pytest.mark.parametrize("chosen", CHOSEN)
@pytest.mark.parametrize("named", NAMED)
def test_a_file_that_is_named_by_a_label_asks_in_its_first_paragraph(named: str, chosen: str) -> None:
    text = named.format(chosen)
    (question,) = parse_file(text, "wood.md").questions
    assert question.title.startswith("下列木材中，最硬的是")
    assert (question.choices, question.key) == (("oak", "pine", "lime"), ("C",))
    assert question.answer.lstrip("> ") == "好。"
    place = text[: text.index("下列")] if named.startswith("---") else ""
    assert question.line == place.count("\n") + 1


def test_a_note_with_front_matter_and_lettered_lines_is_no_question() -> None:
    text = "---\ntitle: Wood\n---\n\nOak is hard.\n\nA. It floats.\nB. It burns.\n\nBoth are true.\n"
    assert parse_file(text, "wood.md").questions == ()


@pytest.mark.parametrize("label", ["**Answer:**\n", "**答案：** ", ""])
@pytest.mark.parametrize("head", ["## Question {}: {}", "## 问题 {}：{}", "### 第{}题 {}", "#### Q{}. {}"])
def test_a_fold_that_asks_below_a_numbered_topic_is_the_question(head: str, label: str) -> None:
    asked = {"Tar": "What seals a hull?", "Wax": "Why is rope waxed?", "Flax": "Where is flax grown?"}
    text = "# Ropes\n\n" + "\n\n".join(
        f"{head.format(n, topic)}\n\n<details>\n<summary>{title}</summary>\n\n"
        f"{label}Thus.\n\n- So.\n</details>"
        for n, (topic, title) in enumerate(asked.items(), 1)
    )
    found = parse_file(text, "ropes.md").questions
    assert [q.title for q in found] == list(asked.values())
    assert {q.answer for q in found} == {"Thus.\n\n- So."}
    assert [q.section[-1] for q in found] == list(asked)
    assert [text.split("\n")[q.line - 1] for q in found] == [
        head.format(n, t) for n, t in enumerate(asked, 1)
    ]


QUOTED = [
    "{m} **Consider the following code:**\n{i}```python\n{i}x = {n}\n{i}```\n{i}What is printed?\n{i}> Thus.",
    "{m} Consider the following code:\n\n{i}```\n{i}x = {n}\n{i}```\n\n{i}What is printed?\n\n{i}> Thus.",
    "{m} 看下面的代码：\n\n{i}```\n{i}x = {n}\n{i}```\n\n{i}它输出什么？\n{i}> Thus.",
    "{m} **Look at this.**\n\n{i}    x = {n}\n\n{i}**Is it right?**\n\n{i}> Thus.",
]


@pytest.mark.parametrize(("mark", "indent"), [("-", "    "), ("*", "  "), ("{n}.", "   "), ("+", "  ")])
@pytest.mark.parametrize("form", QUOTED)
def test_quotes_answer_items_that_ask_below_their_code(form: str, mark: str, indent: str) -> None:
    items = [form.replace("{m}", mark).format(n=n, i=indent) for n in range(1, 5)]
    found = questions("# Code\n\n" + "\n\n".join(items) + "\n")
    assert [q.answer for q in found] == ["Thus."] * 4
    assert all(f"x = {n}" in q.stem and q.stem.rstrip("*")[-1] in "?？" for n, q in enumerate(found, 1))


@pytest.mark.parametrize("mark", ["-", "1."])
def test_quotes_in_items_that_tell_are_no_answers(mark: str) -> None:
    items = [f"{mark} Rope {n} is made so:\n\n   ```\n   twist\n   ```\n\n   > Keep it dry." for n in "abcd"]
    assert questions("# Ropes\n\n" + "\n".join(items) + "\n", "notes.md") == ()


JUDGED = [
    ("**A. Oak.** ❌ Incorrect", "**B. Pine.** ✅ Correct", "**C. Lime.** ❌ Incorrect"),
    ("A. Oak. ❌", "B. Pine. ✅", "C. Lime. ❌"),
    ("❌ **A) Oak.**", "✅ **B) Pine.**", "❌ **C) Lime.**"),
    ("**A、Oak.** ✗ 错误", "**B、Pine.** ✔️ 正确", "**C、Lime.** ✗ 错误"),
]
LABELLED = ["**Question 5**\n\n**{}**", "**第5题**\n\n**{}**", "## Question 5\n\n{}", "## {}", "**Q5: {}**"]


@pytest.mark.parametrize("judged", JUDGED)
@pytest.mark.parametrize("label", LABELLED)
def test_options_that_are_judged_one_by_one_keep_what_explains_them(
    label: str, judged: tuple[str, str, str]
) -> None:
    title = "Which of these woods floats best?"
    parts = [f"{option}\n\n- Reason {n}.\n\nMore of it.\n\n    code" for n, option in enumerate(judged, 1)]
    text = "# ANSWER 5\n\n" + "\n\n".join([label.format(title), *parts]) + "\n"
    (question,) = questions(text, "answer.md")
    assert (question.title, question.key) == (title, ("B",))
    assert question.choices == ("Oak.", "Pine.", "Lime.")
    heads = [line for line in question.answer.split("\n") if line.startswith("**")]
    assert heads == ["**A.**", "**B.**", "**C.**"]
    assert all(f"- Reason {n}." in question.answer for n in (1, 2, 3))


def test_bold_lines_with_crosses_between_notes_are_no_options() -> None:
    text = "# Ropes\n\n**A. Tar** ✅\n\nIt seals.\n\n**B. Wax** ✅\n\nIt is soft.\n"
    assert questions(text, "notes.md") == ()
