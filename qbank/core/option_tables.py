"""Options as the cells of a table: under their letters, beside them, or with them."""

import re
from collections.abc import Sequence

from qbank.core.blocks import Document
from qbank.core.option_marks import (
    LETTERS,
    is_coloured,
    is_ticked,
    letter_of,
    read_letters,
    without_colours,
    without_ticks,
)
from qbank.core.options import Options, make_options
from qbank.core.tree import Block

_BAR = re.compile(r"(?<!\\)\|")
_LETTER = re.compile(r"[*_`(（\[\s]*([A-HＡ-Ｈ])[*_`)）\].、:：\s]*")
_RULE = re.compile(r"[\s|:-]+")


def find_table(blocks: Sequence[Block], document: Document) -> Options | None:
    """Take the first table whose cells are lettered A, B, C …"""
    for block in blocks:
        if block.kind == "table" and (texts := _texts(_rows(document, block))):
            return make_options(texts, block.start, block.end)
    return None


def _rows(document: Document, table: Block) -> list[list[str]]:
    """Return the cells of each row, the line below the head left out."""
    lines = (document.lines[n].strip() for n in range(table.start, table.end))
    rows = [line.removeprefix("|").removesuffix("|") for line in lines if not _RULE.fullmatch(line)]
    return [[cell.strip() for cell in _BAR.split(row)] for row in rows]


def _texts(rows: Sequence[list[str]]) -> list[str]:
    """Return an option for each letter, in order; none where the letters do not run from A."""
    rows = [_marked(row) for row in rows]
    if not rows:
        return []
    if len(rows) == 2 and _run(rows[0]) and len(rows[0]) == len(rows[1]):
        return rows[1]
    beside = [row for row in rows if len(row) > 1 and _LETTER.fullmatch(row[0])]
    if _run([row[0] for row in beside]) and len(beside) >= len(rows) - 1:
        return [" | ".join(filter(None, row[1:])) for row in beside]
    if not letter_of(rows[0][0]):
        rows = rows[1:]  # the head
    cells = [cell for row in rows for cell in row if cell]
    return cells if _counts_up([letter_of(cell) for cell in cells]) else []


def _marked(row: list[str]) -> list[str]:
    """Return a row whose first cell has no colour and no tick: they are put at the second."""
    first, *more = row
    signs = [cell for cell in more if cell and not without_ticks(cell).strip()]
    if not more or not (signs or is_ticked(first) or is_coloured(first)):
        return row
    more = [cell for cell in more if cell not in signs]
    if signs or is_ticked(first):
        more = [*more[:-1], f"{without_ticks(more[-1])} ✅"] if more else [f"{without_ticks(first)} ✅"]
    elif more and not is_coloured(more[0]):
        more = [f"<mark>{more[0]}</mark>", *more[1:]]
    return [without_colours(without_ticks(first)), *more]


def _run(cells: Sequence[str]) -> bool:
    """Tell whether cells hold the letters A, B, C … and nothing else."""
    marks = [_LETTER.fullmatch(cell) for cell in cells]
    return all(marks) and _counts_up([read_letters(mark[1])[0] for mark in marks if mark])


def _counts_up(letters: Sequence[str]) -> bool:
    return len(letters) > 1 and all(letters) and LETTERS.startswith("".join(letters))
