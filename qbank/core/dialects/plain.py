"""Questions as paragraphs, quotes or definitions that ask and are marked by nothing but their question mark.

Prose asks too, so they must come often, each be the whole of its line, and be answered below; or the file
is a list of them: nearly every line asks, or those do that begin with a sign which Markdown does not know.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from qbank.core.answer_lists import find_seams, in_answer_list
from qbank.core.blocks import Document
from qbank.core.bodies import with_body
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import heads_answer
from qbank.core.marks import next_stop, open_question
from qbank.core.titles import Title, read_title, with_running_numbers
from qbank.core.tree import Block

NAME = "plain"
SUREST = 0.6  # confidence that it never exceeds
FEWEST = 3
SHARE = 0.25  # of the blocks at least so many must ask
MOST = 0.8  # of the lines of a list of questions at least so many ask
SIGNED = 0.25  # and of those with a sign
TOPIC = 40  # characters of a line between questions that may name what they are about
ANCHORED = 2  # lines that ask and begin with an anchor
LONGEST = 200  # characters of a question
_ASKS = re.compile(r"^(?!\[!)[^\"“”'‘’「]*[?？](?:[\s*_]|\([^()]*\)|（[^（）]*）)*$")
_NAMED_PLACE = re.compile(
    r"^[\s>*_]*<(?P<tag>a|span)\s+(?:name|id)=[^<>\n]*(?:/>|>\s*</(?P=tag)>)", re.MULTILINE | re.IGNORECASE
)
_SENTENCES = re.compile(r"[.。!！](?:\s+|(?<=[。！]))(?=[^\W\d_])")
_SIGN = re.compile(r"[ \t]*(?P<sign>[•·●○▪■◦‣➢➤–.])[ \t]+(?=\S)")
_ENDS = re.compile(r"[.。!！:：,，;；、][\s*_]*$")
_BLOCKS = ("paragraph", "list", "quote", "fence", "code", "table", "maths")


@dataclass(frozen=True)
class Mark:
    """A line that asks."""

    line: int  # 0-based
    title: Title
    end: int | None = None  # the line after what is its own, where it stands in a list of questions


@dataclass(frozen=True)
class Line:
    """A line of running text."""

    place: int  # 0-based
    text: str  # without the sign
    sign: str = ""

    @cached_property
    def title(self) -> Title:
        """Return what it says as a title."""
        return read_title(self.text)

    @property
    def is_open(self) -> bool:
        """Tell whether it ends with no sign that ends a sentence or leads on."""
        return 0 < len(self.text) <= LONGEST and not _ENDS.search(self.text)

    @cached_property
    def asks(self) -> bool:
        """Tell whether it asks by a question mark and nothing else."""
        return len(self.text) <= LONGEST and bool(_ASKS.match(self.text)) and self.title.asks_plainly


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
        question = open_question(document, mark.line, mark.title)
        end = mark.end or next_stop(document, stops, mark.line)
        question = with_body(question, document, mark.line + 1, end)
        found.append(replace(question, answer=question.answer.removeprefix(": ")))  # of a definition
    return found, []


@lru_cache(maxsize=1)
def find_marks(document: Document) -> list[Mark]:
    """List the lines that ask, where most stretches of the file begin with one and all are answered."""
    if "?" not in (text := "\n".join(document.lines)) and "？" not in text:
        return []
    if anchored := _anchored(document):
        return anchored
    marks = list(_asking(document))
    if listed := _listed(document):
        return listed
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
    titles = with_running_numbers([mark.title for mark in marks])
    return [replace(mark, title=title) for mark, title in zip(marks, titles, strict=True)]


def _anchored(document: Document) -> list[Mark]:
    """List the quotes and paragraphs that begin with an anchor, where nearly all of these ask.

    Contents, or other files, lead to them, so that no share of what stands between need ask.
    """
    if not _NAMED_PLACE.search("\n".join(document.lines)):
        return []
    inner = [b.children[0] if b.kind == "quote" and b.children else b for b in document.blocks]
    begun = [b for b in inner if b.kind == "paragraph" and _NAMED_PLACE.match(b.text)]
    begun = [b for b in begun if not (document.in_fold(b.start) or in_answer_list(document, b.start))]
    firsts = [_first_said(b) for b in begun]
    marks = [
        Mark(line, title)
        for line, title in firsts
        if title.insists and len(title.text) <= LONGEST and "?" in title.text.replace("？", "?")
    ]
    return marks if len(marks) >= ANCHORED and len(marks) >= MOST * len(firsts) else []


def _first_said(block: Block) -> tuple[int, Title]:
    """Return the first of the two first lines of a paragraph that says something, as a title."""
    first, _, rest = block.text.partition("\n")
    title = read_title(first)
    return (block.start, title) if title.text else (block.start + 1, read_title(rest.split("\n", 1)[0]))


def _listed(document: Document) -> list[Mark]:
    """List the lines of a list of questions: nearly all ask, or some of those with the same sign."""
    lines = list(_lines(document))
    chosen = _mostly(lines) or _signed(lines)
    places = [line.place for line in chosen]
    asking = set(places)
    stops = [
        line.place
        for line in lines
        if line.place in asking or line.sign or (line.is_open and len(line.text) <= TOPIC)
    ]
    ends = [next_stop(document, stops, place) for place in places]
    titles = with_running_numbers([line.title for line in chosen])
    return [Mark(*of_line) for of_line in zip(places, titles, ends, strict=True)]


def _mostly(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that ask where nearly all do, and most of all by a question mark."""
    asking = [line for line in lines if line.asks or (line.title.insists and line.is_open)]
    sure = sum(line.asks for line in asking)
    return asking if sure > FEWEST and 2 * sure >= len(lines) and len(asking) >= MOST * len(lines) else []


def _signed(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with one sign that ask, where some do by a question mark."""
    for sign in {line.sign: None for line in lines if line.sign}:
        run = [line for line in lines if line.sign == sign]
        asking = [line for line in run if line.asks or (line.title.asks and line.is_open)]
        if sum(line.asks for line in asking) >= FEWEST and len(asking) >= SIGNED * len(run):
            return asking
    return []


def _lines(document: Document) -> Iterator[Line]:
    """Yield the lines of running text; blocks but rules and headings count as one that says nothing."""
    for block in document.blocks:
        if block.kind == "paragraph" or (block.kind == "heading" and _is_underlined(block)):
            for place, text in enumerate(block.text.split("\n"), block.start):
                match = _SIGN.match(text)
                bare = (text[match.end() :] if match else text).strip()
                yield Line(place, bare, match["sign"] if match else "")
        elif block.kind not in ("heading", "rule"):
            yield Line(block.start, "")


def _is_underlined(heading: Block) -> bool:
    """Tell whether a heading is one by the rule below its lines."""
    return heading.end - heading.start > 1 and not heading.html


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
