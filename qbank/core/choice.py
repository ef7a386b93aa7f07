"""Read a choice question between two lines: stem, options, key, and what explains it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qbank.core.answers import trim_answer
from qbank.core.blocks import Document
from qbank.core.counted_options import read_counted
from qbank.core.document import ParsedQuestion
from qbank.core.keys import empty_blank, filled_blank, find_key
from qbank.core.option_lines import find_lines
from qbank.core.option_lists import find_last, find_listed, find_ticked
from qbank.core.option_marks import LETTERS, MAY_MARK
from qbank.core.option_tables import find_table
from qbank.core.options import Options
from qbank.core.tree import Block

_HEADING = re.compile(r"\n?[*_\s]*(?:选项|options|choices)[*_\s]*[:：]?[*_\s]*\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """A choice question without its title."""

    stem: str
    options: tuple[str, ...]
    key: tuple[str, ...]
    answer: str
    answer_line: int  # 0-based


def read_choice(
    document: Document,
    start: int,
    end: int,
    *,
    title: str = "",
    listed: tuple[str, ...] = (),
    any_list: bool = False,
) -> Choice | None:
    """Return the choice question on lines start to end, None where options or key are missing.

    `listed` is the key that a list of keys gives it. `any_list` takes the last list for the options where
    none is lettered or ticked.
    """
    fold = document.first_fold(start, end)
    limit = fold.start if fold else end
    rest = document.rest_of_paragraph(start)
    blocks = (*((rest,) if rest else ()), *document.between(start, limit))
    options = find_options(blocks, document)
    counted = read_counted(document, blocks, fold) if options is None else None
    if counted:
        options = counted[0]
    elif options is None and any_list:
        options = find_last(blocks, document)
    if options is None:
        return None
    before = "\n\n".join(p for p in (document.cut(start, options.start), options.lead) if p)
    before = _HEADING.sub("", before)
    if options.key:
        answer = document.cut(options.end, end)
        return Choice(trim_answer(before), options.texts, options.key, trim_answer(answer), options.end)
    after_options = document.cut(options.end, limit) if fold else ""
    stem = trim_answer("\n\n".join(part for part in (before, after_options) if part))
    key = counted[1] if counted else find_key(document, fold, options.end, end)
    if key is None:
        letters = filled_blank(title or stem) or options.bold or listed
        answer = trim_answer(document.cut(options.end, end))
        return Choice(stem, options.texts, letters, answer, options.end) if letters else None
    place = LETTERS.index(key.letters[0]) if key.letters else len(options.texts)
    same = place < len(options.texts) and _letters_of(key.reason) == _letters_of(options.texts[place])
    reason = "" if same else key.reason
    if fold:
        inside = document.cut(max(key.line + 1, fold.body_start), fold.end, fold.indent)
        answer = "\n".join([reason, inside, fold.tail, document.cut(fold.end + 1, end)])
    else:
        answer = "\n\n".join(p for p in (reason, document.cut(key.line + 1, end)) if p)
    return Choice(stem, options.texts, key.letters, trim_answer(answer.strip("\n")), key.line + 1)


def _letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def with_choice(question: ParsedQuestion, choice: Choice) -> ParsedQuestion:
    """Put stem, options, key and explanation into a question."""
    return replace(
        question,
        title=empty_blank(question.title),
        stem=choice.stem,
        choices=choice.options,
        key=choice.key,
        answer=choice.answer,
        answer_line=choice.answer_line + 1,
    )


def find_options(blocks: Sequence[Block], document: Document) -> Options | None:
    """Find the options: ticked items, else a lettered list, lines or table."""
    lines = document.lines[blocks[0].start : blocks[-1].end] if blocks else ()
    if not MAY_MARK.search("\n".join(lines)):
        return None
    return (
        find_ticked(blocks, document)
        or find_listed(blocks, document)
        or find_lines(blocks)
        or find_table(blocks, document)
    )
