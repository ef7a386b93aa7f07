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
