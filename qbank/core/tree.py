"""The blocks and folds of a Markdown file, with their lines."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(slots=True)  # not frozen, which would take five times as long: a file has thousands
class Block:
    """A block of Markdown: lines `start` to `end` (0-based, half open). It is never changed once made."""

    kind: str  # heading, paragraph, list, item, fence, code, html, quote, rule, table, maths
    start: int
    end: int
    text: str = ""  # inline source of headings and paragraphs, content of the leaves
    level: int = 0  # of headings
    html: bool = False  # a heading written as <hN>
    anchor: str = ""  # its id or name
    number: str = ""  # of an ordered item
    ordered: bool = False  # of a list
    indent: int = 0  # column at which an item's content begins
    info: str = ""  # of a fence
    closed: bool = True  # of a fence or of raw HTML
    children: tuple["Block", ...] = ()

    def walk(self) -> Iterator["Block"]:
        """Yield this block and everything in it, in reading order."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            yield block
            waiting += reversed(block.children)


@dataclass(frozen=True)
class Fold:
    """A <details> element with its <summary>, lines 0-based."""

    start: int
    end: int  # the line of </details>, or where an unclosed one is taken to end
    summary: str  # raw inner HTML
    summary_line: int
    lead: str  # what follows </summary> on its line
    body_start: int  # the line after </summary>
    tail: str  # what precedes </details> on its line
    depth: int
    closed: bool = True
    indent: int = 0  # columns by which its lines are indented
