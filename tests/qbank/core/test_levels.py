"""Which marks of a file are its questions where several could be: headings of two levels, sections, notes."""

import pytest

from qbank.core.document import ParsedQuestion
from qbank.core.parser import parse_file

ASKED = ["What does a keel do?", "Why is the mast stayed?", "Where does the anchor lie?"]
TOLD = ["It holds the course.", "The wind bends it.", "In the bow."]
GEFRAGT = ["龙骨有什么作用？", "为什么要固定桅杆？", "锚放在哪里？"]


def parsed(text: str, path: str = "hull.md") -> list[ParsedQuestion]:
    return list(parse_file(text, path).questions)


def titles(text: str, path: str = "hull.md") -> list[str]:
    return [q.title for q in parsed(text, path)]


MARKED = ["Q{n}: {t}", "问题{n}：{t}", "第{n}题：{t}", "第-{n}-题：{t}", "Question {n}. {t}"]


@pytest.mark.parametrize("form", MARKED)
def test_headings_with_a_mark_are_questions_however_few_they_are(form: str) -> None:
    notes = "\n\n".join(f"### {topic}\n\nWood and iron." for topic in ("Planks", "Nails", "Paint", "Ropes"))
    asked = "\n\n".join(f"### {form.format(n=n + 1, t=ASKED[n])}\n\n{TOLD[n]}" for n in range(2))
    found = parsed(f"# The hull\n\n## Parts\n\n{notes}\n\n## Checks\n\n{asked}\n")
    assert [(q.title, q.answer, q.number) for q in found] == [
        (ASKED[0], TOLD[0], "1"),
        (ASKED[1], TOLD[1], "2"),
    ]


def test_answered_headings_are_questions_however_few_they_are() -> None:
    asked = "\n\n".join(f"### 3.{n + 1} {GEFRAGT[n]}\n\n**回答**：{TOLD[n]}" for n in range(2))
    text = f"# 船体\n\n## 1. 概述\n\n### 定义\n\n文字。\n\n### 背景\n\n文字。\n\n## 3. 问答\n\n{asked}\n"
    assert [(q.title, q.answer) for q in parsed(text)] == list(zip(GEFRAGT[:2], TOLD, strict=False))


def test_numbered_headings_that_ask_are_questions_whatever_stands_between() -> None:
    between = ["Planks", "Nails", "Paint", "Ropes"]
    parts = [f"## {n + 1}. {ASKED[n]}\n\n{TOLD[n]}\n\n## {between[n]}\n\nText." for n in range(3)]
    assert titles("# The hull\n\n" + "\n\n".join(parts) + "\n\n## Sails\n\nText.\n") == ASKED


@pytest.mark.parametrize("said", ["title: 船体面试题", "tags:\n- 面试\n- 船", "categories: [Interview]"])
def test_front_matter_names_a_file_for_questions(said: str) -> None:
    text = "\n\n## 介绍龙骨的作用\n\n文字。\n\n## 说说桅杆\n\n文字。\n\n## 缆绳\n\n文字。\n"
    assert len(titles(f"---\n{said}\n---{text}")) == 3
    assert titles(f"---\ntitle: 船体\n---{text}") == []


INTROS = ["How to Use This Guide", "What is inside?", "Why read this?", "如何使用本指南"]
BELOW = ["### {n}. {t}\n\n{a}", "#### Q{n}: {t}\n\n{a}", "### {n}. {t}\n\n**Answer:** {a}"]


@pytest.mark.parametrize("form", BELOW)
@pytest.mark.parametrize("intro", INTROS)
def test_sections_of_numbered_questions_are_no_questions(intro: str, form: str) -> None:
    asked = "\n\n".join(form.format(n=n + 1, t=ASKED[n], a=TOLD[n]) for n in range(3))
    text = f"# Ship Interview Questions\n\n## {intro}\n\n- Read.\n\n## Basics\n\n{asked}\n"
    assert [(q.title, q.answer) for q in parsed(text)] == list(zip(ASKED, TOLD, strict=True))


def test_questions_with_numbered_parts_stay_questions() -> None:
    parts = "\n\n".join(f"### {n + 1}. {ASKED[n]}\n\n{TOLD[n]}" for n in range(2))
    text = "# Ship Interview Questions\n\n" + "\n\n".join(f"## {title}\n\n{parts}" for title in ASKED)
    assert titles(text) == ASKED


HEADS = [
    ("## 选择题", "## 判断题"),
    ("### 一、船的问题", "### 二、锚的题目"),
    ("## Which parts?", "## Why so?"),
]
LABELLED = [
    "**{n}. {t}**\n\n**答案：** {a}",
    "{n}. {t}\n   A. tar\n   B. wax\n\n   答案：B",
    "{n}、{t}\nA. tar\nB. wax\n答案：B",
    "**Question {n}**: {t}\n\nA) tar\nB) wax\n\n**Correct Answer**: B",
    "**Question {n}**: {t}\n\n- [ ] A. tar\n- [x] B. wax",
]


@pytest.mark.parametrize("heads", HEADS)
@pytest.mark.parametrize("form", LABELLED)
def test_sections_of_labelled_questions_are_no_questions(form: str, heads: tuple[str, str]) -> None:
    asked = [form.format(n=n + 1, t=GEFRAGT[n], a=TOLD[n]) for n in range(3)]
    text = "\n\n".join(["# 船体", heads[0], *asked, heads[1], *asked]) + "\n"
    assert titles(text) == [*GEFRAGT, *GEFRAGT]


