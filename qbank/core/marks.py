"""A question as the line that marks it tells it: nothing below is read yet."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from qbank.core.blocks import Document
from qbank.core.document import ParsedQuestion
from qbank.core.labels import heads_answer
from qbank.core.titles import Title, read_title

DEEPEST = 6  # level of a heading


def open_question(document: Document, line: int, title: Title, deepest: int = DEEPEST) -> ParsedQuestion:
    """Make a question, yet without an answer, of the title on a line (0-based)."""
    return ParsedQuestion(
        line=line + 1,
        title=title.text,
        number=title.number,
        section=section_above(document, line, deepest),
        answer="",
        difficulty=None if title.starred else title.difficulty,
    )


def section_above(document: Document, line: int, deepest: int = DEEPEST) -> tuple[str, ...]:
    """Return the title of the section that a line (0-based) stands in, () outside of any.

    It is the nearest heading above, of a level from the second to `deepest`; labels of answers head none.
    """
    above = bisect_left(document.headings, line, key=lambda heading: heading[0].start)
    for head, _ in reversed(document.headings[:above]):
        if 1 < head.level <= deepest and not heads_answer(head.text):
            return (read_title(head.text).text,)
    return ()


def next_stop(document: Document, stops: Sequence[int], line: int) -> int:
    """Return the first of some lines, in order, that is below a line (0-based), else the end of the file."""
    place = bisect_right(stops, line)
    return stops[place] if place < len(stops) else len(document.lines)
