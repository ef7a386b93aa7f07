"""Questions as bullets, nested bullets being follow-ups or the answer; and lines that say "question:"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qbank.core.blocks import Document
from qbank.core.document import ParsedQuestion, Problem
from qbank.core.labels import opens_answer
from qbank.core.titles import Title, is_wholly_bold, plain_markdown, read_title, with_running_numbers
from qbank.core.tree import Block

NAME = "bullets"
SUREST = 0.7  # confidence that it never exceeds
ASKING = 0.6
_LINK_ONLY = re.compile(r"^\s*(?:\*\*|__)?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\([^)]*\)(?:\*\*|__)?\s*[.:：。]?\s*$")


@dataclass(frozen=True)
class Entry:
    """An item of a list with its title understood."""

    item: Block
    title: Title


def recognises(document: Document) -> float:
    """Weigh how many of the outermost items ask."""
    entries = [entry for listing in _lists(document) for entry in _entries(listing)]
    asking = sum(entry.title.asks for entry in entries)
    if not entries or asking < ASKING * len(entries):
        return 0.0
    return SUREST * asking / (len(entries) + 2)


def parse(document: Document) -> tuple[Sequence[ParsedQuestion], Sequence[Problem]]:
    """Take every item of the lists that ask; code right after an item belongs to it."""
    blocks = list(document.blocks)
    found: list[ParsedQuestion] = []
    for listing in _lists(document):
        entries = _entries(listing)
        if not any(entry.title.asks for entry in entries):
            continue
        for entry in entries:
            last = entry.item is listing.children[-1]
            after = blocks[blocks.index(listing) + 1 :] if last else []
            found.append(_of_entry(document, entry, after))
    found += _of_lines(document)
    return sorted(found, key=lambda q: q.line), []


def _entries(listing: Block) -> list[Entry]:
    """Return the items that may be questions: not bare dots, and no link that neither asks nor tells."""
    items = [_unwrapped(item) for item in listing.children]
    texts = [" ".join(_asked_lines(item)) for item in items]
    titles = with_running_numbers([read_title(text) for text in texts])
    return [
        Entry(outer, replace(title, number=title.number or item.number))
        for outer, item, text, title in zip(listing.children, items, texts, titles, strict=True)
        if any(c.isalnum() for c in title.text) and (title.asks or not _LINK_ONLY.match(text))
    ]


def _asked_lines(item: Block) -> list[str]:
    """Return the lines of an item's first paragraph before one that opens the answer."""
    lines = item.children[0].text.split("\n") if item.children else []
    return lines[: next((n for n, line in enumerate(lines) if n and opens_answer(line)), len(lines))]


def _answer_start(item: Block) -> int | None:
    """Return the line on which the answer inside an item begins: at its label, else below a bold question."""
    first, *rest = item.children
    asked = len(_asked_lines(item))
    if asked < first.end - first.start:
        return first.start + asked
    labelled = next((b.start for b in rest if b.kind == "paragraph" and opens_answer(b.text)), None)
    if labelled is not None or not rest or not is_wholly_bold(first.text):
        return labelled
    nested = [
        read_title(i.children[0].text) for b in rest if b.kind == "list" for i in b.children if i.children
    ]
    return None if 2 * sum(t.asks for t in nested) > len(nested) else first.end


def _unwrapped(item: Block) -> Block:
    """Return the inner item of "- 1. text", which is a list in a list."""
    while len(item.children) == 1 and item.children[0].kind == "list" and len(item.children[0].children) == 1:
        item = item.children[0].children[0]
    return item


def _lists(document: Document) -> Iterator[Block]:
    """Yield the outermost lists that are not lists of links."""
    for block in document.blocks:
        if block.kind != "list" or document.in_fold(block.start):
            continue
        items = [_unwrapped(item) for item in block.children]
        texts = [item.children[0].text for item in items if item.children]
        if texts and 2 * sum(bool(_LINK_ONLY.match(t)) for t in texts) < len(texts):
            yield block


def _section(document: Document, line: int) -> tuple[str, ...]:
    above = [b for b, _ in document.headings if b.start < line and b.level > 1]
    return (read_title(above[-1].text).text,) if above else ()


def _code_after(blocks: Sequence[Block]) -> tuple[int, int] | None:
    """Return the lines of the code blocks that follow at once."""
    taken = []
    for block in blocks:
        if block.kind not in ("fence", "code"):
            break
        taken.append(block)
    return (taken[0].start, taken[-1].end) if taken else None


def _of_entry(document: Document, entry: Entry, after: Sequence[Block]) -> ParsedQuestion:
    """Make a question of an item, its nested items follow-ups, its code the stem."""
    item = _unwrapped(entry.item)
    nested = [i for b in item.children[1:] if b.kind == "list" for i in b.children]
    rest = [b for b in item.children[1:] if b.kind != "list"]
    end = item.end
    if (start := _answer_start(item)) is not None and entry.title.asks:
        return _answered(document, entry, start)
    stem = "\n\n".join(document.cut(b.start, b.end, item.indent) for b in rest)
    if code := _code_after(after):
        stem, end = "\n\n".join(p for p in (stem, document.cut(*code)) if p), code[1]
    return ParsedQuestion(
        line=item.start + 1,
        end_line=end,
        answer_line=end,
        title=entry.title.text,
        number=entry.title.number,
        section=_section(document, item.start),
        stem=stem,
        answer="",
        follow_ups=tuple((plain_markdown(i.children[0].text), "") for i in nested if i.children),
        difficulty=None if entry.title.starred else entry.title.difficulty,
    )


def _answered(document: Document, entry: Entry, start: int) -> ParsedQuestion:
    """Make a question of an item that holds its answer."""
    item = _unwrapped(entry.item)
    return ParsedQuestion(
        line=item.start + 1,
        end_line=item.end,
        answer_line=start + 1,
        title=entry.title.text,
        number=entry.title.number,
        section=_section(document, item.start),
        stem=document.cut(min(start, item.children[0].end), start, item.indent),
        answer=document.cut(start, item.end, item.indent),
        difficulty=None if entry.title.starred else entry.title.difficulty,
    )


def _of_lines(document: Document) -> Iterator[ParsedQuestion]:
    """Yield the emphasised paragraphs that begin with "question:", with the code after them."""
    for place, block in enumerate(document.blocks):
        if block.kind != "paragraph" or not re.match(r"^(\*\*|__|\*|_)", block.text):
            continue
        title = read_title(block.text.split("\n", 1)[0])
        if title.word and title.text:
            code = _code_after(document.blocks[place + 1 :])
            yield ParsedQuestion(
                line=block.start + 1,
                end_line=code[1] if code else block.end,
                answer_line=block.end,
                title=title.text,
                number=title.number,
                section=_section(document, block.start),
                stem=document.cut(*code) if code else "",
                answer="",
            )