def test_a_label_inside_an_answer_makes_no_labelled_file() -> None:
    asked = [f"**{n + 1}. {GEFRAGT[n]}**\n\n**答案：** {TOLD[n]}" for n in range(3)]
    text = "# 船体\n\n" + "\n\n".join([asked[0], "**题目：** 解释风。", "**答案：** 吹。", *asked[1:]])
    assert titles(text) == GEFRAGT


def test_headings_that_say_questions_are_none() -> None:
    asked = "\n".join(f"{n + 1}. {title}" for n, title in enumerate(ASKED))
    told = "\n\n".join(f"{n + 1}. **{ASKED[n]}**\n   {TOLD[n]}" for n in range(3))
    part = f"### Questions:\n{asked}\n\n### Answers:\n{told}\n"
    assert "Questions:" not in titles(f"# Ship Interview\n\n## 1. Hull\n\n{part}\n## 2. Sails\n\n{part}")


def test_a_page_that_shows_callouts_asks_nothing() -> None:
    kinds = ["note", "quote", "question", "tip"]
    shown = [f"> [!{kind}] What is the {kind} callout?\n> Text." for kind in kinds]
    assert titles("# Callouts\n\n" + "\n\n".join(shown)) == []
    asked = [f"> [!question] {ASKED[n]}\n> {TOLD[n]}" for n in range(3)]
    assert titles("# Hull\n\n" + "\n\n".join([*shown[:2], *asked, shown[3]])) == ASKED


def test_a_section_called_questions_ends_the_introduction() -> None:
    asked = "\n\n".join(f"## {ASKED[n]}\n\n{TOLD[n]}" for n in range(3))
    assert titles(f"# Introduction\n\nText.\n\n# Questions\n\n{asked}\n") == ASKED


@pytest.mark.parametrize("label", ["Key Points to Cover:", "Notes", "小贴士"])
def test_a_heading_between_numbered_questions_is_none(label: str) -> None:
    parts = [f"#### {n + 1}. {ASKED[n]}\n\n{TOLD[n]}" for n in range(3)]
    text = "# Ship Interview Questions\n\n" + f"\n\n#### {label}\n\nText.\n\n".join([*parts[:2], parts[2]])
    assert titles(text) == ASKED


@pytest.mark.parametrize("form", ["**_{}_**", "_**{}**_", "*__{}__*", "***{}***"])
def test_bold_lines_in_two_frames_are_of_one_kind(form: str) -> None:
    asked = [f"**{GEFRAGT[0]}**", form.format(GEFRAGT[1]), f"**{GEFRAGT[2]}**"]
    text = "# 船体\n\n" + "\n\n".join(f"{line}\n\n铁。" for line in asked)
    assert titles(text) == GEFRAGT


@pytest.mark.parametrize("form", ["> {}.{}<br/>\n[铁](#iron)", "> {}、{}\n>\n> 铁。"])
def test_numbered_quotes_may_ask_without_a_question_mark(form: str) -> None:
    asked = ["龙骨的作用", "说说桅杆和缆绳的区别", "锚如何抛下。"]
    text = "\n\n".join(form.format(n + 1, title) for n, title in enumerate(asked))
    assert titles(f"### 船体\n{text}\n") == asked


def note(*heads: str) -> str:
    return "# The hull\n\n" + "\n\n".join(f"## {head}\n\nText." for head in heads) + "\n"


NOTES = [
    note("What is it?", "Why use tar?", "How to install", "Usage"),
    note("What does it seal?", "Why is it black?", "Which ships need it?", "Quick start"),
    note("How to talk to the crew", "What to look for", "How to score"),
    "# Before sailing\n\n- [ ] 是否检查桅杆\n- [ ] 是否通知船员\n- [x] 是否带够水\n- [ ] 备用帆\n",
    "# Prompt\n\nQuestion: {question}\nAnswer: {answer}\n\nQuestion: <text>\nAnswer: <text>\n",
]


@pytest.mark.parametrize("text", NOTES)
def test_notes_that_ask_hold_no_question(text: str) -> None:
    assert titles(text) == []


def test_exercises_of_a_lecture_are_its_only_questions() -> None:
    heads = [
        f"## {n}. {head}\n\n文字。" for n, head in enumerate(["什么是桅杆", "如何固定", "缆绳", "保养"], 1)
    ]
    exercises = [f"## 练习 {n}\n\n{GEFRAGT[n]}\n\n文字。" for n in (1, 2)]
    assert titles("# 第 5 讲\n\n" + "\n\n".join([*heads, *exercises])) == GEFRAGT[1:]


def test_headings_of_a_readme_beside_numbered_questions() -> None:
    asked = [f"## Q{n + 1}: {ASKED[n]}\n\n{TOLD[n]}" for n in range(3)]
    assert titles("\n\n".join(["# The hull", "## Usage\n\nRead.", *asked])) == ASKED


@pytest.mark.parametrize("head", ["第 {} 部分 · 船体", "第{}章 船体", "Chapter {}: Hulls", "Lesson {}"])
def test_chapters_with_an_answer_are_no_questions(head: str) -> None:
    fold = "<details>\n<summary>参考答案</summary>\n\n- 铁。\n- 木。\n\n</details>"
    parts = [f"## {head.format(n)}\n\n文字。\n\n**自测**：\n- 用铁吗\n- 用木吗\n\n{fold}" for n in (1, 2)]
    assert titles("# 学习路线\n\n" + "\n\n".join(parts)) == ["用铁吗", "用木吗"] * 2
