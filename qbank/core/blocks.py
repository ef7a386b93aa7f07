"""Read a Markdown file as a tree of blocks that know their lines: what the dialects look at."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import accumulate
from operator import is_
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock, heading, table
from markdown_it.token import Token

from qbank.core.authored_yaml import YamlError, load_yaml
from qbank.core.containers import find_containers, with_containers
from qbank.core.document import Problem
from qbank.core.folded_sections import find_sections, without
from qbank.core.glued import spaced
from qbank.core.slips import indent_of, with_gathered, with_numbered_headings, with_parted_lists
from qbank.core.tags import TagScan
from qbank.core.tree import Block, Fold

_OPENERS = re.compile(r"\s*(?:#{1,6}\s|<h[1-6]\b|<details\b|\*\*.+\*\*\s*$|\d+[.)、]\s+#{1,6}\s)")
_BEGINNINGS = frozenset("#`~>*-+_=|:<[$0123456789")  # with which a line that is no paragraph's begins
_INLINE = re.compile(
    r"(?:\*{1,3}|_{1,3}|`{1,2}|\$)[^\W_]|\[|\d+[^\d.)\s]"
)  # with which a paragraph may begin
_INTERRUPTS = re.compile(
    r"[-*+] +[^\s*_=+-]|```[^`\n]*$", re.MULTILINE
)  # a bullet that says something, a fence
_FENCE = re.compile(r"[ \t]*```")
_SWALLOWED = re.compile(r"^(?: {0,3}#{1,6}[ \t]|</details\b)", re.MULTILINE)
_FENCE_END = re.compile(r"[ \t]*```+[ \t]*$")
_MARKS_OF_ORDER = re.compile("^\ufeff+", re.MULTILINE)  # of bytes; files put together have several
_HINT = re.compile(r"\bhints?\b|提示", re.IGNORECASE)
_RAW_HTML = re.compile(r"\s*<(pre|script|style|textarea)\b|\s*<!--", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
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
    seams: tuple[int, ...] = ()  # lines on which folds that are whole sections begin and end

    @cached_property
    def headings(self) -> tuple[tuple[Block, tuple[Block, ...]], ...]:
        """All headings outside of folds, each with the blocks around it, in reading order."""
        found: list[tuple[Block, tuple[Block, ...]]] = []

        def visit(blocks: Sequence[Block], around: tuple[Block, ...]) -> None:
            for block in blocks:
                if block.kind == "heading" and not self.in_fold(block.start):
                    found.append((block, around))
                if block.children:
                    visit(block.children, (*around, block))

        visit(self.blocks, ())
        return tuple(found)

    @cached_property
    def _starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    def between(self, start: int, end: int) -> tuple[Block, ...]:
        """Return the outermost blocks that lie between two lines (half open)."""
        first = bisect_left(self._starts, start)
        last = bisect_left(self._starts, end, first)
        return tuple([block for block in self.blocks[first:last] if block.end <= end])

    def rest_of_block(self, line: int, end: int) -> tuple[Block, ...]:
        """Return what is left of the paragraph or list that goes on at a line: lines, or blocks and items."""
        place = bisect_left(self._starts, line) - 1
        block = self.blocks[place] if place >= 0 else None
        return () if block is None else _rest_of(block, line, end)

    def in_fold(self, line: int) -> bool:
        """Tell whether a line stands inside a <details> element."""
        return line < len(self._folds_around) and self._folds_around[line] > 0

    def first_fold(self, start: int, end: int) -> Fold | None:
        """Return the first outermost fold that begins between two lines, a hint where there is no other."""
        folds = self._outer[bisect_left(self._outer_starts, start) : bisect_left(self._outer_starts, end)]
        return next((fold for fold in folds if not _HINT.search(fold.summary)), next(iter(folds), None))

    @cached_property
    def _folds_around(self) -> list[int]:
        """Count for each line the folds that it stands inside of."""
        steps = [0] * (len(self.lines) + 2)
        for fold in self.folds:
            steps[fold.start + 1] += 1
            steps[max(fold.end, fold.start + 1)] -= 1
        return list(accumulate(steps))

    @cached_property
    def _outer(self) -> tuple[Fold, ...]:
        return tuple(sorted((fold for fold in self.folds if fold.depth == 0), key=lambda fold: fold.start))

    @cached_property
    def _outer_starts(self) -> list[int]:
        return [fold.start for fold in self._outer]

    def cut(self, start: int, end: int, indent: int = 0) -> str:
        """Return lines without blank edges and without up to `indent` columns of indentation."""
        return "\n".join(dedent(line, indent) for line in self.lines[start:end]).strip("\n").rstrip()


def read_document(text: str, path: str) -> Document:
    """Parse a file's text into blocks; what is left open is reported and contained."""
    text = _MARKS_OF_ORDER.sub("", text) if "\ufeff" in text else text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    meta, body_start, problems = _front_matter(lines, path)
    source = [""] * body_start + spaced(lines[body_start:])
    tokens, found = _parse_contained(source, path)
    problems += found
    blocks = with_parted_lists(with_numbered_headings(_tree(tokens, source), source), source)
    scan = TagScan(path, lines)
    for block in (b for top in blocks for b in top.walk()):
        if block.kind in ("html", "paragraph"):
            scan.read(block)
    problems += scan.unclosed()
    folds = scan.folds(lines, blocks)
    if containers := find_containers(lines, body_start):
        folds = with_containers(folds, containers)
    sections = []
    if folds:
        heads = [*(b for b in blocks if b.kind == "heading"), *(inner for _, inner in scan.headings)]
        sections = find_sections(folds, sorted(heads, key=lambda head: head.start))
    return Document(
        path=path,
        lines=tuple(lines),
        meta=meta or {},
        has_meta=meta is not None,
        body_start=body_start,
        blocks=_with_html_headings(blocks, scan.headings),
        folds=without(folds, sections) if sections else folds,
        seams=tuple(sorted(line for fold in sections for line in (fold.start, fold.end))),
        problems=tuple(problems),
    )


