"""Headings between questions that are marked otherwise: they end the answer above them."""

import pytest

from qbank.core.parser import parse_file

ASKED = ["What is tar?", "Why is wax soft?", "Which hook holds?"]
FORMS = ["**{}**\n\nSo.", "- {}\n\nSo.", "{n}、{}\n\nSo.", "{}\n\nSo."]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "head", ["## Part {n}", "## Part {n}\n\n### Inner {n}", "Part {n}\n------", "### Part {n}"]
)
def test_a_heading_right_above_a_question_is_no_part_of_the_answer_before(head: str, form: str) -> None:
    parts = [form.format(title, n=n) for n, title in enumerate(ASKED, 1)]
    for n in (2, 3):
        parts.insert(2 * n - 3, head.format(n=n))
    found = parse_file("\n\n".join(["# Ropes", *parts]) + "\n", "ropes.md").questions
    assert [(q.title, q.answer) for q in found] == [(title, "So.") for title in ASKED]


@pytest.mark.parametrize("form", FORMS[:3])
def test_a_deeper_heading_above_text_stays_in_the_answer(form: str) -> None:
    inner = "### Why so\n\nText.\n\n### Sum"
    parts = [form.format(title, n=n) + f"\n\n{inner}\n\nEnd." for n, title in enumerate(ASKED, 1)]
    found = parse_file("\n\n".join(["## Ropes", *parts]) + "\n", "ropes.md").questions
    assert [q.answer for q in found] == [f"So.\n\n{inner}\n\nEnd."] * 3
