"""Questions as bold lines: a paragraph that is bold from end to end, or begins with a bold number."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qbank.core.answer_lists import find_seams, in_answer_list
from qbank.core.blocks import Document
from qbank.core.bodies import with_body, with_inner_body
from qbank.core.choice import is_choice
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import is_answered, names_answer, offers_solution, says_only_answer, says_only_question
from qbank.core.marks import next_stop, open_question
from qbank.core.option_marks import letter_of
from qbank.core.section_heads import find_section_starts
from qbank.core.titles import (
    Title,
    is_wholly_bold,
    read_title,
    split_bold,
    with_running_numbers,
    without_topic,
)
from qbank.core.topics import are_listed
from qbank.core.tree import Block
from qbank.core.wrapped import count_bold_lines, count_title_lines, title_below

NAME = "bold"
SUREST = 0.9  # confidence that it never exceeds
WORDED = 0.3  # confidence that it has at least where all say "question"
FEWEST = 3  # bold lines that are questions as an answer is given to each
SOME = 0.5  # of numbered bold lines at least so many must ask, else they are steps
MOST = 0.75  # where so many bold lines ask, all but those that lead into a list are questions
LONGEST_LABEL = 40  # characters of a line that only counts
_INITIALS = frozenset("QNPE第问题练单多判选填简思例习【[")  # with which such a line begins
_BARE_NUMBER = re.compile(r"(\d{1,3})[.)、]?")
_LEADS = re.compile(r"[:：][\s*_]*$")
_REMARK = r"(?:\s*[(（][^()（）*]{1,20}[)）])?"  # "Q7 (MCQ)."
_BOLD_NUMBER = re.compile(
    rf"^(\*\*\*?|__)\s*[(（【\[]?\s*(?:Q\s*)?\d+{_REMARK}\s*[.)）】\]、:：](?:(?!\1).)*\1"
)
_BOLD = r"\*\*(?:(?!\*\*).)+\*\*"
_FRAMED = re.compile(  # [**bold**](address), and **bold**【a hint】
    rf"^(?:\[\s*(?P<linked>{_BOLD})\s*\]\([^()\s]*\)(?:\s*【[^【】]*】)?|(?P<hinted>{_BOLD})\s*【[^【】]*】)\s*$"
)
_BOLD_SIGNS = re.compile(r"(?P<code>`+[^`]*`+)|\*\*|(?<!_)__(?!_)")
_BOLD_WORD = re.compile(
    r"^(\*\*\*?|__)\s*(?:Q|Question|Exercise|Problem|问题|题目|面试题|例题|习题|思考题|练习题?|自测题?)\s*"
    rf"[0-9]+(?:\.[0-9]+)*{_REMARK}\s*[:：.]?\s*\1\s*[:：.]?\s*|^(\*\*\*?|__)第\s*[0-9]+\s*[题问]\s*[:：.]?\s*\2\s*[:：.]?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mark:
    """A bold line that may be a question."""

    block: Block
    title: Title
    whole: bool  # bold from end to end, not in its number alone
    lines: int = 1  # on which it stands
    labels: bool = False  # it says "question", and the question stands below
    lead: str = ""  # what follows the bold text on its line


def recognises(document: Document) -> float:
    """Weigh how many bold lines there are and how many of them ask, are numbered or marked."""
    marks = find_marks(document)
    sure = sum(m.title.asks or bool(m.title.number) or m.title.difficulty is not None for m in marks)
    least = WORDED if marks and all(m.title.word for m in marks) else 0.0
    if least and all(m.title.number for m in marks):
        least = max(least, SUREST * len(marks) / (len(marks) + 1))
    return max(least, SUREST * sure / (len(marks) + 3)) if marks else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut the file at its bold lines and at the sections between them."""
    marks = find_marks(document)
    if not marks:
        return [], []
    headings = [b for b, _ in document.headings]
    before = [b for b in headings if b.start < marks[0].block.start]
    level = before[-1].level if before else 6
    starts = [mark.block.start for mark in marks]
    stops = sorted([*starts, *find_section_starts(document, starts), *find_seams(document)])
    return [_question(document, mark, stops, level) for mark in marks], []


@lru_cache(maxsize=1)
def find_marks(document: Document) -> list[Mark]:
    """List the bold lines that are questions: the marked ones, else the numbered, else those that ask."""
    marks = []
    for place, block in enumerate(document.blocks):
        if (
            block.kind != "paragraph"
            or document.in_fold(block.start)
            or in_answer_list(document, block.start)
        ):
            continue
        first, lines = _first_line(block.text)
        first = _FRAMED.sub(r"\g<linked>\g<hinted>", first)
        counted = _BOLD_NUMBER.match(first) or _BOLD_WORD.match(first)
        asked, lead = split_bold(first)
        if counted or lead or is_wholly_bold(first) or _only_counts(first):
            if counted and not is_wholly_bold(first) and not (lead and not _is_told(document, place)):
                first, lines = _unwrapped(block.text)
                asked, lead = first, ""
            title = _title(asked) if counted else read_title(asked)
            labels = says_only_question(first)
            if counts := _BARE_NUMBER.fullmatch(title.text):
                title = replace(title, text="", number=str(int(counts[1])))
            if (labels or counts or (title.word and title.is_empty)) and (below := _below(document, place)):
                title = replace(read_title(below[0]), number=title.number, word=not counts)
                lines = below[1] - block.start
            option = not (title.asks or title.number) and (letter_of(first) or names_answer(first))
            if title.text and not (option or title.is_apparatus or says_only_answer(first)):
                marks.append(Mark(block, title, is_wholly_bold(first), lines, labels, lead))
    titles = with_running_numbers([mark.title for mark in marks])
    marks = [replace(mark, title=title) for mark, title in zip(marks, titles, strict=True)]
    marked = [m for m in marks if m.title.difficulty is not None]
    numbered = [m for m in marks if m.title.number]
    steps = sum(m.whole for m in numbered) > len(numbered) / 2 and (
        sum(m.title.asks for m in numbered) < SOME * len(numbered)
        and not _are_told(document, numbered)
        and not _are_listed(document, numbered)
    )
    for chosen in (marked, [] if steps else numbered):
        if len(chosen) >= 3 and 2 * len(chosen) >= len(marks):
            return chosen
    worded = [m for m in marks if m.title.word and (m.title.number or m.labels)]
    if len(worded) >= 2 or (worded and _is_answered(document, worded[0])):
        return worded
    times = Counter(m.title.text for m in marks)
    marks = [m for m in marks if m.title.number or times[m.title.text] == 1]  # else it is a label
    asking = [m for m in marks if m.title.asks]
    standing = [m for m in marks if m.title.asks or not _LEADS.search(m.block.text)]
    if len(asking) < 2:
        told = len(marks) >= FEWEST and _are_told(document, marks)
        return [replace(m, title=replace(m.title, word=True)) for m in marks] if told else []
    return standing if len(asking) >= MOST * len(standing) else asking


