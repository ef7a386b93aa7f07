"""Questions as lines of running text that count in a way that makes no list: `1、`, `（1）`, `第1题`, `[1]`.

Answers count too, so only lines that ask begin a question, and those whose number is missing between two.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, takewhile

from qbank.core.answer_lists import find_seams, in_answer_list
from qbank.core.blocks import Document
from qbank.core.bodies import with_body
from qbank.core.choice import is_choice
from qbank.core.dialects.headings import find_questions, is_named_for_questions
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.marks import next_stop, open_question
from qbank.core.section_heads import find_section_starts
from qbank.core.titles import Title, is_wholly_bold, plain_markdown, read_title
from qbank.core.tree import Block
from qbank.core.wrapped import MOST_LINES, count_title_lines

NAME = "numbered"
SUREST = 0.75  # confidence that it never exceeds
FEWEST = 3
STEPS = 0.75  # so many of the numbers must follow the one before, or begin anew
TOPICS = 0.3  # where so many lines ask in a file that is named for questions, the others are topics
LONGEST = 300  # characters of a line that may be a title
_COUNTS = re.compile(
    r"^\s{0,3}(?P<open>[\[(（【]?)\s*(?P<word>第|[Qq问题]?)\s*(?P<number>[0-9０-９]{1,3}|[一二三四五六七八九十百]{1,4})"
    r"\s*번?\s*\\?(?P<close>[、.．)）\]】:：题问,，]+)\s*(?=\S)"
)
_SPACED = re.compile(r"^\s{0,3}(?P<number>[0-9]{1,3})[ \t]+(?=[^\W\d_])")  # a number and no sign
_BY_SPACE = ("", "", "", " ")


@dataclass(frozen=True)
class Mark:
    """A line that counts."""

    line: int  # 0-based
    title: Title
    form: tuple[str, ...]  # what stands around its number
    begins: bool  # its paragraph
    chooses: bool = False  # options and a key stand below
    lines: int = 1  # on which it stands


def recognises(document: Document) -> float:
    """Weigh how many lines of the form that asks most there are."""
    found = find_marks(document)
    topics = bool(_topics(document, found))
    asking = sum(topics or mark.chooses or mark.title.asks for mark in found)
    return SUREST * asking / (len(found) + 2) if found else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut the file at the lines that count and ask, and at the headings of its sections."""
    marks = find_marks(document)
    lines = [mark.line for mark in marks]
    stops = sorted([*lines, *find_section_starts(document, lines), *find_seams(document)])
    found = []
    for mark in marks:
        end = next_stop(document, stops, mark.line)
        question = open_question(document, mark.line, mark.title)
        found.append(_with_follow_ups(document, with_body(question, document, mark.line + mark.lines, end)))
    return found, []


def _with_follow_ups(document: Document, question: ParsedQuestion) -> ParsedQuestion:
    """Take a list that is all that stands below a question and only asks for its follow-ups."""
    below = [b for b in document.between(question.line, question.end_line) if b.kind != "rule"]
    if len(below) != 1 or below[0].kind != "list" or question.choices:
        return question
    texts = [item.children[0].text for item in below[0].children if len(item.children) == 1]
    if len(texts) < len(below[0].children) or not all(read_title(text).asks_plainly for text in texts):
        return question
    return replace(question, answer="", follow_ups=tuple((plain_markdown(text), "") for text in texts))


@lru_cache(maxsize=1)
def find_marks(document: Document) -> list[Mark]:
    """List the lines of the form of counting that asks most often, where its numbers go up."""
    forms: dict[tuple[str, ...], list[Mark]] = defaultdict(list)
    for mark in _counting(document):
        forms[mark.form].append(mark)
    spaced = _choices(document, forms.pop(_BY_SPACE, []), fewest=1)
    chosen = [_of_form(document, marks) for marks in forms.values()]
    best = max([*chosen, spaced if len(spaced) >= FEWEST else []], key=len)
    return _continued(best, spaced) if best and best is not spaced else best


def _of_form(document: Document, marks: list[Mark]) -> list[Mark]:
    """Return the questions among the lines of a form: all topics, those that ask, or those with a choice."""
    if topics := _topics(document, marks):
        return topics
    asking = _asking(marks)
    return max(asking, _choices(document, marks), key=len) if len(asking) < len(marks) else asking


