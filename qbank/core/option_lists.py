"""Options as list items: with tick boxes, with letters, or bare."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from qbank.core.blocks import Document
from qbank.core.keys import is_key_line
from qbank.core.option_lines import is_parted
from qbank.core.option_marks import BOX, LABEL, LETTERS, box_of, is_lettered, is_ticked, letter_of, with_dots
from qbank.core.options import Options, make_options
from qbank.core.tree import Block

_BODIES = ("fence", "code", "paragraph")  # what may follow an item that is only a box
_LETTER = re.compile(r"\W*[A-H]\W*")
_JUDGED = re.compile(r"\W*[A-H]\W*(?:(?:in)?correct|wrong|right|正确|错误)?\W*", re.IGNORECASE)
_MARK = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s*")


def find_ticked(blocks: Sequence[Block], document: Document) -> Options | None:
    """Take the task list; the code after an item without text is that item's."""
    texts: list[str] = []
    key: list[str] = []
    start = end = -1
    for place, block in enumerate(blocks):
        listing = _boxed(block) if block.kind == "list" else None
        if listing is None:
            continue
        if start < 0:
            start = listing.start
        for item, text in zip(listing.children, texts_of(document, listing), strict=True):
            text = BOX.sub("", text, count=1).strip()
            end = item.end
            if not text and item is block.children[-1]:
                follow = [b for b in blocks[place + 1 : place + 2] if b.kind in _BODIES]
                text = "\n\n".join(document.cut(b.start, b.end) for b in follow)
                end = follow[-1].end if follow else end
            if box_of(item).lower() != " " and len(texts) < len(LETTERS):
                key.append(LETTERS[len(texts)])
            text, told = _parted(text)
            if told > 1:  # more than the key, which the ticks give
                end = item.start + text.count("\n") + 1
            texts.append(LABEL.sub("", text) if LABEL.match(text) else text)
    if len(texts) < 2 or not key or len(texts) > len(LETTERS):
        return None
    return Options(tuple(texts), start, end, tuple(key))


def find_listed(blocks: Sequence[Block], document: Document) -> Options | None:
    """Take the last list whose items are lettered or boxed."""
    for listing in reversed(_lists(blocks)):
        texts = texts_of(document, listing)
        if alone := with_dots(texts):
            return make_options(alone, listing.start, listing.end)
        boxed = all(map(box_of, listing.children))
        if boxed or sum(map(is_lettered, listing.children)) >= len(listing.children) / 2:
            if any(map(is_parted, listing.children)):
                return None  # side by side
            *others, last = texts
            kept, told = _parted(last)
            end = listing.children[-1].start + kept.count("\n") + 1 if told else listing.end
            return make_options([*others, kept], listing.start, end)
    return None


def _parted(text: str) -> tuple[str, int]:
    """Part an option from a key that goes on in its paragraph; return it and how many lines that takes."""
    lines = text.split("\n")
    places = (n for n, line in enumerate(lines) if n and is_key_line(line) and not letter_of(line))
    place = next(places, len(lines))
    return "\n".join(lines[:place]).rstrip(), len(lines) - place


def find_last(blocks: Sequence[Block], document: Document) -> Options | None:
    """Take the last list, whatever its items begin with."""
    lists = _lists(blocks)
    return make_options(texts_of(document, lists[-1]), lists[-1].start, lists[-1].end) if lists else None


def _lists(blocks: Sequence[Block]) -> list[Block]:
    """Return the lists of several items, without a last one that gives the key."""
    inner = [b for block in blocks for b in (block.children if block.kind == "quote" else (block,))]
    lists = [_without_key(block) for block in inner if block.kind == "list"]
    return [listing for listing in lists if len(listing.children) > 1 and not _judges(listing)]


def _judges(listing: Block) -> bool:
    """Tell whether the items of a list are letters, with "correct" beside some of them."""
    texts = [item.children[0].text if item.children else "" for item in listing.children]
    bare = any(_LETTER.fullmatch(text) for text in texts)
    return bare and all(_JUDGED.fullmatch(text) for text in texts)


def _boxed(listing: Block) -> Block | None:
    """Return the items with boxes that a list begins with; what follows in the same list explains."""
    items = tuple(takewhile(box_of, listing.children))
    if len(items) == len(listing.children):
        return listing
    return _cut(listing, items) if len(items) > 1 else None


def _without_key(listing: Block) -> Block:
    """Drop the item of a list of options that gives the key, and what follows it."""
    for place, item in enumerate(listing.children[2:], 2):
        text = item.children[0].text if item.children else ""
        if is_key_line(text) and not (box_of(item) or is_lettered(item) or is_ticked(text)):
            return _cut(listing, listing.children[:place])
    return listing


def _cut(listing: Block, items: Sequence[Block]) -> Block:
    """Return a list of its first items alone."""
    return replace(listing, end=listing.children[len(items)].start, children=tuple(items))


def texts_of(document: Document, listing: Block) -> tuple[str, ...]:
    """Return the text of each item without its list mark."""
    texts = []
    for item in listing.children:
        first, *rest = document.cut(item.start, item.end).split("\n")
        if ">" in first[: item.indent]:
            first, *rest = [re.sub(r"^\s*>\s?", "", line) for line in (first, *rest)]
        rest = [line[item.indent :] if not line[: item.indent].strip() else line for line in rest]
        texts.append("\n".join([_MARK.sub("", first), *rest]).strip())
    return tuple(texts)
