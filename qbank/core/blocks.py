"""Read a Markdown file as a tree of blocks that know their lines. The dialects look at this, never at raw text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from html.parser import HTMLParser
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from qbank.core.document import Problem

_OPENERS = re.compile(r"\s*(?:#{1,6}\s|<h[1-6]\b|<details\b|\*\*.+\*\*\s*$|\d+[.)、]\s+#{1,6}\s)")
_RAW_HTML = re.compile(r"\s*<(pre|script|style|textarea)\b|\s*<!--", re.IGNORECASE)
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_CONTAINERS = frozenset("details div table section article center figure blockquote ul ol pre".split())


@dataclass(frozen=True)
class Block:
    """A block of Markdown: lines `start` to `end` (0-based, half open)."""

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
        yield self
        for child in self.children:
            yield from child.walk()


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


@dataclass(frozen=True)
class Document:
    """A decoded file: its lines, front matter and blocks."""

    path: str
    lines: tuple[str, ...]
    meta: dict[str, Any]
    has_meta: bool
    body_start: int  # the line after the front matter
    blocks: tuple[Block, ...]
    folds: tuple[Fold, ...]
    problems: tuple[Problem, ...]

    @cached_property
    def headings(self) -> tuple[tuple[Block, tuple[Block, ...]], ...]:
        """All headings outside of folds, each with the blocks around it, in reading order."""
        found = [(b, around) for b, around in self.walk() if b.kind == "heading"]
        return tuple((b, around) for b, around in found if not self.in_fold(b.start))

    def walk(self) -> Iterator[tuple[Block, tuple[Block, ...]]]:
        """Yield every block with the blocks around it, outermost first."""

        def step(block: Block, around: tuple[Block, ...]) -> Iterator[tuple[Block, tuple[Block, ...]]]:
            yield block, around
            for child in block.children:
                yield from step(child, (*around, block))

        for block in self.blocks:
            yield from step(block, ())

    def in_fold(self, line: int) -> bool:
        """Tell whether a line stands inside a <details> element."""
        return any(fold.start < line < fold.end for fold in self.folds)

    def cut(self, start: int, end: int, indent: int = 0) -> str:
        """Return lines without blank edges and without up to `indent` columns of indentation."""
        return "\n".join(_dedent(line, indent) for line in self.lines[start:end]).strip("\n").rstrip()


def read_document(text: str, path: str) -> Document:
    """Parse a file's text into blocks; what is left open is reported and contained."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    meta, body_start, problems = _front_matter(lines, path)
    source = [""] * body_start + lines[body_start:]
    tokens, found = _parse_contained(source, path)
    problems += found
    blocks = _tree(tokens, source)
    scan = _TagScan(path)
    for block in (b for top in blocks for b in top.walk()):
        if block.kind == "html":
            scan.read(block)
    problems += scan.unclosed()
    return Document(
        path=path,
        lines=tuple(lines),
        meta=meta or {},
        has_meta=meta is not None,
        body_start=body_start,
        blocks=_with_html_headings(blocks, scan.headings),
        folds=scan.folds(lines, blocks),
        problems=tuple(problems),
    )


def _dedent(line: str, indent: int) -> str:
    """Strip up to `indent` columns of white space; a tab counts as four."""
    column = 0
    while column < indent and line[:1] in (" ", "\t"):
        column += 4 if line[0] == "\t" else 1
        line = line[1:]
    return line


def _front_matter(lines: Sequence[str], path: str) -> tuple[dict[str, Any] | None, int, list[Problem]]:
    """Return the YAML between two `---` lines at the top, the line after it, and what is wrong with it."""
    if not lines or lines[0].rstrip() != "---":
        return None, 0, []
    for end in range(1, min(len(lines), 200)):
        if lines[end].rstrip() in ("---", "..."):
            break
    else:
        return None, 0, []
    try:
        meta = yaml.safe_load("\n".join(lines[1:end])) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = 2 + (mark.line if mark else 0)
        what = getattr(error, "problem", None) or "cannot be read as YAML"
        remedy = "Quote values that contain a colon followed by a space."
        return {}, end + 1, [Problem(path, line, "front-matter", f"The front matter {what}.", remedy)]
    if not isinstance(meta, dict):
        return None, 0, []
    return meta, end + 1, []


