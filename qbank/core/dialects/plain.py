"""Questions as paragraphs, quotes or definitions that ask and are marked by nothing but their question mark.

Prose asks too, so they must come often, each be the whole of its line, and be answered below.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qbank.core.answer_lists import find_seams, in_answer_list
from qbank.core.blocks import Document
from qbank.core.bodies import with_body
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import heads_answer
from qbank.core.titles import Title, read_title

NAME = "plain"
SUREST = 0.6  # confidence that it never exceeds
FEWEST = 3
SHARE = 0.25  # of the blocks at least so many must ask
LONGEST = 200  # characters of a question
_ASKS = re.compile(r"^(?!\[!)[^\"“”'‘’「]*[?？](?:[\s*_]|\([^()]*\)|（[^（）]*）)*$")
_SENTENCES = re.compile(r"[.。!！](?:\s+|(?<=[。！]))(?=[^\W\d_])")
_BLOCKS = ("paragraph", "list", "quote", "fence", "code", "table", "maths")


@dataclass(frozen=True)
class Mark:
    """A line that asks."""

    line: int  # 0-based
    title: Title


def recognises(document: Document) -> float:
    """Weigh how many such lines there are."""
    found = find_marks(document)
    return SUREST * len(found) / (len(found) + 2) if found else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut the file at the lines that ask and at its headings."""
    marks = find_marks(document)
    headings = [b for b, _ in document.headings]
    stops = sorted(
        [
            *(mark.line for mark in marks),
            *(b.start for b in headings if not heads_answer(b.text)),
            *find_seams(document),
        ]
    )
    found = []
    for mark in marks:
        above = [b for b in headings if b.start < mark.line and b.level > 1 and not heads_answer(b.text)]
        question = ParsedQuestion(
            line=mark.line + 1,
            title=mark.title.text,
            number=mark.title.number,
            section=(read_title(above[-1].text).text,) if above else (),
            answer="",
            difficulty=None if mark.title.starred else mark.title.difficulty,
        )
        end = next((stop for stop in stops if stop > mark.line), len(document.lines))
        question = with_body(question, document, mark.line + 1, end)
        found.append(replace(question, answer=question.answer.removeprefix(": ")))  # of a definition
    return found, []


@lru_cache(maxsize=1)
def find_marks(document: Document) -> list[Mark]:
    """List the lines that ask, where most stretches of the file begin with one and all are answered."""
    if "?" not in (text := "\n".join(document.lines)) and "？" not in text:
        return []
    marks = list(_asking(document))
    if len(marks) < FEWEST:
        return []
    ends = [*(mark.line for mark in marks[1:]), len(document.lines)]
    answered = sum(
        any(any(map(str.isalnum, line)) for line in document.lines[mark.line + 1 : end])
        for mark, end in zip(marks, ends, strict=True)
    )
    rest = [b for b in document.between(marks[0].line, len(document.lines)) if b.kind in _BLOCKS]
    if answered < len(marks) - 1 or len(marks) < SHARE * len(rest):
        return []
    return marks


def _asking(document: Document) -> Iterator[Mark]:
    for block in document.blocks:
        if document.in_fold(block.start) or in_answer_list(document, block.start):
            continue
        inner = block.children[0] if block.kind == "quote" and block.children else block
        if inner.kind != "paragraph":
            continue
        first = inner.text.split("\n", 1)[0].rstrip()
        if len(first) > LONGEST or not _ASKS.match(first):
            continue
        title = read_title(first)
        if title.asks_plainly and not _SENTENCES.search(title.text):
            yield Mark(inner.start, title)
