"""Answers on the lines of their questions: verdicts on statements, what follows a question mark, labels."""

import pytest

from qbank.core.parser import parse_file

STATED = ["龙骨在船底。", "桅杆由绳子做成。", "锚是铁的。"]
SAID = ["√", "×", "√"]


def answered(text: str) -> list[tuple[str, str]]:
    return [(q.title, q.answer) for q in parse_file(text, "hull.md").questions]


VERDICTS = ["{t}（{v}）", "{t}( {v} )", "{t} （ {v} ）", "{t}答案：{v}", "{t} 答案: {v}", "{t}（答案：{v}）"]
LINES = ["{n}. {f}", "（{n}）{f}", "{n}、{f}", "## {n}. {f}", "**{n}. {f}**"]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_verdicts(verdict: str, line: str) -> None:
    forms = [verdict.format(t=title, v=said) for title, said in zip(STATED, SAID, strict=True)]
    sign = "\n\n" if line[0] in "#*" else "\n"
    text = sign.join(line.format(n=n + 1, f=form) for n, form in enumerate(forms))
    assert answered(f"# 判断题\n\n{text}\n") == list(zip(STATED, SAID, strict=True))


@pytest.mark.parametrize("verdict", ["（√）", "( × )", "(×)", "（ √ ）。"])
def test_signs_are_verdicts_after_statements_without_a_full_stop(verdict: str) -> None:
    text = "\n".join(f"{n}. {title[:-1]}{verdict}" for n, title in enumerate(STATED, 1))
    said = verdict.strip("（）()。 ")
    assert answered(f"# 判断题\n\n{text}\n") == [(title[:-1], said) for title in STATED]


def test_verdicts_in_words_and_what_explains_them() -> None:
    text = "\n\n".join(f"### {n + 1}. {title}（正确）\n\n解析：见图。" for n, title in enumerate(STATED))
    assert answered(f"# 判断\n\n{text}\n") == [(title, "正确\n\n解析：见图。") for title in STATED]
    text = "\n".join(f"{n}. The mast has {n} stays. (True)" for n in (1, 2, 3))
    assert answered(f"# Review quiz\n\n{text}\n") == [(f"The mast has {n} stays.", "True") for n in (1, 2, 3)]


TOLD = [("龙骨有什么作用？", "保持航向。"), ("锚放在哪里？用什么绳？", "船头，粗绳。")]


def test_what_follows_a_question_mark_is_the_answer() -> None:
    items = [f"* {asked}{told}" for asked, told in TOLD]
    others = ["* 帆有哪些种类？绳子的区别？", "* 舵怎么用？请举例说明。", "* 谁掌舵？（船长篇）"]
    text = "# 船\n\n" + "\n".join([*items, *others])
    assert answered(text) == [*TOLD, *((line[2:], "") for line in others)]


def test_what_follows_a_question_mark_in_most_lines_of_a_file() -> None:
    told = [("No wind?", "Row."), ("The anchor drags?", "Let out more rope"), ("A leak?", "Use tar.")]
    items = [f"## Part {n}\n- {asked} {answer}" for n, (asked, answer) in enumerate(told)]
    assert answered("# FAQ\n" + "\n".join(items)) == told


def test_a_single_line_that_goes_on_stays_whole() -> None:
    items = [
        "- Have you sailed? Name the boats.",
        "- What does tar do?",
        "- Who steers? Say why.",
        "- Why wax?",
    ]
    assert answered("# Ships\n\n" + "\n".join(items)) == [(item[2:], "") for item in items]


TERMS = [
    "{n}. {t}\n【答案】{a}",
    "{n}. {t}\n   答：{a}",
    "{n}. {t}\n\n   **答案：** {a}",
    "- {t}\n  Answer: {a}",
]


@pytest.mark.parametrize("form", TERMS)
def test_terms_with_a_label_below(form: str) -> None:
    terms = [("龙骨", "船底的木。"), ("桅杆", "立木。"), ("锚", "铁钩。")]
    text = "\n".join(form.format(n=n + 1, t=term, a=told) for n, (term, told) in enumerate(terms))
    assert answered(f"# 名词解释\n\n{text}\n") == terms


NONE = [
    "# Crew\n\nLet us see:\n\n- What makes sails hard\n- How to prepare\n\nText.",
    "# Méthode\n\nExemples donnés :\n\n- “Quel est le mât ?”\n- “Où est l'ancre ?”\n\nTexte.",
    "# 船\n\n- 帆布（可选）\n- 绳子（对）\n- 焦油（错）",
    "# Options\n\n- `wax` is used (True)\n- `tar` is used (False)\n- `oil` is used (True)",
]


@pytest.mark.parametrize("text", NONE)
def test_lists_that_ask_nothing(text: str) -> None:
    assert answered(text) == []


def test_quotations_after_a_line_on_questions_are_questions() -> None:
    text = "# Crew\n\nCommon questions:\n\n- “What does tar do?”\n- “Why wax a rope?”\n- “Who steers?”\n"
    assert len(answered(text)) == 3