def _rest_of(block: Block, line: int, end: int) -> tuple[Block, ...]:
    """Return what is left of a block from a line inside it on."""
    if min(end, block.end) <= line:
        return ()
    if block.kind == "paragraph":
        lines = block.text.split("\n", end - block.start)[line - block.start : end - block.start]
        return (replace(block, start=line, end=min(end, block.end), text="\n".join(lines)),)
    if block.kind != "list" or block.end > end:
        return ()
    open_item = next((item for item in block.children if item.start < line < item.end), None)
    inside = open_item.children if open_item else ()
    parts = [(inner,) if inner.start >= line else _rest_of(inner, line, end) for inner in inside]
    items = tuple(item for item in block.children if item.start >= line)
    rest = (replace(block, start=items[0].start, children=items),) if items else ()
    return (*(part for found in parts for part in found), *rest)


def dedent(line: str, indent: int) -> str:
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
        meta = load_yaml("\n".join(lines[1:end])) or {}
    except YamlError as error:
        remedy = "Quote values that contain a colon followed by a space."
        message = f"The front matter cannot be read: {error}."
        return {}, end + 1, [Problem(path, error.line + 1, "front-matter", message, remedy)]
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


def _running_text(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take lines that can begin nothing but a paragraph as one, without asking every other rule."""
    if silent or state.is_code_block(start):
        return False
    last, opening = start, state.bMarks[start] + state.tShift[start]
    if state.src.startswith("[", opening) and state.src.find("]:", opening, state.eMarks[start]) > 0:
        return False  # it may define a link
    while last < state.lineMax and (first := state.bMarks[last] + state.tShift[last]) < state.eMarks[last]:
        if state.src[first] in _BEGINNINGS and not _INLINE.match(state.src, first):
            if last > start and _is_interrupted(state, first, last):
                break
            return last == start and state.src[first] == "#" and heading(state, start, end, False)
        last += 1
    content = mdTrim(state.getLines(start, last, state.blkIndent, False))
    if content.startswith("[") and "]:" in content:
        return False  # it may define a link
    state.line = last
    token = state.push("paragraph", "", 0)
    token.content, token.map = content, [start, last]
    return True


def _is_interrupted(state: StateBlock, first: int, line: int) -> bool:
    """Tell whether a line, whose text begins at `first`, surely ends the paragraph above it."""
    indent = state.sCount[line]
    lazy = state.listIndent >= 0 and indent - state.listIndent >= 4 and indent < state.blkIndent
    return 0 <= indent <= state.blkIndent + 3 and not lazy and bool(_INTERRUPTS.match(state.src, first))


def _table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a table as one block: its cells are not looked into."""
    if not table(state, start, end, True):
        return False
    if silent:
        return True
    ends = state.md.block.ruler.getRules("blockquote")
    around, state.parentType = state.parentType, "table"
    last = start + 2
    while last < end and not (
        state.sCount[last] < state.blkIndent
        or any(rule(state, last, end, True) for rule in ends)
        or state.isEmpty(last)
        or state.is_code_block(last)
    ):
        last += 1
    state.parentType, state.line = around, last
    state.push("table", "", 0).map = [start, last]
    return True


@cache
def _reader() -> MarkdownIt:
    """Make a CommonMark reader with tables and display maths that leaves inline text alone."""
    reader = MarkdownIt("commonmark").enable("table")
    reader.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    reader.block.ruler.before("table", "running_text", _running_text)
    reader.block.ruler.before(
        "fence", "maths", _maths_block, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    reader.core.ruler.disable(["normalize", "inline", "text_join"])
    return reader


def _parse_contained(source: list[str], path: str) -> tuple[list[Token], list[Problem]]:
    """Parse; where a fence or raw HTML is never closed, end it before the next question and parse again."""
    problems: list[Problem] = []
    source = list(source)
    tokens: list[Token] = []
    changed = True
    for _ in range(20):
        if changed:
            tokens = _parse("\n".join(source))
            if masked := _without_code_in_html(tokens, source):
                source = masked
                continue
        able = (t for t in tokens if t.type in ("fence", "html_block"))
        token = next((t for t in able if _is_open(t, source, problems)), None)
        if token is None or token.map is None:
            break
        problems.append(_unclosed(token, path))
        changed = _end(token, source)
    return tokens, problems


def _parse(text: str) -> list[Token]:
    """Read the blocks of a text whose lines end in line feeds alone."""
    return _reader().parse(text.replace("\x00", "\ufffd"))


def _unclosed(token: Token, path: str) -> Problem:
    """Report a fence or raw HTML that is never closed."""
    line = token.map[0] + 1 if token.map else 1
    if token.type == "fence":
        remedy = "Add the closing fence on a line of its own."
        return Problem(path, line, "unclosed-fence", "The code block is never closed.", remedy)
    message = "A comment or raw HTML is never closed."
    return Problem(path, line, "unclosed-html", message, "Add the closing tag.")


def _end(token: Token, source: list[str]) -> bool:
    """End a fence before the next question, drop the first line of raw HTML; tell whether a line changed."""
    start, end = token.map or (0, 0)
    if token.type != "fence":
        source[start] = ""
        return True
    for last in range(start + 2, end):
        if source[last - 1] == "" and _OPENERS.match(source[last]):
            source[last - 1] = " " * indent_of(source[start]) + token.markup
            return True
    return False


def _without_code_in_html(tokens: Sequence[Token], source: Sequence[str]) -> list[str]:
    """Blank out code that begins right below HTML, where its fence is none, and whose end opens another."""
    html = [t for t in tokens if t.type == "html_block" and "```" in t.content]
    fences = [t for t in tokens if t.type == "fence" and not t.level] if html else []
    swallowing = {t.map[0] for t in fences if t.map and not t.info and _SWALLOWED.search(t.content)}
    if not swallowing:
        return []
    lines: list[str] = []
    reach = 0
    for token in html:
        if token.map is None or token.map[0] < reach:
            continue  # it is part of the code blanked out
        start, end = token.map
        marks = [place for place in range(start, end) if _FENCE.match(source[place])]
        closer = next((n for n in range(end, len(source)) if _FENCE_END.match(source[n])), None)
        if len(marks) % 2 and closer in swallowing:
            lines = lines or list(source)
            lines[marks[-1] : closer + 1] = [""] * (closer + 1 - marks[-1])
            reach = closer
    return lines


def _is_open(token: Token, source: Sequence[str], known: Sequence[Problem]) -> bool:
    """Tell whether a fence or raw HTML runs on to the end of what holds it, and is not reported yet."""
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
}
_CLOSERS = frozenset(name.replace("_open", "_close") for name in _KINDS)
_ITEM_MARK = re.compile(r"[\s>]*(?:[-*+]|\d{1,9}[.)])")
_LEAVES = {"fence": "fence", "code_block": "code", "html_block": "html", "hr": "rule"}
_LEAVES |= {kind: kind for kind in ("maths", "paragraph", "table")}


@dataclass(slots=True)
class _Open:
    """A block in the making."""

    kind: str
    lines: Sequence[int]
    text: str = ""
    level: int = 0
    number: str = ""
    ordered: bool = False
    indent: int = 0
    children: list[Block] = field(default_factory=list)

    def closed(self) -> Block:
        """Return the block."""
        return Block(
            self.kind,
            self.lines[0],
            self.lines[1],
            self.text,
            self.level,
            number=self.number,
            ordered=self.ordered,
            indent=self.indent,
            children=tuple(self.children),
        )


def _tree(tokens: Sequence[Token], source: Sequence[str]) -> tuple[Block, ...]:
    """Fold the flat tokens into blocks."""
    stack = [_Open("document", [0, len(source)])]
    for token in tokens:
        inside = stack[-1]
        if token.type == "inline":
            if inside.kind in ("heading", "paragraph"):
                inside.text = token.content
        elif token.map is not None and (kind := _KINDS.get(token.type)):
            opened = _Open(kind, token.map, ordered=token.type == "ordered_list_open")
            if kind == "heading":
                opened.level = int(token.tag[1])
            elif kind == "item":
                above = (o.indent for o in reversed(stack) if o.kind == "item" and o.lines[0] == token.map[0])
                opened.indent = _indent_of_item(source[token.map[0]], next(above, 0))
                opened.number = token.info if token.info.isdigit() else ""
            stack.append(opened)
        elif token.map is not None and (kind := _LEAVES.get(token.type)):
            inside.children.append(
                Block(kind, token.map[0], token.map[1], text=token.content, info=token.info)
            )
        elif token.type in _CLOSERS:
            stack[-2].children.append(stack.pop().closed())
    return tuple(stack[0].children)


def _indent_of_item(line: str, around: int) -> int:
    """Return where an item's text begins; `around` columns of its line belong to an item that holds it."""
    line = line.expandtabs(4)
    mark = _ITEM_MARK.match(line, around)
    if mark is None:
        return 0
    space = len(line) - mark.end() - len(line[mark.end() :].lstrip())
    return mark.end() + (space if 1 <= space <= 4 else 1)


def with_gathered_items(document: Document) -> Document:
    """Return a document as its author means it where items from "10." on are indented too little."""
    blocks = with_gathered(document.blocks, document.lines)
    return document if len(blocks) == len(document.blocks) else replace(document, blocks=blocks)


def _with_html_headings(
    blocks: Sequence[Block], headings: Sequence[tuple[Block, Block]]
) -> tuple[Block, ...]:
    """Put the headings found in HTML blocks into the tree, as children of those blocks."""
    if not headings:
        return tuple(blocks)

    found: dict[int, list[Block]] = {}
    for inside, head in headings:
        found.setdefault(id(inside), []).append(head)

    def place(block: Block) -> Block:
        if block.kind == "html":
            return replace(block, children=tuple(found[id(block)])) if id(block) in found else block
        children = tuple(map(place, block.children))
        same = all(map(is_, children, block.children))
        return block if same else replace(block, children=children)

    return tuple(place(block) for block in blocks)
