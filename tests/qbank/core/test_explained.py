"""Answers under "explanation" or in code, questions without the label that those beside them have."""

import pytest

from qbank.core.document import ParsedQuestion
from qbank.core.parser import parse_file

CODE = "```python\nprint(knots)\n```"
LABELS = (
    "**解析**\n\n{}",
    "**解析：**\n\n{}",
    "**解析**：{}",
    "解析：{}",
    "【解析】{}",
    "**答案解析：** {}",
    "#### 解析\n\n{}",
    "**Explanation:** {}",
    "Explanation: {}",
    "### Explanation\n\n{}",
)


def read(text: str, path: str = "ropes.md") -> list[ParsedQuestion]:
    return list(parse_file(text, path).questions)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("head", ["## {n}、{t}", "{n}. {t}\n---", "<h2>{n}. {t}</h2>", "**{n}. {t}**"])
@pytest.mark.parametrize("shown", [CODE, f"> 船上有什么\n\n{CODE}", f"请看：\n\n{CODE}"])
def test_code_that_a_question_shows_is_its_stem(label: str, head: str, shown: str) -> None:
    asked = ("下面代码的输出是什么？", "What does this code print?", "请说出以下程序的问题。")
    below = f"{shown}\n\n{label.format('它没有名字。')}"
    found = read("\n\n".join(f"{head.format(n=n, t=t)}\n\n{below}" for n, t in enumerate(asked, 1)))
    assert [(q.title, q.stem, q.answer) for q in found] == [(t, shown, "它没有名字。") for t in asked]


@pytest.mark.parametrize("label", [label for label in LABELS if "答案" not in label])
def test_code_that_a_question_asks_for_is_its_answer(label: str) -> None:
    asked = ("如何用代码实现平结？", "请手写一个打结的程序。", "How to write code that ties a knot?")
    below = f"{CODE}\n\n{label.format('先绕一圈。')}"
    found = read("\n\n".join(f"## {n}. {t}\n\n{below}" for n, t in enumerate(asked, 1)))
    assert [q.stem for q in found] == [""] * 3
    assert all(q.answer.startswith(CODE) for q in found)


def test_what_explains_an_answer_stays_with_it() -> None:
    text = "".join(
        f"## {n}. 下面代码的输出是什么？\n\n三个结。\n\n**解析：** 它数结。\n\n" for n in (1, 2, 3)
    )
    assert [(q.stem, q.answer) for q in read(text)] == [("", "三个结。\n\n**解析：** 它数结。")] * 3


@pytest.mark.parametrize("asked", ["面试题", "题目", "问题", "Question"])
@pytest.mark.parametrize(
    "analysed", ["面试题剖析", "题目解析", "问题解答", "面试题详解", "Question analysis", "Answer breakdown"]
)
def test_the_analysis_of_the_only_question_is_its_answer(asked: str, analysed: str) -> None:
    text = f"## {asked}\n\n如何防止缆绳打滑？\n\n## 面试官心理分析\n\n他想听经验。"
    found = read(f"{text}\n\n## {analysed}\n\n多绕一圈。\n\n### 绕在哪里？\n\n桩上。\n")
    assert [(q.title, q.answer) for q in found] == [
        ("如何防止缆绳打滑？", "多绕一圈。\n\n### 绕在哪里？\n\n桩上。")
    ]


@pytest.mark.parametrize(("asked", "told"), [("Q: ", "A: "), ("问：", "答："), ("**Q:** ", "**A:** ")])
def test_an_item_without_the_label_of_those_beside_it_is_a_question_too(asked: str, told: str) -> None:
    shown = "   ```\n   tie()\n   ```"
    items = [
        f"{n}. {'' if n in (2, 4) else asked}绳结 {n} 牢吗？\n\n{shown}\n\n   {told}牢。" for n in range(1, 6)
    ]
    found = read("# 绳结\n\n" + "\n\n".join(items) + "\n")
    assert [(q.title, q.stem, q.answer) for q in found] == [
        (f"绳结 {n} 牢吗？", "```\ntie()\n```", "牢。") for n in range(1, 6)
    ]


TOPICS = ("麻绳的作用", "为什么涂焦油？", "缆桩", "平结与死结有什么不同？", "浮标介绍", "锚链")
PROSE = "它用来把船系在岸边，\n   不让风吹走。"


@pytest.mark.parametrize("fence", ["```", "~~~", "```text", "``` "])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_items_with_an_answer_set_as_code(fence: str, gap: str) -> None:
    close = fence[:3]
    items = [f"{n}. {t}{gap}   {fence}\n   {PROSE}\n   {close}" for n, t in enumerate(TOPICS, 1)]
    found = read("# 绳子总结\n\n" + "\n\n".join(items) + "\n")
    assert [q.title for q in found] == list(TOPICS)
    assert all(q.answer.startswith(close) and not q.stem for q in found)
    quoted = [f"{n}. {t}{gap}   > 它用来把船系在岸边。" for n, t in enumerate(TOPICS, 1)]
    assert [q.title for q in read("# 绳子总结\n\n" + "\n\n".join(quoted) + "\n")] == list(TOPICS)


