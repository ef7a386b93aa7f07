"""From bytes to questions, dialect by dialect."""

import importlib.util
import json
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz import limited
from qbank.core.dialects import DIALECTS
from qbank.core.document import ParsedFile
from qbank.core.key_lists import read_key_list
from qbank.core.parser import LARGEST_FILE, parse_file
from tests.factories import RANK_ZH


def parse(text: str, path: str = "bank.md") -> ParsedFile:
    return parse_file(text, path)


def titles(text: str) -> list[tuple[str, str]]:
    return [(q.number, q.title) for q in parse(text).questions]


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("## 1.什么是秩？", "1"),
        ("## 1. 什么是秩？", "1"),
        ("## 01. 什么是秩？", "1"),
        ("## 1、什么是秩？", "1"),
        ("## １．什么是秩？", "1"),
        ("## （1）什么是秩？", "1"),
        ("## 1) 什么是秩？", "1"),
        ("## 一、什么是秩？", "一"),
        ("## 5.2 什么是秩？", "5.2"),
        ("## 13.11什么是秩？", "13.11"),
        ("## Q1: 什么是秩？", "1"),
        ("## 问题1：什么是秩？", "1"),
        ("## 第1题 什么是秩？", "1"),
        ("## 什么是秩？", ""),
        ("## **1. 什么是秩？**", "1"),
        ("### ⭐️ 什么是秩？", ""),
        ('<h2 id="1.什么是秩？">1.什么是秩？</h2>', "1"),
        ('## <a name="x">1. 什么是秩？</a>', "1"),
        ("1. 什么是秩？\n---", "1"),
        ("2. 什么是秩？\n====", "2"),
        ("什么是秩？\n----", ""),
    ],
)
def test_a_heading_gives_number_and_title(heading: str, number: str) -> None:
    assert titles(f"# 题库\n\n{heading}\n\n是维数。\n") == [(number, "什么是秩？")]


def test_a_number_that_belongs_to_the_title_stays() -> None:
    assert titles("## 3D 重建是什么？\n\nx\n\n## 4 种方法有哪些？\n\ny\n") == [
        ("", "3D 重建是什么？"),
        ("", "4 种方法有哪些？"),
    ]


def test_a_table_of_contents_and_references_are_no_questions() -> None:
    questions = "## 1.甲是什么？\n\n甲。\n\n## 2.乙是什么？\n\n乙。\n\n"
    text = f"## 目录\n- [1.甲是什么？](#a)\n\n{questions}## 参考文献\n\n[1] x\n"
    assert titles(text) == [("1", "甲是什么？"), ("2", "乙是什么？")]
    assert parse(text).questions[1].answer == "乙。"


def test_sections_stand_above_and_parts_of_an_answer_below() -> None:
    first = "## 基础\n\n### 什么是甲？\n\n甲。\n\n#### 细节\n\n更多。\n\n### 什么是乙？\n\n乙。\n\n"
    found = parse(f"{first}## 进阶\n\n### 为什么丙？\n\n丙。\n").questions
    assert [(q.section, q.title) for q in found] == [
        (("基础",), "什么是甲？"),
        (("基础",), "什么是乙？"),
        (("进阶",), "为什么丙？"),
    ]
    assert found[0].answer == "甲。\n\n#### 细节\n\n更多。"


def test_what_looks_like_a_heading_in_code_or_a_formula_is_none() -> None:
    text = "## 什么是甲？\n\n```bash\n# 什么是注释？\n```\n\n$$\nx\n=\ny\n$$\n\n## 什么是乙？\n\n乙。\n"
    assert len(parse(text).questions) == 2


def test_an_unclosed_fence_does_not_swallow_the_next_question() -> None:
    file = parse("## 什么是甲？\n\n```py\nopen\n\n## 什么是乙？\n\n乙。\n")
    assert [q.title for q in file.questions] == ["什么是甲？", "什么是乙？"]
    assert [str(p).split(": ")[:2] for p in file.problems] == [["bank.md:3", "unclosed-fence"]]


