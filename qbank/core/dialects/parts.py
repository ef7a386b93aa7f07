"""Questions as sections headed "question", each with one headed "answer": several, or in two languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from qbank.core.answers import trim_answer
from qbank.core.blocks import Document
from qbank.core.choice import read_choice, with_choice
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import says_only_answer, says_only_question
from qbank.core.titles import read_title
from qbank.core.tree import Block

NAME = "parts"
SUREST = 0.9  # confidence that it never exceeds
FEWEST = 2
LONGEST = 30  # characters of a label


@dataclass(frozen=True)
class Part:
    """A section that asks and the section that answers."""

    asked: Block
    answered: Block
    end: int


def recognises(document: Document) -> float:
    """Weigh how many such sections have an answer."""
    parts = find_parts(document)
    return SUREST * len(parts) / (len(parts) + 1) if len(parts) >= FEWEST else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut the file at its sections; the title is the first line of the section that asks."""
    return [_question(document, part) for part in find_parts(document)], []


@lru_cache(maxsize=1)
def find_parts(document: Document) -> list[Part]:
    """List the sections that ask where nothing but labels stands between them."""
    heads = [block for block, _ in document.headings]
    short = [place for place, head in enumerate(heads) if len(head.text) <= LONGEST]
    asked = [place for place in short if says_only_question(heads[place].text)]
    if len(asked) < FEWEST:
        return []
    found = []
    for place, after in zip(asked, [*asked[1:], len(heads)], strict=True):
        own = heads[place + 1 : after]
        answer = next((head for head in own if says_only_answer(head.text)), None)
        if answer is None:
            continue
        level = min(heads[place].level, answer.level)
        later = (head.start for head in own if head.start > answer.start and head.level <= level)
        end = heads[after].start if after < len(heads) else len(document.lines)
        found.append(Part(heads[place], answer, next(later, end)))
    titled = [head for head in heads if read_title(head.text).asks and not says_only_question(head.text)]
    return [] if 2 * len(titled) >= len(found) else found


def _question(document: Document, part: Part) -> ParsedQuestion:
    first = next(
        (n for n in range(part.asked.end, part.answered.start) if document.lines[n].strip()), part.asked.start
    )
    title = read_title(document.lines[first].lstrip("> "))
    question = ParsedQuestion(
        line=part.asked.start + 1,
        end_line=part.end,
        answer_line=part.answered.end + 1,
        title=title.text,
        number=title.number,
        stem=trim_answer(document.cut(first + 1, part.answered.start)),
        answer=trim_answer(document.cut(part.answered.end, part.end)),
        difficulty=title.difficulty,
    )
    choice = read_choice(document, first + 1, part.end, title=title.text)
    return with_choice(question, choice) if choice else question
