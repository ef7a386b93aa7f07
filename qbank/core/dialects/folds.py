"""Questions as folds: <details> with the question in its <summary>; also plain bold bullets beside them."""

import re
import textwrap
from collections.abc import Sequence

from qbank.core.answers import says_answer, trim_answer
from qbank.core.blocks import Document
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.titles import Title, is_wholly_bold, read_title
from qbank.core.tree import Block, Fold

NAME = "folds"
_LINK_LINE = re.compile(r"^\s*(?:(?:[-*+]|\d+[.)])\s+|\|.*)\[[^\]]*\]\((?![a-z]+://)[^)]*\)")


def recognises(document: Document) -> float:
    """Weigh how many folds ask something."""
    found = _question_folds(document)
    sure = sum(_title(f).asks or bool(_title(f).number) for f in found)
    if not found or 2 * sure < len(found):
        return 0.0
    headings = sum(read_title(b.text).asks for b, _ in document.headings)
    return sure / (len(found) + 2 + headings)


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Take each fold as a question, and the bold bullets that stand outside of folds."""
    questions = [_of_fold(document, fold) for fold in _question_folds(document)]
    questions += [_of_bullet(document, item) for item in _bold_bullets(document)]
    return sorted(questions, key=lambda q: q.line), []


def _title(fold: Fold) -> Title:
    """Read the summary; a list in it becomes one line."""
    first, *rest = [
        re.sub(r"^\s*(?:[*+-]|#+)\s+", "", line).strip() for line in fold.summary.strip().split("\n")
    ]
    return read_title(" ".join([first, ", ".join(line for line in rest if line)]))


def _question_folds(document: Document) -> list[Fold]:
    """List the outermost folds whose summary is a title; lists of links are contents."""
    found = []
    for fold in document.folds:
        title = _title(fold)
        if fold.depth or not title.text or title.is_apparatus or says_answer(fold.summary):
            continue
        body = [line for line in document.lines[fold.body_start : fold.end] if re.search(r"\w", line)]
        links = sum(bool(_LINK_LINE.match(line)) for line in body)
        if not title.asks and links > len(body) / 2:
            continue
        found.append(fold)
    return found


def _bold_bullets(document: Document) -> list[Block]:
    """List the items outside of folds that are bold from end to end and ask or tell something."""
    found = []
    for block in document.blocks:
        if block.kind != "list" or document.in_fold(block.start):
            continue
        paragraphs = [i for i in block.children if i.children and i.children[0].kind == "paragraph"]
        items = [i for i in paragraphs if is_wholly_bold(i.children[0].text)]
        if 2 * len(items) > len(block.children):
            found += items
    return found


def _section(document: Document, line: int) -> tuple[str, ...]:
    """Return the titles of the headings above a line, outermost first, without the file's own."""
    path: list[Block] = []
    for block, _ in document.headings:
        if block.start >= line:
            break
        path = [b for b in path if b.level < block.level] + [block]
    return tuple(read_title(b.text).text for b in path if b.level > 1)


def _of_fold(document: Document, fold: Fold) -> ParsedQuestion:
    title = _title(fold)
    inside = textwrap.dedent(document.cut(fold.body_start, fold.end, fold.indent))
    body = "\n".join([fold.lead, inside, fold.tail])
    return ParsedQuestion(
        line=fold.summary_line + 1,
        end_line=min(fold.end + 1, len(document.lines)),
        answer_line=fold.body_start + 1,
        title=title.text,
        number=title.number,
        section=_section(document, fold.start),
        answer=trim_answer(body),
        difficulty=None if title.starred else title.difficulty,
    )


def _of_bullet(document: Document, item: Block) -> ParsedQuestion:
    title = read_title(item.children[0].text)
    return ParsedQuestion(
        line=item.start + 1,
        end_line=item.end,
        answer_line=item.children[0].end + 1,
        title=title.text,
        number=title.number or item.number,
        section=_section(document, item.start),
        answer=trim_answer(document.cut(item.children[0].end, item.end, item.indent)),
    )