def test_an_unclosed_div_is_reported_on_its_line() -> None:
    file = parse("## 什么是甲？\n\n<div>\n\n- x\n\n## 什么是乙？\n\n乙。\n")
    assert [(p.line, p.code) for p in file.problems] == [(3, "unclosed-tag")]
    assert len(file.questions) == 2


def test_folds_with_questions_are_questions() -> None:
    text = "\n".join(
        f"<details>\n<summary><b>What is {x}?</b></summary><br>\n\nIt is {x}.\n\n</details>\n" for x in "abc"
    )
    found = parse(text).questions
    assert [(q.line, q.title, q.answer) for q in found][:2] == [
        (2, "What is a?", "It is a."),
        (9, "What is b?", "It is b."),
    ]


def test_a_fold_that_says_answer_holds_the_answer() -> None:
    found = parse(
        "## What is a?\n\nA hint.\n\n<details><summary>Answer</summary>\n\nIt is a.\n\n</details>\n"
    ).questions
    assert (found[0].stem, found[0].answer) == ("A hint.", "It is a.")


def test_choices_have_a_key() -> None:
    text = (
        "###### 1. What's the output?\n\n```js\nf()\n```\n\n- A: `1`\n- B: `2`\n- C: `3`\n\n"
        "<details><summary><b>Answer</b></summary>\n<p>\n\n#### Answer: B\n\nBecause.\n\n</p>\n</details>\n"
    )
    (question,) = parse(text).questions
    assert question.choices == ("`1`", "`2`", "`3`")
    assert question.key == ("B",)
    assert question.stem == "```js\nf()\n```"
    assert question.answer == "Because."


def test_bold_lines_with_marks_of_difficulty_are_questions() -> None:
    text = "## 基础\n\n" + "\n\n".join(
        f"**What is {x}? {m}**\n\n**{x}** is it." for x, m in zip("abc", "👶⭐🚀", strict=True)
    )
    assert [(q.title, q.difficulty, q.answer) for q in parse(text).questions] == [
        ("What is a?", 1, "**a** is it."),
        ("What is b?", 2, "**b** is it."),
        ("What is c?", 3, "**c** is it."),
    ]


def test_bullets_that_ask_are_questions_without_answers() -> None:
    found = parse("# Q\n\n* What is a?\n  * And b?\n* Explain c.\n* Why d?\n* How e?\n").questions
    assert [q.title for q in found] == ["What is a?", "Explain c.", "Why d?", "How e?"]
    assert found[0].follow_ups == (("And b?", ""),)
    assert all(q.placeholder for q in found)


def test_a_readme_without_questions_gives_none_and_says_so() -> None:
    file = parse("# App\n\n## Features\n\n- fast\n- small\n\n## Install\n\n1. clone\n2. run\n")
    assert not file.questions
    assert [p.code for p in file.problems] == ["no-questions"]


@pytest.mark.parametrize(
    "answer", ["", "Answer here", "TODO", "待补充", "暂无", "To be completed.\n\n- [x](https://x.y)", "<br/>"]
)
def test_a_placeholder_is_no_answer(answer: str) -> None:
    found = parse(
        f"## What is a?\n\n{answer}\n\n## What is b?\n\nReal text, and nothing to be completed later.\n"
    ).questions
    assert [q.placeholder for q in found] == [True, False]


@pytest.mark.parametrize(
    ("answer", "math", "code", "images"),
    [
        ("$x^2$", True, False, 0),
        ("$$x$$", True, False, 0),
        (r"\(x\)", True, False, 0),
        ("`$x$`", False, False, 0),
        ("```\n$x$ ![a](b)\n```", False, True, 0),
        ("It costs $5 and $6", False, False, 0),
        ("![](a.png) <img src='b.png'>", False, False, 2),
    ],
)
def test_what_an_answer_holds_is_seen(answer: str, math: bool, code: bool, images: int) -> None:
    question = parse(f"## What is a?\n\n{answer}\n").questions[0]
    assert (question.has_math, question.has_code, len(question.images)) == (math, code, images)


