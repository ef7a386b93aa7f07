"""Titles that go on in the next line: an editor wrapped them."""

import pytest

from qbank.core.parser import parse_file

FIRST = "The boatswain of a small brig reads in the log that the rope of the"
SECOND = "anchor has been wet for a week. Which knot still holds it?"
SHORT = "Which knot holds a wet rope?"
FRAMES = [
    "**Question {n}**\n\n{t}\n\n- A) reef\n- B) bowline\n\nAnswer: B) bowline",
    "**Question {n}**\n{t}\n\n- A) reef\n- B) bowline\n\nAnswer: B) bowline",
    "## Question {n}\n\n{t}\n\n- A) reef\n- B) bowline\n\nAnswer: B) bowline",
    "Q: {t}\nA: The bowline.",
    "Q: {t}\n\nA: The bowline.",
    "> **Q:** {t}\n>\n> **A:** The bowline.",
    "- Q: {t}\n\n  A: The bowline.",
]


@pytest.mark.parametrize("frame", FRAMES)
def test_a_wrapped_title_is_whole(frame: str) -> None:
    begin = {">": "\n> ", "-": "\n  "}.get(frame[0], "\n")
    long = FIRST + begin + SECOND
    text = "\n\n---\n\n".join(frame.format(n=n, t=t) for n, t in enumerate([SHORT, long, SHORT], 1))
    found = parse_file(f"# Ropes\n\n{text}\n", "ropes.md").questions
    assert [q.title for q in found] == [SHORT, f"{FIRST} {SECOND}", SHORT]
    assert [q.stem for q in found] == [""] * 3
    assert {q.answer or q.key for q in found} in ({"The bowline."}, {("B",)})


def test_a_line_below_a_whole_or_a_short_one_is_no_part_of_the_title() -> None:
    whole = f"{FIRST} anchor is wet; which knot holds it?"
    for title in (SHORT, whole):
        text = "\n\n".join(f"**Question {n}**\n\n{title}\nThink of the wind.\n\nAnswer: A" for n in (1, 2, 3))
        assert {q.title for q in parse_file(f"# Ropes\n\n{text}\n", "ropes.md").questions} == {title}
