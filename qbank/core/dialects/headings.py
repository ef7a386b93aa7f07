"""Questions as headings: <hN>, ATX or setext, at any level, numbered or not, also inside list items.

One level of the file holds the questions: the shallowest one whose headings mostly ask something, or are
numbered where nothing deeper asks. What stands above are sections; what stands below belongs to the answers.
"""

import textwrap
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qbank.core.answers import says_answer, trim_answer
from qbank.core.blocks import Document
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.titles import Title, read_title
from qbank.core.tree import Block

NAME = "headings"
ASKING = 0.5  # a level whose headings ask at least this often holds questions
NUMBERED = 0.8
STRICT = 5  # from so many numbered headings on, one without a number is no question unless it asks


@dataclass(frozen=True)
class Mark:
    """A heading with its title understood."""

    block: Block
    title: Title
    item: Block | None  # the numbered list item that it begins
    depth: int  # how many list items are around it

    @property
    def group(self) -> tuple[int, int, bool]:
        """Return what makes headings alike: depth in lists, else level and whether they are <hN>."""
        return (self.depth, 0, False) if self.item else (0, self.block.level, self.block.html)


@dataclass(frozen=True)
class Found:
    """A question heading, the lines that are its own, and the sections above."""

    mark: Mark
    start: int  # first line after the heading
    end: int
    section: tuple[str, ...]


def recognises(document: Document) -> float:
    """Weigh how many question headings there are and how many of them ask."""
    found = find_questions(document)
    sure = sum(1 for f in found if f.mark.title.asks or f.mark.title.number or f.mark.block.number)
    return sure / (len(found) + 2) if found else 0.0


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Cut the file at its question headings."""
    return [question_of(document, found) for found in find_questions(document)], []


def question_of(document: Document, found: Found) -> ParsedQuestion:
    """Make a question of a heading and the lines after it."""
    mark = found.mark
    indent = mark.item.indent if mark.item else 0
    stem, answer, line = "", trim_answer(document.cut(found.start, found.end, indent)), found.start
    fold = next((f for f in document.folds if found.start <= f.start < found.end and f.depth == 0), None)
    if fold and says_answer(fold.summary):
        stem = trim_answer(document.cut(found.start, fold.start, indent))
        inside = [fold.lead, document.cut(fold.body_start, fold.end, indent), fold.tail]
        rest = document.cut(fold.end + 1, found.end, indent)
        answer, line = trim_answer("\n".join([*inside, rest]).strip()), fold.body_start
    return ParsedQuestion(
        line=mark.block.start + 1,
        end_line=found.end,
        answer_line=line + 1,
        title=mark.title.text,
        number=(mark.item.number if mark.item else "") or mark.title.number,
        section=found.section,
        stem=stem,
        answer=textwrap.dedent(answer) if mark.item else answer,  # an item's text is often indented too far
        difficulty=None if mark.title.starred else mark.title.difficulty,
        frequency=3 if mark.title.starred else None,
    )


def find_questions(document: Document) -> list[Found]:
    """Choose the level that holds the questions and list them with the lines that are theirs."""
    marks = [_mark(block, around) for block, around in document.headings]
    group = _choose(marks)
    if group is None:
        return []
    members = [m for m in marks if m.group == group and not m.title.is_apparatus]
    level, html = min(m.block.level for m in members), members[0].block.html
    strict = len(members) >= STRICT and _share(members, numbered=True) >= NUMBERED
    found: list[Found] = []
    sections: list[Mark] = []
    for position, mark in enumerate(marks):
        if mark.depth and mark.group != group:
            continue  # part of an answer inside a list item
        while sections and sections[-1].block.level >= mark.block.level:
            sections.pop()
        is_question = (
            mark.group == group
            and not mark.title.is_apparatus
            and not any(s.title.is_apparatus for s in sections)
            and (_sure(mark) or not strict)
            and not (position == 0 and _is_file_title(mark, members))
        )
        if is_question:
            end = next(
                (
                    later.block.start if later.item is None else later.item.start
                    for later in marks[position + 1 :]
                    if later.group == group
                    or (later.depth == 0 and later.block.level < level)
                    or (
                        later.depth == 0
                        and not mark.item
                        and (later.block.level, later.block.html) == (level, html)
                    )
                ),
                len(document.lines),
            )
            titles = tuple(s.title.text for s in sections if s.block.level > 1 or _repeated(marks, s))
            found.append(Found(mark, mark.block.end, end, titles))
        elif mark.block.level < level and not mark.title.is_contents:
            sections.append(mark)
    return found


def _mark(block: Block, around: Sequence[Block]) -> Mark:
    items = [b for b in around if b.kind == "item" and b.number]
    item = items[-1] if items and items[-1].start == block.start else None
    return Mark(block, read_title(block.text), item, sum(b.kind == "item" for b in around))


def _number(mark: Mark) -> str:
    return mark.title.number or (mark.item.number if mark.item else "")


def _sure(mark: Mark) -> bool:
    return bool(_number(mark)) or mark.title.asks


def _is_file_title(mark: Mark, members: Sequence[Mark]) -> bool:
    """Tell whether the first heading only names the file: it alone neither asks nor has a number."""
    others = [m for m in members if m is not mark]
    return mark.block.level == 1 and not _sure(mark) and bool(others) and all(map(_sure, others))


def _repeated(marks: Sequence[Mark], section: Mark) -> bool:
    """Tell whether a first-level heading is one of several, not the title of the file."""
    return sum(m.block.level == section.block.level for m in marks) > 1


def _share(marks: Sequence[Mark], *, numbered: bool = False) -> float:
    """Return how many of the headings ask, or are numbered."""
    return sum(bool(_number(m)) if numbered else m.title.asks for m in marks) / len(marks) if marks else 0.0


def _choose(marks: Sequence[Mark]) -> tuple[int, int, bool] | None:
    """Return the group of headings that are the questions."""
    groups: dict[tuple[int, int, bool], list[Mark]] = defaultdict(list)
    for mark in marks:
        if not mark.title.is_apparatus and mark.title.text:
            groups[mark.group].append(mark)
    depth = {group: min(m.block.level for m in groups[group]) for group in groups}
    order = sorted(groups, key=lambda g: (depth[g], not g[2], -g[0]))
    able = [g for g in order if len(groups[g]) > 1]
    asking = [g for g in able if _share(groups[g]) >= ASKING]
    numbered = [g for g in able if _share(groups[g], numbered=True) >= NUMBERED]
    for group in able:
        if group in asking:
            return group
        if group in numbered:
            deeper = [g for g in asking if depth[g] > depth[group] and len(groups[g]) > len(groups[group])]
            if not deeper and any(m.title.asks for m in groups[group]):
                return group
    lonely = [g for g in order if len(groups[g]) == 1 and groups[g][0].title.asks]
    return lonely[0] if lonely else None
