"""Files that list questions without any mark, or with a sign that Markdown does not know."""

import pytest

from qbank.core.parser import parse_file

ASKED = ["What is tar?", "Why is wax soft?", "Which hook holds?", "怎样搓绳子？", "How do ropes rot?"]
JOINED = ["\n", "\n\n", "  \n", "\n\n---\n\n"]


def read(text: str) -> list[tuple[str, str]]:
    return [(q.title, q.answer) for q in parse_file(text, "ropes.md").questions]


@pytest.mark.parametrize("joined", JOINED)
@pytest.mark.parametrize("head", ["", "# Ropes\n\n", "# Ropes\n\n## Part\n\n", "🟢 First Level\n"])
def test_a_file_of_lines_that_ask_is_a_list_of_questions(head: str, joined: str) -> None:
    text = f"{head}{joined.join(ASKED)}\n"
    assert read(text) == [(title, "") for title in ASKED]
    numbered = joined.join(f"{n}\t{title}" for n, title in enumerate(ASKED, 1))
    assert [title for title, _ in read(f"{head}{numbered}\n")] == ASKED


def test_a_rule_right_below_a_list_of_questions_makes_no_heading_of_it() -> None:
    more = [*ASKED, "Who ties it?", "When is hemp wet?", "Where is flax grown?"]
    upper, lower = "\n".join(more[:4]), "\n".join(more[4:])
    assert read(f"---\nFirst Level\n{upper}\n---\nNext Level\n{lower}\n") == [(t, "") for t in more]


def test_one_line_among_those_that_ask_may_leave_the_question_mark_out() -> None:
    text = "\n\n".join([*ASKED[:2], "Explain how a knot slips", *ASKED[2:], "What is a bight"])
    assert len(read(text)) == 7


@pytest.mark.parametrize("sign", "•·●○▪➢–.")
@pytest.mark.parametrize("indent", ["", "  "])
def test_lines_with_a_sign_that_ask_are_questions(sign: str, indent: str) -> None:
    lines = [*ASKED[:2], "蜡与油的区别", *ASKED[2:]]
    text = "Ropes\n" + "\n".join(f"{indent}{sign} {line}" for line in [*lines, "Hemp", "Flax", "Jute"])
    assert read(f"{text}\n") == [(line, "") for line in lines]
    told = "\n\n".join(f"{sign} {title}\n\nIt is so in all weathers, and was so." for title in ASKED)
    assert read(f"# Ropes\n\n{told}\n") == [(t, "It is so in all weathers, and was so.") for t in ASKED]


def test_notes_that_ask_now_and_then_hold_no_list_of_questions() -> None:
    prose = [f"The rope {n} is tarred. It lies in the hold, where nobody sees it." for n in range(9)]
    assert read("\n\n".join([*prose[:4], *ASKED[:2], *prose[4:], *ASKED[2:]])) == []
    signed = [f"• The rope {n} is tarred" for n in range(12)]
    assert read("\n".join([*signed, *(f"• {title}" for title in ASKED[:3])])) == []
    assert read("\n".join(["Notes", *signed, "• Ready?", "• And now?"])) == []
