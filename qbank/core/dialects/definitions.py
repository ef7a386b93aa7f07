"""Questions as HTML: terms of a list of definitions (`<dt>` and `<dd>`), or rows of a table of two cells."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qbank.core.answers import trim_answer
from qbank.core.blocks import Document
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.marks import open_question
from qbank.core.titles import Title, read_title

NAME = "definitions"
SUREST = 0.8  # confidence that it never exceeds
FEWEST = 2
ASKING = 0.6
_MAY_HOLD = re.compile(r"<dt\b|<td\b", re.IGNORECASE)
_PAIRS = (
    re.compile(
        r"<dt\b[^<>]*>(?P<asked>(?:(?!<dt\b).)*?)</dt>\s*<dd\b[^<>]*>(?P<told>.*?)(?:</dd>|(?=<dt\b)|(?=</dl>))",
        re.IGNORECASE | re.DOTALL,
    ),
    re.compile(
        r"<tr\b[^<>]*>\s*(?:<td\b[^<>]*>\s*\d{1,3}\.?\s*</td>\s*)?<td\b[^<>]*>(?P<asked>(?:(?!<tr\b).)*?)</td>\s*"
        r"<td\b[^<>]*>(?P<told>(?:(?!<tr\b).)*?)</td>\s*</tr>",
        re.IGNORECASE | re.DOTALL,
    ),
)


@dataclass(frozen=True)
class Pair:
    """A question and its answer, with the lines (0-based) on which they begin and end."""

    line: int
    title: Title
    answer: str
    answer_line: int
    end: int


def recognises(document: Document) -> float:
    """Weigh how many pairs there are."""
    pairs = find_pairs(document)
    return SUREST * len(pairs) / (len(pairs) + 1) if pairs else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Make a question of every pair."""
    return [_question(document, pair) for pair in find_pairs(document)], []


@lru_cache(maxsize=1)
def find_pairs(document: Document) -> list[Pair]:
    """List the pairs of the form that asks, where most of its pairs do."""
    text = "\n".join(document.lines)
    if not _MAY_HOLD.search(text):
        return []
    for form in _PAIRS:
        pairs = [_pair(text, match) for match in form.finditer(text)]
        if len(pairs) >= FEWEST and sum(p.title.asks for p in pairs) >= ASKING * len(pairs):
            return pairs
    return []


def _pair(text: str, match: re.Match[str]) -> Pair:
    lines = [text.count("\n", 0, match.start(name)) for name in ("asked", "told")]
    return Pair(
        line=lines[0],
        title=read_title(match["asked"]),
        answer=trim_answer(match["told"].strip()),
        answer_line=lines[1],
        end=text.count("\n", 0, match.end()) + 1,
    )


def _question(document: Document, pair: Pair) -> ParsedQuestion:
    return replace(
        open_question(document, pair.line, pair.title),
        end_line=pair.end,
        answer_line=pair.answer_line + 1,
        answer=pair.answer,
    )