def _maths_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take `$$ … $$` at the start of a line as one block, so that its lines are not read as Markdown."""
    first = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if state.is_code_block(start) or not first.startswith("$$"):
        return False
    last = start
    if not (first.rstrip().endswith("$$") and len(first.rstrip()) > 3):
        for last in range(start + 1, end):
            line = state.src[state.bMarks[last] : state.eMarks[last]]
            if not line.strip() and last - start > 40:
                return False
            if line.rstrip().endswith("$$"):
                break
        else:
            return False
    if silent:
        return True
    state.line = last + 1
    token = state.push("maths", "", 0)
    token.map = [start, last + 1]
    token.content = state.getLines(start, last + 1, state.blkIndent, True)
    return True


def _reader() -> MarkdownIt:
    """Make a CommonMark reader with tables and display maths that leaves inline text alone."""
    reader = MarkdownIt("commonmark").enable("table")
    reader.block.ruler.before(
        "fence", "maths", _maths_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    reader.core.ruler.disable(["inline", "text_join"])
    return reader


def _parse_contained(source: list[str], path: str) -> tuple[list[Token], list[Problem]]:
    """Parse; where a fence or raw HTML is never closed, end it before the next question and parse again."""
    problems: list[Problem] = []
    reader = _reader()
    source = list(source)
    for _ in range(20):
        tokens = reader.parse("\n".join(source))
        token = next((t for t in tokens if _is_open(t, source, problems)), None)
        if token is None or token.map is None:
            break
        start, end = token.map
        kind = "fence" if token.type == "fence" else "html"
        problems.append(
            Problem(
                path,
                start + 1,
                f"unclosed-{kind}",
                "The code block is never closed."
                if kind == "fence"
                else "A comment or raw HTML is never closed.",
                "Add the closing fence on a line of its own." if kind == "fence" else "Add the closing tag.",
            )
        )
        last = next(
            (
                i
                for i in range(start + 2, end)
                if not source[i - 1].strip() and _OPENERS.match(source[i]) and source[i - 1] == ""
            ),
            None,
        )
        if kind == "html":
            source[start] = ""
        elif last is not None:
            source[last - 1] = " " * _indent(source[start]) + token.markup
    return tokens, problems


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_open(token: Token, source: Sequence[str], known: Sequence[Problem]) -> bool:
    """Tell whether a fence or a raw HTML block runs on to the end of what holds it, and is not reported yet."""
    if token.map is None or any(p.line == token.map[0] + 1 for p in known):
        return False
    start, end = token.map
    if token.type == "fence":
        while end > start + 1 and not source[end - 1].strip():
            end -= 1
        last = source[end - 1].strip(" \t>") if end - 1 > start else ""
        return not (last and set(last) == {token.markup[0]} and len(last) >= len(token.markup))
    if token.type == "html_block" and (raw := _RAW_HTML.match(source[start])):
        closer = f"</{raw[1].lower()}" if raw[1] else "-->"
        return closer not in token.content.lower()
    return False


_KINDS = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "table_open": "table",
}
_LEAVES = {"fence": "fence", "code_block": "code", "html_block": "html", "hr": "rule", "maths": "maths"}


def _tree(tokens: Sequence[Token], source: Sequence[str]) -> tuple[Block, ...]:
    """Fold the flat tokens into blocks."""
    stack: list[tuple[Block, list[Block]]] = [(Block("document", 0, len(source)), [])]
    for token in tokens:
        if token.type == "inline" and stack[-1][0].kind in ("heading", "paragraph"):
            block, children = stack.pop()
            stack.append((replace(block, text=token.content), children))
        elif token.map is not None and (kind := _KINDS.get(token.type)):
            around = next(
                (b.indent for b, _ in reversed(stack) if b.kind == "item" and b.start == token.map[0]), 0
            )
            stack.append((_opened(kind, token, source, around), []))
        elif token.map is not None and (kind := _LEAVES.get(token.type)):
            stack[-1][1].append(Block(kind, *token.map, text=token.content, info=token.info))
        elif token.type.endswith("_close") and _KINDS.get(token.type.replace("_close", "_open")):
            block, children = stack.pop()
            stack[-1][1].append(replace(block, children=tuple(children)))
    return tuple(stack[0][1])


def _opened(kind: str, token: Token, source: Sequence[str], around: int) -> Block:
    """Begin a block from its opening token; `around` columns of its line belong to an item that holds it."""
    assert token.map is not None
    start, end = token.map
    level = int(token.tag[1]) if kind == "heading" else 0
    number, indent = "", 0
    if kind == "item":
        line = source[start].expandtabs(4)
        if mark := re.compile(r"[\s>]*(?:[-*+]|\d{1,9}[.)])").match(line, around):
            space = len(line[mark.end() :]) - len(line[mark.end() :].lstrip())
            indent = mark.end() + (space if 1 <= space <= 4 else 1)
        number = token.info if token.info.isdigit() else ""
    return Block(
        kind, start, end, level=level, number=number, ordered=token.type == "ordered_list_open", indent=indent
    )


@dataclass
class _OpenTag:
    """An element seen open."""

    name: str
    line: int
    column: int  # after the tag
    attributes: dict[str, str]
    fold: int = -1  # index of the fold that it opened


@dataclass
class _RawFold:
    """A fold in the making."""

    start: int
    depth: int
    summary: str | None = None
    summary_line: int = 0
    lead: str = ""
    body_start: int = 0
    end: int = -1
    tail: str = ""
    children: list[int] = field(default_factory=list)


class _TagScan(HTMLParser):
    """Follow the tags of a file's HTML blocks: folds, headings, and what is never closed."""

    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=False)
        self.path = path
        self.open: list[_OpenTag] = []
        self.headings: list[tuple[Block, Block]] = []  # (block it stands in, heading)
        self.raw_folds: list[_RawFold] = []
        self.left_open: list[_OpenTag] = []
        self.block = Block("html", 0, 0)
        self.text_lines: list[str] = []

    def read(self, block: Block) -> None:
        """Read one HTML block; elements may stay open into later ones."""
        self.block = block
        self.text_lines = block.text.split("\n")
        self.reset()
        self.feed(block.text)

    def _place(self, after_tag: str = "") -> tuple[int, int]:
        line, column = self.getpos()
        line -= 1
        rows = after_tag.split("\n")
        column = column + len(rows[0]) if len(rows) == 1 else len(rows[-1])
        return line + len(rows) - 1, column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that opens."""
        if tag in _VOID:
            return
        line, column = self._place(self.get_starttag_text() or "")
        opened = _OpenTag(
            tag, self.block.start + self.getpos()[0] - 1, column, {k: v or "" for k, v in attrs}
        )
        if tag == "details":
            depth = sum(t.name == "details" for t in self.open)
            parents = [t.fold for t in self.open if t.name == "details"]
            opened.fold = len(self.raw_folds)
            if parents:
                self.raw_folds[parents[-1]].children.append(opened.fold)
            self.raw_folds.append(_RawFold(opened.line, depth, body_start=self.block.start + line + 1))
        self.open.append(opened)

    def handle_endtag(self, tag: str) -> None:
        """Close the nearest open element of that name, and what it held open."""
        place = next((i for i in reversed(range(len(self.open))) if self.open[i].name == tag), None)
        if place is None:
            return
        opened = self.open[place]
        self.left_open += [t for t in self.open[place + 1 :] if t.name in _CONTAINERS]
        del self.open[place:]
        line, column = self._place()
        if tag == "details":
            fold = self.raw_folds[opened.fold]
            fold.end, fold.tail = self.block.start + line, self.text_lines[line][:column]
        elif tag == "summary":
            self._end_summary(opened, line, column)
        elif re.fullmatch(r"h[1-6]", tag):
            inner = self._between(opened, line, column)
            name = re.search(r"<a\s+(?:name|id)=[\"']?([^\"'>\s]+)", inner)
            anchor = opened.attributes.get("id") or (name[1] if name else "")
            heading = Block(
                "heading",
                opened.line,
                self.block.start + line + 1,
                inner.strip(),
                int(tag[1]),
                True,
                anchor,
            )
            self.headings.append((self.block, heading))

    def _end_summary(self, opened: _OpenTag, line: int, column: int) -> None:
        folds = [t.fold for t in self.open if t.name == "details"]
        if not folds or self.raw_folds[folds[-1]].summary is not None:
            return
        fold = self.raw_folds[folds[-1]]
        fold.summary, fold.summary_line = self._between(opened, line, column), opened.line
        rest = self.text_lines[line][column:]
        fold.lead = rest[rest.find(">") + 1 :]
        fold.body_start = self.block.start + line + 1

    def _between(self, opened: _OpenTag, line: int, column: int) -> str:
        first = opened.line - self.block.start
        if first < 0:
            return ""
        if first == line:
            return self.text_lines[line][opened.column : column]
        middle = self.text_lines[first + 1 : line]
        return "\n".join([self.text_lines[first][opened.column :], *middle, self.text_lines[line][:column]])

    def unclosed(self) -> list[Problem]:
        """List the elements that were never closed."""
        left = self.left_open + [t for t in self.open if t.name in _CONTAINERS]
        return [
            Problem(
                self.path,
                tag.line + 1,
                "unclosed-tag",
                f"<{tag.name}> is never closed.",
                f"Add </{tag.name}> where the part ends.",
            )
            for tag in sorted(left, key=lambda t: t.line)
        ]

    def folds(self, lines: Sequence[str], blocks: Sequence[Block]) -> tuple[Fold, ...]:
        """Return the folds; an unclosed one ends where the next begins, or before the next heading."""
        stops = sorted(b.start for top in blocks for b in top.walk() if b.kind == "heading")
        finished: list[Fold] = []
        for raw in self.raw_folds:
            end, closed = raw.end, raw.end >= 0
            if not closed:
                inner = [self.raw_folds[i].start for i in raw.children]
                later = [s for s in stops if s > raw.start] + inner
                end = min(later, default=len(lines))
                for i in raw.children:
                    self._lift(i)
            finished.append(
                Fold(
                    start=raw.start,
                    end=end,
                    summary=raw.summary or "",
                    summary_line=raw.summary_line if raw.summary is not None else raw.start,
                    lead=raw.lead,
                    body_start=min(raw.body_start, end),
                    tail=raw.tail,
                    depth=raw.depth,
                    closed=closed,
                )
            )
        return tuple(finished)

    def _lift(self, index: int) -> None:
        self.raw_folds[index].depth -= 1
        for child in self.raw_folds[index].children:
            self._lift(child)


def _with_html_headings(
    blocks: Sequence[Block], headings: Sequence[tuple[Block, Block]]
) -> tuple[Block, ...]:
    """Put the headings found in HTML blocks into the tree, as children of those blocks."""
    if not headings:
        return tuple(blocks)

    def place(block: Block) -> Block:
        if block.kind == "html":
            return replace(block, children=tuple(h for inside, h in headings if inside is block))
        return replace(block, children=tuple(place(child) for child in block.children))

    return tuple(place(block) for block in blocks)