def test_our_own_format_is_read_whole() -> None:
    file = parse(RANK_ZH, "tuning/rank.zh-hans.md")
    (q,) = file.questions
    assert (file.dialect, file.language, file.problems) == ("front-matter", "zh-hans", ())
    assert (q.id, q.number, q.lab, q.difficulty, q.frequency, q.tags) == (
        "rank",
        "1",
        "ranks",
        2,
        3,
        ("LoRA", "秩"),
    )
    assert q.line == 4
    assert q.gist == "先取 $r=8$，不够再加。"
    assert q.answer.startswith("## 为什么不大")
    assert "要点" not in q.answer
    assert q.key_points == ("**起点**：$r=8$ 常常够用。", "**上限**：秩不超过 $r$。")
    assert q.mistakes == (("秩越大越好。", "不一定。"),)
    assert q.follow_ups == (("alpha 呢？", "先取与 $r$ 相同。"),)
    assert q.sources == ("Hu et al. 2021, [arXiv:2106.09685](https://arxiv.org/abs/2106.09685)",)
    (item,) = q.items
    assert item.markdown.startswith("### 单选：秘密的题干 {#secret}\n- [x] 秘密的答案")
    assert RANK_ZH.split("\n")[item.line - 1].startswith("### 单选")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: rank", "id: Rank!", "front-matter"),
        ("difficulty: 2", "difficulty: 7", "front-matter"),
        ("difficulty: 2", "difficulty: yes", "front-matter"),
        ("lab: ranks", "lap: ranks", "front-matter"),
        ("title: LoRA 的秩 $r$ 怎么选？", "title: a: b", "front-matter"),
        ("~~秩越大越好。~~", "秩越大越好。", "mistake-without-claim"),
        ("  先取与 $r$ 相同。\n", "", "follow-up-without-answer"),
        ("## 来源", "## 要点", "repeated-section"),
        ("## 一句话", "## 两句话", "missing-section"),
    ],
)
def test_a_slip_in_our_own_format_is_named(old: str, new: str, code: str) -> None:
    assert old in RANK_ZH
    assert code in [p.code for p in parse(RANK_ZH.replace(old, new), "rank.zh-hans.md").problems]


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("x.zh-hans.md", "english", "zh-hans"),
        ("x.en.md", "中文", "en"),
        ("x.md", "这是中文", "zh-hans"),
        ("x.md", "this is english", "en"),
        ("README_ar-EG.md", "x", "ar"),
        ("README-zh_CN.md", "x", "zh-hans"),
        ("x.md", "これは日本語です", "ja"),
    ],
)
def test_the_language_comes_from_the_name_else_from_the_text(path: str, text: str, language: str) -> None:
    assert parse(f"## What?\n\n{text}\n", path).language == language


def test_broken_utf8_is_named_with_its_line() -> None:
    file = parse_file(b"## a?\n\n\xff\n", "x.md")
    assert [(p.line, p.code, p.fatal) for p in file.problems] == [(3, "broken-utf8", True)]


def test_a_file_that_is_too_large_or_no_text_is_refused() -> None:
    assert parse_file(b"x" * (LARGEST_FILE + 1), "x.md").problems[0].code == "too-large"
    assert parse_file(b"a\n\x00", "x.md").problems[0].code == "not-text"


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference() -> None:
    text = "## What is a?\n\nIt.\n\n## What is b?\n\nIt.\n"
    plain = parse_file(text.encode(), "x.md")
    assert (
        parse_file(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "x.md").questions == plain.questions
    )


LINES = st.sampled_from(
    [
        *("## 1. What is a?", "", "text", "```", "$$", "<details>", "<summary>Why?</summary>", "</details>"),
        *("- A: x", "- B: y", "**Why? 👶**", "<h2>2. What?</h2>", "---", "> q", "1. ### What?", "\t", "<!--"),
        *(
            "## 一句话",
            "## 要点",
            "## 常见错误",
            "## 追问",
            "## 练习",
            "### 单选：x",
            "- ~~a~~",
            "- b",
            "  c",
        ),
        *("<div>", "| a |", "1. What?", "====", "#### Answer: A", "* Why?", "*问题：什么？*"),
    ]
)


