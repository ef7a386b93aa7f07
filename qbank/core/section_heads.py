"""Headings of sections between questions that are no headings themselves."""

from collections.abc import Sequence

from qbank.core.blocks import Document
from qbank.core.labels import heads_answer


def find_section_starts(document: Document, marks: Sequence[int]) -> list[int]:
    """Return the lines (0-based) of the headings that end what stands below a question.

    `marks` are the lines of the questions, in order. Such a heading is no deeper than the last one above the
    first question, or nothing stands between it and a question, or another such heading. Labels of answers
    are none.
    """
    headings = [b for b, _ in document.headings if not heads_answer(b.text)]
    above = [b.level for b, _ in document.headings if marks and b.start < marks[0]]
    level = above[-1] if above else 6
    begins = set(marks)
    starts = []
    for heading in reversed(headings):
        after = heading.end
        while after < len(document.lines) and not document.lines[after].strip():
            after += 1
        if heading.level <= level or after in begins:
            starts.append(heading.start)
            begins.add(heading.start)
    return starts[::-1]
