"""One question a file: the title in the front matter or the only first heading, the parts under labels."""

import re
from collections.abc import Sequence
from dataclasses import replace

from qbank.core.answer_lists import read_answer_lists
from qbank.core.answers import trim_answer
from qbank.core.blocks import Document
from qbank.core.choice import read_choice, with_choice
from qbank.core.dialects.pairs import is_blank
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.grades import Grades, read_grade
from qbank.core.labels import (
    Body,
    holds_several,
    is_analysis,
    read_body,
    says_only_answer,
    says_only_question,
    states_question,
)
from qbank.core.option_marks import BOX, MAY_LETTER, MAY_MARK, letter_of
from qbank.core.titles import Title, plain_markdown, read_title
from qbank.core.tree import Block
from qbank.core.wrapped import title_below

NAME = "single"
LABELLED = 0.95
BARE = 0.6
TOP = 3  # headings of which one says "question" where another that says "analysis" answers it
_REFERENCES = re.compile(r"参考|references?\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"考[察点]|评分|得分|追问|难度|难易|标签|知识点|出处|来源|延伸|拓展|扩展|相关|提示|易错"
    r"|(?:marking|scoring|rubric|follow|tags?|difficulty|level|related|hints?|what (?:it|this) tests)\b",
    re.IGNORECASE,
)
_IS_ABOUT = re.compile(r"[^:：]{1,20}[:：]")  # a line that says one thing of the question
_COUNTED = re.compile(r"\d\W*$")  # "Answer 2"
_TROUBLE = re.compile(r"[\s*_【]*问题")  # which a note tells as well
_TASK = re.compile(r"【(?:题目|问题|题干)(?:描述)?】")
_LABELLED = re.compile(
    r"^[ \t\u3000*_【]*(?:题目|面试题|问题|题|(?:interview )?question)[*_】]*[ \t\u3000]*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_TITLE_KEYS = ("title", "question", "题目", "标题")
_GRADE_KEYS = (("difficulty", "level", "难度", "难易度"), ("frequency", "频率", "考察频率"))


def recognises(document: Document) -> float:
    """Be sure of a title with one section that says "answer"; think a first heading that asks likely."""
    heads = _headings(document)
    answers = _answers(heads)
    answers = [h for h in answers if not _COUNTED.search(h.text)]  # one after the other
    title = _title(document, heads)
    if title is None or read_answer_lists(document):
        return 0.0
    if len(answers) == 1 and answers[0].level <= 3 and not _others_ask(heads, title, before=answers[0].start):
        return LABELLED
    if answers or not _asks(document, title) or _others_ask(heads, title):
        return 0.0
    return BARE if _tells(document, title[2], len(document.lines)) else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Make one question of the file."""
    heads = _headings(document)
    found = _title(document, heads)
    if found is None:
        return [], []
    title, line, body = found
    answer_head = next(iter(_answers(heads)), None)
    if answer_head:
        asked = [h for h in heads if says_only_question(h.text) and body <= h.start < answer_head.start]
        stem = document.cut(asked[0].end, _next(heads, asked[0], document)) if asked else ""
        stem = stem or document.cut(body, min([h.start for h in heads if h.start >= body], default=body))
        end = _end_of_answer(document, heads, answer_head)
        below = Body(stem, document.cut(answer_head.end, end), answer_head.end)
    else:
        end = _end_of_file(document, heads, body)
        below = read_body(document, body, end, asked=title.text)
        after = next((h.start for h in heads if body <= h.start < end), None)
        if after is not None and _states_task(document, body, after):
            below = Body(document.cut(body, after), document.cut(after, end), after)
    grades = _meta_grades(document)
    question = ParsedQuestion(
        line=line + 1,
        end_line=end,
        answer_line=below.line + 1,
        title=title.text,
        number=title.number,
        stem=trim_answer(below.stem),
        answer=trim_answer(below.answer),
        difficulty=grades.difficulty if title.difficulty is None or title.starred else title.difficulty,
        frequency=grades.frequency,
        tags=tuple(map(str, tags)) if isinstance(tags := document.meta.get("tags"), list) else (),
    )
    choice = read_choice(document, body, end, title=title.text)
    return [with_choice(question, choice) if choice else question], []


def _tells(document: Document, start: int, end: int) -> bool:
    return any(c.isalnum() for line in document.lines[start:end] for c in line)


def _headings(document: Document) -> list[Block]:
    return [block for block, _ in document.headings]


def _answers(heads: Sequence[Block]) -> list[Block]:
    """Return the headings that say "answer"; else, below one that says "question", those of its analysis."""
    answers = [h for h in heads if says_only_answer(h.text)]
    if answers or not any(says_only_question(h.text) for h in heads[:TOP]):
        return answers
    return [h for h in heads if is_analysis(plain_markdown(h.text))]


def _title(document: Document, heads: Sequence[Block]) -> tuple[Title, int, int] | None:
    """Return the title of the first heading, else of the front matter, its line and the next (0-based)."""
    if labelled := _labelled(document, heads):
        return labelled
    first = heads[0] if heads and "\n" not in heads[0].text else None
    alone = first and sum(h.level <= first.level for h in heads if not says_only_answer(h.text)) == 1
    if first and alone and not _tells(document, document.body_start, first.start) and not _is_label(first):
        named = read_title(first.text), first.start, first.end
        return _chosen_below(document, named) or named
    for key in _TITLE_KEYS:
        value = document.meta.get(key)
        if isinstance(value, str) and value.strip():
            lines = document.lines[: document.body_start]
            line = next((i for i, text in enumerate(lines) if text.startswith(f"{key}:")), 0)
            named = read_title(value), line, document.body_start
            return _chosen_below(document, named) or named
    for place, head in enumerate(heads):
        if says_only_question(head.text):
            end = heads[place + 1].start if place + 1 < len(heads) else head.end
            for block in document.between(head.end, end):
                if block.kind == "paragraph":
                    return read_title(block.text.split("\n")[0]), block.start, block.start + 1
    return None


def _chosen_below(document: Document, named: tuple[Title, int, int]) -> tuple[Title, int, int] | None:
    """Return the title below one that only names the file, where nothing but a choice question stands there.

    A heading stays the place of the question; front matter is none.
    """
    title, line, start = named
    block = next(iter(document.between(start, len(document.lines))), None)
    if title.asks or block is None or block.kind != "paragraph" or letter_of(block.text):
        return None
    below = title_below(block)
    end = len(document.lines)
    if below is None or not _opens_options(document, below[1]) or holds_several(document, start, end):
        return None
    asked = read_title(below[0])
    form = MAY_MARK if asked.asks else MAY_LETTER  # boxes alone may be those of a plan
    if not form.search("\n".join(document.lines[start:end])) or not read_choice(document, below[1], end):
        return None
    place = block.start if line < document.body_start else line
    return replace(asked, number=title.number, word=True), place, below[1]


def _opens_options(document: Document, start: int) -> bool:
    """Tell whether the first line from one on, code left out, begins an option A or has a box."""
    codes = [b for b in document.between(start, len(document.lines))[:1] if b.kind in ("fence", "code")]
    rest = document.lines[codes[0].end if codes else start :]
    first = _ITEM.sub("", next((line for line in rest if line.strip()), ""))
    return letter_of(first) == "A" or bool(BOX.match(first))


def _labelled(document: Document, heads: Sequence[Block]) -> tuple[Title, int, int] | None:
    """Return the title that the first paragraph or quote gives under the only label "question"."""
    blocks = document.between(document.body_start, len(document.lines))
    first = next((block for block in blocks if block.kind != "heading"), None)
    if first is None or any(read_title(h.text).asks for h in heads if h.start < first.start):
        return None
    inner = first.children[0] if first.kind == "quote" and len(first.children) == 1 else first
    if inner.kind != "paragraph" or not _LABELLED.search(inner.text):
        return None
    below = [b for b in blocks if b.start > first.start and b.kind in ("paragraph", "heading", "quote")]
    if any(_LABELLED.search(b.children[0].text if b.children else b.text) for b in below):
        return None
    lines = inner.text.split("\n")
    place = next(n for n, line in enumerate(lines) if _LABELLED.match(line))
    title = replace(read_title(_LABELLED.sub("", lines[place]).strip(" *_")), word=True)
    if is_blank(title.text) or (_TROUBLE.match(lines[place]) and not title.asks_plainly):
        return None
    return (title, inner.start + place, first.end) if all(map(_IS_ABOUT.match, lines)) else None


def _asks(document: Document, title: tuple[Title, int, int]) -> bool:
    """Tell whether the file asks: its title, its name, or its front matter, which grades it."""
    name = document.path.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    graded = any(document.meta.get(key) is not None for keys in _GRADE_KEYS for key in keys)
    from_meta = title[1] < document.body_start
    if _states_task(document, title[2], len(document.lines)):
        return True
    heads = _headings(document)
    if len(heads) > 2 and heads[0].end == title[2] and states_question(heads[1], heads[2:3]):
        return True
    asked = title[0].asks_plainly if from_meta else title[0].insists
    return graded or asked or read_title(name).asks_plainly


def _states_task(document: Document, start: int, end: int) -> bool:
    """Tell whether a paragraph says 【题目】."""
    blocks = document.between(start, end)
    return any(block.kind == "paragraph" and _TASK.match(block.text) for block in blocks)


def _is_about(head: Block) -> bool:
    """Tell whether a section is about the question rather than of its answer."""
    return bool(_ABOUT.match(read_title(head.text).text))


def _is_label(head: Block) -> bool:
    return says_only_answer(head.text) or says_only_question(head.text) or read_title(head.text).is_apparatus


def _others_ask(heads: Sequence[Block], title: tuple[Title, int, int], before: int | None = None) -> bool:
    """Tell whether other headings ask too, so that the file holds more than one question."""
    rest = [h for h in heads if h.start >= title[2] and not _is_label(h)]
    if before is not None:
        rest = [h for h in rest if h.start < before]
    asking = sum(read_title(h.text).asks for h in rest)
    return asking > 2 or 2 * asking > len(rest)


def _next(heads: Sequence[Block], head: Block, document: Document) -> int:
    """Return the line of the next heading of the same level or above."""
    later = (h.start for h in heads if h.start > head.start and h.level <= head.level)
    return next(later, len(document.lines))


def _end_of_answer(document: Document, heads: Sequence[Block], head: Block) -> int:
    """End the answer at a section of its level about the question; other sections after it belong to it."""
    later = (h for h in heads if h.start > head.start and h.level <= head.level)
    before = [h for h in heads if h.level == head.level and h.start < head.start and not _is_label(h)]
    templated = bool(before) and head.level > 0 and before[0] is not heads[0]
    end = next((h.start for h in later if templated or _is_label(h) or _is_about(h)), None)
    if end is None or not _tells(document, head.end, end):
        return _end_of_file(document, heads, head.end)
    return end


def _end_of_file(document: Document, heads: Sequence[Block], body: int) -> int:
    """End before the apparatus that closes a file: its references, its history."""
    for head in heads:
        if head.start >= body and read_title(head.text).is_apparatus:
            rest = [h for h in heads if h.start > head.start and h.level <= head.level]
            if _REFERENCES.match(head.text) and all(read_title(h.text).is_apparatus for h in rest):
                return head.start
    return len(document.lines)


def _meta_grades(document: Document) -> Grades:
    """Read difficulty and frequency of the front matter."""
    found: list[int | None] = []
    for keys in _GRADE_KEYS:
        value = next((document.meta[key] for key in keys if document.meta.get(key) is not None), None)
        found.append(None if value is None else read_grade(str(value)))
    return Grades("", found[0], found[1])