@settings(deadline=None)
@given(st.lists(LINES, max_size=30).map("\n".join))
def test_nothing_breaks_our_own_format(text: str) -> None:
    file = parse(f"---\nid: x\ntitle: y\n---\n{text}")
    assert [q.id for q in file.questions] == ["x"]


@settings(deadline=None)
@given(st.lists(LINES, max_size=30).map("\n".join))
def test_nothing_breaks_it_and_no_line_has_two_questions(text: str) -> None:
    lines = [q.line for q in parse(text).questions]
    assert len(lines) == len(set(lines))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "题目\n：什么是绳子？\n",
        "> 题目\n> ：什么是绳子？\n\n它很长。\n",
        "## What is tar?\n\n||\n---\n\n- Ａ．\n",
        "## What is tar?\n\n- B.\n\n|-|\n|-|\n",
    ],
)
def test_labels_and_tables_that_say_nothing_break_nothing(text: str) -> None:
    for dialect in ("", *DIALECTS):
        parse_file(text, "x.md", dialect)


def test_no_question_ends_below_its_file() -> None:
    [question] = parse_file("<details><summary>What is tar?</summary>\n\nBlack.\n", "x.md", "folds").questions
    assert question.end_line == 4


def scorer(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_ingest", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["score_ingest"] = module
    spec.loader.exec_module(module)
    return module


def test_the_seed_is_read_perfectly(corpora: Path) -> None:
    check(corpora, "01_seed", least=1.0)


def test_every_corpus_is_read_nearly_perfectly(corpora: Path) -> None:
    check(corpora, "", least=0.98)


def check(corpora: Path, folder: str, least: float) -> None:
    score = scorer(corpora.parent / "checks" / "score_ingest.py")
    totals: dict[str, int] = {}
    root = corpora / folder
    for expected in score.load_expected(root):
        file = parse_file((root / expected["file"]).read_bytes(), expected["file"])
        questions = json.loads(json.dumps([asdict(q) for q in file.questions]))
        counts, _ = score.score(expected, {"questions": questions})
        for name, count in counts.items():
            totals[name] = totals.get(name, 0) + count
    assert totals["expected"]
    figures = score.figures(totals)
    assert {name: value for name, value in figures.items() if value < least} == {}


def readme(questions: int) -> str:
    """Return a readme whose numbered questions stand below the section on contributing."""
    head = "# Notes on tuning\n\n## Features\n\nShort.\n\n## Contribution\n\nWelcome.\n\n---\n\n"
    return head + "".join(f"### {n}. What is part {n}?\n\nPart {n}.\n\n" for n in range(1, questions + 1))


def test_a_numbered_list_may_stand_below_the_apparatus() -> None:
    assert [number for number, _ in titles(readme(6))] == ["1", "2", "3", "4", "5", "6"]


def test_a_few_headings_below_the_apparatus_are_part_of_it() -> None:
    assert titles(readme(3)) == []


def test_keys_are_looked_for_once_in_a_file_and_once_in_each_of_its_items() -> None:
    read_key_list.cache_clear()
    parse_file("".join(f"{n}. Why {n}?\n\n   Salt.\n\n" for n in range(1, 21)), "x.md")
    assert read_key_list.cache_info().misses <= 21


@pytest.mark.parametrize(
    "text",
    [
        "\x85" * 12_000 + "x",
        "Q: a\n" * 12_000,
        "[a]: b\n" * 12_000,
        "# a\n" * 20_000,
        "<tr><td>" * 20_000,
        "<dt>" * 30_000,
        "## What is a?\n\n" + "<div>\n" * 10_000 + "\n\n## What is b?\n\nc",
        "## What is a?\n\n" + "<p>" * 20_000 + "\n\n## What is b?\n\nc",
        "<details>" * 20_000,
        "## What is a?\n\n" + "|\n" * 20_000 + "\n\n## What is b?\n\nc",
        "**What is a?**\n\n" * 4_000,
        "<div>\n" + "<b>" * 20_000 + "</i>" * 20_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_a_long_file_of_one_line_again_and_again_is_read(text: str) -> None:
    with limited(5.0):
        parse_file(text, "x.md")
