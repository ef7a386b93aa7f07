"""Choice questions: a heading, options, and the key with its explanation, often folded away."""

from collections.abc import Sequence
from functools import lru_cache

from qbank.core.answer_lists import listed_key
from qbank.core.blocks import Document
from qbank.core.choice import Choice, read_choice, with_choice
from qbank.core.dialects import headings
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.option_marks import LETTERS

NAME = "choices"


def recognises(document: Document) -> float:
    """Tell how many of the question headings have options and a key, where half of them do."""
    found = _find(document, give_up=True)
    able = sum(choice is not None for _, choice in found)
    return 0.9 + 0.1 * able / len(found) if able else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut at the headings; split each into stem, options, key and explanation."""
    questions: list[ParsedQuestion] = []
    problems: list[Problem] = []
    for found, choice in _find(document, give_up=True) or _find(document, give_up=False):
        question = (
            headings.open_question(document, found) if choice else headings.question_of(document, found)
        )
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
def _find(document: Document, *, give_up: bool) -> list[tuple[headings.Found, Choice | None]]:
    """List the question headings, each with its choice; `give_up` lists none where most have none."""
    pairs: list[tuple[headings.Found, Choice | None]] = []
    every = headings.find_questions(document)
    missing = 0
    for found in every:
        title, start = headings.title_of(document, found)
        listed = listed_key(document, start, found.mark.number)
        choice = read_choice(document, start, found.end, title=title, listed=listed, any_list=True)
        missing += choice is None
        if give_up and 2 * missing > len(every):
            return []
        pairs.append((found, choice))
    return pairs
