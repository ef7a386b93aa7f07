"""Answers and keys that stand together below the questions, each under the number of its question."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qbank.core.answers import says_answer, trim_answer
from qbank.core.blocks import Document, dedent
from qbank.core.counters import split_number
from qbank.core.document import ParsedQuestion
from qbank.core.key_lists import keys_of, read_key_list
from qbank.core.labels import says_only_answer
from qbank.core.option_marks import read_letters
from qbank.core.titles import read_title
from qbank.core.tree import Block

FEWEST = 2  # answers that make a list
HIGH = 3  # level of headings up to which one may close a file
COVERED = 0.8  # so many of the numbers of a list must be numbers of questions above it
_ABOVE = re.compile(
    r"^[\s>#*_\-\[(（【第`]*(?:[A-Za-z]{1,12}|[一-鿿]{0,4})[\s.#]*(\d{1,3})(?=[\s.:：)）、】\]*题_\\]|$)",
    re.MULTILINE,
)
_BARE = re.compile(r"\W*(?:Q|Question|Answer|第|题|问题|题目)?\s*(\d{1,3})\s*题?\W*", re.IGNORECASE)
_KEY = re.compile(
    r"^\W*(?:(?:answer|ans|答案|正确答案|选)\s*[:：]?\s*)?[*_`(（\[]*(?P<key>[A-H](?:\s*[,，、]?\s*[A-H])*)(?![\w'])"
    r"[\s*_`)）\].:：。，,、—–-]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Given:
    """An answer of a list."""

    line: int  # 0-based
    text: str


@dataclass(frozen=True)
class AnswerList:
    """The answers below one heading, by number; none where they are mere keys on shared lines."""

    start: int  # 0-based
    end: int
    answers: Mapping[str, Given]


@lru_cache(maxsize=4)  # a file, and what an item of it holds
def read_answer_lists(document: Document) -> tuple[AnswerList, ...]:
    """List the sections headed "answers" or folds so named that count as the questions above them do."""
    found: list[AnswerList] = []
    before = 0  # the end of the section before, which answered what stands above it
    for start, body, end in _sections(document):
        answers = dict(_answers(document, body, end))
        if len(answers) >= FEWEST and _are_asked(answers, document.lines[before:start]):
            found.append(AnswerList(start, end, answers))
        elif read_key_list(document) and len(keys_of(document.lines[body:end])) > FEWEST:
            found.append(AnswerList(start, end, {}))
        before = max(before, end) if start >= before else before
    return tuple(found)


@lru_cache(maxsize=4)  # a file, and what an item of it holds
def find_seams(document: Document) -> tuple[int, ...]:
    """Return the lines on which no answer goes on: at folds that are sections, lists of answers, the end."""
    high = [head for head, _ in document.headings if head.level <= HIGH]
    closing = [head.start for head in high if read_title(head.text).closes_file]
    listed = [listing.start for listing in read_answer_lists(document)]
    return tuple(sorted([*document.seams, *closing, *listed]))


def in_answer_list(document: Document, line: int) -> bool:
    """Tell whether a line belongs to a list of answers."""
    return any(listing.start <= line < listing.end for listing in read_answer_lists(document))


def given_answer(document: Document, line: int, number: str) -> Given | None:
    """Return the answer that the first list below a line gives under a number."""
    below = (listing for listing in read_answer_lists(document) if listing.start >= line)
    listing = next(below, None)
    return listing.answers.get(number) if listing else None


def listed_key(document: Document, line: int, number: str) -> tuple[str, ...]:
    """Return the key that a list gives the question on a line under its number."""
    given = given_answer(document, line, number)
    key = _KEY.match(given.text) if given else None
    return read_letters(key["key"]) if key else read_key_list(document).get(number, ())


def with_listed(document: Document, question: ParsedQuestion) -> ParsedQuestion:
    """Give a question that has no answer of its own the one that a list gives under its number."""
    if not question.number or any(c.isalnum() for c in question.answer):
        return question
    given = given_answer(document, question.line, question.number)
    if given is None:
        return question
    text = _KEY.sub("", given.text, count=1) if question.key else given.text
    return replace(question, answer=trim_answer(text), answer_line=given.line + 1)


def _are_asked(numbers: Collection[str], lines: Sequence[str]) -> bool:
    """Tell whether lines count as a list of answers does."""
    asked = {str(int(number)) for number in _ABOVE.findall("\n".join(lines))}
    return len(asked) >= FEWEST and len(asked.intersection(numbers)) >= COVERED * len(numbers)


def _sections(document: Document) -> Iterator[tuple[int, int, int]]:
    """Yield the lines of what may be lists of answers: where it begins, its body, its end."""
    for head, _ in document.headings:
        if says_only_answer(head.text):
            later = (h.start for h, _ in document.headings if h.start > head.start and h.level <= head.level)
            yield head.start, head.end, next(later, len(document.lines))
    able = [fold for fold in document.folds if not fold.depth] if read_key_list(document) else []
    for fold in able:
        keys = keys_of(document.lines[fold.body_start : fold.end]) if says_answer(fold.summary) else {}
        if len(keys) > FEWEST:
            yield fold.start, fold.body_start, fold.end + 1


def _answers(document: Document, start: int, end: int) -> Iterator[tuple[str, Given]]:
    """Yield the answers between two lines with their numbers."""
    marks = list(_marks(document, document.between(start, end)))
    ends = [*(line for _, line, _, _ in marks[1:]), end][: len(marks)]
    for (number, line, first, indent), stop in zip(marks, ends, strict=True):
        rest = [dedent(text, indent) for text in document.lines[line + 1 : stop]]
        yield number, Given(line, trim_answer("\n".join([first, *rest]).strip("\n")))


def _marks(document: Document, blocks: Sequence[Block]) -> Iterator[tuple[str, int, str, int]]:
    """Yield number, line, the rest of the line and the indentation of what counts."""
    for block in blocks:
        if block.kind == "list" and block.ordered:
            for item in block.children:
                text = re.sub(r"^\s*\d+[.)]\s*", "", document.lines[item.start], count=1)
                yield item.number, item.start, text, item.indent
        elif block.kind in ("heading", "paragraph"):
            for place, text in enumerate(block.text.split("\n")):
                bare = _BARE.fullmatch(text)
                number, _, rest = (bare[1], False, "") if bare else split_number(text.strip())
                if number.isdecimal():
                    yield str(int(number)), block.start + place, rest, 0
        elif block.kind == "table":
            for line in range(block.start, block.end):
                cells = [cell.strip(" *_") for cell in document.lines[line].strip().strip("|").split("|")]
                if len(cells) > 1 and cells[0].isdecimal():
                    yield str(int(cells[0])), line, cells[1], 0
