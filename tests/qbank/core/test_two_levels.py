"""Questions at two levels of headings, and headings below a question that belong to its answer."""

import pytest

from qbank.core.parser import parse_file

UPPER = ["Why is the mast stayed?", "Where does the anchor lie?", "How is the keel laid?"]
LOWER = ["What is tar good for?", "Explain how a sail is cut.", "Which rope floats?", "怎样系缆绳？"]


def read(text: str) -> list[tuple[str, str]]:
    found = parse_file(text, "hull.md").questions
    return [(q.title, q.answer) for q in found]


@pytest.mark.parametrize("chapter", ["Ropes", "绳索基础", "1. Basics"])
@pytest.mark.parametrize(("upper", "lower"), [("##", "###"), ("##", "####"), ("###", "####")])
def test_a_chapter_of_deeper_questions_stands_beside_questions(upper: str, lower: str, chapter: str) -> None:
    inner = "\n\n".join(f"{lower} {title}\n\nSo." for title in LOWER[:3])
    outer = "\n\n".join(f"{upper} {title}\n\nThus." for title in UPPER)
    last = f"{lower} {LOWER[3]}\n\nSo."
    found = read(f"# The hull\n\n{upper} {chapter}\n\n{inner}\n\n{outer}\n\n{last}\n")
    assert found == [*((t, "So.") for t in LOWER[:3]), *((t, "Thus.") for t in UPPER), (LOWER[3], "So.")]


@pytest.mark.parametrize("first", LOWER)
def test_deeper_headings_that_ask_and_hold_nothing_are_questions(first: str) -> None:
    rest = [title for title in LOWER if title != first]
    inner = "\n".join(f"#### {title}" for title in rest)
    text = f"# The hull\n\n#### {first}\n\n### {UPPER[0]}\n\nThus.\n\n### {UPPER[1]}\n\nThus.\n\n{inner}\n"
    assert read(text) == [(first, ""), (UPPER[0], "Thus."), (UPPER[1], "Thus."), *((t, "") for t in rest)]


@pytest.mark.parametrize("heads", [LOWER, ["Tar", "Why not wax?", "Which hook?"], ["Pros", "Cons", "Sum"]])
def test_headings_below_a_question_belong_to_its_answer(heads: list[str]) -> None:
    inner = "\n\n".join(f"### {title}\n\nSo." for title in heads)
    text = "\n\n".join(f"## {title}\n\n{inner}" for title in UPPER)
    assert read(f"# The hull\n\n{text}\n") == [(title, inner) for title in UPPER]
    assert read(f"# The hull\n\n### Before\n\nText.\n\n{text}\n") == [(title, inner) for title in UPPER]


@pytest.mark.parametrize(
    "said", ["Follow-up Q: ", "Follow-up: ", "Followup question 2: ", "追问：", "追问1："]
)
def test_an_answered_follow_up_is_a_question_at_its_own_level(said: str) -> None:
    parts = [f"## Q: {title}\n\n**A:** Thus." for title in UPPER]
    text = "\n\n".join([*parts[:2], f"### {said}{LOWER[0]}\n\n**A:** So.", parts[2]])
    told = {UPPER[0]: "Thus.", UPPER[1]: "Thus.", LOWER[0]: "So.", UPPER[2]: "Thus."}
    assert read(f"# The hull\n\n{text}\n") == list(told.items())