def _continued(found: list[Mark], spaced: Sequence[Mark]) -> list[Mark]:
    """Add the choices whose number without a sign goes on counting where one of the others stops."""
    numbers = {mark.title.number: mark.line for mark in found}
    for mark in spaced:
        number = mark.title.number
        before = numbers.get(str(int(number) - 1))
        if before is not None and before < mark.line and number not in numbers:
            numbers[number] = mark.line
            found = [*found, mark]
    return sorted(found, key=lambda mark: mark.line)


def _choices(document: Document, marks: list[Mark], fewest: int = FEWEST) -> list[Mark]:
    """Return the lines of a form, whatever they say, where options and a key stand below nearly all."""
    if len(marks) < fewest:
        return []
    ends = [*(mark.line for mark in marks[1:]), len(document.lines)]
    above = [replace(m, chooses=is_choice(document, m.line + 1, e)) for m, e in zip(marks, ends, strict=True)]
    found = [mark for mark in above if mark.chooses]
    return found if len(found) >= max(fewest, STEPS * len(marks)) else []


def _topics(document: Document, marks: list[Mark]) -> list[Mark]:
    """Return all lines of a form that counts without a gap, where the file is named for questions."""
    asking = sum(mark.title.asks for mark in marks)
    if asking < max(FEWEST, TOPICS * len(marks)) or not all(m.title.number.isdecimal() for m in marks):
        return []
    numbers = [0, *(int(mark.title.number) for mark in marks)]
    if any(after not in (1, before + 1) for before, after in pairwise(numbers)):
        return []
    return marks if is_named_for_questions(document) and not find_questions(document) else []


def _counting(document: Document) -> Iterator[Mark]:
    for block in document.blocks:
        if block.kind == "quote" and (first := _first_line(document, block)):
            block = first
        if (
            block.kind != "paragraph"
            or document.in_fold(block.start)
            or in_answer_list(document, block.start)
        ):
            continue
        rows = block.text.split("\n")
        for place, line in enumerate(rows):
            match = _COUNTS.match(line) if len(line) <= LONGEST else None
            if (
                match is None
                and not place
                and line.lstrip()[:1].isdigit()
                and (spaced := _SPACED.match(line))
            ):
                title = replace(read_title(line[spaced.end() :]), number=str(int(spaced["number"])))
                yield Mark(block.start, title, _BY_SPACE, begins=True)
            if match is None or is_wholly_bold(line):
                continue
            count = _count_lines(rows[place : place + MOST_LINES])
            title = read_title(" ".join(rows[place : place + count]))
            if title.number and title.text:
                chinese = "" if match["number"].isdecimal() else "一"
                form = (match["open"], match["word"], chinese, match["close"][0])
                yield Mark(block.start + place, title, form, not place, lines=count)


def _count_lines(lines: Sequence[str]) -> int:
    """Return on how many lines a title stands: several where an editor wrapped what ends by asking."""
    own = [lines[0], *takewhile(lambda line: not _COUNTS.match(line), lines[1:])]
    count = count_title_lines(own)
    return count if count > 1 and own[count - 1].rstrip().endswith(("?", "？")) else 1


def _first_line(document: Document, quote: Block) -> Block | None:
    """Return the first line of a quote as a paragraph of its own, where it counts."""
    line = document.lines[quote.start].lstrip("> ")
    return Block("paragraph", quote.start, quote.start + 1, text=line) if line[:1].isdigit() else None


def _asking(marks: Sequence[Mark]) -> list[Mark]:
    """Return the lines that ask, with those that fill a gap of one in their numbers; none where few do."""
    found = [mark for mark in marks if mark.title.asks]
    numbers = [int(mark.title.number) for mark in found if mark.title.number.isdecimal()]
    if len(found) < FEWEST or len(numbers) < len(found):
        return []
    gaps = {
        before + 1: (earlier.line, later.line)
        for (earlier, before), (later, after) in pairwise(zip(found, numbers, strict=True))
        if after == before + 2
    }
    for mark in marks:
        between = gaps.get(int(mark.title.number)) if mark.begins and mark.title.number.isdecimal() else None
        if between and between[0] < mark.line < between[1] and mark not in found:
            found.append(mark)
    found.sort(key=lambda mark: mark.line)
    counted = [int(mark.title.number) for mark in found]
    steps = sum(after in (1, before + 1) for before, after in pairwise(counted))
    return found if steps >= STEPS * (len(found) - 1) else []
