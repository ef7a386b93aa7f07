"""Questions as labelled lines: "Q: …" and "A: …", 问 and 答, 题目 and 参考答案, also quoted or in bold."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from qbank.core.answer_lists import find_seams, in_answer_list, listed_key
from qbank.core.answers import says_answer, trim_answer
from qbank.core.blocks import Document
from qbank.core.bodies import with_body, with_inner_body
from qbank.core.choice import read_choice, with_choice
from qbank.core.dialects import headings
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import heads_answer, is_answered, most_repeated, opens_answer, says_only_answer
from qbank.core.marks import open_question
from qbank.core.titles import Title, read_title, without_topic
from qbank.core.tree import Block
from qbank.core.wrapped import count_title_lines

NAME = "pairs"
SUREST = 0.8  # confidence that it never exceeds
_BLANK = re.compile(r"[….*_\s]*|[{<\[【][^{}<>\[\]【】]*[}>\]】]")  # of a form to be filled in
_COUNT = re.compile(  # "Question: 12", "面试题：5 道" tell how many there are
    r"(?:约|共)?[\d\s+~-]*(?:[道题个条]|questions?|problems?|exercises?)?(?:题目?|问题|面试题)?",
    re.IGNORECASE,
)
MANY = 2  # answers for each labelled question are too many
_QUESTION = re.compile(
    r"^[\s>]*+(?:[-*+]\s++|\d+[.)、]\s*+)?(?:[❓❔🔹🔸👉📌]\ufe0f?\s*)?(?:\*{1,2}|_{1,2})?\s*"
    r"(?:(?:Q|Qn|Que|Ques|Question|Pregunta|Frage|Pergunta|Вопрос|问|问题|题目|面试题|提问|面试官|Interviewer)\.?\s*[-#]?\s*\d*\s*(?:[(（][^()（）]{1,12}[)）]\s*)?"
    r"(?:\*\*|__)?\s*[:：.、)]|(?:Que|Ques|Qn|Q)\.\s*\d+\s|P\d*\s*(?:\*\*)?\s*:(?=.*[?？])|第\s*\d+\s*[题问]\s*[:：]"
    r"|【(?:问题?|题目|题干)\d*】)\s*(?:\*\*|__)?\s*\S",
    re.IGNORECASE,
)


_EMPHASIS = re.compile(r"^(\*|_)(.*?)\1")
_SHORT = re.compile(r"^[\s>*_]*[AR]\d*[.)][*_]*\s+")  # "A." and "R." are answers where no option B follows
_ASKED_BY = re.compile(r"^[\s>*_]*(?:面试官|Interviewer)", re.IGNORECASE)
_TOLD_BY = re.compile(
    r"^[\s>*_]*(?:我|面试者|应聘者|Candidate|Interviewee|Me)\s*(?:[*_]*[:：]|[:：][*_]*)[*_\s]*",
    re.IGNORECASE,
)
_ROMANCE = re.compile(r"^[\s>*_]*R\s*:[*_]*\s")


@dataclass(frozen=True)
class Line:
    """A line that asks under a label."""

    start: int  # 0-based
    title: Title
    quoted: bool
    indent: int = 0  # of the list item that it begins
    lines: int = 1  # on which it stands


def recognises(document: Document) -> float:
    """Weigh how many labelled questions have a labelled answer."""
    lines = find_lines(document)
    answered = sum(
        _answer_line(document, line, end) is not None or is_answered(document, line.start + 1, end)
        for line, end in _with_ends(document, lines)
    )
    if not lines or (len(lines) < 2 and not answered):
        return 0.0
    if most_repeated(document) > MANY * len(lines):
        return 0.0  # most answers belong to questions without a label
    asking = sum(found.mark.title.word for found in headings.find_questions(document))
    if 2 * asking > len(lines):
        return 0.0  # the headings say "question": the lines below are follow-ups
    return SUREST * (len(lines) + answered) / (2 * len(lines) + 0.5)


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut the file at its labelled questions and at the headings between them."""
    return [_question(document, line, end) for line, end in _with_ends(document, find_lines(document))], []


@lru_cache(maxsize=1)
def find_lines(document: Document) -> list[Line]:
    """List the lines of paragraphs, items and quotes that begin with a label of a question."""
    found: list[Line] = []
    beside = {item.children[0].start for item in _unlabelled(document.blocks)}
    for block, quoted, indent in _paragraphs(document.blocks):
        if document.in_fold(block.start) or in_answer_list(document, block.start):
            continue
        lines = block.text.split("\n")
        for place, text in enumerate(lines):
            if _QUESTION.match(text) or (not place and block.start in beside):
                rest = list(takewhile(lambda line: not _QUESTION.match(line), lines[place + 1 :]))
                count = count_title_lines([text, *rest])
                whole = " ".join([text, *rest[: count - 1]])
                bare = re.sub(r"^([\s>]*)(?:[-*+]\s+|\d+[.)、]\s*)?", "", whole)
                title = read_title(_EMPHASIS.sub(r"\2", without_topic(bare).replace("**", "")))
                if not is_blank(title.text):
                    found.append(Line(block.start + place, title, quoted, indent, count))
    return found