def _only_counts(line: str) -> bool:
    """Tell whether a line says no more than "Question 3": the question stands below."""
    if line[:1] not in _INITIALS or len(line) > LONGEST_LABEL or line[-1:] in ("?", "？"):
        return False
    title = read_title(line)
    return title.word and bool(title.number) and title.is_empty


def _first_line(text: str) -> tuple[str, int]:
    """Return the first line of a paragraph, or those over which its bold text goes on, and how many."""
    if text[:2] not in ("**", "__"):
        return text.split("\n", 1)[0], 1
    lines = text.split("\n")
    count = count_bold_lines(lines)
    return " ".join(map(str.strip, lines[:count])) if count > 1 else lines[0], count


def _are_told(document: Document, marks: Sequence[Mark]) -> bool:
    """Tell whether an answer, or options and a key, stand below most bold lines."""
    ends = [*(mark.block.start for mark in marks[1:]), len(document.lines)]
    spans = [(mark.block.start + mark.lines, end) for mark, end in zip(marks, ends, strict=False)]
    told = (
        (is_answered(document, start, end) and not offers_solution(document, start, end))
        or is_choice(document, start, end)
        for start, end in spans
    )
    return sum(told) > len(marks) / 2


def _are_listed(document: Document, marks: Sequence[Mark]) -> bool:
    """Tell whether bold lines are what a contents list over questions links to."""
    texts, titles = [_first_line(mark.block.text)[0] for mark in marks], [mark.title for mark in marks]
    return len(marks) >= FEWEST and are_listed(document, texts, titles)


def _is_told(document: Document, place: int) -> bool:
    """Tell whether the block below one says that the answer follows: what stands above it is none."""
    return any(is_answered(document, b.start, b.end) for b in document.blocks[place + 1 : place + 2])


def _unwrapped(text: str) -> tuple[str, int]:
    """Return the title that an editor wrapped at the beginning of a paragraph, and its lines."""
    lines = text.split("\n")
    count = count_title_lines(lines)
    return " ".join(lines[:count]), count


def _is_answered(document: Document, mark: Mark) -> bool:
    """Tell whether a label of an answer, or options and a key, follow a bold line."""
    if is_choice(document, mark.block.start + mark.lines, len(document.lines)):
        return True
    below = document.between(mark.block.end, len(document.lines))
    texts = [block.text for block in below if block.kind in ("paragraph", "heading")]
    return any(says_only_answer(text.split("\n", 1)[0]) for text in texts)


def _below(document: Document, place: int) -> tuple[str, int] | None:
    """Return the title below a line that only counts, in its paragraph or the next, and the line after it."""
    block = document.blocks[place]
    if "\n" in block.text:
        lines = block.text.split("\n")[1:]
        count = count_title_lines(lines)
        return " ".join(lines[:count]), block.start + 1 + count
    after = next(iter(document.blocks[place + 1 : place + 2]), None)
    if after is None:
        return None
    if after.kind == "paragraph" and is_wholly_bold(after.text):
        title = read_title(after.text)
        other = title.number or title.word or letter_of(after.text) or names_answer(after.text)
        return None if other or says_only_answer(after.text) else title_below(after)
    return title_below(after)


def _title(line: str) -> Title:
    """Read a line whose number is bold, without what brackets beside the number remark or name as a topic."""
    plain = _BOLD_SIGNS.sub(lambda match: match["code"] or "", without_topic(line))
    return read_title(re.sub(rf"(\d){_REMARK}(?=\s*[.)）、:：])", r"\1", plain, count=1))


def _question(document: Document, mark: Mark, stops: Sequence[int], level: int) -> ParsedQuestion:
    start = mark.block.start + mark.lines
    end = next_stop(document, stops, start - 1)
    question = open_question(document, mark.block.start, mark.title, deepest=level)
    if mark.title.starred:
        graded = _graded(document)
        difficulty = mark.title.difficulty if graded else None
        question = replace(question, difficulty=difficulty, frequency=None if graded else 3)
    if mark.lead:
        return with_inner_body(question, document, start, end, lead=mark.lead)
    return with_body(question, document, start, end)


def _graded(document: Document) -> bool:
    """Tell whether the file grades its questions, so that a star means the middle grade."""
    return any(sign in line for line in document.lines for sign in "👶🚀🟢🔴")
