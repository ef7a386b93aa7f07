"""Files that mark their questions in two ways, each in sections of its own."""

import pytest

from qbank.core.parser import parse_file

ASKED = [
    "What is tar?",
    "Why is wax soft?",
    "Which hook holds?",
    "How do ropes rot?",
    "Who ties?",
    "怎样搓绳子？",
]
PAIRS = [
    "> **Q:** {}\n>\n> **A:** Thus.",
    "> Q: {}\n> A: Thus.",
    "**Q:** {}\n\n**A:** Thus.",
    "问：{}\n\n答：Thus.",
    "- Q: {}\n\n  A: Thus.",
]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("heading", ["## Q: {}\n\n**A:** So.", "## {}\n\nSo.", "### 1. {}\n\nSo."])
def test_labelled_pairs_stand_beside_headings_that_ask(heading: str, pair: str) -> None:
    more = ["Who sails?", "Where is flax grown?"]
    headed = "\n\n".join(heading.format(title) for title in ASKED)
    paired = "\n\n---\n\n".join(pair.format(title) for title in more)
    found = parse_file(f"# Ropes\n\n{headed}\n\n# More\n\n{paired}\n", "ropes.md").questions
    expected = [*((title, "So.") for title in ASKED), *((title, "Thus.") for title in more)]
    assert [(q.title, q.answer) for q in found] == expected


def test_pairs_inside_an_answer_and_pairs_without_an_answer_stay_what_they_are() -> None:
    inner = f"So.\n\n{PAIRS[1].format('Who sails?')}"
    headed = "\n\n".join(f"## {title}\n\n{inner}" for title in ASKED)
    text = f"# Ropes\n\n{headed}\n\n# More\n\nQ: Who?\n\nText.\n"
    assert [q.title for q in parse_file(text, "ropes.md").questions] == ASKED


TOPICS = ["Tar", "Wax", "Flax", "Hemp"]
TASKS = [
    "### {n}. {t}\n\nDraw it.\n\n<details>\n<summary>Answer</summary>\nSo.\n</details>",
    "### {t}\n\nDraw it.\n\n**Answer:** So.",
    "### Question {n}: {t}\n\nDraw it.\n\n#### Answer\n\nSo.",
]
STATED = [
    "{n}. {t} floats.\n\n<details>\n<summary>Answer</summary>\nThus.\n</details>",
    "{n}. {t} floats.\n\n   **Answer:** Thus.",
    "**{n}. {t} floats.**\n\nAnswer: Thus.",
    "| Question | Answer |\n|---|---|\n| {t} floats. | Thus. |",
    "| # | 问题 | 参考答案 |\n|---|---|---|\n| {n} | {t} floats. | Thus. |",
]


def numbered(form: str, first: int = 1) -> str:
    """Write a section of one form; rows of a table share its head."""
    written = [form.format(n=n, t=topic) for n, topic in enumerate(TOPICS, first)]
    if form.startswith("|"):
        written = [written[0], *(text.split("\n")[-1] for text in written[1:])]
    return ("\n" if form.startswith("|") else "\n\n").join(written)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("stated", STATED)
@pytest.mark.parametrize("task", [*TASKS, "**Q{n}: What is {t}?**\n\nA: So."])
def test_sections_in_another_form_stand_beside_those_of_one(task: str, stated: str, before: bool) -> None:
    sections = ["## Part one\n\n" + numbered(stated), "## Part two\n\n" + numbered(task)]
    text = "# Ropes\n\n" + "\n\n".join(sections if before else sections[::-1]) + "\n"
    found = parse_file(text, "ropes.md").questions
    assert len(found) == 2 * len(TOPICS)
    assert {q.answer for q in found if q.title.endswith("floats.")} == {"Thus."}
    assert [q.title for q in found if q.title.endswith("floats.")] == [f"{topic} floats." for topic in TOPICS]


@pytest.mark.parametrize(
    "note",
    [
        "## Parts\n\n1. Hull\n2. Keel\n3. Mast\n\nAll of them are of oak.",
        "## Knots\n\n| Knot | Use |\n|---|---|\n| Bowline | sails |\n| Hitch | posts |",
        "## Steps\n\n**1. Cut it.**\n\nText.\n\n**2. Melt it.**\n\nText.\n\n**3. Splice it.**\n\nText.",
        "## 参考\n\n- 答案在第二部分。\n- 解析见附录。",
    ],
)
@pytest.mark.parametrize("task", [*TASKS, "**Q{n}: What is {t}?**\n\nA: So."])
def test_notes_beside_questions_are_none(task: str, note: str) -> None:
    text = f"# Ropes\n\n{note}\n\n## Quiz\n\n{numbered(task)}\n"
    assert len(parse_file(text, "ropes.md").questions) == len(TOPICS)
