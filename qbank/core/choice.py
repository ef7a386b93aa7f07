"""Read a choice question between two lines: stem, options, key, and what explains it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qbank.core.answers import says_answer, trim_answer
from qbank.core.blocks import Document
from qbank.core.counted_options import read_counted
from qbank.core.document import ParsedQuestion
from qbank.core.keys import Key, bare_text, empty_blank, filled_blank, find_key, is_key_line
from qbank.core.labels import after_fold, drop_opener, explains, heads_answer
from qbank.core.option_lines import find_judged, find_lines
from qbank.core.option_lists import find_last, find_listed, find_ticked
from qbank.core.option_marks import LETTERS, MAY_LETTER, MAY_MARK, MAY_TICK, letter_of
from qbank.core.option_tables import find_table
from qbank.core.options import Options
from qbank.core.tree import Block, Fold

FEWEST = 2  # items of a list without letters that may be options
LONGEST = 200  # characters of such an item
_TRUTH = re.compile(r"\W*(?:true|false|yes|no|正确|错误|对|错|是|否|√|×|✓|✗)\W*", re.IGNORECASE)
_HEADING = re.compile(r"\n?[#*_\s]*(?:选项|選項|options|choices)[*_\s]*[:：]?[*_\s]*\Z", re.IGNORECASE)


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
    blocks = (*document.rest_of_block(start, end), *document.between(start, limit))
    options = find_options(blocks, document)
    counted = read_counted(document, blocks, fold) if options is None else None
    bare = False
    if counted:
        options = counted[0]
    elif options is None and any_list:
        options = find_last(blocks, document)
    elif options is None:
        options = _bare_options(document, blocks, end)
        bare = True
    if options is None:
        return None
    before = "\n\n".join(p for p in (document.cut(start, options.start), options.lead) if p)
    before = _HEADING.sub("", before)
    if options.key:
        answer = "\n\n".join(p for p in (options.told, _unfolded(document, fold, options.end, end)) if p)
        return Choice(trim_answer(before), options.texts, options.key, answer, options.end)
    key = counted[1] if counted else find_key(document, fold, options.end, end, options.texts)
    if key:
        return _keyed(document, fold, options, key, before, end) if key.repeats or not bare else None
    stem = trim_answer(before)
    letters = () if bare else filled_blank(title or stem) or options.shown or listed
    if not letters:
        return None
    return Choice(stem, options.texts, letters, _unfolded(document, fold, options.end, end), options.end)


def is_choice(document: Document, start: int, end: int) -> bool:
    """Tell whether lettered options and a key stand on lines: what is above them asks, whatever it says."""
    may = MAY_LETTER.search("\n".join(document.lines[start:end]))
    return bool(may) and read_choice(document, start, end) is not None


def _keyed(
    document: Document, fold: Fold | None, options: Options, key: Key, before: str, end: int
) -> Choice:
    """Part what stands around the line that gives the key into stem and explanation."""
    folded = fold if fold and fold.start <= key.line <= fold.end else None
    line = key.line + 1 + key.around
    line = max(line, folded.body_start) if folded else line
    between = document.cut(options.end, folded.start if folded else key.line - key.around)
    if folded:
        above = document.cut(folded.body_start, key.line - key.around, folded.indent)
        above = above if any(map(str.isalnum, drop_opener(trim_answer(above)))) else ""
        below = [
            document.cut(line, folded.end, folded.indent),
            folded.tail if key.line < folded.end else "",
            after_fold(document, folded, end),
        ]
    else:
        above = between if explains(between) else ""
        below = [_unfolded(document, fold, line, end)]
    if above:
        line = folded.body_start if folded else options.end
    stem = before if above is between or heads_answer(between.strip()) else f"{before}\n\n{between}"
    place = LETTERS.index(key.letters[0])
    repeated = place < len(options.texts) and bare_text(key.reason) == bare_text(options.texts[place])
    parts = [above, "" if repeated else key.reason, *below]
    answer = trim_answer("\n\n".join(part for part in parts if part))
    return Choice(trim_answer(stem.strip("\n")), options.texts, key.letters, answer, line)


def _bare_options(document: Document, blocks: Sequence[Block], end: int) -> Options | None:
    """Take the last list without letters where one of its items is ticked, or a key follows at once."""
    last = next((block for block in reversed(blocks) if block.kind == "list"), None)
    if last is None or not FEWEST <= len(last.children) <= len(LETTERS):
        return None
    below = next((text for text in document.lines[last.end : end] if text.strip()), "")
    keyed = below.lstrip().startswith("<details") or is_key_line(below)
    if not keyed and not MAY_TICK.search("\n".join(document.lines[last.start : last.end])):
        return None
    options = find_last(blocks, document)
    if options is None or max(map(len, options.texts)) > LONGEST:
        return None
    if options.key:
        sure = len(options.texts) > FEWEST or all(map(_TRUTH.fullmatch, options.texts))
        return options if len(options.key) == 1 and sure else None
    return options if keyed or options.end < last.end else None


def _unfolded(document: Document, fold: Fold | None, start: int, end: int) -> str:
    """Return lines as an answer, without the tags of a fold in them that says that it explains."""
    if fold is None or fold.start < start or not says_answer(fold.summary):
        return trim_answer(document.cut(start, end))
    inside = [fold.lead, document.cut(fold.body_start, fold.end, fold.indent), fold.tail]
    parts = [document.cut(start, fold.start), *inside, after_fold(document, fold, end)]
    return trim_answer("\n\n".join(part for part in parts if part))


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
    """Find the options above the line that gives the key: what explains it may be lettered too."""
    lines = document.lines[blocks[0].start : blocks[-1].end] if blocks else ()
    if not MAY_MARK.search("\n".join(lines)):
        return None
    keys = (place for place, block in enumerate(blocks) if place and _gives_key(block))
    for end in (next(keys, 0), len(blocks)):
        if end and (marked := _marked(blocks[:end], document)):
            return marked
    return None


def _gives_key(block: Block) -> bool:
    """Tell whether a paragraph or a heading begins with a word that gives the key."""
    first = block.text.split("\n", 1)[0] if block.kind in ("paragraph", "heading") else ""
    return is_key_line(first) and not letter_of(first)


def _marked(blocks: Sequence[Block], document: Document) -> Options | None:
    """Find ticked items, else a lettered list, lines or table."""
    return (
        find_ticked(blocks, document)
        or find_listed(blocks, document)
        or find_judged(blocks, document)
        or find_lines(blocks)
        or find_table(blocks, document)
    )