def _unlabelled(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the items of ordered lists that lack the label which most items beside them have, but answer."""
    for listing in blocks:
        items = [i for i in listing.children if i.children and i.children[0].kind == "paragraph"]
        labelled = [bool(_QUESTION.match(item.children[0].text)) for item in items] if listing.ordered else []
        if 2 * sum(labelled) <= len(labelled) or all(labelled):
            continue
        for item, has in zip(items, labelled, strict=True):
            below = [item.children[0].text.partition("\n")[2], *(b.text for b in item.children[1:])]
            if not has and any(map(opens_answer, below)):
                yield item


def is_blank(title: str) -> bool:
    """Tell whether a form leaves the title to be filled in."""
    return bool(_BLANK.fullmatch(title) or _COUNT.fullmatch(title))


def _paragraphs(
    blocks: Sequence[Block], quoted: bool = False, indent: int = 0
) -> Iterator[tuple[Block, bool, int]]:
    """Yield the paragraphs, whether they are quoted, and the indentation of the items that they begin."""
    for place, block in enumerate(blocks):
        if block.kind == "paragraph":
            yield block, quoted, 0 if place else indent
        elif block.kind in ("list", "item", "quote"):
            yield from _paragraphs(block.children, quoted or block.kind == "quote", block.indent)


def _with_ends(document: Document, lines: Sequence[Line]) -> list[tuple[Line, int]]:
    stops = sorted(
        [
            *(line.start for line in lines),
            *(b.start for b, _ in document.headings if not heads_answer(b.text)),
            *find_seams(document),
        ]
    )
    ends = [*stops, len(document.lines)]
    return [(line, ends[bisect_right(stops, line.start)]) for line in lines]


def _answer_line(document: Document, line: Line, end: int) -> int | None:
    """Return the first line after the question that opens an answer, code left out."""
    fences = [b for b in document.between(line.start, end) if b.kind in ("fence", "code")]
    for place in range(line.start + line.lines, end):
        if any(b.start <= place < b.end for b in fences):
            continue
        text = re.sub(r"^[\s>]*(?:[-*+]\s+)?", "", document.lines[place])
        if opens_answer(text) or says_only_answer(text) or _ROMANCE.match(text):
            return place
        if _TOLD_BY.match(text) and _ASKED_BY.match(document.lines[line.start]):
            return place
        if _SHORT.match(text) and not any(re.match(r"[\s>*_-]*B[.)]", t) for t in document.lines[place:end]):
            return place
    return None


def find_beside(document: Document, questions: Sequence[ParsedQuestion]) -> list[ParsedQuestion]:
    """Return the labelled questions with labelled answers that stand outside of all that was found."""
    taken = {n for q in questions for n in range(q.line - 1, max(q.line, q.end_line))}
    if not any(_QUESTION.match(text) for n, text in enumerate(document.lines) if n not in taken):
        return []
    return [
        _question(document, line, end)
        for line, end in _with_ends(document, find_lines(document))
        if line.start not in taken and _answer_line(document, line, end) is not None
    ]


def _question(document: Document, line: Line, end: int) -> ParsedQuestion:
    start = _answer_line(document, line, end)
    fold = None if line.quoted else document.first_fold(line.start, end)
    if fold and says_answer(fold.summary) and (start is None or start >= fold.start):
        return _folded(document, line, end)
    body = line.start + line.lines if start is None else start
    answer = trim_answer(document.cut(body, end))
    if start is not None and not opens_answer(answer):
        answer = re.sub(rf"{_SHORT.pattern}|{_ROMANCE.pattern}", "", answer, count=1)
        if _ASKED_BY.match(document.lines[line.start]):
            answer = _TOLD_BY.sub("", answer, count=1)
    if line.quoted or answer.startswith((" ", "- ", "* ")):
        answer = _freed(answer, quoted=line.quoted)
    stem = "" if start is None else document.cut(line.start + line.lines, start, line.indent)
    stem = _freed(stem, quoted=True) if line.quoted else stem
    question = replace(
        open_question(document, line.start, line.title),
        end_line=end,
        answer_line=body + 1,
        stem=trim_answer(stem),
        answer=trim_answer(answer),
    )
    listed = listed_key(document, line.start, line.title.number)
    choice = read_choice(document, line.start + line.lines, end, title=line.title.text, listed=listed)
    if choice or not line.indent:
        return with_choice(question, choice) if choice else question
    inner = with_inner_body(question, document, line.start + line.lines, end, indent=line.indent)
    return inner if inner.choices else question


def _folded(document: Document, line: Line, end: int) -> ParsedQuestion:
    """Make a question whose answer is folded away."""
    question = open_question(document, line.start, line.title)
    if line.indent:
        return with_inner_body(question, document, line.start + line.lines, end, indent=line.indent)
    return with_body(question, document, line.start + line.lines, end)


def _freed(answer: str, *, quoted: bool) -> str:
    """Take a labelled answer out of the quote or the list item that it stands in."""
    lines = answer.split("\n")
    if quoted and all(not text.strip() or text.lstrip().startswith(">") for text in lines):
        lines = [re.sub(r"^\s*>\s?", "", text) for text in lines]
    if lines and opens_answer(item := re.sub(r"^\s*(?:[-*+]\s+)?", "", lines[0])):
        lines = [item, *(re.sub(r"^ {1,4}", "", text) for text in lines[1:])]
    return "\n".join(lines)
