"""Files of one question whose first lines say what it is: its day, its kind, and the question itself."""

import pytest

from qbank.core.parser import parse_file

TOLD = "It keeps the water out.\n\n```\ntar rope\n```"
HEADS = [
    "> 日期：2020/01/02\n分类：绳\n题目：{}",
    "> 日期：2020/01/02\n> 题目：{}",
    "题目：{}\n来源：船厂",
    "**题目**：{}",
    "**Question:** {}",
    "Level: easy\nInterview question: {}",
    "# Day 3\n\n> Question: {}",
]


def titles(text: str) -> list[tuple[str, str]]:
    return [(q.title, q.answer) for q in parse_file(text, "day-3/README.md").questions]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("asked", ["焦油的用途", "The use of tar", "What is tar?"])
def test_a_label_in_the_first_lines_gives_the_question_of_a_file(asked: str, head: str) -> None:
    assert titles(f"{head.format(asked)}\n\n{TOLD}\n") == [(asked, TOLD)]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("blank", ["{title}", "<what to ask>", "______", "..."])
def test_a_form_to_be_filled_in_asks_nothing(blank: str, head: str) -> None:
    assert titles(f"{head.format(blank)}\n\n{TOLD}\n") == []


def test_a_note_on_trouble_asks_nothing() -> None:
    assert titles(f"问题：船漏水。\n原因：没有焦油。\n\n{TOLD}\n") == []
    assert titles(f"The question of tar: old ships had none.\nNote: read on.\n\n{TOLD}\n") == []
    assert titles("# Notes\n\nShips leak, and: tar helps.\n题目：焦油\n") == []
