"""Lists and headings as their author means them, where CommonMark reads them in another way."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qbank.core.tree import Block

SHORT = 3  # columns that the text of an item with a number of one digit is indented by
_INSIDE = ("paragraph", "list", "quote", "table", "maths", "fence")  # what may belong to the item above


def with_numbered_headings(blocks: Sequence[Block], source: Sequence[str]) -> tuple[Block, ...]:
    """Read `1. title` above a line of hyphens or equals signs as its author means it: as a heading."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if (
            block.kind == "rule"
            and last
            and _lonely(last)
            and last.children[0].children[0].end == block.start
        ):
            if set(source[block.start].strip()) == {"-"}:
                item = last.children[0]
                text = f"{item.number}. {item.children[0].text}"
                out[-1] = Block("heading", last.start, block.end, text, level=2)
                continue
        elif _lonely(block, lines=2):
            item = block.children[0]
            first, _, second = item.children[0].text.partition("\n")
            if set(second.strip()) == {"="}:
                block = Block("heading", block.start, block.end, f"{item.number}. {first}", level=1)
        out.append(block)
    return tuple(out)


def with_parted_lists(blocks: Sequence[Block], source: Sequence[str]) -> tuple[Block, ...]:
    """Part a numbered list from the outer one where the numbers jump and the indentation ends."""
    out: list[Block] = []
    for block in blocks:
        if block.kind == "list" and block.ordered and _jumps(block.children):
            for before, item in pairwise(block.children):
                if item.number.isdecimal() and before.number.isdecimal():
                    jumps = int(item.number) not in (int(before.number), int(before.number) + 1)
                    if jumps and indent_of(source[item.start]) < indent_of(source[before.start]):
                        place = block.children.index(item)
                        first, rest = block.children[:place], block.children[place:]
                        out.append(replace(block, end=item.start, children=first))
                        block = replace(block, start=item.start, children=rest)
        out.append(block)
    return tuple(out)


def with_gathered(blocks: Sequence[Block], source: Sequence[str]) -> tuple[Block, ...]:
    """Give an item from "10." on what is indented for one digit only; the list goes on after it."""
    out: list[Block] = []
    grown = False
    for block in blocks:
        last = out[-1] if out else None
        if last is None or last.kind != "list" or not last.ordered or last.children[-1].indent <= SHORT:
            grown = False
        elif block.kind in _INSIDE and 2 <= indent_of(source[block.start]) <= SHORT:
            *items, item = last.children
            item = replace(item, end=block.end, children=(*item.children, block))
            out[-1] = replace(last, end=block.end, children=(*items, item))
            grown = True
            continue
        elif grown and block.kind == "list" and block.ordered and _goes_on(last, block):
            out[-1] = replace(last, end=block.end, children=(*last.children, *block.children))
            continue
        out.append(block)
    return tuple(out)


def _goes_on(before: Block, after: Block) -> bool:
    """Tell whether a numbered list begins with the number after the last of another."""
    last, first = before.children[-1].number, after.children[0].number
    return last.isdecimal() and first.isdecimal() and int(first) == int(last) + 1


def _jumps(items: Sequence[Block]) -> bool:
    """Tell whether numbered items do not count from the first to the last in steps of one."""
    first, last = items[0].number, items[-1].number
    return first.isdecimal() and last.isdecimal() and int(last) != int(first) + len(items) - 1


def _lonely(block: Block, lines: int = 1) -> bool:
    """Tell whether a block is a numbered list of one item that is one paragraph of so many lines."""
    if block.kind != "list" or not block.ordered or len(block.children) != 1:
        return False
    inside = block.children[0].children
    return len(inside) == 1 and inside[0].kind == "paragraph" and inside[0].end - inside[0].start == lines


def indent_of(line: str) -> int:
    """Return by how many spaces a line is indented."""
    return len(line) - len(line.lstrip(" "))
