"""Titles that an editor wrapped: how many lines of a paragraph are one."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from qbank.core.keys import is_key_line
from qbank.core.labels import opens_answer, says_only_answer
from qbank.core.option_marks import box_of, is_lettered, letter_of, with_dots, without_signs
from qbank.core.tree import Block

WRAPPED = 60  # characters; a line of a title from this length on may go on in the next
MOST_LINES = 6  # over which a bold title may go on
_OPENS_BOLD = re.compile(r"(?:^|[\s>])(\*\*|__)(?=\S)")
_ENDS = re.compile(r"[?？。!！:：](?:[\s*_]|（[^（）]*）|\([^()]*\))*$")


def count_bold_lines(lines: Sequence[str]) -> int:
    """Return over how many lines the bold text goes on that is left open on the first one; else 1."""
    opened = _OPENS_BOLD.search(lines[0]) if lines and ("**" in lines[0] or "__" in lines[0]) else None
    if opened is None or lines[0].count(opened[1]) % 2 == 0:
        return 1
    return next((n for n, line in enumerate(lines[1:MOST_LINES], 2) if opened[1] in line), 1)


def count_title_lines(lines: Sequence[str]) -> int:
    """Return how many of a paragraph's lines are its title: the first, and what it is wrapped into."""
    end = min(count_bold_lines(lines), len(lines))
    while end < len(lines) and len(lines[end - 1]) >= WRAPPED and not _ENDS.search(lines[end - 1]):
        line = lines[end]
        if opens_answer(line) or says_only_answer(line) or letter_of(line) == "A":
            break
        end += 1
    return end


def title_below(block: Block) -> tuple[str, int] | None:
    """Return the title that a block below a mark begins with, and the line after it (0-based).

    It stands in a paragraph, alone in a quote or not, or in a bullet that nothing but options follows.
    """
    if block.kind == "quote" and len(block.children) == 1:
        block = replace(block.children[0], end=block.end)
    if block.kind == "list" and not block.ordered:
        first, *others = block.children
        if is_lettered(first) or box_of(first) or not _are_options(others):
            return None
        block = next(iter(first.children), block)
    if block.kind != "paragraph":
        return None
    lines = block.text.split("\n")
    count = count_title_lines(lines)
    return " ".join(lines[:count]), block.start + count


def _are_options(items: Sequence[Block]) -> bool:
    """Tell whether items up to one that gives the key have a box or a letter, with a sign or alone."""
    items = list(takewhile(lambda item: not (item.children and is_key_line(item.children[0].text)), items))
    texts = [without_signs(item.children[0].text) if item.children else "" for item in items]
    return bool(with_dots(texts)) or all(box_of(item) or is_lettered(item) for item in items)