@pytest.mark.parametrize("body", ["```\n   npm install\n   ```", "```sh\n   make -j2\n   ```"])
def test_steps_with_commands_are_no_questions(body: str) -> None:
    steps = ("安装", "如何配置", "运行", "为什么失败？", "部署", "Done")
    assert read("# 教程\n\n" + "\n\n".join(f"{n}. {t}\n   {body}" for n, t in enumerate(steps, 1))) == []
    prose = "\n\n".join(
        f"{n}. {t}\n   ```\n   {PROSE}\n   ```" for n, t in enumerate(("安装", "配置") * 3, 1)
    )
    assert read(f"# 教程\n\n{prose}\n") == []


@pytest.mark.parametrize("anchor", ['<a name="q-{n}"></a>', "<a id='q{n}'></a>", '<span id="q{n}"></span>'])
@pytest.mark.parametrize("form", ["> {a} {t}", "{a}{t}", "> **{a}{t}**", "{a}\n{t}"])
def test_quotes_and_lines_with_an_anchor_that_ask_are_questions(anchor: str, form: str) -> None:
    asked = ("如何系 `bow = 'line'`？", "什么时候松开? 为什么?")
    prose = "先说一点别的。\n\n再说一点。\n\n- 一\n- 二\n\n"
    text = "".join(
        form.format(a=anchor.format(n=n), t=t) + f"\n\n绕一圈。\n\n{prose}## 第 {n} 节\n\n{prose}"
        for n, t in enumerate(asked)
    )
    found = read(f"# 绳子\n\n{text}", "notes.md")
    assert [q.title for q in found] == list(asked)
    assert all(q.answer.startswith("绕一圈。") and q.answer.endswith("- 二") for q in found)
    assert read(f"# 绳子\n\n{text.replace('？', '。').replace('?', '.')}", "notes.md") == []


@pytest.mark.parametrize("label", ["**分析：**{}", "**说明**：{}", "> 解析：{}", "> **Explanation:** {}"])
@pytest.mark.parametrize(
    "shown", [CODE, "![绳](a.png)", "| a | b |\n|---|---|\n| 1 | 2 |", '<img src="a.png">']
)
def test_pictures_and_tables_may_be_shown_and_explained_in_quotes(label: str, shown: str) -> None:
    asked = ("下面的结果是什么？", "以下程序输出什么？", "What is the result of the following?")
    below = f"{shown}\n\n{label.format('它没有名字。')}"
    found = read("\n\n".join(f"## {n}. {t}\n\n{below}" for n, t in enumerate(asked, 1)))
    assert [(q.stem, q.answer.endswith("它没有名字。")) for q in found] == [(shown, True)] * 3
    assert all(shown not in q.answer for q in found)


@pytest.mark.parametrize("remark", ["面试官心理分析", "心理分析", "考察点", "What the interviewer wants"])
@pytest.mark.parametrize("analysed", ["面试题剖析", "题目解析", "Answer breakdown"])
def test_what_the_interviewer_thinks_is_no_answer(remark: str, analysed: str) -> None:
    below = f"#### {remark}\n\n他想听经验。\n\n#### {analysed}\n\n多绕一圈。\n\n#### 例子\n\n桩。\n\n"
    text = "".join(f"### {t}\n\n{below}" for t in ("为什么打滑？", "如何防止？", "什么是缆桩？"))
    assert [q.answer for q in read(text)] == ["多绕一圈。\n\n#### 例子\n\n桩。"] * 3
    plain = text.replace(analysed, "办法")
    assert all(q.answer.startswith(f"#### {remark}") for q in read(plain))


@pytest.mark.parametrize("body", ["系住船。", "- 系住船。\n   - 不松开。", "```\n   tie()\n   ```"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_items_with_anything_below_in_a_file_of_questions(body: str, gap: str) -> None:
    if not body.startswith(("-", "`")):
        gap = "\n\n"  # else it is the same paragraph
    items = "\n\n".join(f"{n}. {t}{gap}   {body}" for n, t in enumerate(TOPICS, 1))
    assert [q.title for q in read(f"# 船舶面试题\n\n{items}\n")] == list(TOPICS)
    assert read(f"# 绳子教程\n\n{items}\n") == []
    steps = items.replace("为什么涂焦油？", "涂焦油").replace("有什么不同？", "")
    assert read(f"# 船舶面试题\n\n{steps}\n") == []


def test_a_place_to_which_contents_lead_is_no_part_of_the_answer_above() -> None:
    text = "".join(f'<a name="q{n}"></a>\n\n## {n}. 为什么打结？\n\n系住。\n\n' for n in (1, 2, 3))
    assert [q.answer for q in read(text)] == ["系住。"] * 3
