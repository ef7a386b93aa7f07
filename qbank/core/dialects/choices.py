"""Choice questions: a heading, options, and the key with its explanation, often folded away."""

from collections.abc import Sequence
from functools import lru_cache

from qbank.core.blocks import Document
from qbank.core.choice import Choice, read_choice, with_choice
from qbank.core.dialects import headings
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.option_marks import LETTERS

NAME = "choices"


def recognises(document: Document) -> float:
    """Tell how many of the question headings have options and a key."""
    found = _find(document)
    able = sum(choice is not None for _, choice in found)
    return 0.0 if 2 * able < len(found) or not able else 0.9 + 0.1 * able / len(found)


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut at the headings; split each into stem, options, key and explanation."""
    questions: list[ParsedQuestion] = []
    problems: list[Problem] = []
    for found, choice in _find(document):
        question = headings.question_of(document, found)
        if choice:
            question = with_choice(question, choice)
        for letter in question.key:
            if question.choices and LETTERS.index(letter) >= len(question.choices):
                problems.append(
                    Problem(
                        document.path,
                        question.line,
                        "key-without-choice",
                        f"The key is {letter}, but there are {len(question.choices)} choices.",
                        "Correct the key or add the missing choice.",
                    )
                )
        questions.append(question)
    return questions, problems


@lru_cache(maxsize=1)
def _find(document: Document) -> list[tuple[headings.Found, Choice | None]]:
    """List the question headings, each with its choice question where there is one."""
    pairs = []
    for found in headings.find_questions(document):
        title, start = headings.title_of(document, found)
        pairs.append((found, read_choice(document, start, found.end, title=title, any_list=True)))
    return pairs
